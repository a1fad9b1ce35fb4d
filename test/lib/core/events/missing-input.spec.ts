import assert from 'node:assert/strict';
import type { PartialStatus, UpsStatus } from '../../../../lib/core/status/status';
import { UnitBench } from '../../../support/fake-ups';

interface Said {
    source?: UpsStatus['output']['source'];
    volts?: number;
    charge: number;
    charging?: UpsStatus['battery']['charging'];
    alarms?: PartialStatus['alarms'];
}

/** A card that names the mains for ever; undefined volts: that part of the reading was lost. */
const says = ({ source = 'normal', volts, charge, charging, alarms = [] }: Said): PartialStatus => ({
    battery: { state: 'normal', chargePercent: charge, charging },
    input: { lines: volts === undefined ? [] : [{ voltage: volts }] },
    output: { source, lines: [] },
    alarms,
});

const outages = ({ told }: UnitBench) => told.filter((edge) => edge.startsWith('power-fail'));

function play(bench: UnitBench, seconds: number, said: (second: number) => Said): void {
    let second = 0;
    bench.readFor(seconds, () => says(said(second++)));
}

/** In an outage of which only the dead input and the falling charge tell. */
function inOutage(): UnitBench {
    const bench = new UnitBench();
    play(bench, 5, () => ({ volts: 230, charge: 100 }));
    play(bench, 10, (i) => ({ volts: 0, charge: 99 - i }));
    assert.deepEqual(outages(bench), ['power-fail on']);
    return bench;
}

describe('an outage that was seen by a dead input, and readings that lack the input', () => {
    it('goes on, and ends when the input is told to be alive', () => {
        const bench = inOutage();
        play(bench, 20, (i) => ({ volts: i % 5 === 0 ? 0 : undefined, charge: 88 - i }));
        assert.deepEqual(outages(bench), ['power-fail on']);
        play(bench, 3, () => ({ volts: 230, charge: 68 }));
        assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off']);
    });

    it('goes on for as long as the battery is used up', () => {
        const bench = inOutage();
        play(bench, 300, (i) => ({ charge: 88 - i / 5 }));
        assert.deepEqual(outages(bench), ['power-fail on']);
    });

    it('ends after a minute when the input is told no more, and the battery is charged', () => {
        const bench = inOutage();
        play(bench, 55, () => ({ charge: 88, charging: 'charging' }));
        assert.deepEqual(outages(bench), ['power-fail on']);
        play(bench, 15, () => ({ charge: 89, charging: 'charging' }));
        assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off']);
    });

    it('one that the alarm has shown ends by the alarm', () => {
        const bench = new UnitBench();
        play(bench, 5, () => ({ volts: 230, charge: 100 }));
        play(bench, 10, (i) => ({ volts: 0, charge: 99 - i, alarms: ['on-battery'] }));
        play(bench, 5, () => ({ charge: 90, charging: 'charging' }));
        assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off']);
    });

    it('one that the source has shown ends by the source', () => {
        const bench = new UnitBench();
        play(bench, 5, () => ({ volts: 230, charge: 100 }));
        play(bench, 10, (i) => ({ source: 'battery', volts: 0, charge: 99 - i }));
        play(bench, 5, () => ({ charge: 90 }));
        assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off']);
    });
});
