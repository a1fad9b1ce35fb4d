import { deepEqual, equal, ok } from 'node:assert/strict';
import { MailError, type MailErrorKind } from '../../../../lib/protocols/mail/transport';
import { accept, mail } from './memory-transport';
import { MINUTE, QueueHarness, SECOND } from './queue-harness';

function failing(code: 'mail-busy' | 'mail-account-blocked', kind: Partial<MailErrorKind>) {
    return () => {
        throw new MailError(code, { host: 'mail.example', reason: 'x' }, { scope: 'account', ...kind });
    };
}

describe('Mail queue: an account that is held', () => {
    let h: QueueHarness;

    beforeEach(() => (h = new QueueHarness()));
    afterEach(() => h.end());

    const attemptsWithin = async (ms: number) => {
        const before = h.transport.attempts.length;
        await h.clock.advance(ms);
        return h.transport.attempts.length - before;
    };

    it('tries a server that is busy each half minute while an alarm waits', async () => {
        h.transport.answer = failing('mail-busy', {});
        const { outcome } = h.open().enqueue(mail('alarm'));
        await h.clock.advance(0);
        equal((await outcome).state, 'queued');
        equal(await attemptsWithin(10 * SECOND), 1);
        await h.clock.advance(30 * MINUTE);
        equal(await attemptsWithin(5 * MINUTE), 10);
        h.transport.answer = accept;
        await h.clock.advance(30 * SECOND);
        deepEqual(h.transport.subjects, ['alarm']);
    });

    it('leaves a busy server in peace when nothing urgent waits', async () => {
        h.transport.answer = failing('mail-busy', {});
        h.open().enqueue(mail('report', { level: 'info' }));
        await h.clock.advance(30 * MINUTE);
        ok((await attemptsWithin(30 * MINUTE)) <= 2);
    });

    it('does not knock again before five minutes where a person has to act, and loses nothing', async () => {
        h.transport.answer = failing('mail-account-blocked', { hold: true });
        const queue = h.open();
        queue.enqueue(mail('1'));
        await h.clock.advance(0);
        queue.enqueue(mail('2'));
        equal(await attemptsWithin(5 * MINUTE - SECOND), 0);
        equal(await attemptsWithin(2 * SECOND), 1);
        h.transport.answer = accept;
        await h.clock.advance(20 * MINUTE);
        deepEqual(h.transport.subjects, ['1', '2']);
    });

    it('lets another mail show whether it was the fault of one', async () => {
        const blocked = failing('mail-account-blocked', { hold: true, suspect: true });
        h.transport.answer = (outgoing) => (outgoing.mail.subject === 'odd' ? blocked() : accept(outgoing));
        const queue = h.open();
        queue.enqueue(mail('odd'));
        await h.clock.advance(0);
        queue.enqueue(mail('alarm'));
        await h.clock.advance(5 * MINUTE);
        deepEqual(h.transport.subjects, ['alarm']);
        equal(queue.state().depth, 1, 'the odd one is kept');
    });
});
