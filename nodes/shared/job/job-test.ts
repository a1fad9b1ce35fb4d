import type { Node, NodeAPI } from 'node-red';
import type { TestOutcome, TestPreview } from '../../../lib/flow/jobs/job-test-run';
import { adminRoute } from '../admin/admin-route';
import { onePerFlow } from '../runtime/flow-of';

/** A job, as the Test button uses it. */
export interface Testable {
    preview(): TestPreview;
    /** @param by the user who has pressed the button, if the editor knows its users */
    run(by: string | undefined): Promise<TestOutcome>;
}

/** By node id. */
const testsOf = onePerFlow(() => new Map<string, Testable>());

/**
 * Lets the editor's Test button run this job. `GET ridethrough/jobs/<node id>/test` describes the effect, `POST` runs the job. With
 * `?dryRun=true` the job never runs for real, even if the dry run has been switched off since the question: 409. Any value but `true` and `false`: 400.
 */
export function registerTest(RED: NodeAPI, node: Node, job: Testable): void {
    const tests = testsOf(RED);
    tests.set(node.id, job);
    node.on('close', () => {
        if (tests.get(node.id) === job) tests.delete(node.id);
    });
    adminRoute(RED, 'get', 'jobs/:id/test', 'flows.write', (request, response) => {
        const test = testsOf(RED).get(String(request.params.id));
        if (test) response.json(test.preview());
        else response.status(404).json({ error: 'not-deployed' });
    });
    adminRoute(RED, 'post', 'jobs/:id/test', 'flows.write', (request, response) => {
        const test = testsOf(RED).get(String(request.params.id));
        if (!test) {
            response.status(404).json({ error: 'not-deployed' });
            return;
        }
        const { dryRun } = request.query;
        if (dryRun !== undefined && dryRun !== 'true' && dryRun !== 'false') {
            response.status(400).json({ error: 'dry-run-unreadable' });
            return;
        }
        if (dryRun === 'true' && !test.preview().dryRun) {
            response.status(409).json({ error: 'no-dry-run' });
            return;
        }
        test.run((request as { user?: { username?: string } }).user?.username).then(
            (outcome) => response.status(outcome.ok ? 200 : 502).json(outcome),
            (error: Error) => response.status(500).json({ error: error.message }),
        );
    });
}
