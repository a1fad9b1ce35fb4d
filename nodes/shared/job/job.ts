import type { Node, NodeAPI, NodeDef } from 'node-red';
import type { IncomingMessage } from '../../../lib/flow/messages/coerce';
import type { JobNode } from '../../../lib/flow/jobs/job-node';
import { JobRunner } from '../../../lib/flow/jobs/job-runner';
import type * as engine from '../../../lib/flow/jobs/job-spec';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import type { Declaration } from '../../../lib/core/settings';
import { jobLabel } from './job-label';
import { jobTargets } from './job-whom';
import { registerTest } from './job-test';
import { StatusIndicator } from '../words/node-status';
import { whenFlowsStarted } from '../runtime/flow-start';
import { asSentence } from '../words/texts';
import { subflowOriginOf, sourcesBefore } from '../runtime/wiring';

export { JobFailure, type JobOutcome } from '../../../lib/flow/jobs/job-spec';

/** The settings that every job has. */
export interface JobConfig extends engine.JobSettings, NodeDef {}
export type JobContext = engine.JobContext<SiteRuntime>;
export type JobSpec = engine.JobSpec<SiteRuntime>;

/** Makes a node a job: see `JobRunner`. */
export function attachJob(RED: NodeAPI, node: Node, config: JobConfig, spec: JobSpec, declaration?: Declaration): void {
    const runner = new JobRunner(flowOf(RED), jobNode(RED, node, config, declaration), config, spec);
    node.on('input', (message, send, done) => {
        runner.take(
            message as IncomingMessage,
            (result) => send({ ...message, ...result } as never),
            (error) => done(error && asSentence(error.message)),
        );
    });
    registerTest(RED, node, { preview: () => runner.preview(), run: (by) => runner.test(by) });
    whenFlowsStarted(RED, node, () => runner.start());
    node.on('close', (removed: boolean, done: () => void) => {
        runner
            .close(removed)
            .catch((error: Error) => node.warn(error.message))
            .finally(done);
    });
}

function jobNode(RED: NodeAPI, node: Node, config: JobConfig, declaration?: Declaration): JobNode {
    return {
        id: node.id,
        indicator: new StatusIndicator(node),
        ups: (config as { ups?: string }).ups,
        subflowOrigin: subflowOriginOf(node),
        get isWired() {
            return ((node as Node & { wires?: string[][] }).wires ?? []).some((wire) => wire.length > 0);
        },
        label: declaration ? jobLabel(RED, config, declaration) : () => config.name || config.type,
        send: (message) => node.send(message as never),
        error: (error, message) => node.error(asSentence(error.message), message as never),
        warn: (text) => node.warn(text),
        sourcesBefore: () => sourcesBefore(RED, node),
        ...jobTargets(RED, config, declaration),
    };
}
