import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { OutageTally } from '../../../../lib/flow/history/outage-tally';
import { Registry } from '../../../../lib/flow/registry';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

describe('the count of outages', () => {
    const benches: UnitBench[] = [];
    /** A process with its engine; what is kept of it is in the journal of its site. */
    const begin = (bench: UnitBench, tally = true) => {
        benches.push(bench);
        const registry = new Registry(bench.clock);
        const store = Object.assign(bench.journal, { append: () => {} });
        registry.addSource(bench.unit, { id: 's', store } as never);
        return { registry, tally: tally ? new OutageTally(registry) : undefined! };
    };
    afterEach(() => {
        for (const { unit } of benches.splice(0)) unit.destroy();
    });
    const seconds = (told: number, expected: number) => assert.ok(Math.abs(told - expected) <= 2, `${told} s`);

    it('is 0 on mains, and grows with each outage and each second of it', () => {
        const bench = new UnitBench();
        const { tally } = begin(bench);
        bench.readFor(5, onMains);
        assert.deepEqual(tally.of('unit1'), { count: 0, seconds: 0 });
        bench.readFor(30, onBattery);
        assert.equal(tally.of('unit1')!.count, 1);
        seconds(tally.of('unit1')!.seconds, 30);
        bench.readFor(60, onMains);
        bench.readFor(10, onBattery);
        assert.equal(tally.of('unit1')!.count, 2);
        seconds(tally.of('unit1')!.seconds, 40);
        bench.readFor(5, onMains);
        seconds(tally.of('unit1')!.seconds, 40);
        assert.equal(tally.of('another'), undefined);
    });

    it('counts an outage once that a kill falls into, with the time in between', () => {
        const before = new UnitBench();
        begin(before);
        before.readFor(5, onMains);
        before.readFor(20, onBattery);
        const after = before.restart(60_000);
        const { tally } = begin(after);
        after.readFor(10, onBattery);
        assert.equal(tally.of('unit1')!.count, 1);
        seconds(tally.of('unit1')!.seconds, 90);
        after.readFor(20, onMains);
        assert.equal(tally.of('unit1')!.count, 1);
        seconds(tally.of('unit1')!.seconds, 90);
    });

    it('goes on over a restart on mains, and over a new node for the same UPS', () => {
        const before = new UnitBench();
        begin(before);
        before.readFor(20, onBattery);
        before.readFor(20, onMains);
        const after = before.restart(60_000);
        const { tally, registry } = begin(after);
        after.readFor(5, onMains);
        assert.equal(tally.of('unit1')!.count, 1);
        seconds(tally.of('unit1')!.seconds, 20);
        registry.removeSource(after.unit);
        assert.equal(tally.of('unit1'), undefined);
        const next = new UnitBench({}, after.clock, after.journal);
        benches.push(next);
        registry.addSource(next.unit, { id: 's', store: Object.assign(next.journal, { append: () => {} }) } as never);
        next.readFor(10, onBattery);
        assert.equal(tally.of('unit1')!.count, 2);
    });

    it('counts a silent UPS in an outage on, and one that is silent on mains not', () => {
        const bench = new UnitBench();
        const { tally } = begin(bench);
        bench.readFor(10, onBattery);
        bench.clock.advanceSync(120_000);
        seconds(tally.of('unit1')!.seconds, 130);
        bench.readFor(10, onMains);
        const told = tally.of('unit1')!;
        bench.clock.advanceSync(120_000);
        assert.deepEqual(tally.of('unit1'), told);
    });

    it('begins anew where nonsense stands in the journal', () => {
        const journal = new MemoryJournal();
        journal.setValue('counters', 'outages:unit1', { count: 'many', seconds: null });
        const bench = new UnitBench({}, undefined, journal);
        assert.deepEqual(begin(bench).tally.of('unit1'), { count: 0, seconds: 0 });
    });
});
