import type { Node, NodeAPI } from 'node-red';

export interface TestOutcome {
    ok: boolean;
    dryRun: boolean;
    /** What was done, or in a dry run would be. */
    text?: string;
    error?: string;
    detail?: unknown;
}

const tests = new Map<string, () => Promise<TestOutcome>>();
const served = new WeakSet<object>();

/** Lets the editor's Test button run this job: `POST ridethrough/jobs/<node id>/test`. */
export function registerTest(RED: NodeAPI, node: Node, run: () => Promise<TestOutcome>): void {
    tests.set(node.id, run);
    node.on('close', () => {
        if (tests.get(node.id) === run) tests.delete(node.id);
    });
    if (served.has(RED.httpAdmin)) return;
    served.add(RED.httpAdmin);
    RED.httpAdmin.post('/ridethrough/jobs/:id/test', RED.auth.needsPermission('flows.write'), (request, response) => {
        const test = tests.get(String(request.params.id));
        if (!test) {
            response.status(404).json({ error: 'not-deployed' });
            return;
        }
        test().then(
            (outcome) => response.status(outcome.ok ? 200 : 502).json(outcome),
            (error: Error) => response.status(500).json({ error: error.message }),
        );
    });
}
