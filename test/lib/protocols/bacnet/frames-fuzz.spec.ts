import assert from 'node:assert/strict';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { ServedTarget } from '../../../../lib/protocols/bacnet/serving';
import { AllowedSenders } from '../../../../lib/protocols/shared/senders';
import { bacnetServing, BacnetWire } from '../../../support/bacnet-wire';
import { FakeClock } from '../../../support/fake-clock';
import { damaged, fuzzRuns, seededDice, withoutStacks } from '../../../support/fuzz';
import { servedSample } from '../../../support/served-sample';

const APDUS = [
    '1008',
    '10080a04d21a04d2',
    '10070a04d21a04d22c000003e9',
    '10073d150055505320312e4261747465727920636861726765',
    '0275010c0c000003e91955',
    '0275020c0c020004d2194c',
    '0005030c0c020004d2194c2905',
    '0275040e0c000003e91e090809691f0c023fffff1e09081f',
    '0005050509121c000003e92900',
    '000506050912 1c000003e9 2901 393c',
    '0005070f0c04c003f519553e21033f4908',
    '00050811 0902 1901 2d0700 67656865696d',
    '40020010',
    '200101',
    '710102',
    '000909630a',
].map((hex) => Buffer.from(hex.replace(/ /g, ''), 'hex'));
/** Opening and closing tags, long lengths, and 4194303 as an instance. */
const PIECES = [
    '\u003e',
    '\u003f',
    '\u001e',
    '\u001f',
    '\u0005\u00fe',
    '\u00ff\u00ff',
    '\u0002\u003f',
    '\u0055',
    '\u0000',
];

describe('damaged BACnet frames', () => {
    it('end in an answer or in silence: no throw, no hang, no more memory', async function () {
        this.timeout(600_000);
        const dice = seededDice(47_808);
        const clock = new FakeClock();
        const target: ServedTarget = {
            served: () => servedSample(),
            supports: () => true,
            order: () => Promise.resolve(),
        };
        const { serving, refusals } = bacnetServing(
            { 1: target, 2: target, 3: target },
            { senders: new AllowedSenders('*'), writers: new AllowedSenders('*'), writes: true, password: 'geheim' },
        );
        const wire = await new BacnetWire(clock, serving).start();
        let longest = 0;
        let answers = 0;
        const used: number[] = [];
        const runs = fuzzRuns();
        withoutStacks(() => {
            for (let run = 0; run < runs; run++) {
                const apdu = APDUS[dice(APDUS.length)]!;
                const head = dice(4)
                    ? [0x0a, 0, apdu.length + 6, 1, 4]
                    : [0x0b, 0, apdu.length + 10, 1, 0x20, 0xff, 0xff, 0, 255];
                const whole = Buffer.concat([Buffer.from([0x81, ...head]), apdu]);
                const frame = damaged(whole, dice, PIECES, 2);
                // Else nothing but the length would be wrong.
                if (dice(8) && frame.length >= 4) frame.writeUInt16BE(frame.length, 2);
                const from = { address: `192.0.2.${dice(250)}`, port: 47_808 };
                const take = () => {
                    const begun = performance.now();
                    wire.server.receive(frame, from);
                    return performance.now() - begun;
                };
                const once = take();
                // A busy machine is slow once; a frame that is slow is slow each time.
                longest = Math.max(longest, once < 20 ? once : Math.min(once, take(), take()));
                // A client with the right password switches it off once in a while.
                if (run % 50 === 0) clock.advanceSync(2000);
                if (wire.server.communication !== 'enabled') wire.server.receive(ENABLE, from);
                for (const { frame: answer } of wire.sent.splice(0)) {
                    answers++;
                    assert.ok(answer.length <= 1476 + 4 + 21 && answer.readUInt16BE(2) === answer.length);
                }
                refusals.length = 0;
                if ((run + 1) % Math.ceil(runs / 4) === 0) used.push(heapUsed());
            }
        });
        assert.ok(answers > runs / 10, `${answers} answers`);
        assert.ok(longest < 50, `${longest} ms`);
        assert.ok(used.at(-1)! - used[1]! < 8e6, `${used.join()} bytes`);
        assert.ok(wire.server.subscriptionCount <= 200);
        await wire.server.stop();
    });
});

/** DeviceCommunicationControl: enabled. */
const ENABLE = Buffer.from('810a00150104000508111900 2d070067656865696d'.replace(/ /g, ''), 'hex');

function heapUsed(): number {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    collect();
    return process.memoryUsage().heapUsed;
}
