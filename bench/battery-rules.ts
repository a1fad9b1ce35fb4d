import { BatterySource } from '../lib/core/batteries/battery-source';
import { deviation, type BatteryLimits, type LimitPair } from '../lib/core/batteries/limits';
import type { BatteryFlags, BatterySweep } from '../lib/core/batteries/model';
import { LevelBank } from '../lib/core/batteries/level-bank';
import { SystemClock, type Clock } from '../lib/core/clock';
import { MemoryJournal } from '../lib/core/journal/memory-journal';
import { withinTargets, type Measurement } from './support/measurement';
import { round, summarize } from './support/statistics';

const MODULES = 512;
const STRINGS = 16;
const RULES = 11;
const ROUNDS = 2000;
/** ms. The slowest are told too: on a busy machine they are what others took. */
const TARGET = { rulesMs: 0.1, passMs: 1, flagsMs: 0.1 };

/** What a pass of 512 modules costs: 11 limits alone, and a whole battery with every limit set, merged, judged and looked at. */
export const batteryRules: Measurement = {
    name: 'battery-rules',
    run({ size }) {
        const rounds = size(ROUNDS);
        const rules = rulesAlone(rounds);
        const { passes, flags } = wholeBattery(rounds);
        const values = {
            rulesMs: round(rules.median, 4),
            passMs: round(passes.median, 4),
            flagsMs: round(flags.median, 4),
            p99Ms: round(Math.max(passes.p99, flags.p99), 2),
            worstMs: round(Math.max(passes.max, flags.max), 2),
        };
        const measurement = `${MODULES} modules in ${STRINGS} strings: ${RULES} rules, a pass, flags`;
        return Promise.resolve([
            { measurement, unit: 'ms', ...values, target: TARGET, met: withinTargets(values, TARGET) },
        ]);
    },
};

function timed(rounds: number, work: (round: number) => void) {
    const took: number[] = [];
    for (let i = 0; i < rounds; i++) {
        const began = performance.now();
        work(i);
        took.push(performance.now() - began);
    }
    return summarize(took, 4);
}

function noisy(count: number, value: number): Float64Array {
    return Float64Array.from({ length: count }, () => value * (1 + 0.01 * (Math.random() - 0.5)));
}

function rulesAlone(rounds: number) {
    const clock = new SystemClock();
    const banks = Array.from({ length: RULES }, () => new LevelBank('low', { value: 11, seconds: 60 }, MODULES, clock));
    const values = Array.from({ length: 8 }, () => noisy(MODULES, 13.5));
    return timed(rounds, (i) => {
        for (const bank of banks) bank.update(values[i % 8]!);
    });
}

function wholeBattery(rounds: number) {
    const both = (low: number, high: number): LimitPair => ({
        warning: { low: { value: low, seconds: 60 }, high: { value: high, seconds: 60 } },
        alarm: { low: { value: low - 1, seconds: 60 }, high: { value: high + 1, seconds: 60 } },
    });
    const limits: BatteryLimits = {
        voltage: both(11, 15),
        temperature: both(10, 32),
        impedanceStatic: both(2, 6),
        impedanceDynamic: { warning: deviation(25), alarm: deviation(50) },
        impedanceBaseline: { warning: deviation(25), alarm: deviation(50) },
        voltageDifference: { warning: deviation(1) },
        moduleCharge: { warning: { low: { value: 60 } }, alarm: { low: { value: 40 } } },
        stringCharge: { warning: { low: { value: 60 } }, alarm: { low: { value: 40 } } },
        stringVoltage: both(400, 480),
        stringCurrent: both(-50, 20),
        deviationCharge: { warning: deviation(20), alarm: deviation(40) },
        deviationDischarge: { warning: deviation(20), alarm: deviation(40) },
    };
    let elapsed = 0;
    // Passes come every 10 s there, one after the other here.
    const clock: Clock = {
        now: () => 1.8e12 + elapsed,
        monotonic: () => elapsed,
        setTimeout: () => undefined,
        clearTimeout: () => undefined,
        speed: 1,
    };
    const source = new BatterySource({
        id: 'battery',
        name: 'Battery',
        config: { nominalVoltage: 12, chemistry: 'lead-acid', limits },
        clock,
        journal: new MemoryJournal(),
        text: (eventId) => eventId,
    });
    source.start();
    const feed = source.connect('card');
    const told: BatteryFlags = { states: new Set(['monitoring-started']), tells: new Set(['monitoring-started']) };
    const sweeps = Array.from({ length: 8 }, (): BatterySweep => ({
        modules: MODULES,
        strings: STRINGS,
        tookMs: 100,
        blocks: {
            voltage: noisy(MODULES, 13.5),
            temperature: noisy(MODULES, 25),
            impedance: noisy(MODULES, 4),
            charge: noisy(MODULES, 99),
            equalizing: noisy(MODULES, 20),
        },
        byString: { current: noisy(STRINGS, 0.2), voltage: noisy(STRINGS, 432) },
        moduleStates: new Map(),
    }));
    feed.flags(told);
    feed.sweep(sweeps[0]!);
    source.setBaseline();
    const passes = timed(rounds, (i) => {
        elapsed += 9000;
        feed.sweep(sweeps[i % 8]!);
    });
    const flags = timed(rounds, () => {
        elapsed += 1000;
        feed.flags(told);
    });
    source.destroy();
    return { passes, flags };
}
