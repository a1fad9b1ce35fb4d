import { deepEqual, equal, match, notEqual } from 'node:assert/strict';
import type { UpsError } from '../../../../lib/core/errors';
import { MemoryMailQueueStore } from '../../../../lib/protocols/mail/queue-store';
import { MailError } from '../../../../lib/protocols/mail/transport';
import { accept, loginRefused, mail, refusing, unreachable } from './memory-transport';
import { DAY, MINUTE, QueueHarness, SECOND } from './queue-harness';
import { errorInEnglish } from '../../../support/in-english';

describe('mail queue', () => {
    let h: QueueHarness;

    beforeEach(() => {
        h = new QueueHarness();
    });
    afterEach(() => h.end());

    it('sends a mail at once, and forgets it when the server has it', async () => {
        const { id, outcome } = h.open().enqueue(mail('one'));
        equal(h.store.list('account1')[0].id, id, 'in the store before the server answers');
        await h.clock.advance(0);
        deepEqual(await outcome, { state: 'sent', attempts: 1, accepted: ['ops@example.org'], refused: [] });
        deepEqual(h.transport.subjects, ['one']);
        deepEqual(h.store.list('account1'), []);
        equal(h.queue.state().depth, 0);
        deepEqual(h.log, [], 'the job reports it, nobody else');
    });

    it('sends the oldest first and one at a time', async () => {
        h.transport.answer = async (outgoing) => {
            await new Promise<void>((resolve) => h.clock.setTimeout(resolve, SECOND));
            return accept(outgoing);
        };
        h.open();
        for (const subject of ['1', '2', '3', '4']) h.queue.enqueue(mail(subject));
        await h.clock.advance(10 * SECOND);
        deepEqual(h.transport.subjects, ['1', '2', '3', '4']);
        equal(h.transport.mostAtOnce, 1);
    });

    it('keeps mails while the server is away, with growing waits, and sends them when it returns', async () => {
        h.transport.answer = unreachable;
        const { outcome } = h.open().enqueue(mail('mains failed'));
        await h.clock.advance(0);
        const first = await outcome;
        equal(first.state, 'queued');
        equal((first as { error: UpsError }).error.code, 'mail-unreachable');
        const times: number[] = [];
        let seen = h.transport.attempts.length;
        for (let at = 0; at < 60 * MINUTE; at += SECOND) {
            await h.clock.advance(SECOND);
            if (h.transport.attempts.length > seen) times.push((at + SECOND) / SECOND);
            seen = h.transport.attempts.length;
        }
        deepEqual(times, [10, 40, 100, 400, 1300, 2200, 3100]);
        equal(h.queue.state().lastError?.code, 'mail-unreachable');
        h.transport.answer = accept;
        await h.clock.advance(15 * MINUTE);
        deepEqual(h.transport.subjects, ['mains failed']);
        equal(h.queue.state().lastError, undefined);
        equal(h.log.length, 1);
        match(h.log[0].text, /^Mail "mains failed" sent to ops@example.org at attempt 9$/);
    });

    it('tries an unreachable server with one mail, not with each of them', async () => {
        h.transport.answer = unreachable;
        h.open();
        const outcomes = ['1', '2', '3'].map((subject) => h.queue.enqueue(mail(subject)).outcome);
        await h.clock.advance(0);
        equal(h.transport.attempts.length, 1);
        deepEqual(
            (await Promise.all(outcomes)).map(({ state }) => state),
            ['queued', 'queued', 'queued'],
        );
        h.transport.answer = accept;
        await h.clock.advance(10 * SECOND);
        deepEqual(h.transport.subjects, ['1', '2', '3']);
    });

    it('looks sooner for a server that was away when a new mail comes, but not oftener than each 10 s', async () => {
        h.transport.answer = unreachable;
        h.open().enqueue(mail('1'));
        await h.clock.advance(30 * MINUTE);
        const before = h.transport.attempts.length;
        h.queue.enqueue(mail('2'));
        await h.clock.advance(0);
        equal(h.transport.attempts.length, before + 1, 'last attempt is minutes ago: at once');
        for (let count = 0; count < 20; count++) {
            h.queue.enqueue(mail(`storm ${count}`));
            await h.clock.advance(SECOND);
        }
        equal(h.transport.attempts.length, before + 3);
    });

    it('does not hammer a server that refuses the log-in, and keeps the mails', async () => {
        h.transport.answer = loginRefused;
        h.open().enqueue(mail('1'));
        await h.clock.advance(0);
        for (let count = 0; count < 4; count++) {
            h.queue.enqueue(mail(`more ${count}`));
            await h.clock.advance(MINUTE);
        }
        equal(h.transport.attempts.length, 1);
        await h.clock.advance(MINUTE);
        equal(h.transport.attempts.length, 2);
        equal(h.queue.state().depth, 5);
    });

    it('drops what is refused for good, keeping its text in the log', async () => {
        h.transport.answer = unreachable;
        const { outcome } = h.open().enqueue(mail('bad'));
        await h.clock.advance(0);
        equal((await outcome).state, 'queued');
        h.transport.answer = refusing(true);
        await h.clock.advance(10 * SECOND);
        deepEqual(h.store.list('account1'), []);
        equal(h.log.length, 1);
        equal(h.log[0].level, 'error');
        match(h.log[0].text, /given up: 550 no such user/);
        equal((h.log[0].detail as { text: string }).text, 'text of bad');
        await h.clock.advance(DAY);
        equal(h.transport.attempts.length, 2);
    });

    it('leaves it to the job to report what is refused at the first attempt', async () => {
        h.transport.answer = refusing(true);
        const { outcome } = h.open().enqueue(mail('bad'));
        await h.clock.advance(0);
        const refused = await outcome;
        equal(refused.state, 'failed');
        equal((refused as { error: UpsError }).error.data.reason, '550 no such user');
        deepEqual(h.log, []);
    });

    it('lets other mails pass one that the server puts off', async () => {
        h.transport.answer = (outgoing) =>
            outgoing.mail.subject === 'grey' ? refusing(false)(outgoing) : accept(outgoing);
        h.open();
        const grey = h.queue.enqueue(mail('grey')).outcome;
        const other = h.queue.enqueue(mail('other')).outcome;
        await h.clock.advance(0);
        equal((await grey).state, 'queued');
        equal((await other).state, 'sent');
        h.transport.answer = accept;
        await h.clock.advance(10 * SECOND);
        deepEqual(h.transport.subjects, ['other', 'grey']);
    });

    it('repeats a mail only for the recipients that were put off', async () => {
        h.transport.answer = () => ({
            accepted: ['a@x.org'],
            refused: [
                { address: 'b@x.org', permanent: false, reason: '450 busy' },
                { address: 'c@x.org', permanent: true, reason: '550 unknown' },
            ],
            response: '250 ok',
        });
        const { outcome } = h.open().enqueue(mail('m', { to: ['a@x.org', 'b@x.org', 'c@x.org'] }));
        await h.clock.advance(0);
        const sent = await outcome;
        equal(sent.state === 'sent' && sent.refused.length, 2);
        h.transport.answer = accept;
        await h.clock.advance(DAY);
        deepEqual(
            h.transport.sent.map((outgoing) => outgoing.mail.to),
            [['a@x.org', 'b@x.org', 'c@x.org'], ['b@x.org']],
        );
        equal(h.queue.state().depth, 0);
    });

    it('gives up after three days of trying, and says so', async () => {
        h.transport.answer = unreachable;
        h.open().enqueue(mail('old'));
        await h.clock.advance(3 * DAY - MINUTE);
        equal(h.queue.state().depth, 1);
        await h.clock.advance(16 * MINUTE);
        equal(h.queue.state().depth, 0);
        match(h.log[0].text, /^Mail "old" to ops@example.org given up: ECONNREFUSED$/);
    });

    it('is not hurried into giving up by a jump of the wall clock', async () => {
        h.transport.answer = unreachable;
        h.open().enqueue(mail('kept'));
        await h.clock.advance(0);
        h.clock.jumpWall(56 * 365 * DAY);
        await h.clock.advance(MINUTE);
        equal(h.queue.state().depth, 1);
        h.transport.answer = accept;
        await h.clock.advance(5 * MINUTE);
        deepEqual(h.transport.subjects, ['kept']);
    });

    it('goes on after a kill: same mails, same order, same Message-IDs', async () => {
        h.transport.answer = unreachable;
        h.open();
        h.queue.enqueue(mail('1'));
        h.queue.enqueue(mail('2'));
        await h.clock.advance(0);
        const attempted = h.transport.attempts[0].messageId;
        // the process is gone: no close, its timers with it
        h.transport.answer = accept;
        h.restart();
        await h.clock.advance(0);
        deepEqual(h.transport.subjects, ['1', '2']);
        equal(h.transport.sent[0].messageId, attempted);
        match(attempted, /^<[\w-]{36}@plant\.example>$/);
        notEqual(h.transport.sent[1].messageId, attempted);
    });

    it('sends a mail whose delivery could not be noted again under the same Message-ID', async () => {
        const kept = new MemoryMailQueueStore();
        h.store = kept;
        h.open().enqueue(mail('twice'));
        const frozen = kept.list('account1');
        await h.clock.advance(0);
        // as if killed between the server's answer and our note of it
        frozen.forEach((record) => kept.save(record));
        h.restart();
        await h.clock.advance(0);
        deepEqual(h.transport.subjects, ['twice', 'twice']);
        equal(h.transport.sent[0].messageId, h.transport.sent[1].messageId);
    });

    it('counts waiting over restarts', async () => {
        h.transport.answer = unreachable;
        h.open().enqueue(mail('old'));
        for (let day = 0; day < 4; day++) {
            await h.clock.advance(DAY - MINUTE);
            h.restart(7 * DAY);
        }
        await h.clock.advance(0);
        equal(h.queue.state().depth, 0);
        match(h.log[0].text, /given up/);
    });

    it('tells a job that was interrupted what became of its mail', async () => {
        h.transport.answer = unreachable;
        const { id } = h.open().enqueue(mail('1'));
        h.transport.answer = accept;
        h.restart();
        const outcome = h.queue.outcomeOf(id)!;
        await h.clock.advance(0);
        equal((await outcome).state, 'sent');
        equal(h.queue.outcomeOf(id), undefined);
    });

    it('writes what the job wants to keep in the same transaction', () => {
        let inStore = 0;
        const { id } = h.open().enqueue(mail('1'), { alongside: () => (inStore = h.store.list('account1').length) });
        equal(inStore, 1);
        equal(h.store.list('account1')[0].id, id);
    });

    it('closes at once while the server has not been given the mail, and keeps it', async () => {
        h.transport.deaf = true;
        const gone = new AbortController();
        const { outcome } = h.open().enqueue(mail('stuck'), { signal: gone.signal });
        await h.clock.advance(SECOND);
        gone.abort();
        deepEqual(await outcome, { state: 'queued', attempts: 0 });
        await h.queue.close();
        equal(h.store.list('account1').length, 1);
        h.transport.deaf = false;
        h.open();
        await h.clock.advance(SECOND);
        deepEqual(h.transport.subjects, ['stuck']);
    });

    it('closes within 8 s even if the server never answers, and keeps the mail', async () => {
        h.transport.answer = () => new Promise(() => undefined);
        const { outcome } = h.open().enqueue(mail('stuck'));
        await h.clock.advance(SECOND);
        let closed = false;
        const closing = h.queue.close().then(() => (closed = true));
        await h.clock.advance(7 * SECOND);
        equal(closed, false);
        await h.clock.advance(SECOND);
        await closing;
        deepEqual(await outcome, { state: 'queued', attempts: 0 });
        equal(h.store.list('account1').length, 1);
    });

    it('waits at its close for the answer of a server that thinks over the final dot, and tells the job that leaves', async () => {
        for (const [reply, state, left] of [
            [accept, 'sent', 0],
            [refusing(true), 'failed', 0],
            [refusing(false), 'queued', 1],
        ] as const) {
            let answer = () => {};
            h.transport.answer = (one) =>
                new Promise((resolve) => (answer = () => resolve(one))).then(() => reply(one));
            const gone = new AbortController();
            const { outcome } = h.open().enqueue(mail(state), { signal: gone.signal });
            await h.clock.advance(SECOND);
            gone.abort();
            const closing = h.queue.close();
            await h.clock.advance(5 * SECOND);
            answer();
            await closing;
            equal((await outcome).state, state);
            equal(h.store.list('account1').length, left, state);
            equal(h.log.length, 0, 'the job tells of it');
        }
    });

    it('gives a server that hangs two minutes', async () => {
        h.transport.answer = () => new Promise(() => undefined);
        const { outcome } = h.open().enqueue(mail('stuck'));
        await h.clock.advance(2 * MINUTE);
        const late = await outcome;
        equal(late.state, 'queued');
        match(errorInEnglish((late as { error: UpsError }).error), /no answer in time/);
    });

    it('lets a job that goes away leave its mail to the h.queue, which then tells the log', async () => {
        h.transport.answer = () => new Promise(() => undefined);
        const gone = new AbortController();
        const { outcome } = h.open().enqueue(mail('m'), { signal: gone.signal });
        await h.clock.advance(SECOND);
        gone.abort();
        await h.clock.advance(10 * SECOND);
        deepEqual(await outcome, { state: 'queued', attempts: 0 });
        h.transport.answer = accept;
        await h.clock.advance(3 * MINUTE);
        deepEqual(h.transport.subjects, ['m']);
        match(h.log[0].text, /sent to ops/);
    });

    it('is bounded: gives up the least needed, and says so', async () => {
        h.transport.answer = unreachable;
        h.open({ limit: 3 });
        h.queue.enqueue(mail('alarm 1'));
        h.queue.enqueue(mail('info', { level: 'info' }));
        h.queue.enqueue(mail('alarm 2'));
        await h.clock.advance(0);
        const last = h.queue.enqueue(mail('alarm 3'));
        equal(h.queue.state().depth, 3);
        deepEqual(
            h.store.list('account1').map((record) => record.mail.subject),
            ['alarm 1', 'alarm 2', 'alarm 3'],
        );
        match(h.log[0].text, /^Mail "info" .* given up: more than 3 mails are waiting$/);
        equal((await last.outcome).state, 'queued');
        const unneeded = h.queue.enqueue(mail('another info', { level: 'info' }));
        equal((await unneeded.outcome).state, 'failed');
    });

    it('says nothing to the log when told so', async () => {
        h.transport.answer = unreachable;
        h.open().enqueue(mail('quiet', { log: 'never' }));
        await h.clock.advance(0);
        h.transport.answer = refusing(true);
        await h.clock.advance(10 * SECOND);
        equal(h.queue.state().depth, 0);
        deepEqual(h.log, []);
    });

    it('sends even if the store fails, and reports that', async () => {
        h.store.save = () => {
            throw new Error('disk full');
        };
        const { outcome } = h.open().enqueue(mail('anyway'));
        await h.clock.advance(0);
        equal((await outcome).state, 'sent');
        equal(h.problems[0].code, 'store-failed');
        equal(h.problems[0].data.reason, 'disk full');
    });

    it('survives a transport that breaks its contract, without mailing for ever', async () => {
        h.transport.answer = () => undefined as never;
        const { outcome } = h.open().enqueue(mail('m'));
        await h.clock.advance(DAY);
        equal((await outcome).state, 'queued');
        equal(h.problems[0].code, 'command-failed');
        equal(h.transport.attempts.length, 1);
        h.transport.answer = accept;
        h.queue.enqueue(mail('next'));
        await h.clock.advance(0);
        equal(h.transport.subjects.at(-1), 'next');
    });

    it('reads the logs when the mail is sent, and goes without them if it must', async () => {
        let content = 'early';
        const attachments = () => [{ filename: 'event-h.log.csv', contentType: 'text/csv', content }];
        h.transport.answer = unreachable;
        h.open({ attachments }).enqueue(mail('m', { attachEventLog: true }));
        await h.clock.advance(0);
        content = 'late';
        h.transport.answer = (outgoing) => {
            if (!outgoing.attachments.length) return accept(outgoing);
            throw new MailError(
                'mail-refused',
                { reason: '552 too large' },
                { scope: 'mail', permanent: true, tooLarge: true },
            );
        };
        await h.clock.advance(10 * SECOND);
        equal(h.transport.attempts[1].attachments[0].content, 'late');
        match(
            h.transport.sent[0].mail.text,
            /^text of m\n\n\(Without the logs: the server finds the mail too large\)$/,
        );
    });

    it('sends without attachments when the store cannot be read', async () => {
        const attachments = () => {
            throw new Error('locked');
        };
        h.open({ attachments }).enqueue(mail('m', { attachEventLog: true }));
        await h.clock.advance(0);
        match(h.transport.sent[0].mail.text, /\(Without the logs: .*locked.*\)/);
        equal(h.problems.length, 1);
    });
});
