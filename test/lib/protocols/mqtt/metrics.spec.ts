import assert from 'node:assert/strict';
import { MetricBook } from '../../../../lib/protocols/mqtt/metrics';
import { deadbandsWith, difference } from '../../../../lib/protocols/mqtt/told-values';
import { levelsOf, topicLevel } from '../../../../lib/protocols/mqtt/topics';
import { servedSample, silentSample } from '../../../support/served-sample';

const book = new MetricBook();
const valuesOf = (ups = servedSample()) => {
    const { metrics, values } = book.of(ups);
    return Object.fromEntries(metrics.map(({ key }, index) => [key, values[index]]));
};

describe('MetricBook', () => {
    it('tells what is known of a UPS, by a key for each value', () => {
        assert.deepEqual(valuesOf(), {
            ...{ knowledge: 'live', communication_lost: false, on_battery: false, battery_low: false },
            ...{ battery_test: false, alarm: false, events: '', seconds_on_battery: 0 },
            ...{ battery_charge: 100, battery_runtime: 3600, battery_state: 'normal', battery_voltage: 54.3 },
            ...{ battery_current: 0, battery_temperature: 24.6, output_source: 'normal', output_frequency: 49.9 },
            ...{ output_energy: 12.34, test_result: 'none', input_l1_voltage: 230.4, input_l1_current: 1.25 },
            ...{ input_l1_power: 260, input_l1_frequency: 50, output_l1_voltage: 229.6, output_l1_current: 1.1 },
            ...{ output_l1_power: 250, output_l1_load: 25, output_l1_apparent_power: 300 },
        });
    });

    it('knows nothing of a UPS that is silent on mains but that', () => {
        assert.deepEqual(valuesOf(silentSample()), {
            ...{ knowledge: 'silent', communication_lost: true, on_battery: undefined, battery_low: undefined },
            ...{ battery_test: undefined, alarm: true, events: 'communication-lost' },
            ...{ seconds_on_battery: undefined, battery_charge: undefined, battery_runtime: undefined },
        });
    });

    it('takes a number that is none for unknown', () => {
        const { battery_charge: charge, battery_runtime: runtime } = valuesOf(
            servedSample({ chargePercent: Number.NaN, remainingSeconds: Infinity }),
        );
        assert.deepEqual([charge, runtime], [undefined, undefined]);
    });

    it('tells no digits that came of computing', () => {
        assert.equal(valuesOf(servedSample({ chargePercent: 54.480000000000004 })).battery_charge, 54.48);
    });

    it('gives names of a device keys of their own, and a channel of a number and of a state two', () => {
        const ups = servedSample(
            {},
            {
                outlets: [
                    { id: '1', on: true },
                    { id: '1', on: false },
                ],
                environment: { contacts: { 'door a': true, 'door-a': false, 'a/b': true } },
                channels: { mode: { state: 'eco' }, 'DC 2': { value: 23.9, unit: 'V' } },
            },
        );
        const { metrics, values } = book.of(ups);
        const named = metrics.flatMap(({ key, name, unit, outlet, kind }, index) =>
            /^(Outlet|Contact|Channel)/.test(name) ? [[key, name, kind, values[index], unit, outlet]] : [],
        );
        assert.deepEqual(named, [
            ['outlet_1', 'Outlet/1', 'boolean', false, undefined, '1'],
            ['contact_door_a', 'Contact/door a', 'boolean', true, undefined, undefined],
            ['contact_door_a_2', 'Contact/door-a', 'boolean', false, undefined, undefined],
            ['contact_a_b', 'Contact/a-b', 'boolean', true, undefined, undefined],
            ['channel_mode_state', 'Channel/mode State', 'text', 'eco', undefined, undefined],
            ['channel_dc_2', 'Channel/DC 2', 'number', 23.9, 'V', undefined],
        ]);
    });

    it('is bounded, whatever a device names', () => {
        const contacts = Object.fromEntries(Array.from({ length: 5000 }, (_, n) => [`${n}`.repeat(300), true]));
        const { metrics } = new MetricBook().of(servedSample({}, { environment: { contacts } }));
        assert.ok(metrics.length < 250, `${metrics.length}`);
        assert.ok(metrics.every(({ name }) => name.length < 600));
    });
});

describe('what has changed', () => {
    const none = deadbandsWith([]);
    const at = (voltage: number | undefined, charge = 100) =>
        book.of(servedSample({ chargePercent: charge }, { battery: { ...(voltage !== undefined && { voltage }) } }));
    const keys = (before: Parameters<typeof difference>[0], now = at(54), deadbandOf = none) => {
        const { told, changed } = difference(before, now, deadbandOf);
        return [changed.map((index) => `${told.metrics[index]!.key} ${String(told.values[index])}`), told] as const;
    };

    it('is told beyond the deadband, counted from what was told last', () => {
        let [changed, told] = keys(difference(undefined, at(54), none).told, at(54.3));
        assert.deepEqual(changed, []);
        [changed, told] = keys(told, at(54.6));
        assert.deepEqual(changed, ['battery_voltage 54.6']);
        [changed, told] = keys(told, at(54.2, 99.7));
        assert.deepEqual(changed, []);
        [changed, told] = keys(told, at(54.2, 99.4));
        assert.deepEqual(changed, ['battery_charge 99.4']);
        [changed] = keys(told, at(54.2, 100));
        assert.deepEqual(changed, ['battery_charge 100'], 'the end of the range');
    });

    it('goes by the deadband that a person has set, of one value or of a quantity', () => {
        const told = difference(undefined, at(54), none).told;
        assert.deepEqual(keys(told, at(54.1), deadbandsWith([{ metric: 'voltage', deadband: 0.1 }]))[0].length, 1);
        const both = [
            { metric: 'voltage', deadband: 0 },
            { metric: 'battery_voltage', deadband: 5 },
        ];
        assert.deepEqual(keys(told, at(50), deadbandsWith(both))[0], []);
    });

    it('keeps a value that is not told any more, as unknown', () => {
        const first = difference(undefined, at(54), none).told;
        const gone = difference(first, at(undefined), none);
        assert.equal(gone.hasGrown, false);
        assert.deepEqual(
            gone.changed.map((index) => gone.told.metrics[index]!.key),
            ['battery_voltage'],
        );
        const back = difference(gone.told, at(54), none);
        assert.deepEqual([back.hasGrown, back.changed.length], [false, 1]);
        assert.equal(difference(difference(undefined, at(undefined), none).told, at(54), none).hasGrown, true);
    });
});

describe('levels of topics', () => {
    it('are made of names', () => {
        assert.deepEqual(['UPS 1', 'a/b+c#', ' ', '$SYS', 'Größe\n2', '\ud800x'].map(topicLevel), [
            ...['UPS_1', 'a-b-c-', '-', '-SYS', 'Größe-2', '-x'],
        ]);
    });

    it('have the id where names are alike, or taken by the server itself', () => {
        const upses = [
            { id: 'a1', name: 'UPS' },
            { id: 'b2', name: 'UPS' },
            { id: 'c3', name: 'state' },
            { id: 'd4', name: 'Hall' },
        ];
        assert.deepEqual([...levelsOf(upses, ['state']).values()], ['UPS_a1', 'UPS_b2', 'state_c3', 'Hall']);
    });
});
