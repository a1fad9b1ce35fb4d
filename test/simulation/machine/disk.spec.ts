import assert from 'node:assert/strict';
import { journalContract } from '../../lib/core/journal/contract';
import { message } from '../../lib/store/support';
import { Disk, DiskJournal, Killed } from './disk';

journalContract('the journal of the simulation', () => {
    const disk = new Disk();
    let journal = new DiskJournal(disk);
    return {
        open: () => journal,
        reopen: () => {
            journal.detach();
            disk.processEnded();
            return (journal = new DiskJournal(disk));
        },
        dispose: () => undefined,
    };
});

describe('a kill at a write of the journal', () => {
    const begun = (journal: DiskJournal) => journal.beginJob({ nodeId: 'n', key: 'k', message: message(), at: 1 });
    let disk: Disk;
    let journal: DiskJournal;
    const killAt = (write: number, durable: boolean) => {
        const kill = (number: number, moment: boolean) => {
            if (number !== write || moment !== durable) return;
            journal.detach();
            throw new Killed();
        };
        disk.watch = { before: (number) => kill(number, false), after: (number) => kill(number, true) };
    };
    const restart = () => {
        disk.watch = undefined;
        disk.processEnded();
        return new DiskJournal(disk);
    };
    beforeEach(() => {
        disk = new Disk();
        journal = new DiskJournal(disk);
    });

    it('before it is durable: it was never made', () => {
        killAt(1, false);
        assert.throws(() => begun(journal), Killed);
        assert.equal(begun(restart()), 'new');
    });

    it('after it is durable: it stands', () => {
        killAt(1, true);
        assert.throws(() => begun(journal), Killed);
        assert.equal(begun(restart()), 'interrupted');
    });

    it('a transaction counts as one, and leaves nothing behind', () => {
        killAt(2, false);
        journal.setValue('o', 'first', 1);
        assert.throws(
            () =>
                journal.transaction(() => {
                    journal.setValue('o', 'first', 2);
                    journal.setValue('o', 'second', 2);
                }),
            Killed,
        );
        const next = restart();
        assert.deepEqual([next.getValue('o', 'first'), next.getValue('o', 'second')], [1, undefined]);
    });

    it('what the killed process still does reaches nothing', () => {
        killAt(1, true);
        assert.throws(() => journal.setValue('o', 'name', 1), Killed);
        journal.setValue('o', 'name', 2);
        assert.equal(restart().getValue('o', 'name'), 1);
    });

    it('what a failing disk has not kept is gone with the process, and kept once it works again', () => {
        journal.setValue('o', 'before', 1);
        disk.setFailing(true);
        journal.setValue('o', 'before', 2);
        assert.equal(journal.getValue('o', 'before'), 2);
        journal = restart();
        assert.equal(journal.getValue('o', 'before'), 1);
        journal.setValue('o', 'before', 3);
        disk.setFailing(false);
        assert.equal(restart().getValue('o', 'before'), 3);
    });
});
