import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { ErrorStatus, PduType } from 'net-snmp';
import { AgentUps } from '../../../../lib/protocols/snmp-agent/agent-ups';
import { alarmNumber } from '../../../../lib/protocols/snmp-agent/ups-mib/alarm-table';
import { servedAlarms } from '../../../../lib/protocols/snmp-agent/ups-mib/served-alarms';
import { alarmId } from '../../../../lib/protocols/snmp/alarms';
import { agentOf } from '../../../support/agent-of';
import { eventOf, servedSample, silentSample } from '../../../support/served-sample';

const UPS = '1.3.6.1.2.1.33.1';

describe('the UPS-MIB of a served UPS', () => {
    it('tells a UPS on mains in the scales of RFC 1628', () => {
        assert.deepEqual(agentOf(() => servedSample()).walk(), {
            '1.1.0': 'Maker',
            '1.2.0': 'Model 3',
            '1.3.0': '1.4',
            '1.4.0': 'Ridethrough 1.0.0',
            '1.5.0': 'UPS 1',
            '1.7.0': 'S-77',
            '1.8.0': 'Hall 3',
            '1.9.0': 'ops@example.org',
            '2.1.0': 2,
            '2.2.0': 0,
            '2.3.0': 60,
            '2.4.0': 100,
            '2.5.0': 543,
            '2.6.0': 0,
            '2.7.0': 25,
            '2.9.0': '02.03.2024',
            '3.1.0': 3,
            '3.2.0': 1,
            '3.3.1.2.1': 500,
            '3.3.1.3.1': 230,
            '3.3.1.4.1': 13,
            '3.3.1.5.1': 260,
            '4.1.0': 3,
            '4.2.0': 499,
            '4.3.0': 1,
            '4.4.1.2.1': 230,
            '4.4.1.3.1': 11,
            '4.4.1.4.1': 250,
            '4.4.1.5.1': 25,
            '4.4.1.6.1': 300,
            '4.5.0': 1234,
            '5.2.0': 0,
            '6.1.0': 0,
            '7.1.0': `${UPS}.7.7.1`,
            '7.2.0': 1,
            '7.3.0': 6,
            '8.1.0': 1,
            '8.2.0': -1,
        });
    });

    it('stops no walk at a text that is longer than the MIBs allow, nor at a value that is no number', () => {
        const site = { location: 'ü'.repeat(2000), contact: 'x'.repeat(1400) };
        const walked = agentOf(() => servedSample({ site }, { input: { lines: [{ voltage: NaN }] } })).walk();
        // RFC 2579: a DisplayString has 255 octets at most; no character is cut in two.
        assert.equal(walked['1.8.0'], 'ü'.repeat(127));
        assert.equal(walked['1.9.0'], 'x'.repeat(255));
        assert.equal(walked['8.2.0'], -1);
        assert.ok(!('3.3.1.3.1' in walked));
    });

    it('tells an outage, a low battery, and a silent outage that is counted down', () => {
        const outage = { onBattery: true, secondsOnBattery: 95.5, remainingSeconds: 1199, chargePercent: 61.9 };
        const events = [eventOf('power-fail')];
        const out = agentOf(() => servedSample({ ...outage, events }));
        assert.deepEqual(['2.1.0', '2.2.0', '2.3.0', '2.4.0', '4.1.0', '6.1.0'].map(out.get), [2, 95, 19, 61, 5, 1]);
        assert.deepEqual(out.alarms(), [['6.2.1.2.1', `${UPS}.6.3.2`]]);
        const low = agentOf(() =>
            servedSample({ ...outage, batteryLow: true, events: [...events, eventOf('battery-low')] }),
        );
        assert.equal(low.get('2.1.0'), 3);
        assert.deepEqual(
            low.alarms().map(([, oid]) => oid),
            [`${UPS}.6.3.2`, `${UPS}.6.3.3`],
        );
        const silent = agentOf(() =>
            servedSample({
                ...outage,
                knowledge: 'presumed',
                communicationLost: true,
                events: [...events, eventOf('communication-lost')],
            }),
        );
        assert.deepEqual(['2.1.0', '2.3.0', '4.1.0'].map(silent.get), [2, 19, 5]);
        assert.deepEqual(
            silent.alarms().map(([, oid]) => oid),
            [`${UPS}.6.3.2`, `${UPS}.6.3.20`],
        );
    });

    it('tells nothing of a UPS that is silent on mains but what it is, and that it is silent', () => {
        const silent = agentOf(silentSample);
        assert.deepEqual(
            Object.keys(silent.walk()).filter((name) => !name.startsWith('1.')),
            ['6.1.0', '6.2.1.2.1', '6.2.1.3.1', '7.2.0', '8.1.0'],
        );
        assert.equal(silent.get('6.2.1.2.1'), `${UPS}.6.3.20`);
        assert.equal(silent.get('2.4.0'), null);
        const cards = agentOf(silentSample, '-1');
        assert.deepEqual(['2.4.0', '2.1.0', '6.1.0'].map(cards.get), [-1, -1, 1]);
    });

    it('tells a battery test as a test, and no outage', () => {
        const test = agentOf(() =>
            servedSample(
                { testsBattery: true, events: [eventOf('test-in-progress')] },
                {
                    output: { source: 'battery', lines: [] },
                    alarms: ['on-battery', 'test-in-progress'],
                    test: { result: 'in-progress', startedAt: -2000 },
                },
            ),
        );
        assert.deepEqual(['4.1.0', '7.3.0', '7.5.0', '7.6.0'].map(test.get), [3, 5, 300, 200]);
        assert.deepEqual(test.alarms(), [['6.2.1.2.1', `${UPS}.6.3.24`]]);
    });

    it('tells bypass and off, and nothing before the first reading', () => {
        const source = (told: 'bypass' | 'none') =>
            agentOf(() => servedSample({}, { output: { source: told, lines: [] } })).get('4.1.0');
        assert.deepEqual([source('bypass'), source('none')], [4, 2]);
        const none = agentOf(() => undefined);
        assert.deepEqual(Object.keys(none.walk()), ['1.4.0', '7.2.0', '8.1.0']);
        assert.equal(none.get('6.1.0'), null);
        assert.equal(none.get('1.3.6.1.2.1.1.5.0'), '');
    });

    it('has the halves of the battery, ports and contacts where the device tells them, and nothing else of them', () => {
        const agent = agentOf(() =>
            servedSample(
                {},
                {
                    battery: { positiveVoltage: 270.4, negativeVoltage: 271 },
                    environment: {
                        temperature: 22.4,
                        contacts: { aux2: true, input3: false, input9: true, output1: true, Door: true },
                    },
                },
            ),
        );
        const parts = Object.entries(agent.walk()).filter(([name]) => /^(2\.1[0-3]|1[0-5])\./.test(name));
        assert.deepEqual(Object.fromEntries(parts.map(([name, value]) => [name, String(value)])), {
            '2.10.0': '2704',
            '2.11.0': '2710',
            // relais1, digital1 (the free place of the door), digital3, siteMonitor9
            '10.1.1.0': '1',
            '10.2.1.0': '1',
            '10.2.3.0': '0',
            '10.5.9.0': '1',
            '11.2.0': '1',
            '12.1.1.0': '224',
            '12.1.2.0': 'Hall 3',
            '12.1.3.0': '°C',
            '12.9.1.0': '1',
            '12.9.2.0': 'Door',
            '12.11.1.0': '0',
            '12.11.2.0': 'input3',
            '12.13.1.0': '1',
            '12.13.2.0': 'output1',
        });
        const without = agentOf(() => servedSample(), '-1').walk();
        assert.deepEqual(
            Object.keys(without).filter((name) => /^1[0-5]\./.test(name)),
            [],
        );
    });

    it('gives an alarm that comes back a new row, and keeps those that stay', () => {
        let now = servedSample({}, { alarms: ['fan-failure', 'vendor:alarmUser3'] });
        const agent = new AgentUps(() => 700, { now: () => 0, monotonic: () => 0 });
        agent.serving = { version: '', unknownAs: 'no-such-instance' };
        agent.target = { served: () => now, supports: () => false, order: () => Promise.resolve() };
        const rows = () =>
            agent
                .respond({
                    type: PduType.GetBulkRequest,
                    version: 1,
                    varbinds: [{ oid: `${UPS}.6.2.1.2`, type: 5, value: null }],
                    maxRepetitions: 5,
                    mayWrite: false,
                })
                .answer.varbinds.filter(({ oid }) => oid.startsWith(`${UPS}.6.2.1.2.`))
                .map(({ oid, value }) => [Number(oid.split('.').at(-1)), value]);
        assert.deepEqual(rows(), [
            [1, `${UPS}.6.3.16`],
            [2, `${UPS}.6.3.143`],
        ]);
        now = servedSample({}, { alarms: ['vendor:alarmUser3'] });
        assert.deepEqual(rows(), [[2, `${UPS}.6.3.143`]]);
        now = servedSample({}, { alarms: ['fan-failure', 'vendor:alarmUser3'] });
        assert.deepEqual(rows(), [
            [2, `${UPS}.6.3.143`],
            [3, `${UPS}.6.3.16`],
        ]);
    });

    it('numbers alarms as our own client reads them', () => {
        for (const alarm of ['fuse-failure', 'battery-weak', 'battery-too-old', 'vendor:alarmUser1'] as const)
            assert.equal(alarmId(`${UPS}.6.3.${alarmNumber(alarm)}`), alarm);
        const told = (alarm: 'vendor:hot inside' | 'vendor:1.3.6.1.4.1.9.1' | 'battery-replace') =>
            servedAlarms(servedSample({}, { alarms: [alarm] }));
        assert.deepEqual(told('vendor:hot inside'), ['general-fault']);
        assert.deepEqual(told('vendor:1.3.6.1.4.1.9.1'), ['vendor:1.3.6.1.4.1.9.1']);
        assert.deepEqual(told('battery-replace'), ['battery-bad']);
    });

    it('answers a GETBULK of three million repetitions at once, within its bounds', () => {
        const ups = new AgentUps(() => 0, { now: () => 0, monotonic: () => 0 });
        ups.serving = { version: '', unknownAs: 'no-such-instance' };
        ups.target = { served: () => servedSample(), supports: () => true, order: () => Promise.resolve() };
        const bulk = (count: number) =>
            ups.respond({
                type: PduType.GetBulkRequest,
                version: 1,
                varbinds: Array.from({ length: count }, () => ({ oid: '1.3', type: 5, value: null })),
                nonRepeaters: 0,
                maxRepetitions: 3_000_000,
                mayWrite: false,
                room: 100_000,
            }).answer;
        const before = performance.now();
        assert.ok(bulk(1).varbinds.length < 60);
        assert.equal(bulk(150).varbinds.length, 200);
        assert.ok(performance.now() - before < 50);
        const many = bulk(201);
        assert.deepEqual([many.errorStatus, many.varbinds.length], [ErrorStatus.TooBig, 0]);
    });

    it('has no way to the handlers of net-snmp', () => {
        const source = readFileSync('lib/protocols/snmp-agent/messages.ts', 'utf8');
        for (const handler of ['getRequest', 'getNextRequest', 'getBulkRequest', 'setRequest', 'onProxyRequest'])
            assert.match(source, new RegExp(`agent\\.${handler} =`));
    });
});
