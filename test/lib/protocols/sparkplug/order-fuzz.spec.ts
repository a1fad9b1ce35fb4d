import assert from 'node:assert/strict';
import { PlainMode } from '../../../../lib/protocols/mqtt/plain-mode';
import { deadbandsWith } from '../../../../lib/protocols/mqtt/told-values';
import { PayloadEncoder } from '../../../../lib/protocols/sparkplug/payload';
import { SparkplugMode } from '../../../../lib/protocols/sparkplug/sparkplug-mode';
import { damaged, fuzzRuns, seededDice } from '../../../support/fuzz';
import { servedSample } from '../../../support/served-sample';

const encoder = new PayloadEncoder();
const encode = (metrics: object[]) =>
    encoder.encode({ timestamp: 1_767_225_600_000, metrics: metrics as never, seq: 3 });
const UPSES = [{ id: 'u1', level: 'UPS_1' }];
const common = { commands: true, version: '1', now: () => 0 };
const deadbandOf = deadbandsWith([]);

/** Orders that are right. */
const SPARKPLUG = [
    ['spBv1.0/G/NCMD/N', encode([{ name: 'Node Control/Rebirth', type: 'boolean', value: true }])],
    ['spBv1.0/G/DCMD/N/UPS_1', encode([{ name: 'Outlet/1', type: 'boolean', value: false }])],
    [
        'spBv1.0/G/DCMD/N/UPS_1',
        encode([
            { name: 'Device Control/Command', type: 'string', value: '{"type":"test","test":"quick"}' },
            {
                alias: 32_768 + 32_767,
                timestamp: 1,
                type: 'string',
                value: '{"type":"buzzer","state":"mute"}',
                unit: 'V',
            },
        ]),
    ],
    ['spBv1.0/STATE/H', Buffer.from('{"online":true,"timestamp":5}')],
] as const;
const PLAIN = [['rt/UPS_1/command', Buffer.from('{"type":"outlet","outlet":"1","action":"off"}')]] as const;
const PIECES = ['\xff\xff\xff\xff\xff\xff\xff\xff\xff\x01', '\x12', '\x7a\xff', '\x00', '{', '"type"', '[[[[', '1e999'];

describe('what anybody may send by MQTT', function () {
    this.timeout(3_600_000);
    const sparkplug = new SparkplugMode(
        { ...common, group: 'G', node: 'N', primaryHost: 'H', nextBirth: () => 0 },
        deadbandOf,
    );
    const plain = new PlainMode({ ...common, topicPrefix: 'rt' }, deadbandOf);
    sparkplug.serve(UPSES);
    plain.serve(UPSES);
    sparkplug.receive('spBv1.0/STATE/H', Buffer.from('{"online":true,"timestamp":1}'), false);
    sparkplug.begin();
    sparkplug.ups(servedSample({}, { outlets: [{ id: '1', on: true }] }));

    for (const [name, mode, orders] of [
        ['Sparkplug', sparkplug, SPARKPLUG],
        ['plain', plain, PLAIN],
    ] as const)
        it(`${name}: damaged orders throw nothing, take no time, and are refused or orders`, () => {
            const dice = seededDice(16);
            const kinds: Record<string, number> = {};
            let longest = 0;
            for (let run = 0; run < fuzzRuns(); run++) {
                const [topic, right] = orders[dice(orders.length)]!;
                const payload = run < orders.length ? right : damaged(right, dice, PIECES);
                const began = process.cpuUsage();
                for (const { kind, ...order } of mode.receive(topic, payload, false)) {
                    kinds[kind] = (kinds[kind] ?? 0) + 1;
                    if (kind === 'command') assert.equal(typeof (order as { order: unknown }).order, 'object');
                }
                // Of the processor: the wall clock tells as much of what else the machine does.
                longest = Math.max(longest, process.cpuUsage(began).user / 1000);
            }
            assert.ok(longest < 50, `${longest} ms`);
            assert.ok(kinds.refused! > 0 && kinds.command! > 0, JSON.stringify(kinds));
        });
});
