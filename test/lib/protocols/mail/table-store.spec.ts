import { deepEqual, equal, match } from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../../../lib/core/clock';
import { logAttachments } from '../../../../lib/protocols/mail/attachments';
import { TableMailQueueStore } from '../../../../lib/protocols/mail/table-store';
import { openStore, type Store } from '../../../../lib/store/store';
import { accept, mail, unreachable } from './memory-transport';
import { MINUTE, QueueHarness, SECOND } from './queue-harness';

describe('mail queue in a site store', () => {
    let h: QueueHarness;
    let directory: string;
    let site: Store;

    function openSite(): void {
        site = openStore({ directory, clock: new SystemClock() });
        h.store = new TableMailQueueStore(() => site);
    }

    beforeEach(() => {
        h = new QueueHarness();
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-mail-'));
        openSite();
    });
    afterEach(async () => {
        await h.end();
        site.close();
        rmSync(directory, { recursive: true });
        deepEqual(h.problems, []);
    });

    it('finds waiting and gathered mails again after a restart', async () => {
        h.transport.answer = unreachable;
        h.open();
        const often = { minimumMs: 5 * MINUTE };
        h.queue.enqueue(mail('1'), often);
        h.queue.enqueue(mail('2'), often);
        h.queue.enqueue(mail('3'), often);
        h.queue.enqueue(mail('other', { sourceId: 'job2' }));
        await h.clock.advance(0);
        const [attempted] = h.transport.attempts;
        const [row] = site.mailQueue.list({ account: 'account1' });
        deepEqual([row.attempts, row.state], [1, 'queued']);
        match(row.lastError!, /mail-unreachable/);
        await h.end();
        site.close();

        openSite();
        h.transport.answer = accept;
        h.restart(MINUTE);
        await h.clock.advance(0);
        deepEqual(h.transport.subjects, ['1', 'other']);
        equal(h.transport.sent[0].messageId, attempted.messageId);
        await h.clock.advance(4 * MINUTE - 11 * SECOND);
        equal(h.transport.sent.length, 2);
        await h.clock.advance(SECOND);
        equal(h.transport.subjects[2], '3 (+1 more)');
        deepEqual(site.mailQueue.list(), []);
    });

    it('keeps accounts apart', async () => {
        h.transport.answer = unreachable;
        h.open().enqueue(mail('mine'));
        await h.clock.advance(0);
        deepEqual(h.store.list('account2'), []);
        h.store.saveReleases('account2', { g: { at: 1, minimumMs: 2 } });
        deepEqual(h.store.releases('account1'), {});
        deepEqual(h.store.releases('account2'), { g: { at: 1, minimumMs: 2 } });
    });

    it('queues a mail and its job’s progress together or not at all', () => {
        h.open();
        const work = () =>
            site.transaction(() => {
                h.queue.enqueue(mail('m'), { alongside: (id) => site.setValue('job', 'mail', id) });
                throw new Error('killed');
            });
        try {
            work();
        } catch (error) {
            equal((error as Error).message, 'killed');
        }
        deepEqual(site.mailQueue.list(), []);
        equal(site.getValue('job', 'mail'), undefined);
    });

    it('attaches the newest entries of the logs, oldest of them first', () => {
        h.open();
        for (let n = 0; n < 1_005; n++) {
            site.append({ at: n, kind: 'log', level: 'info', source: 'test', text: `entry ${n}` });
        }
        const [{ content }] = logAttachments(mail('m', { attachEventLog: true }), {
            logCsv: (query) => site.logCsv(query),
            dataCsv: () => '',
        });
        const lines = content.toString().trim().split('\r\n');
        equal(lines.length, 1_001);
        match(lines[1], /entry 5\b/);
        match(lines[1_000], /entry 1004\b/);
    });
});
