import assert from 'node:assert/strict';
import type { PartialStatus, UpsStatus } from '../../../../lib/core/status/status';
import { UnitBench } from '../../../support/fake-ups';

interface Told {
    source?: UpsStatus['output']['source'];
    volts?: number;
    count?: number;
    charge?: number;
    charging?: UpsStatus['battery']['charging'];
    state?: UpsStatus['battery']['state'];
    alarms?: PartialStatus['alarms'];
    testing?: boolean;
}

const says = ({ source, volts, count, charge, charging, state, alarms, testing }: Told): PartialStatus => ({
    battery: { state, charging, chargePercent: charge, secondsOnBattery: count },
    input: { lines: volts === undefined ? [] : [{ voltage: volts }] },
    output: { source, lines: [] },
    alarms,
    test: testing ? { result: 'in-progress' } : {},
});

const MAINS: Told = { source: 'normal', volts: 230, charge: 100, state: 'normal', alarms: [] };
const TEST: Told = { ...MAINS, source: 'battery', alarms: ['on-battery'], testing: true };
const MAX = { testMaxMinutes: 2 };

const play = (bench: UnitBench, seconds: number, told: (second: number) => Told) => {
    let second = 0;
    bench.readFor(seconds, () => says(told(second++)));
};
const outages = ({ told }: UnitBench) => told.filter((edge) => edge.startsWith('power-fail'));

type Case = [what: string, test: Partial<Told> | ((second: number) => Partial<Told>), before?: Partial<Told>];

const NEVER: Case[] = [
    ['shows its input alive', {}],
    ['says by its alarm alone that the battery is used', { source: undefined }],
    ['says by its source alone that the battery is used', { alarms: [] }],
    [
        'says by its count alone that the battery is used',
        (i) => ({ source: undefined, alarms: undefined, count: i + 1 }),
        { source: undefined, alarms: undefined, count: 0 },
    ],
];

const AFTER_THE_TIME: Case[] = [
    ['does not report its input', { volts: undefined }, { volts: undefined }],
    ['always reports 0 V', { volts: 0 }, { volts: 0 }],
    ['reports a poor input', { volts: 100 }],
];

const AT_ONCE: Case[] = [
    ['reports that its input is bad', { alarms: ['on-battery', 'input-bad'] }],
    ['reports a dead input that was alive before', { volts: 0 }],
    ['reports an input too low to be passed on', { volts: 160 }],
    ['always reports 0 V, and its battery falls', (i) => ({ volts: 0, charge: 97 - i }), { volts: 0 }],
    ['does not report its input, and its battery is low', { volts: undefined, state: 'low' }, { volts: undefined }],
];

describe('a test on battery', () => {
    const started = ([, test, before]: Case, seconds: number) => {
        const bench = new UnitBench(MAX);
        play(bench, 5, () => ({ ...MAINS, ...before }));
        play(bench, seconds, (i) => ({ ...TEST, ...(typeof test === 'function' ? test(i) : test) }));
        return bench;
    };

    for (const each of NEVER) {
        it(`is no outage, however long it lasts, if the UPS ${each[0]}`, () => {
            assert.deepEqual(outages(started(each, 200)), []);
        });
    }

    for (const each of AFTER_THE_TIME) {
        it(`is an outage when its time is over if the UPS ${each[0]}`, () => {
            assert.deepEqual(outages(started(each, 119)), []);
            assert.deepEqual(outages(started(each, 125)), ['power-fail on']);
        });
    }

    for (const each of AT_ONCE) {
        it(`is an outage at once if the UPS ${each[0]}`, () => {
            assert.deepEqual(outages(started(each, 5)), ['power-fail on']);
        });
    }

    it('ends no outage if the UPS does not report its input', () => {
        const bench = new UnitBench(MAX);
        const blind = { volts: undefined };
        play(bench, 5, () => ({ ...MAINS, ...blind }));
        play(bench, 5, () => ({ ...TEST, ...blind, testing: false }));
        play(bench, 20, () => ({ ...TEST, ...blind }));
        assert.deepEqual(outages(bench), ['power-fail on']);
    });
});

describe('a card that always names the battery as its source', () => {
    const ALWAYS: Told = { ...MAINS, source: 'battery', count: 0 };
    const after = (told: Told) => {
        const bench = new UnitBench();
        play(bench, 20, () => ALWAYS);
        play(bench, 3, () => ({ ...ALWAYS, ...told }));
        return outages(bench);
    };

    it('is believed with any one sign of a discharge', () => {
        assert.deepEqual(after({}), []);
        for (const sign of [{ volts: 0 }, { state: 'low' }, { charging: 'discharging' }, { charge: 90 }] as Told[]) {
            assert.deepEqual(after(sign), ['power-fail on'], JSON.stringify(sign));
        }
    });

    it('is believed if it counts no seconds', () => {
        const bench = new UnitBench();
        play(bench, 3, () => ({ ...ALWAYS, count: undefined }));
        assert.deepEqual(outages(bench), ['power-fail on']);
    });

    it('is not believed because of a count that stands where the last outage left it', () => {
        const bench = new UnitBench();
        play(bench, 60, () => ({ ...ALWAYS, count: 300 }));
        assert.deepEqual(outages(bench), []);
    });
});
