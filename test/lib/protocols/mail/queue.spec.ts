import { deepEqual, equal, match, notEqual, ok } from 'node:assert/strict';
import type { UpsError } from '../../../../lib/core/errors';
import type { NewLogEntry } from '../../../../lib/core/journal/event-log';
import { MailQueue } from '../../../../lib/protocols/mail/queue';
import { MemoryMailQueueStore } from '../../../../lib/protocols/mail/queue-store';
import type { MailOutcome, MailQueueOptions } from '../../../../lib/protocols/mail/queue-types';
import { MailError } from '../../../../lib/protocols/mail/transport';
import { FakeClock } from '../../../support/fake-clock';
import { accept, loginRefused, mail, MemoryTransport, refusing, unreachable } from './memory-transport';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 24 * 60 * MINUTE;

describe('mail queue', () => {
    let clock: FakeClock;
    let store: MemoryMailQueueStore;
    let transport: MemoryTransport;
    let log: NewLogEntry[];
    let problems: UpsError[];
    let queue: MailQueue;

    function open(change: Partial<MailQueueOptions> = {}): MailQueue {
        queue = new MailQueue({
            account: 'account1',
            domain: 'plant.example',
            store,
            transport,
            clock,
            log: (entry) => void log.push(entry),
            onProblem: (error) => void problems.push(error),
            ...change,
        });
        queue.start();
        return queue;
    }

    beforeEach(() => {
        clock = new FakeClock();
        store = new MemoryMailQueueStore();
        transport = new MemoryTransport();
        log = [];
        problems = [];
    });

    afterEach(async () => {
        const closing = queue.close();
        await clock.advance(10 * SECOND);
        await closing;
        equal(clock.pending, 0, 'timers left after close');
    });

    it('sends a mail at once, and forgets it when the server has it', async () => {
        const { id, outcome } = open().enqueue(mail('one'));
        equal(store.list('account1')[0].id, id, 'in the store before the server answers');
        await clock.advance(0);
        deepEqual(await outcome, { state: 'sent', attempts: 1, accepted: ['ops@example.org'], refused: [] });
        deepEqual(transport.subjects, ['one']);
        deepEqual(store.list('account1'), []);
        equal(queue.state().depth, 0);
        deepEqual(log, [], 'the job reports it, nobody else');
    });

    it('sends the oldest first and one at a time', async () => {
        transport.answer = async (outgoing) => {
            await new Promise<void>((resolve) => clock.setTimeout(resolve, SECOND));
            return accept(outgoing);
        };
        open();
        for (const subject of ['1', '2', '3', '4']) queue.enqueue(mail(subject));
        await clock.advance(10 * SECOND);
        deepEqual(transport.subjects, ['1', '2', '3', '4']);
        equal(transport.mostAtOnce, 1);
    });

    it('keeps mails while the server is away, with growing waits, and sends them when it returns', async () => {
        transport.answer = unreachable;
        const { outcome } = open().enqueue(mail('mains failed'));
        await clock.advance(0);
        const first = await outcome;
        equal(first.state, 'queued');
        equal((first as { error: UpsError }).error.code, 'mail-unreachable');
        const times: number[] = [];
        let seen = transport.attempts.length;
        for (let at = 0; at < 60 * MINUTE; at += SECOND) {
            await clock.advance(SECOND);
            if (transport.attempts.length > seen) times.push((at + SECOND) / SECOND);
            seen = transport.attempts.length;
        }
        deepEqual(times, [10, 40, 100, 400, 1300, 2200, 3100]);
        equal(queue.state().lastError?.code, 'mail-unreachable');
        transport.answer = accept;
        await clock.advance(15 * MINUTE);
        deepEqual(transport.subjects, ['mains failed']);
        equal(queue.state().lastError, undefined);
        equal(log.length, 1);
        match(log[0].text, /^Mail "mains failed" sent to ops@example.org at attempt 9$/);
    });

    it('tries an unreachable server with one mail, not with each of them', async () => {
        transport.answer = unreachable;
        open();
        const outcomes = ['1', '2', '3'].map((subject) => queue.enqueue(mail(subject)).outcome);
        await clock.advance(0);
        equal(transport.attempts.length, 1);
        deepEqual(
            (await Promise.all(outcomes)).map(({ state }) => state),
            ['queued', 'queued', 'queued'],
        );
        transport.answer = accept;
        await clock.advance(10 * SECOND);
        deepEqual(transport.subjects, ['1', '2', '3']);
    });

    it('looks sooner for a server that was away when a new mail comes, but not oftener than each 10 s', async () => {
        transport.answer = unreachable;
        open().enqueue(mail('1'));
        await clock.advance(30 * MINUTE);
        const before = transport.attempts.length;
        queue.enqueue(mail('2'));
        await clock.advance(0);
        equal(transport.attempts.length, before + 1, 'last attempt is minutes ago: at once');
        for (let count = 0; count < 20; count++) {
            queue.enqueue(mail(`storm ${count}`));
            await clock.advance(SECOND);
        }
        equal(transport.attempts.length, before + 3);
    });

    it('does not hammer a server that refuses the log-in, and keeps the mails', async () => {
        transport.answer = loginRefused;
        open().enqueue(mail('1'));
        await clock.advance(0);
        for (let count = 0; count < 4; count++) {
            queue.enqueue(mail(`more ${count}`));
            await clock.advance(MINUTE);
        }
        equal(transport.attempts.length, 1);
        await clock.advance(MINUTE);
        equal(transport.attempts.length, 2);
        equal(queue.state().depth, 5);
    });

    it('drops what is refused for good, keeping its text in the log', async () => {
        transport.answer = unreachable;
        const { outcome } = open().enqueue(mail('bad'));
        await clock.advance(0);
        equal((await outcome).state, 'queued');
        transport.answer = refusing(true);
        await clock.advance(10 * SECOND);
        deepEqual(store.list('account1'), []);
        equal(log.length, 1);
        equal(log[0].level, 'error');
        match(log[0].text, /given up: 550 no such user/);
        equal((log[0].detail as { text: string }).text, 'text of bad');
        await clock.advance(DAY);
        equal(transport.attempts.length, 2);
    });

    it('leaves it to the job to report what is refused at the first attempt', async () => {
        transport.answer = refusing(true);
        const { outcome } = open().enqueue(mail('bad'));
        await clock.advance(0);
        const refused = await outcome;
        equal(refused.state, 'failed');
        equal((refused as { error: UpsError }).error.data.reason, '550 no such user');
        deepEqual(log, []);
    });

    it('lets other mails pass one that the server puts off', async () => {
        transport.answer = (outgoing) =>
            outgoing.mail.subject === 'grey' ? refusing(false)(outgoing) : accept(outgoing);
        open();
        const grey = queue.enqueue(mail('grey')).outcome;
        const other = queue.enqueue(mail('other')).outcome;
        await clock.advance(0);
        equal((await grey).state, 'queued');
        equal((await other).state, 'sent');
        transport.answer = accept;
        await clock.advance(10 * SECOND);
        deepEqual(transport.subjects, ['other', 'grey']);
    });

    it('repeats a mail only for the recipients that were put off', async () => {
        transport.answer = () => ({
            accepted: ['a@x.org'],
            refused: [
                { address: 'b@x.org', permanent: false, reason: '450 busy' },
                { address: 'c@x.org', permanent: true, reason: '550 unknown' },
            ],
            response: '250 ok',
        });
        const { outcome } = open().enqueue(mail('m', { to: ['a@x.org', 'b@x.org', 'c@x.org'] }));
        await clock.advance(0);
        const sent = await outcome;
        equal(sent.state === 'sent' && sent.refused.length, 2);
        transport.answer = accept;
        await clock.advance(DAY);
        deepEqual(
            transport.sent.map((outgoing) => outgoing.mail.to),
            [['a@x.org', 'b@x.org', 'c@x.org'], ['b@x.org']],
        );
        equal(queue.state().depth, 0);
    });

    it('gives up after three days of trying, and says so', async () => {
        transport.answer = unreachable;
        open().enqueue(mail('old'));
        await clock.advance(3 * DAY - MINUTE);
        equal(queue.state().depth, 1);
        await clock.advance(16 * MINUTE);
        equal(queue.state().depth, 0);
        match(log[0].text, /^Mail "old" to ops@example.org given up: ECONNREFUSED$/);
    });

    it('is not hurried into giving up by a jump of the wall clock', async () => {
        transport.answer = unreachable;
        open().enqueue(mail('kept'));
        await clock.advance(0);
        clock.jumpWall(56 * 365 * DAY);
        await clock.advance(MINUTE);
        equal(queue.state().depth, 1);
        transport.answer = accept;
        await clock.advance(5 * MINUTE);
        deepEqual(transport.subjects, ['kept']);
    });

    it('goes on after a kill: same mails, same order, same Message-IDs', async () => {
        transport.answer = unreachable;
        open();
        queue.enqueue(mail('1'));
        queue.enqueue(mail('2'));
        await clock.advance(0);
        const attempted = transport.attempts[0].messageId;
        // the process is gone: no close, its timers with it
        clock = new FakeClock(clock.now());
        transport.answer = accept;
        open();
        await clock.advance(0);
        deepEqual(transport.subjects, ['1', '2']);
        equal(transport.sent[0].messageId, attempted);
        match(attempted, /^<[\w-]{36}@plant\.example>$/);
        notEqual(transport.sent[1].messageId, attempted);
    });

    it('sends a mail whose delivery could not be noted again under the same Message-ID', async () => {
        const kept = new MemoryMailQueueStore();
        store = kept;
        open().enqueue(mail('twice'));
        const frozen = kept.list('account1');
        await clock.advance(0);
        // as if killed between the server's answer and our note of it
        frozen.forEach((record) => kept.save(record));
        clock = new FakeClock(clock.now());
        open();
        await clock.advance(0);
        deepEqual(transport.subjects, ['twice', 'twice']);
        equal(transport.sent[0].messageId, transport.sent[1].messageId);
    });

    it('counts waiting over restarts', async () => {
        transport.answer = unreachable;
        open().enqueue(mail('old'));
        for (let day = 0; day < 4; day++) {
            await clock.advance(DAY - MINUTE);
            clock = new FakeClock(clock.now() + 7 * DAY);
            open();
        }
        await clock.advance(0);
        equal(queue.state().depth, 0);
        match(log[0].text, /given up/);
    });

    it('tells a job that was interrupted what became of its mail', async () => {
        transport.answer = unreachable;
        const { id } = open().enqueue(mail('1'));
        clock = new FakeClock(clock.now());
        transport.answer = accept;
        open();
        const outcome = queue.outcomeOf(id)!;
        await clock.advance(0);
        equal((await outcome).state, 'sent');
        equal(queue.outcomeOf(id), undefined);
    });

    it('writes what the job wants to keep in the same transaction', () => {
        let inStore = 0;
        const { id } = open().enqueue(mail('1'), { alongside: () => (inStore = store.list('account1').length) });
        equal(inStore, 1);
        equal(store.list('account1')[0].id, id);
    });

    it('closes within 5 s even if the server never answers, and keeps the mail', async () => {
        transport.answer = () => new Promise(() => undefined);
        const { outcome } = open().enqueue(mail('stuck'));
        await clock.advance(SECOND);
        let closed = false;
        const closing = queue.close().then(() => (closed = true));
        await clock.advance(4 * SECOND);
        equal(closed, false);
        await clock.advance(SECOND);
        await closing;
        deepEqual(await outcome, { state: 'queued', attempts: 0 });
        equal(store.list('account1').length, 1);
    });

    it('gives a server that hangs two minutes', async () => {
        transport.answer = () => new Promise(() => undefined);
        const { outcome } = open().enqueue(mail('stuck'));
        await clock.advance(2 * MINUTE);
        const late = await outcome;
        equal(late.state, 'queued');
        match((late as { error: UpsError }).error.message, /no answer in time/);
    });

    it('lets a job that goes away leave its mail to the queue, which then tells the log', async () => {
        transport.answer = () => new Promise(() => undefined);
        const gone = new AbortController();
        const { outcome } = open().enqueue(mail('m'), { signal: gone.signal });
        await clock.advance(SECOND);
        gone.abort();
        deepEqual(await outcome, { state: 'queued', attempts: 0 });
        transport.answer = accept;
        await clock.advance(3 * MINUTE);
        deepEqual(transport.subjects, ['m']);
        match(log[0].text, /sent to ops/);
    });

    it('is bounded: gives up the least needed, and says so', async () => {
        transport.answer = unreachable;
        open({ limit: 3 });
        queue.enqueue(mail('alarm 1'));
        queue.enqueue(mail('info', { level: 'info' }));
        queue.enqueue(mail('alarm 2'));
        await clock.advance(0);
        const last = queue.enqueue(mail('alarm 3'));
        equal(queue.state().depth, 3);
        deepEqual(
            store.list('account1').map((record) => record.mail.subject),
            ['alarm 1', 'alarm 2', 'alarm 3'],
        );
        match(log[0].text, /^Mail "info" .* given up: more than 3 mails are waiting$/);
        equal((await last.outcome).state, 'queued');
        const unneeded = queue.enqueue(mail('another info', { level: 'info' }));
        equal((await unneeded.outcome).state, 'failed');
    });

    it('says nothing to the log when told so', async () => {
        transport.answer = unreachable;
        open().enqueue(mail('quiet', { log: 'never' }));
        await clock.advance(0);
        transport.answer = refusing(true);
        await clock.advance(10 * SECOND);
        equal(queue.state().depth, 0);
        deepEqual(log, []);
    });

    it('sends even if the store fails, and reports that', async () => {
        store.save = () => {
            throw new Error('disk full');
        };
        const { outcome } = open().enqueue(mail('anyway'));
        await clock.advance(0);
        equal((await outcome).state, 'sent');
        equal(problems[0].code, 'store-failed');
        equal(problems[0].data.reason, 'disk full');
    });

    it('reads the logs when the mail is sent, and goes without them if it must', async () => {
        let content = 'early';
        const attachments = () => [{ filename: 'event-log.csv', contentType: 'text/csv', content }];
        transport.answer = unreachable;
        open({ attachments }).enqueue(mail('m', { attachEventLog: true }));
        await clock.advance(0);
        content = 'late';
        transport.answer = (outgoing) => {
            if (!outgoing.attachments.length) return accept(outgoing);
            throw new MailError(
                'mail-refused',
                { reason: '552 too large' },
                { scope: 'mail', permanent: true, tooLarge: true },
            );
        };
        await clock.advance(10 * SECOND);
        equal(transport.attempts[1].attachments[0].content, 'late');
        match(transport.sent[0].mail.text, /^text of m\n\n\(Without the logs: the server finds the mail too large\)$/);
    });

    it('sends without attachments when the store cannot be read', async () => {
        const attachments = () => {
            throw new Error('locked');
        };
        open({ attachments }).enqueue(mail('m', { attachEventLog: true }));
        await clock.advance(0);
        match(transport.sent[0].mail.text, /\(Without the logs: .*locked.*\)/);
        equal(problems.length, 1);
    });

    describe('with a minimum interval', () => {
        const often = { minimumMs: 5 * MINUTE };

        it('sends the first at once and gathers the rest of the interval into one', async () => {
            open();
            const outcomes: MailOutcome[] = [];
            for (const subject of ['1', '2', '3', '4']) {
                void queue.enqueue(mail(subject), often).outcome.then((outcome) => outcomes.push(outcome));
                await clock.advance(MINUTE);
            }
            deepEqual(transport.subjects, ['1']);
            equal(queue.state().gathered, 3);
            deepEqual(
                outcomes.map(({ state }) => state),
                ['sent', 'gathered', 'gathered', 'gathered'],
            );
            equal((outcomes[1] as { until: number }).until, clock.now() + MINUTE);
            await clock.advance(MINUTE);
            deepEqual(transport.subjects, ['1', '4 (+2 more)']);
            for (const text of ['text of 2', 'text of 3', 'text of 4']) ok(transport.sent[1].mail.text.includes(text));
            deepEqual(store.list('account1'), []);
            queue.enqueue(mail('5'), often);
            await clock.advance(4 * MINUTE);
            equal(transport.sent.length, 2, 'the gathered mail begins an interval of its own');
            await clock.advance(MINUTE);
            deepEqual(transport.subjects[2], '5');
            await clock.advance(6 * MINUTE);
            queue.enqueue(mail('6'), often);
            await clock.advance(0);
            deepEqual(transport.subjects[3], '6', 'after a quiet interval at once again');
        });

        it('goes on gathering after a kill', async () => {
            open();
            queue.enqueue(mail('1'), often);
            queue.enqueue(mail('2'), often);
            await clock.advance(MINUTE);
            clock = new FakeClock(clock.now() + MINUTE);
            open();
            await clock.advance(0);
            queue.enqueue(mail('3'), often);
            await clock.advance(3 * MINUTE - SECOND);
            deepEqual(transport.subjects, ['1']);
            await clock.advance(SECOND);
            deepEqual(transport.subjects, ['1', '3 (+1 more)']);
        });

        it('sends what was gathered and fell due while the program was off', async () => {
            open();
            queue.enqueue(mail('1'), often);
            queue.enqueue(mail('2'), often);
            await clock.advance(0);
            clock = new FakeClock(clock.now() + DAY);
            open();
            await clock.advance(0);
            deepEqual(transport.subjects, ['1', '2']);
        });

        it('waits no longer than the interval if the clock was set back a year', async () => {
            open();
            queue.enqueue(mail('1'), often);
            queue.enqueue(mail('2'), often);
            await clock.advance(0);
            clock = new FakeClock(clock.now() - 365 * DAY);
            open();
            await clock.advance(5 * MINUTE);
            deepEqual(transport.subjects, ['1', '2']);
        });

        it('gathers for each set of readers apart', async () => {
            open();
            for (const to of ['a@x.org', 'b@x.org'])
                for (const n of [1, 2]) queue.enqueue(mail(`${to} ${n}`, { to: [to] }), often);
            await clock.advance(5 * MINUTE);
            deepEqual(transport.subjects, ['a@x.org 1', 'b@x.org 1', 'a@x.org 2', 'b@x.org 2']);
        });

        it('gives out what it holds with the next mail when the interval is taken away', async () => {
            open();
            queue.enqueue(mail('1'), often);
            queue.enqueue(mail('2'), often);
            queue.enqueue(mail('3'), { minimumMs: 0 });
            await clock.advance(0);
            deepEqual(transport.subjects, ['1', '3 (+1 more)']);
        });

        it('keeps the gathered mail when the server is away at the end of the interval', async () => {
            open();
            queue.enqueue(mail('1'), often);
            queue.enqueue(mail('2'), often);
            await clock.advance(MINUTE);
            transport.answer = unreachable;
            await clock.advance(10 * MINUTE);
            transport.answer = accept;
            await clock.advance(15 * MINUTE);
            deepEqual(transport.subjects, ['1', '2']);
        });
    });
});
