import assert from 'node:assert/strict';
import type { BatteryConfig } from '../../../../lib/core/batteries/battery-config';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { all, BatteryBench } from '../../../support/battery-bench';
import { FakeClock } from '../../../support/fake-clock';
import { Killed, TapeJournal } from '../../../support/tape-journal';

const SLOW: Partial<BatteryConfig> = {
    limits: { voltage: { warning: { low: { value: 12, seconds: 60 } }, alarm: { low: { value: 11 } } } },
};
const volts = (but: Record<number, number> = {}) => ({ voltage: all(4, 13.5, but) });

describe('battery over a restart', () => {
    it('continues a duration, with the time in which nothing ran', () => {
        const bench = new BatteryBench(SLOW);
        bench.run(20, volts({ 1: 11.5 }));
        const next = bench.restart(20_000);
        next.clock.jumpWall(86_400_000);
        next.pass(volts({ 1: 11.5 }));
        next.clock.advanceSync(19_000);
        assert.deepEqual(next.told, []);
        next.clock.advanceSync(1000);
        assert.deepEqual(next.told, ['voltage-low-warning on']);
    });

    it('keeps an event that is on, with what it is about, and sends nothing again', () => {
        const bench = new BatteryBench(SLOW);
        bench.pass(volts({ 2: 10, 3: 10.5 }));
        const next = bench.restart(5000);
        const restored = next.source.activeEvents().find(({ id }) => id === 'voltage-low-alarm')!;
        assert.equal(restored.text, 'voltage-low-alarm on [2,3] 10');
        assert.equal(restored.value, 10);
        assert.equal(restored.episode, bench.edges[0]!.episode);
        assert.equal(next.source.stateOf('voltage-low-alarm').confirmed, false);
        next.pass(volts({ 3: 10 }));
        assert.deepEqual(next.told, []);
        assert.deepEqual(next.sets, ['voltage-low-alarm own [3]']);
        next.flags([], ['polling']);
        next.pass(volts({ 3: 10 }));
        assert.equal(next.source.stateOf('voltage-low-alarm').confirmed, true);
        next.pass(volts());
        assert.deepEqual(next.told, ['voltage-low-alarm off', 'general-alarm off']);
    });

    it('keeps a flag of the monitor until it is told off', () => {
        const bench = new BatteryBench(SLOW);
        bench.flags(['breaker-open']);
        const next = bench.restart(60_000);
        next.pass(volts());
        next.flags([], ['polling']);
        assert.deepEqual(next.told, []);
        const third = next.restart();
        third.flags([], ['breaker-open']);
        assert.deepEqual(third.told, ['breaker-open off']);
    });

    it('ends an event whose limit is gone from the settings', () => {
        const bench = new BatteryBench(SLOW);
        bench.pass(volts({ 2: 10 }));
        const next = bench.restart(0, { limits: {} });
        assert.deepEqual(next.told, ['voltage-low-alarm off', 'general-alarm off']);
    });

    it('confirms the former states when nobody answers', () => {
        const bench = new BatteryBench(SLOW);
        bench.pass(volts({ 2: 10 }));
        const next = bench.restart(1000);
        next.clock.advanceSync(30_000);
        assert.deepEqual(next.told, ['communication-lost on']);
        assert.equal(next.source.stateOf('voltage-low-alarm').confirmed, true);
        const third = next.restart(1000);
        third.clock.advanceSync(120_000);
        assert.deepEqual(third.told, []);
        third.pass(volts({ 2: 10 }));
        assert.deepEqual(third.told, ['communication-lost off', 'voltage-low-warning on']);
    });

    it('starts with whatever is kept, also rubbish', () => {
        for (const rubbish of [
            7,
            'x',
            [],
            { counts: { modules: -1 }, rules: 3, events: 'x', start: 4, parts: 5 },
            { at: NaN },
        ]) {
            const journal = new MemoryJournal();
            journal.setValue('battery1', 'battery', rubbish);
            journal.setValue('battery1', 'baseline', rubbish);
            const bench = new BatteryBench(SLOW, new FakeClock(), journal);
            bench.pass(volts({ 2: 10 }));
            assert.deepEqual(bench.told, ['voltage-low-alarm on', 'general-alarm on'], JSON.stringify(rubbish));
        }
    });

    it('loses nothing and sends nothing twice, whichever write the kill hits', () => {
        const { sent: expected, commits } = play(Infinity, false);
        assert.deepEqual(expected, [
            'voltage-low-warning true',
            'voltage-low-alarm true',
            'general-alarm true',
            'breaker-open true',
            'breaker-open false',
            'voltage-low-warning false',
            'voltage-low-alarm false',
            'general-alarm false',
            'breaker-open true',
            'voltage-low-alarm true',
            'general-alarm true',
            'voltage-low-alarm false',
            'general-alarm false',
        ]);
        assert.ok(commits > 20, `${commits}`);
        for (let at = 1; at <= commits; at++) {
            const after = at % 4 === 0;
            assert.deepEqual(play(at, after).sent, expected, `killed ${after ? 'after' : 'at'} write ${at}`);
        }
    });
});

type Step = (bench: BatteryBench) => void;

/** Flags and passes of a battery room; each is told again to the process that follows one that was killed by it. */
const STORY: Step[] = [
    (bench) => bench.flags([], ['voltage-low-alarm', 'breaker-open']),
    ...steps(3, (bench) => bench.pass(volts())),
    ...steps(9, (bench) => bench.pass(volts({ 1: 11.5 }))),
    ...steps(2, (bench) => bench.pass(volts({ 1: 10, 2: 10.9 }))),
    (bench) => bench.flags(['voltage-low-alarm', 'breaker-open']),
    ...steps(2, (bench) => bench.pass(volts({ 1: 11.5, 2: 10.9 }))),
    (bench) => bench.flags(['voltage-low-alarm'], ['voltage-low-alarm', 'breaker-open']),
    ...steps(3, (bench) => bench.pass(volts())),
    (bench) => bench.flags([], ['voltage-low-alarm', 'breaker-open']),
    (bench) => bench.flags(['breaker-open'], ['voltage-low-alarm', 'breaker-open']),
    ...steps(2, (bench) => bench.pass(volts({ 4: 10 }))),
    ...steps(2, (bench) => bench.pass(volts())),
];

function steps(count: number, step: Step): Step[] {
    return Array.from({ length: count }, () => step);
}

function play(killAt: number, after: boolean): { sent: string[]; commits: number } {
    let journal = new TapeJournal([], killAt, after);
    const clock = new FakeClock();
    let bench: BatteryBench | undefined;
    const follow = (next: () => BatteryBench) => {
        bench = next();
        bench.source.subscribe((change) => {
            if (change.kind !== 'edge') return;
            const { event } = change;
            const key = `${event.episode}|${event.active}`;
            const record = { topic: '', payload: event.active, event };
            journal.saveDelivery({ nodeId: 'follower', key, message: record, at: 0 });
        });
    };
    const alive = (step: () => void) => {
        try {
            step();
            return true;
        } catch (error) {
            if (!(error instanceof Killed)) throw error;
            journal = journal.reopened();
            follow(() => (bench ? bench.restart(3000, SLOW, journal) : new BatteryBench(SLOW, clock, journal)));
            return false;
        }
    };
    alive(() => follow(() => new BatteryBench(SLOW, clock, journal)));
    for (const step of STORY) {
        if (!alive(() => step(bench!))) alive(() => step(bench!));
        alive(() => clock.advanceSync(10_000));
    }
    const sent = journal.unsettledDeliveries('follower');
    assert.equal(new Set(sent.map(({ key }) => key)).size, sent.length);
    return { sent: sent.map(({ message }) => `${message.event.id} ${message.event.active}`), commits: journal.commits };
}
