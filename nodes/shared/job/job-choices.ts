import type { Node, NodeAPI } from 'node-red';
import { settingChoice } from '../../../lib/protocols/shared/setting-number';
import type { JobSettings, JobSpec } from '../../../lib/flow/jobs/job-spec';
import { errorText } from '../words/texts';

const EDGES = ['on', 'off', 'both'];
const LOGS = ['always', 'errors', 'never'];

/** The choices of every job's dialog, filled in where a flow lacks them: a job that wakes hosts does so when the event ends. */
export function withChoices<C extends JobSettings>(
    RED: NodeAPI,
    node: Node,
    config: C,
    spec: Pick<JobSpec, 'defaults'>,
): C {
    const choice = <T extends string>(property: 'edge' | 'log', allowed: readonly string[], otherwise: T): T => {
        try {
            return settingChoice(property, config[property], allowed, otherwise) as T;
        } catch (error) {
            node.error(errorText(RED, error));
            return otherwise;
        }
    };
    const { edge = 'on', log = 'always' } = spec.defaults ?? {};
    return { ...config, edge: choice('edge', EDGES, edge), log: choice('log', LOGS, log) };
}
