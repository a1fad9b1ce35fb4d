import { deepEqual, equal, ok } from 'node:assert/strict';
import type { MailOutcome } from '../../../../lib/protocols/mail/queue-types';
import { accept, mail, unreachable } from './memory-transport';
import { DAY, MINUTE, QueueHarness, SECOND } from './queue-harness';

describe('mail queue with a minimum interval', () => {
    let h: QueueHarness;

    beforeEach(() => {
        h = new QueueHarness();
    });
    afterEach(() => h.end());

    const often = { minimumMs: 5 * MINUTE };

    it('sends the first at once and gathers the rest of the interval into one', async () => {
        h.open();
        const outcomes: MailOutcome[] = [];
        for (const subject of ['1', '2', '3', '4']) {
            void h.queue.enqueue(mail(subject), often).outcome.then((outcome) => outcomes.push(outcome));
            await h.clock.advance(MINUTE);
        }
        deepEqual(h.transport.subjects, ['1']);
        equal(h.queue.state().gathered, 3);
        deepEqual(
            outcomes.map(({ state }) => state),
            ['sent', 'gathered', 'gathered', 'gathered'],
        );
        equal((outcomes[1] as { until: number }).until, h.clock.now() + MINUTE);
        await h.clock.advance(MINUTE);
        deepEqual(h.transport.subjects, ['1', '4 (+2 more)']);
        for (const text of ['text of 2', 'text of 3', 'text of 4']) ok(h.transport.sent[1].mail.text.includes(text));
        deepEqual(h.store.list('account1'), []);
        h.queue.enqueue(mail('5'), often);
        await h.clock.advance(4 * MINUTE);
        equal(h.transport.sent.length, 2, 'the gathered mail begins an interval of its own');
        await h.clock.advance(MINUTE);
        deepEqual(h.transport.subjects[2], '5');
        await h.clock.advance(6 * MINUTE);
        h.queue.enqueue(mail('6'), often);
        await h.clock.advance(0);
        deepEqual(h.transport.subjects[3], '6', 'after a quiet interval at once again');
    });

    it('goes on gathering after a kill', async () => {
        h.open();
        h.queue.enqueue(mail('1'), often);
        h.queue.enqueue(mail('2'), often);
        await h.clock.advance(MINUTE);
        h.restart(MINUTE);
        await h.clock.advance(0);
        h.queue.enqueue(mail('3'), often);
        await h.clock.advance(3 * MINUTE - SECOND);
        deepEqual(h.transport.subjects, ['1']);
        await h.clock.advance(SECOND);
        deepEqual(h.transport.subjects, ['1', '3 (+1 more)']);
    });

    it('sends what was gathered and fell due while the program was off', async () => {
        h.open();
        h.queue.enqueue(mail('1'), often);
        h.queue.enqueue(mail('2'), often);
        await h.clock.advance(0);
        h.restart(DAY);
        await h.clock.advance(0);
        deepEqual(h.transport.subjects, ['1', '2']);
    });

    it('holds the mails of an outage for their time, whatever is done to the wall clock meanwhile', async () => {
        for (const hours of [-5, 5]) {
            h = new QueueHarness();
            h.clock.boot = { id: 'a', origin: 500_000 };
            h.open();
            const hold = { ups: 'ups1', outage: true, maxMs: 30 * MINUTE };
            h.queue.enqueue(mail('1'), { hold });
            await h.clock.advance(MINUTE);
            h.restart(9 * MINUTE, hours * 60 * MINUTE);
            h.queue.enqueue(mail('2'), { hold });
            await h.clock.advance(20 * MINUTE - SECOND);
            deepEqual(h.transport.subjects, [], `${hours} h`);
            await h.clock.advance(SECOND);
            deepEqual(h.transport.subjects, ['2 (+1 more)']);
            await h.end();
        }
        h.open();
    });

    it('waits no longer than the interval if the clock was set back a year', async () => {
        h.open();
        h.queue.enqueue(mail('1'), often);
        h.queue.enqueue(mail('2'), often);
        await h.clock.advance(0);
        h.restart(-365 * DAY);
        await h.clock.advance(5 * MINUTE);
        deepEqual(h.transport.subjects, ['1', '2']);
    });

    it('gathers for each set of readers apart', async () => {
        h.open();
        for (const to of ['a@x.org', 'b@x.org'])
            for (const n of [1, 2]) h.queue.enqueue(mail(`${to} ${n}`, { to: [to] }), often);
        await h.clock.advance(5 * MINUTE);
        deepEqual(h.transport.subjects, ['a@x.org 1', 'b@x.org 1', 'a@x.org 2', 'b@x.org 2']);
    });

    it('gives out what it holds with the next mail when the interval is taken away', async () => {
        h.open();
        h.queue.enqueue(mail('1'), often);
        h.queue.enqueue(mail('2'), often);
        h.queue.enqueue(mail('3'), { minimumMs: 0 });
        await h.clock.advance(0);
        deepEqual(h.transport.subjects, ['1', '3 (+1 more)']);
    });

    it('keeps the gathered mail when the server is away at the end of the interval', async () => {
        h.open();
        h.queue.enqueue(mail('1'), often);
        h.queue.enqueue(mail('2'), often);
        await h.clock.advance(MINUTE);
        h.transport.answer = unreachable;
        await h.clock.advance(10 * MINUTE);
        h.transport.answer = accept;
        await h.clock.advance(15 * MINUTE);
        deepEqual(h.transport.subjects, ['1', '2']);
    });
});
