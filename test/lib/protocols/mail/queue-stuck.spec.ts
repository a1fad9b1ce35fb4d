import { deepEqual, equal, ok } from 'node:assert/strict';
import { accept, mail, unreachable } from './memory-transport';
import { MINUTE, QueueHarness } from './queue-harness';

describe('Mail queue: one mail that breaks the connection', () => {
    let h: QueueHarness;

    beforeEach(() => (h = new QueueHarness()));
    afterEach(() => h.end());

    it('does not keep the others for ever', async () => {
        // E.g. attachments that the line is too slow for, or a filter that hangs up: nothing tells it from a server that is away.
        h.transport.answer = (outgoing) =>
            outgoing.mail.subject === 'heavy' ? unreachable(outgoing) : accept(outgoing);
        const queue = h.open();
        for (const subject of ['heavy', 'second', 'third']) queue.enqueue(mail(subject));
        await h.clock.advance(60 * MINUTE);
        deepEqual(h.transport.subjects, ['second', 'third']);
        equal(queue.state().depth, 1);
        const tries = h.transport.attempts.length;
        await h.clock.advance(60 * MINUTE);
        ok(h.transport.attempts.length > tries, 'and is itself tried on');
        h.transport.answer = accept;
        await h.clock.advance(15 * MINUTE);
        deepEqual(h.transport.subjects, ['second', 'third', 'heavy']);
    });

    it('a server that was away for long gets all', async () => {
        h.transport.answer = unreachable;
        const queue = h.open();
        for (const subject of ['1', '2', '3', '4']) queue.enqueue(mail(subject));
        await h.clock.advance(300 * MINUTE);
        h.transport.answer = accept;
        await h.clock.advance(15 * MINUTE);
        deepEqual(h.transport.subjects.toSorted(), ['1', '2', '3', '4']);
        equal(queue.state().depth, 0);
    });
});
