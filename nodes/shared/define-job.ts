import type { NodeAPI } from 'node-red';
import { readSettings, type Declaration } from '../../lib/core/settings';
import { checkSettings } from './check-settings';
import { registerDeclared, type Made } from './define-node';
import { attachJob, type JobConfig, type JobSpec } from './job';

/** What a job says of itself beside its settings. */
export type JobParts = Omit<JobSpec, 'type' | 'defaults'>;

/** What every job's settings have. */
type JobSettings = Pick<JobConfig, 'edge' | 'log' | 'site'>;

/**
 * Registers a job. Where its settings are wrong, the node shows it and says what to do at the deploy, and each message fails with the same words:
 * a catch node behind it hears of it.
 */
export function defineJob<S extends JobSettings>(
    RED: NodeAPI,
    declaration: Declaration<S>,
    make: (made: Made<S>) => JobParts,
): void {
    const { type } = declaration;
    registerDeclared(RED, declaration, (node, config) => {
        const read = () => readSettings(declaration, config, node.credentials as object | undefined);
        const settings = checkSettings(RED, node, read);
        if (settings === undefined) {
            const run = () => Promise.resolve().then(read) as Promise<never>;
            attachJob(RED, node, config, { type, describe: read as () => never, run });
        } else {
            attachJob(RED, node, { ...config, ...settings }, { ...make({ node, settings, config }), type });
        }
    });
}
