import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { message } from '../../store/support';

describe('MemoryJournal', () => {
    it('knows what was sent and done lately, and does not grow for ever', () => {
        const journal = new MemoryJournal();
        const happened = 12_000;
        for (let n = 0; n < happened; n++) {
            const record = { nodeId: 'n', key: `k${n}`, message: message(`e${n}`), at: n };
            journal.saveDelivery(record);
            journal.settleDelivery('n', record.key);
            journal.beginJob(record);
            journal.finishJob('n', record.key);
        }
        const begin = (n: number) => journal.beginJob({ nodeId: 'n', key: `k${n}`, message: message(), at: 0 });
        assert.equal(journal.hasDelivery('n', `k${happened - 1}`), true);
        assert.equal(journal.hasDelivery('n', `k${happened - 5000}`), true);
        assert.equal(journal.hasDelivery('n', 'k0'), false);
        assert.equal(begin(happened - 1), 'done');
        assert.equal(begin(happened - 5000), 'done');
        assert.equal(begin(0), 'new');
    });

    it('forgets nothing that is under way, however much happens meanwhile', () => {
        const journal = new MemoryJournal();
        const job = (key: string) => ({ nodeId: 'n', key, message: message(key), at: 0 });
        journal.beginJob(job('long'));
        journal.saveDelivery(job('unsettled'));
        for (let n = 0; n < 12_000; n++) {
            journal.beginJob(job(`k${n}`));
            journal.finishJob('n', `k${n}`);
        }
        assert.equal(journal.beginJob(job('long')), 'interrupted');
        assert.deepEqual(
            journal.interruptedJobs('n').map(({ key }) => key),
            ['long'],
        );
        assert.equal(journal.unsettledDeliveries('n').length, 1);
    });
});
