import assert from 'node:assert/strict';
import { PlainMode } from '../../../../lib/protocols/mqtt/plain-mode';
import { deadbandsWith } from '../../../../lib/protocols/mqtt/told-values';
import type { MqttMessage } from '../../../../lib/protocols/mqtt/mode';
import { eventOf, servedSample, silentSample } from '../../../support/served-sample';

const modeWith = (commands = false) => {
    const mode = new PlainMode(
        { topicPrefix: 'site/power', commands, version: '1', now: () => 1000 },
        deadbandsWith([]),
    );
    mode.serve([{ id: 'u1', level: 'UPS_1' }]);
    return mode;
};
const told = (messages: readonly MqttMessage[]) =>
    messages.map(({ topic, payload, qos, retain }) => `${topic} ${String(payload)} ${qos}${retain ? ' kept' : ''}`);
const send = (mode: PlainMode, topic: string, payload: string, retained = false) =>
    mode.receive(topic, Buffer.from(payload), retained);

describe('plain MQTT', () => {
    it('tells by its will and its first message whether anybody tells anything', () => {
        const mode = modeWith();
        assert.deepEqual(told([mode.will(), ...mode.begin()!, ...mode.end()]), [
            'site/power/state offline 1 kept',
            'site/power/state online 1 kept',
            'site/power/state offline 1 kept',
        ]);
    });

    it('tells a UPS as one object that the broker keeps, and whether that is of now', () => {
        const mode = modeWith();
        const [status, availability, ...none] = mode.ups(servedSample());
        assert.deepEqual(none, []);
        assert.deepEqual(told([availability!]), ['site/power/UPS_1/availability online 1 kept']);
        assert.deepEqual([status!.topic, status!.qos, status!.retain], ['site/power/UPS_1/status', 0, true]);
        assert.deepEqual(JSON.parse(String(status!.payload)), {
            ...{ ups: 'UPS 1', site: 'Plant', location: 'Hall 3', contact: 'ops@example.org', time: 0 },
            ...{ manufacturer: 'Maker', model: 'Model 3', serial: 'S-77', firmware: '1.4', knowledge: 'live' },
            ...{ communication_lost: false, on_battery: false, battery_low: false, battery_test: false, alarm: false },
            ...{ events: [], seconds_on_battery: 0, battery_charge: 100, battery_runtime: 3600 },
            ...{ battery_state: 'normal', battery_voltage: 54.3, battery_current: 0, battery_temperature: 24.6 },
            ...{ output_source: 'normal', output_frequency: 49.9, output_energy: 12.34, test_result: 'none' },
            ...{ input_l1_voltage: 230.4, input_l1_current: 1.25, input_l1_power: 260, input_l1_frequency: 50 },
            ...{ output_l1_voltage: 229.6, output_l1_current: 1.1, output_l1_power: 250, output_l1_load: 25 },
            ...{ output_l1_apparent_power: 300 },
        });
    });

    it('tells nothing twice, and all anew on another connection', () => {
        const mode = modeWith();
        mode.ups(servedSample());
        assert.deepEqual(mode.ups(servedSample()), []);
        assert.equal(mode.ups(servedSample({ onBattery: true })).length, 1);
        assert.equal(mode.ups(servedSample({ onBattery: true, name: 'UPS One' })).length, 1);
        mode.forget();
        assert.equal(mode.ups(servedSample({ onBattery: true })).length, 2);
    });

    it('is offline in silence on mains, and without the values', () => {
        const mode = modeWith();
        mode.ups(servedSample());
        const [status, availability] = mode.ups(silentSample());
        assert.deepEqual(told([availability!]), ['site/power/UPS_1/availability offline 1 kept']);
        const {
            battery_charge: charge,
            input_l1_voltage: voltage,
            events,
        } = JSON.parse(String(status!.payload)) as {
            battery_charge?: number;
            input_l1_voltage?: number;
            events: string[];
        };
        assert.deepEqual([charge, voltage, events], [undefined, undefined, ['communication-lost']]);
    });

    it('tells each edge of an event, and which came late', () => {
        const mode = modeWith();
        const event = { ...eventOf('power-fail'), since: 5, at: 7, text: 'Mains failed' };
        const [message] = mode.event({ upsId: 'u1', event, late: false });
        assert.deepEqual([message!.topic, message!.qos, message!.retain], ['site/power/UPS_1/event', 1, false]);
        assert.deepEqual(JSON.parse(String(message!.payload)), {
            ...{ ups: 'UPS 1', id: 'power-fail', level: 'alarm', active: true, since: 5, at: 7, episode: 'e' },
            text: 'Mains failed',
        });
        const [late] = mode.event({ upsId: 'u1', event, late: true });
        assert.equal((JSON.parse(String(late!.payload)) as { late: boolean }).late, true);
        assert.deepEqual(mode.event({ upsId: 'other', event, late: false }), []);
    });

    it('takes commands only if they are on', () => {
        const order = '{"type":"test","test":"quick"}';
        assert.deepEqual(modeWith().subscriptions, []);
        assert.deepEqual(send(modeWith(), 'site/power/UPS_1/command', order), []);
        const mode = modeWith(true);
        assert.deepEqual(mode.subscriptions, ['site/power/+/command']);
        assert.deepEqual(send(mode, 'site/power/UPS_1/command', order), [
            { kind: 'command', upsId: 'u1', order: { type: 'test', test: 'quick' } },
        ]);
        assert.deepEqual(told(mode.result('u1', { ok: true, text: 'done', order: { type: 'test' } })), [
            'site/power/UPS_1/result {"ok":true,"text":"done","order":{"type":"test"},"at":1000} 1',
        ]);
    });

    it('takes no command that the broker has kept, none for a UPS that is not there, and nothing that is none', () => {
        const mode = modeWith(true);
        const refused = [{ kind: 'refused' }];
        assert.deepEqual(send(mode, 'site/power/UPS_1/command', '{"type":"startup"}', true), refused);
        assert.deepEqual(send(mode, 'site/power/UPS_2/command', '{"type":"startup"}'), refused);
        for (const payload of ['', 'on', '[]', 'null', '{"a":', '\xff', `{"a":"${'x'.repeat(9000)}"}`])
            assert.deepEqual(send(mode, 'site/power/UPS_1/command', payload), refused, payload.slice(0, 20));
        assert.deepEqual(send(mode, 'site/power/UPS_1/other', '{}'), []);
    });
});
