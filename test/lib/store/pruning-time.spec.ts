import assert from 'node:assert/strict';
import type { Access } from '../../../lib/store/database';
import { JournalPruner } from '../../../lib/store/journal-pruner';
import { FakeClock } from '../../support/fake-clock';

describe('when the journal is pruned', () => {
    let clock: FakeClock;
    let pruned: number;
    let pruner: JournalPruner;

    beforeEach(() => {
        clock = new FakeClock();
        pruned = 0;
        const nothing = { changes: 0, id: 0 };
        const db = { transaction: (work: () => unknown) => work(), write: () => nothing } as unknown as Access;
        pruner = new JournalPruner(
            clock,
            () => db,
            7,
            () => {
                pruned++;
                return false;
            },
        );
        // The first time is a minute after the start.
        clock.advanceSync(61_000);
        pruned = 0;
    });

    function write(commits: number, everyMs: number): void {
        for (let n = 0; n < commits; n++) {
            pruner.committed();
            clock.advanceSync(everyMs);
        }
    }

    it('not while an outage is written: when it is calm again', () => {
        write(3000, 5);
        assert.equal(pruned, 0);
        clock.advanceSync(2000);
        assert.equal(pruned, 1);
    });

    it('after many writes all the same, however fast they come', () => {
        write(9000, 0.5);
        assert.equal(pruned, 0);
        write(6000, 0.5);
        assert.equal(pruned, 1);
    });

    it('between the repeats of each second', () => {
        write(1010, 1000);
        assert.equal(pruned, 1);
    });

    it('each hour where little is written', () => {
        clock.advanceSync(3_600_000);
        assert.equal(pruned, 1);
    });
});
