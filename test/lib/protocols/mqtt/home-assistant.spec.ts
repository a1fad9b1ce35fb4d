import assert from 'node:assert/strict';
import type { UpsCommand } from '../../../../lib/core/driver';
import { deviceId } from '../../../../lib/protocols/mqtt/home-assistant';
import { HomeAssistantMode } from '../../../../lib/protocols/mqtt/home-assistant-mode';
import { deadbandsWith } from '../../../../lib/protocols/mqtt/told-values';
import { assertDiscovery, type Discovery } from '../../../support/home-assistant-schema';
import { servedSample, silentSample } from '../../../support/served-sample';

const modeWith = (commands = false, supports: (command: UpsCommand) => boolean = () => true) => {
    const mode = new HomeAssistantMode(
        {
            ...{ topicPrefix: 'rt', discoveryPrefix: 'homeassistant', commands, version: '1.2' },
            ...{ now: () => 0, supports: (_id: string, command: UpsCommand) => supports(command) },
        },
        deadbandsWith([]),
    );
    mode.serve([{ id: 'u1', level: 'UPS_1' }]);
    return mode;
};
const outlets = servedSample({}, { outlets: [{ id: '1', name: 'Rack', on: true }] });
const discovered = (mode: HomeAssistantMode, ups = servedSample()): Discovery => {
    const [config, ...others] = mode.ups(ups);
    assert.deepEqual(
        [config!.topic, config!.retain, others.length],
        ['homeassistant/device/ridethrough_u1/config', true, 2],
    );
    return assertDiscovery(String(config!.payload));
};

describe('Home Assistant', () => {
    it('is told of each UPS as a device, by keys that it knows', () => {
        const { dev, o, availability, availability_mode: mode, state_topic: topic, cmps } = discovered(modeWith());
        assert.deepEqual(dev, {
            ...{ identifiers: ['ridethrough_u1'], name: 'UPS 1', manufacturer: 'Maker', model: 'Model 3' },
            ...{ serial_number: 'S-77', sw_version: '1.4', suggested_area: 'Hall 3' },
        });
        assert.deepEqual(o, { name: 'Ridethrough', sw_version: '1.2' });
        assert.deepEqual(availability, [{ topic: 'rt/state' }, { topic: 'rt/UPS_1/availability' }]);
        assert.deepEqual([mode, topic], ['all', 'rt/UPS_1/status']);
        assert.deepEqual(cmps.battery_charge, {
            ...{ platform: 'sensor', unique_id: 'ridethrough_u1_battery_charge', name: 'Battery charge' },
            ...{ default_entity_id: 'sensor.ups_1_battery_charge', unit_of_measurement: '%' },
            ...{ device_class: 'battery', state_class: 'measurement' },
            value_template: "{{ value_json['battery_charge'] | default('None') }}",
        });
        assert.deepEqual(cmps.on_battery, {
            ...{ platform: 'binary_sensor', unique_id: 'ridethrough_u1_on_battery', name: 'On battery' },
            ...{ default_entity_id: 'binary_sensor.ups_1_on_battery', device_class: 'problem' },
            ...{ payload_on: 'ON', payload_off: 'OFF' },
            value_template:
                "{{ 'None' if value_json['on_battery'] is not defined else 'ON' if value_json['on_battery'] else 'OFF' }}",
        });
        const classes = ['battery_voltage', 'output_l1_power', 'battery_runtime', 'output_energy', 'output_l1_load'];
        assert.deepEqual(
            classes.map((key) => [cmps[key]!.device_class, cmps[key]!.unit_of_measurement, cmps[key]!.state_class]),
            [
                ['voltage', 'V', 'measurement'],
                ['power', 'W', 'measurement'],
                ['duration', 's', 'measurement'],
                ['energy', 'kWh', 'total_increasing'],
                [undefined, '%', 'measurement'],
            ],
        );
    });

    it('has buttons and switches only with commands, and only for what the device knows', () => {
        const kinds = (mode: HomeAssistantMode) =>
            Object.entries(discovered(mode, outlets).cmps).flatMap(([key, { platform }]) =>
                platform === 'button' || platform === 'switch' ? [`${platform} ${key}`] : [],
            );
        assert.deepEqual(kinds(modeWith()), []);
        assert.deepEqual(kinds(modeWith(true)), [
            ...['switch outlet_1', 'button test_quick', 'button test_battery', 'button test_abort', 'button mute'],
            'button abort_shutdown',
        ]);
        assert.deepEqual(kinds(modeWith(true, ({ type }) => type === 'test')), [
            'button test_quick',
            'button test_battery',
            'button test_abort',
        ]);
        const { cmps } = discovered(modeWith(true), outlets);
        assert.equal(cmps.test_quick!.payload_press, '{"type":"test","test":"quick"}');
        assert.equal(cmps.outlet_1!.payload_off, '{"type":"outlet","outlet":"1","action":"off"}');
        assert.equal(cmps.outlet_1!.command_topic, 'rt/UPS_1/command');
        assert.equal(discovered(modeWith(), outlets).cmps.outlet_1!.platform, 'binary_sensor');
    });

    it('is told again when it has started, and when a UPS tells more than before', () => {
        const mode = modeWith();
        const configs = (ups = servedSample()) => mode.ups(ups).filter(({ topic }) => topic.endsWith('/config')).length;
        assert.deepEqual([configs(), configs(), configs(outlets), configs(outlets)], [1, 0, 1, 0]);
        assert.deepEqual(mode.subscriptions, ['homeassistant/status']);
        const status = (payload: string, retained = false) =>
            mode.receive('homeassistant/status', Buffer.from(payload), retained);
        assert.deepEqual(status('online'), [{ kind: 'again' }]);
        assert.deepEqual([...status('offline'), ...status('online', true)], []);
        mode.forget();
        assert.equal(configs(), 1);
    });

    it('is told nothing of a UPS before anybody knows it, and keeps it in silence', () => {
        const mode = modeWith();
        const config = (ups = servedSample()) => mode.ups(ups).some(({ topic }) => topic.endsWith('/config'));
        const { status: _, ...unknown } = servedSample({ knowledge: 'none' });
        assert.equal(config(unknown), false);
        assert.equal(config(), true);
        assert.equal(config(silentSample()), false);
    });

    it('leaves nothing behind: what the broker keeps is known', () => {
        assert.deepEqual(modeWith().retained(), [
            ...['rt/state', 'rt/UPS_1/status', 'rt/UPS_1/availability'],
            'homeassistant/device/ridethrough_u1/config',
        ]);
    });

    it('gives no two nodes one device', () => {
        const ids = ['a1b2', 'A1b2', 'a.b', 'a-b', 'x-', '612e62'].map(deviceId);
        assert.equal(new Set(ids).size, ids.length);
        assert.ok(ids.every((id) => /^[a-zA-Z0-9_-]+$/.test(id)));
        assert.equal(ids[0], 'ridethrough_a1b2');
    });
});
