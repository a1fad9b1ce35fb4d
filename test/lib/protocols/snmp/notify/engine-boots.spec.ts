import assert from 'node:assert/strict';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import type { UpsError } from '../../../../../lib/core/errors';
import { MemoryJournal } from '../../../../../lib/core/journal/memory-journal';
import { EngineBoots, MAX_BOOTS } from '../../../../../lib/protocols/snmp/notify/engine-boots';
import { Bench, Writer } from '../../../store/support';

const ID = '80000d3905746573742d656e67696e65';

describe('the starts of an SNMPv3 engine', () => {
    it('are counted once for each process and engine, however often it is deployed', () => {
        const journal = new MemoryJournal();
        for (const expected of [1, 2, 3]) {
            const process_ = new EngineBoots();
            assert.deepEqual(
                [process_.of([journal], ID), process_.of([journal], ID.toUpperCase())],
                [expected, expected],
            );
        }
        assert.equal(new EngineBoots().of([journal], `${ID}00`), 1, 'another engine has a count of its own');
    });

    it('never go back: a store that comes later, with the count of another process, raises it', () => {
        const [early, late] = [new MemoryJournal(), new MemoryJournal()];
        for (let start = 0; start < 7; start++) new EngineBoots().of([late], ID);
        const ours = new EngineBoots();
        assert.equal(ours.of([early], ID), 1);
        assert.equal(ours.of([early, late], ID), 8);
        assert.equal(ours.of([early], ID), 8);
        assert.equal(new EngineBoots().of([early], ID), 9, 'the early one has learned it');
    });

    it('stop at the largest count of RFC 3414, and say what to do', () => {
        const journal = new MemoryJournal();
        new EngineBoots('a').of([journal], ID);
        journal.setValue('counters', `snmp-engine/${ID}`, { boots: MAX_BOOTS - 2, run: 'a' });
        assert.equal(new EngineBoots().of([journal], ID), MAX_BOOTS - 1);
        for (let start = 0; start < 2; start++) {
            const spent = (error: UpsError) => error.code === 'config-invalid' && error.data.property === 'engineId';
            assert.throws(() => new EngineBoots().of([journal], ID), spent);
        }
    });

    it('take what is no count in the store for none', () => {
        for (const rubbish of ['x', { boots: 'many' }, { boots: -3 }, { boots: 1.5 }, null]) {
            const journal = new MemoryJournal();
            journal.setValue('counters', `snmp-engine/${ID}`, rubbish);
            assert.equal(new EngineBoots().of([journal], ID), 1);
        }
    });
});

describe('the starts of an SNMPv3 engine in a store', () => {
    let bench: Bench;
    beforeEach(() => (bench = new Bench()));
    afterEach(() => bench.dispose());
    const start = () => new EngineBoots().of([bench.reopen()], ID);

    it('are kept', () => {
        assert.deepEqual([start(), start(), start()], [1, 2, 3]);
    });

    for (const whenInUse of ['watch', 'work'] as const) {
        it(`go on from what another process had counted when its store becomes ours (${whenInUse})`, async () => {
            for (let n = 1; n < 6; n++) start();
            bench.closeAll();
            const other = new Writer(bench.directory, 1, 'hold');
            assert.equal(await other.firstLine(), 'open');
            const waiting = bench.open({}, bench.directory, whenInUse);
            const ours = new EngineBoots();
            assert.equal(ours.of([waiting], ID), 1);
            await other.kill();
            bench.clock.advanceSync(10_000);
            assert.equal(waiting.mode, 'disk');
            assert.equal(ours.of([waiting], ID), 6);
        });
    }

    it('go on from the file when it could not be read at the start', () => {
        for (let n = 1; n < 6; n++) start();
        bench.closeAll();
        const elsewhere = `${bench.directory}.old`;
        renameSync(bench.directory, elsewhere);
        writeFileSync(bench.directory, 'in the way');
        const store = bench.open();
        const ours = new EngineBoots();
        assert.deepEqual([store.mode, ours.of([store], ID)], ['memory', 1]);
        rmSync(bench.directory);
        renameSync(elsewhere, bench.directory);
        bench.clock.advanceSync(60_000);
        assert.deepEqual([store.mode, ours.of([store], ID)], ['disk', 6]);
    });
});
