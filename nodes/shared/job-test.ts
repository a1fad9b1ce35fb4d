import type { Node, NodeAPI } from 'node-red';
import type { EventMessage } from '../../lib/core/messages';
import { adminRoute } from './admin-route';
import { asEventMessage } from './coerce';
import { hub, systemClock } from './hub';
import { statusText } from './texts';

export interface TestOutcome {
    ok: boolean;
    dryRun: boolean;
    /** What was done, or in a dry run would be. */
    text?: string;
    error?: string;
    detail?: unknown;
}

const tests = new Map<string, () => Promise<TestOutcome>>();

/** Lets the editor's Test button run this job: `POST ridethrough/jobs/<node id>/test`. */
export function registerTest(RED: NodeAPI, node: Node, run: () => Promise<TestOutcome>): void {
    tests.set(node.id, run);
    node.on('close', () => {
        if (tests.get(node.id) === run) tests.delete(node.id);
    });
    adminRoute(RED, 'post', 'jobs/:id/test', 'flows.write', (request, response) => {
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

/** What a job that is tried from the editor gets: an edge of an event that is none, with the values of a UPS that was read. */
export function madeUpEvent(RED: NodeAPI, active: boolean): EventMessage {
    const text = statusText(RED, 'testEvent');
    const message = asEventMessage({ topic: `${text}/test`, payload: active }, systemClock.now());
    message.event.text = text;
    const source = hub.allSources().find((candidate) => candidate.status() !== undefined);
    if (source) message.status = source.status();
    return message;
}
