import assert from 'node:assert/strict';
import { auxEventId, BATTERY_EVENTS } from '../../../../lib/core/batteries/events';
import { BatteryBench } from '../../../support/battery-bench';

/** The states that make the general alarm, by the list of triggers of the CS141 manual. */
const GENERAL = [
    'system-alarm',
    'voltage-high-alarm',
    'voltage-low-alarm',
    'temperature-high-alarm',
    'temperature-low-alarm',
    'impedance-high-alarm',
    'impedance-low-alarm',
    'thermal-runaway',
    ...Array.from({ length: 16 }, (_, i) => `thermal-runaway-string-${i + 1}`),
    'string-voltage-high-alarm',
    'string-voltage-low-alarm',
    'string-current-high-alarm',
    'string-current-low-alarm',
    'module-revision',
    'equalizing-deactivated',
    'current-deviation-discharge-alarm',
    'current-deviation-charge-alarm',
];

describe('flags of a battery monitor', () => {
    it('are events with their level, on and off, each in an episode of its own', () => {
        const flags = Object.entries(BATTERY_EVENTS).filter(([, { by }]) => by !== 'own');
        assert.equal(flags.length, 67);
        const bench = new BatteryBench();
        for (const [id, { level }] of flags) {
            bench.flags([id]);
            const on = bench.edges.find((edge) => edge.id === id)!;
            assert.equal(on.active, true, id);
            assert.equal(on.level, level, id);
            assert.equal(on.evidence!.values.by, 'card');
            assert.equal(bench.source.isActive('general-alarm'), GENERAL.includes(id) || id === 'general-alarm', id);
            bench.edges.length = 0;
            bench.flags([], [id]);
            assert.equal(bench.edges.find((edge) => edge.id === id)?.episode, on.episode, id);
            assert.equal(bench.source.isActive(id), false, id);
            bench.edges.length = 0;
        }
        assert.deepEqual(bench.journal.openEpisodes('battery1'), []);
    });

    it('cover every input of the I/O modules', () => {
        const bench = new BatteryBench();
        for (let i = 0; i < 16; i++) {
            bench.flags([], [], { inputs: Array.from({ length: 16 }, (_, k) => k === i) });
            assert.deepEqual(
                bench.source.activeEvents().map(({ id }) => id),
                [auxEventId(Math.floor(i / 4) + 1, (i % 4) + 1)],
            );
        }
    });

    it('are nothing if nobody knows them, or if only our rules can say so', () => {
        const bench = new BatteryBench();
        bench.flags(['no-such-state', 'module-fuse-blown', 'communication-lost', 'gx-r-aux-9-1']);
        assert.deepEqual(bench.told, []);
    });

    it('end the runaway of a string together with the flag of the whole system, which names no string then', () => {
        const bench = new BatteryBench({ modules: 4, strings: 2 });
        bench.flags(['thermal-runaway'], undefined, { strings: new Map([['thermal-runaway', [2]]]) });
        assert.deepEqual(bench.source.isActive('thermal-runaway-string-2'), true);
        bench.flags([], ['thermal-runaway'], { strings: new Map() });
        assert.deepEqual(bench.source.isActive('thermal-runaway-string-2'), false);
    });
});
