import assert from 'node:assert/strict';
import type { PartialStatus, UpsStatus } from '../../../../lib/core/status/status';
import { UnitBench } from '../../../support/fake-ups';

interface Told {
    source?: UpsStatus['output']['source'];
    volts?: number;
    count?: number;
    charge?: number;
    state?: UpsStatus['battery']['state'];
    alarms?: PartialStatus['alarms'];
    agentUptime?: number;
}

const says = ({ source, volts, count, charge = 100, state = 'normal', alarms, agentUptime }: Told): PartialStatus => ({
    battery: { state, chargePercent: charge, secondsOnBattery: count },
    input: { lines: volts === undefined ? [] : [{ voltage: volts }] },
    output: { source, lines: [] },
    alarms,
    agentUptime,
});

const outages = ({ told }: UnitBench) => told.filter((edge) => edge.startsWith('power-fail'));
const play = (bench: UnitBench, seconds: number, told: (second: number) => Told) => {
    let second = 0;
    bench.readFor(seconds, () => says(told(second++)));
};

describe('the end of an outage', () => {
    for (const [card, mains, outage] of [
        ['of a card without an input', { source: 'normal', alarms: [] }, { source: 'battery', alarms: ['on-battery'] }],
        ['of a card that only has alarms', { alarms: [] }, { alarms: ['on-battery'] }],
    ] as [string, Told, Told][]) {
        it(`is believed ${card} a quarter of a minute after its agent has restarted, and no sooner`, () => {
            const bench = new UnitBench();
            play(bench, 5, (i) => ({ ...mains, agentUptime: 1000 + i }));
            play(bench, 10, (i) => ({ ...outage, agentUptime: 1005 + i }));
            play(bench, 14, (i) => ({ ...mains, agentUptime: i }));
            assert.deepEqual(outages(bench), ['power-fail on'], 'it may not know its UPS yet');
            play(bench, 6, (i) => ({ ...mains, agentUptime: 14 + i }));
            assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off']);
        });
    }

    it('is believed of a card that has not found its battery a minute after its agent has restarted', () => {
        const bench = new UnitBench();
        const lost: Told = { source: 'normal', volts: 230, state: 'unknown', alarms: [] };
        play(bench, 5, (i) => ({ ...lost, state: 'normal', agentUptime: 1000 + i }));
        play(bench, 10, (i) => ({ source: 'battery', alarms: ['on-battery'], agentUptime: 1005 + i }));
        play(bench, 59, (i) => ({ ...lost, agentUptime: i }));
        assert.deepEqual(outages(bench), ['power-fail on']);
        play(bench, 6, (i) => ({ ...lost, agentUptime: 59 + i }));
        assert.deepEqual(outages(bench), ['power-fail on', 'power-fail off']);
    });

    it('is not shown by a count that is 0 for some seconds while the battery falls', () => {
        const bench = new UnitBench();
        const blind: Told = { volts: 0, count: 0 };
        play(bench, 20, () => blind);
        play(bench, 20, (i) => ({ ...blind, count: i + 1, charge: 99 - i }));
        assert.deepEqual(outages(bench), ['power-fail on']);
        play(bench, 5, (i) => ({ ...blind, charge: 79 - i }));
        play(bench, 20, (i) => ({ ...blind, count: 26 + i, charge: 74 - i }));
        assert.deepEqual(outages(bench), ['power-fail on']);
    });
});
