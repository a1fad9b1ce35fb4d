import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { GpioBackend } from '../../../lib/protocols/aux/gpio-backend';
import { modbusAddresses } from '../../../lib/protocols/aux/modbus-backend';
import { durationText } from '../../../lib/core/duration';
import { addressFault, cardFault, faultsOf, hostFault, hostPortFault, networkFault } from '../../../lib/core/settings';
import { settings as schedule } from '../../../nodes/events/ups-schedule.settings';
import { settings as threshold } from '../../../nodes/events/ups-threshold.settings';
import { settings as auxModule } from '../../../nodes/config/ups-aux-module.settings';
import { assertPorts, type AuxPort } from '../../../lib/protocols/aux/ports';
import { snmpPortOf } from '../../../lib/protocols/aux/snmp-backend';
import { parseRule, type ScheduleRule } from '../../../lib/core/schedules/rule';
import { validateThreshold, type Comparison, type ThresholdLevelConfig } from '../../../lib/core/thresholds/config';
import { canvasLabel } from '../../support/canvas-label';
import { hostSetting } from '../../../lib/protocols/shared/host';
import { zoneOf } from '../../../lib/zones/temporal-zone';
import { parseHosts } from '../../../lib/protocols/shared/hosts';
import { parseSuccessExits } from '../../../lib/protocols/ssh/success-exits';
import { parseTargets } from '../../../lib/protocols/ssh/targets';
import { parseMac } from '../../../lib/core/addresses/mac';
import { AllowedSenders, parseAddresses } from '../../../lib/protocols/shared/senders';
import { formatSeconds } from '../../../nodes/editor/durations';
import { Ridethrough as plugin } from '../../../nodes/editor/ridethrough';
import { pathState } from '../../../nodes/editor/unit-words';
import { settings as ssh } from '../../../nodes/jobs/ups-ssh.settings';
import { DURATIONS } from '../../support/durations';
import { asKey, inBrowser } from './browser';
import { htmlOf, nodes as nodeTypes, read } from './contract';
import { Dialogs } from './dialogs';

const root = join(__dirname, '..', '..', '..');
const scriptOf = (html: string) => /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(html)?.[1] ?? '';

function accepts(work: () => unknown): boolean {
    try {
        work();
        return true;
    } catch {
        return false;
    }
}

describe('checks of the dialogs', () => {
    inBrowser({ _: asKey });

    it('call only what the plugin has', () => {
        const api = plugin as unknown as Record<string, Record<string, unknown> | undefined>;
        for (const [type] of nodeTypes) {
            for (const [used, name, member] of scriptOf(read(htmlOf(type))).matchAll(
                /Ridethrough\.(\w+)(?:\.(\w+))?/g,
            )) {
                const known = member === undefined ? api[name] : api[name]?.[member];
                assert.ok(known !== undefined, `${type} uses ${used}, which no plugin has`);
            }
        }
    });

    describe('agree with the library that will read the settings', () => {
        const entries = [
            ...[
                'server1',
                'server1.example.org',
                'srv_1',
                '192.0.2.10',
                '192.0.2.10:6004',
                'server1:6004',
                '[::1]:6003',
            ],
            ...[
                '[::1]',
                '2001:db8::1',
                '::1',
                '192.0.2.256',
                '010.0.0.1',
                '192.0.2',
                '1.2.3.4.5',
                'server1:0',
                'server1:70000',
            ],
            ...[
                'server1:',
                '-server',
                'server 1'.replace(' ', '/'),
                '*',
                '192.0.2.0/24',
                '192.0.2.0/33',
                '2001:db8::/32',
            ],
            ...[
                '192.0.2.0/24/8',
                '2001:db8::/129',
                'http://server1',
                'a..b',
                '192.0.2.1/',
                '/24',
                ':6003',
                'server1:port',
            ],
            ...[
                'fe80::1%eth0',
                '[fe80::1%eth0.1]:6003',
                '[fe80::1%25br-lan]',
                '::ffff:192.0.2.10',
                '1::2::3',
                '12345::',
            ],
            ...[
                '[192.0.2.10]',
                '[::1',
                '::1]',
                '[::1]:',
                '[::1]x',
                '2001:db8:1',
                '1:2:3:4:5:6:7:8',
                '1:2:3:4:5:6:7:8:9',
            ],
            ...['1:2:3:4:5:6:7::', '::', '[2001:db8::]/32', '192.0.2.10::', '::192.0.2', 'büro.local', 'ups@server'],
        ];

        for (const entry of entries) {
            it(`on ${entry}`, () => {
                assert.equal(
                    hostPortFault(entry) === undefined,
                    accepts(() => parseHosts(entry, 6003)),
                    'as host',
                );
                assert.equal(
                    hostFault(entry) === undefined,
                    accepts(() => hostSetting('host', entry)),
                    'as host alone',
                );
                assert.equal(
                    networkFault(entry) === undefined,
                    accepts(() => new AllowedSenders(entry)),
                    'as sender',
                );
                assert.equal(
                    addressFault(entry) === undefined,
                    accepts(() => parseAddresses(entry, 'members')),
                    'as member',
                );
            });
        }

        it('on moments, times and rows of a schedule', () => {
            const fits = (given: object) => faultsOf(schedule, given).length === 0;
            const start = '2026-01-01T03:00';
            const given: Omit<ScheduleRule, 'start' | 'repeat'> = {
                monthEnd: 'last',
                ending: 'at-once',
                seconds: 0,
                until: '',
                windows: [],
            };
            const texts = ['', '2026-02-28T23:59', '2026-02-28T23:59:30', '2026-02-29T01:00', '2028-02-29T01:00', 'x'];
            for (const text of [...texts, '2026-13-01T01:00', '2026-01-01', '2026-01-01T24:00', '2026-01-01T1:00']) {
                const right = accepts(() => parseRule({ ...given, start: text, repeat: 'daily' }));
                assert.equal(fits({ start: text, repeat: 'daily' }), right, text);
            }
            const times = ['', '08:00', '23:59:59', '24:00', '8:00', '08:60', 'noon'];
            for (const until of times) {
                const right = accepts(() => parseRule({ ...given, start, repeat: 'daily', ending: 'until', until }));
                assert.equal(fits({ start, repeat: 'daily', ending: 'until', until }), right, until);
            }
            for (const seconds of [-1, 0, 1, 31_622_400, 31_622_401, 1e300]) {
                const lasting = { ...given, start, repeat: 'daily', ending: 'after', seconds } as const;
                const right = accepts(() => parseRule(lasting));
                assert.equal(fits(lasting), right, String(seconds));
            }
            for (const zone of ['', 'UTC', 'Europe/Berlin', 'Asia/Kathmandu', 'Europe/Nowhere', 'x']) {
                assert.equal(
                    fits({ start, zone }),
                    accepts(() => zoneOf(zone)),
                    zone,
                );
            }
            const rows = [[], [1], [1, 7], [0], [8]].flatMap((days) =>
                times.flatMap((from) => times.map((to) => ({ days, from, to }))),
            );
            for (const windows of [
                ...rows.map((row) => [row]),
                Array(16).fill(rows[60]),
                Array(17).fill(rows[60]),
                [],
            ]) {
                const right = accepts(() => parseRule({ ...given, start, repeat: 'weekly', windows }));
                assert.equal(fits({ start, repeat: 'weekly', windows }), right, JSON.stringify(windows));
            }
        });

        it('on MAC addresses', () => {
            const good = ['00:1b:21:3c:4d:5e', '0-1B-21-3C-4D-5E', '001b.213c.4d5e', '001b21-3c4d5e', '001B213C4D5E'];
            const bad = [
                '',
                'x',
                '00:1b-21:3c:4d:5e',
                'ff:ff:ff:ff:ff:ff',
                '01005e000001',
                '000000000000',
                '1:0:0:0:0:0',
            ];
            for (const mac of [...good, ...bad]) {
                const fits = accepts(() => parseMac(mac));
                assert.equal(fits, good.includes(mac), mac);
                assert.equal(cardFault(mac) === undefined, fits, mac);
            }
        });

        it('on the hosts of SSH', () => {
            const isRefused = (property: string, value: string) =>
                faultsOf(ssh, { hosts: 'a', [property]: value }).some((fault) => fault.property === property);
            for (const login of [
                'a',
                'root@a',
                'me@corp@a:2222',
                'me@[::1]:22',
                '@a',
                'root@',
                'a:b@c',
                'root@a:0',
                'root@a+old',
                'root@a:22+OLD',
                'root@a+young',
                '+old',
            ])
                assert.equal(
                    !isRefused('hosts', login),
                    accepts(() => parseTargets(login, 'ops')),
                    login,
                );
            for (const ending of ['0', '143', '1115', '3221225786', '4294967296', '-1', 'TERM', 'SIGHUP', 'a b', '1.5'])
                assert.equal(
                    !isRefused('doneBy', ending),
                    accepts(() => parseSuccessExits(ending.replace(' ', '|'))),
                    ending,
                );
        });

        it('on the ports of a relay module', () => {
            const backends = {
                modbus: (port: AuxPort) => void modbusAddresses([port]),
                gpio: (port: AuxPort) => void new GpioBackend([port], () => Promise.resolve()),
                snmp: (port: AuxPort) => void snmpPortOf(port, 1),
                simulated: () => {},
            };
            for (const [backend, assertAddress] of Object.entries(backends))
                for (const address of ['', '0', '65535', '65536', '-1', '1.5', 'aux4', 'out5', '1.3.6.1', 'x'])
                    for (const [powerUpDelay, values, output] of [
                        ...[undefined, 0, 86_400, 86_401, -1].map((delay) => [delay, undefined, true] as const),
                        ...['1/2', '2/2', '1', 'on/off', ' 0 / 1 ', '-1/1'].map((each) => [0, each, true] as const),
                        [0, undefined, false] as const,
                        [0, '1/x', false] as const,
                    ]) {
                        const port = { name: 'Fan', output, address, powerUpDelay, values };
                        const fits = accepts(() => (assertPorts([port]), assertAddress(port)));
                        const faults = faultsOf(auxModule, {
                            name: 'x',
                            host: 'x',
                            device: 'x',
                            backend,
                            ports: [port],
                        });
                        const said = faults.length === 0;
                        assert.equal(said, fits, JSON.stringify({ backend, port }));
                    }
        });

        it('on every pair of threshold levels', function () {
            this.timeout(30_000);
            const limits = [undefined, 10, 20];
            const levels: ThresholdLevelConfig[] = [];
            for (const comparison of ['less-than', 'greater-than', 'out-of-range'] as Comparison[])
                for (const low of limits)
                    for (const high of limits)
                        for (const recoveryLow of limits)
                            for (const recoveryHigh of [undefined, 15])
                                for (const seconds of [0, 30])
                                    levels.push({
                                        enabled: true,
                                        comparison,
                                        low,
                                        high,
                                        recoveryLow,
                                        recoveryHigh,
                                        seconds,
                                    });
            const agree = (given: object) => {
                const isRight = validateThreshold(given).length === 0;
                assert.equal(
                    faultsOf(threshold, { ups: 'any', ...given }).length === 0,
                    isRight,
                    JSON.stringify(given),
                );
                return isRight;
            };
            const rightAlone = levels.filter((warning) => agree({ warning }));
            const wrongAlone = levels.filter((level) => !rightAlone.includes(level));
            for (const alarm of wrongAlone) agree({ warning: rightAlone[0], alarm });
            let right = 0;
            for (const warning of rightAlone) for (const alarm of rightAlone) if (agree({ warning, alarm })) right++;
            assert.ok(right > 100, `only ${right} pairs are right`);
        });
    });

    it('refuse a config node the name that is its own id: Node-RED would wait for itself', () => {
        const dialogs = new Dialogs();
        for (const type of ['ups-unit', 'ups-site', 'ups-aux-module', 'ups-mail-account', 'ups-modem']) {
            const { validate } = dialogs.of(type).defaults.name!;
            assert.equal(validate!.call({ id: 'unit1', type }, 'unit1'), 'check.ownName', type);
            assert.equal(validate!.call({ id: 'unit1', type }, 'UPS 1'), true, type);
        }
    });

    it('write durations as people say them', () => {
        for (const [seconds, text] of DURATIONS) assert.equal(durationText(seconds), text);
        assert.equal(durationText(undefined), '-');
        assert.equal(formatSeconds(5400), '1 h 30 min');
        assert.equal(formatSeconds('480'), '8 min');
        assert.equal(formatSeconds(0), '0 s');
    });
});

describe('labels on the canvas', () => {
    inBrowser({ _: asKey });
    it('stand in dialogs that are as wide before the first row as after it: the editor measures only once', () => {
        const files = readdirSync(join(root, 'nodes', 'editor'), { recursive: true, encoding: 'utf8' });
        const sources = files.filter((file) => /\.(css|ts)$/.test(file));
        const css = sources.map((file) => readFileSync(join(root, 'nodes', 'editor', file), 'utf8')).join();
        const wide = [...css.matchAll(/ridethrough-dialog:has\((.*?)\)/g)].map(([, what]) => what);
        assert.deepEqual(wide.sort(), ['.ridethrough-map', '.ridethrough-table']);
        assert.equal([...css.matchAll(/addClass\('ridethrough-map'\)/g)].length, 1, 'as the dialog opens');
        assert.equal([...css.matchAll(/addClass\('ridethrough-table'\)/g)].length, 2, 'tables and windows');
    });

    it('tell a connection that answers and would not show an outage from one that would', () => {
        assert.equal(pathState({ state: 'ready' }), 'ready');
        assert.equal(pathState({ state: 'ready', blind: true }), 'blind');
        assert.equal(pathState({ state: 'waiting', blind: true }), 'waiting');
    });

    it('tell a level with its limit where a value at the limit counts', () => {
        const level = { enabled: true, comparison: 'less-than', low: 40 };
        const label = (atLimit: boolean) =>
            canvasLabel('ups-threshold', { value: 'battery.voltage', warning: level, alarm: null, atLimit });
        assert.match(label(false), /level\.short\.less-than$/);
        assert.match(label(true), /level\.atLimit\.less-than$/);
    });

    it('name the channel that a threshold watches', () => {
        const level = { enabled: true, comparison: 'less-than', low: 12 };
        const label = (watched: object) => canvasLabel('ups-threshold', { ...watched, warning: level, alarm: null });
        assert.match(
            label({ value: 'channel', channel: 'Volts Battery' }),
            /^Volts Battery .*level\.short\.less-than$/,
        );
        assert.match(label({ value: 'channel:Volts Battery' }), /^Volts Battery .*level\.short\.less-than$/);
    });

    it('tell what a timing does', () => {
        const label = (properties: object) => canvasLabel('ups-timing', properties);
        assert.equal(label({ mode: 'after', seconds: 300, repeat: 30 }), 'after 5 min, every 30 s');
        assert.equal(label({ mode: 'immediately' }), 'immediately');
        assert.equal(label({ mode: 'repeat', seconds: 600, repeat: 30 }), 'every 10 min');
        assert.equal(label({ mode: 'remaining', seconds: 1800 }), 'at 30 min remaining');
        assert.equal(label({ mode: 'after', seconds: 300, name: 'Warn' }), 'Warn');
    });

    it('tell what an RCCMD job does to whom', () => {
        const label = (properties: object) => canvasLabel('ups-rccmd', properties);
        assert.equal(label({ hosts: 'a\nb' }), 'shutdown → 2 hosts');
        assert.equal(label({ hosts: 'a', action: 'message' }), 'message → 1 host');
        assert.equal(label({ hosts: '', broadcast: true, action: 'wakeup' }), 'wakeup → broadcast');
    });
});
