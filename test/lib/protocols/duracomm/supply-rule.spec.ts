import assert from 'node:assert/strict';
import type { PartialStatus } from '../../../../lib/core/status/status';
import type { DeviceMap, MapItem } from '../../../../lib/protocols/device-map/device-map';
import { FACTORY_LIMITS, seesOutages, SupplyRule } from '../../../../lib/protocols/duracomm/supply-rule';

describe('the rule for what mains and battery of a DC supply are doing', () => {
    const rule = () => new SupplyRule(FACTORY_LIMITS);
    const reading = (ac: number | undefined, battery?: number): PartialStatus => ({
        input: { lines: ac === undefined ? [] : [{ voltage: ac }] },
        ...(battery === undefined ? {} : { battery: { voltage: battery } }),
    });

    it('says that the mains fail below 100 V, and are back at 107 V, not between', () => {
        const { judge } = {
            judge: (
                (r) => (ac: number) =>
                    r.judge(reading(ac)).output?.source
            )(rule()),
        };
        assert.deepEqual([116, 100, 99.9, 100, 106.9, 107, 100, 99].map(judge), [
            'normal',
            'normal',
            'battery',
            'battery',
            'battery',
            'normal',
            'normal',
            'battery',
        ]);
    });

    it('says nothing while the AC line is unknown, or has never been beyond a limit', () => {
        const one = rule();
        assert.equal(one.judge(reading(undefined)).output, undefined);
        assert.equal(one.judge(reading(103)).output, undefined);
        assert.equal(one.judge(reading(103)).alarms, undefined);
        one.judge(reading(90));
        assert.equal(one.judge(reading(undefined)).output, undefined, 'nor in an outage');
    });

    it('tells the alarm on-battery and no other', () => {
        const one = rule();
        assert.deepEqual(one.judge(reading(90)).alarms, ['on-battery']);
        assert.deepEqual(one.judge(reading(116)).alarms, []);
        assert.deepEqual(one.judge(reading(116)).alarmsTold, ['on-battery']);
    });

    it('keeps the alarms of the map beside its own', () => {
        const told = { ...reading(90), alarms: ['temp-bad' as const], alarmsTold: ['temp-bad' as const] };
        const { alarms, alarmsTold } = rule().judge(told);
        assert.deepEqual(
            [alarms, alarmsTold],
            [
                ['on-battery', 'temp-bad'],
                ['on-battery', 'temp-bad'],
            ],
        );
    });

    it('leaves the word to the device where its map tells a source, or the alarm', () => {
        const source: PartialStatus = { ...reading(90), output: { source: 'normal', lines: [] } };
        assert.equal(rule().judge(source), source);
        const alarm: PartialStatus = { ...reading(90), alarms: [], alarmsTold: ['on-battery'] };
        assert.equal(rule().judge(alarm), alarm);
    });

    it('counts a battery as depleted at 10.4 V in an outage, where it is taken off, until it has 12.5 V', () => {
        const one = rule();
        const state = (ac: number, volts: number) => one.judge(reading(ac, volts)).battery?.state;
        assert.equal(state(0, 13), 'normal');
        assert.equal(state(0, 10.41), 'normal');
        assert.equal(state(0, 10.4), 'depleted');
        assert.equal(state(0, 10.86), 'depleted', 'without its load it recovers');
        assert.equal(state(0, 12.4), 'depleted');
        assert.equal(state(116, 12.4), undefined, 'on mains it is only not known to be full');
        assert.equal(state(116, 12.5), 'normal');
    });

    it('tells what ends a depleted battery, too', () => {
        const one = rule();
        const alarms = (ac: number, volts: number) => {
            const { alarms: on, alarmsTold } = one.judge(reading(ac, volts));
            return [on, alarmsTold];
        };
        const battery = ['depleted-battery', 'low-battery', 'on-battery'];
        assert.deepEqual(alarms(0, 10.4), [['depleted-battery', 'on-battery'], battery]);
        assert.deepEqual(alarms(116, 12.4), [[], ['on-battery']], 'not known to be full');
        assert.deepEqual(alarms(116, 12.5), [[], battery]);
    });

    it('lets what the map tells of battery and tests end as without the rule', () => {
        const told: PartialStatus = {
            ...reading(116),
            battery: { state: 'normal', condition: 'good' },
            test: { result: 'passed' },
        };
        assert.deepEqual(rule().judge(told).alarmsTold, [
            'battery-bad',
            'battery-replace',
            'battery-weak',
            'depleted-battery',
            'diagnostic-test-failed',
            'low-battery',
            'on-battery',
        ]);
    });

    it('knows whether a map can show an outage', () => {
        const map = (to: string, states?: MapItem['states']): DeviceMap => ({
            version: 1,
            id: 'x',
            name: 'x',
            judgedBy: 'x',
            items: [{ id: 'a', at: { label: 'a' }, kind: states ? 'state' : 'number', states, to }],
        });
        assert.equal(seesOutages(map('channel:AC')), false);
        assert.equal(seesOutages(map('input.lines.1.voltage')), true);
        assert.equal(seesOutages(map('alarm', { 1: 'on-battery' })), true);
        assert.equal(seesOutages(map('alarm:on-battery', { 1: 'on' })), true);
        assert.equal(seesOutages(map('input.lines.2.voltage')), false);
    });
});
