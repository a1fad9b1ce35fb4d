import assert from 'node:assert/strict';
import type { UpsError } from '../../../../lib/core/errors';
import { exceptionOf } from '../../../../lib/protocols/modbus/line';
import { ModbusSerialLine } from '../../../../lib/protocols/modbus/modbus-serial-line';
import { FakeClock } from '../../../support/fake-clock';
import { honestAnswer, rtu, RtuMemory } from '../../../support/rtu-memory';
import { inEnglish } from '../../../support/in-english';

const holding = (address: number, count = 4) => ({ table: 'holding', address, count }) as const;

describe('A Modbus RTU line', () => {
    let clock: FakeClock;
    let wire: RtuMemory;
    let line: ModbusSerialLine;

    beforeEach(() => {
        clock = new FakeClock();
        wire = new RtuMemory();
        wire.onSent = (frame) => wire.say(honestAnswer(frame));
        line = open();
    });
    afterEach(() => line.close());

    function open(timeoutMs = 1000): ModbusSerialLine {
        const endpoint = { transport: 'rtu', path: '/dev/x', baudRate: 9600, parity: 'none', stopBits: 1 } as const;
        return new ModbusSerialLine(clock, { endpoint, timeoutMs }, wire);
    }

    /** What comes of it: the first value, `done`, or the error's code with its exception or reason. */
    async function outcome(work: Promise<number[] | void>): Promise<string> {
        let over = false;
        const told = work
            .then(
                (values) => (values ? String(values[0]) : 'done'),
                (error: UpsError) => `${error.code} ${exceptionOf(error) ?? inEnglish(error.data.reason)}`,
            )
            .finally(() => (over = true));
        for (let step = 0; !over && step < 1000; step++) await clock.advance(10);
        return told;
    }

    const later = (ms: number, ...chunks: Uint8Array[]) => clock.setTimeout(() => wire.say(...chunks), ms);

    it('reads each table, and writes', async () => {
        assert.equal(await outcome(line.read(7, holding(100))), '100');
        assert.equal(await outcome(line.read(7, { table: 'input', address: 300, count: 1 })), '300');
        assert.equal(await outcome(line.read(7, { table: 'coil', address: 3, count: 9 })), '1');
        assert.equal(await outcome(line.read(7, { table: 'discrete', address: 4, count: 1 })), '0');
        assert.equal(await outcome(line.writeCoil(7, 5, true)), 'done');
        assert.deepEqual(wire.sent.at(-1), rtu(7, 5, 0, 5, 0xff, 0));
    });

    it('tells an exception', async () => {
        wire.onSent = (frame) => wire.say(rtu(frame[0]!, frame[1]! | 0x80, 2));
        assert.equal(await outcome(line.read(7, holding(100))), 'device-refused 2');
    });

    describe('takes an answer', () => {
        const cases: [string, (answer: Buffer, request: Buffer) => Buffer[]][] = [
            ['byte by byte', (answer) => [...answer].map((byte) => Buffer.from([byte]))],
            ['behind noise', (answer) => [Buffer.from([0, 7, 3, 255, 7]), answer]],
            ['before noise', (answer) => [Buffer.concat([answer, Buffer.from([7, 3, 8, 0])])]],
            [
                'behind that of another unit',
                (answer) => [Buffer.concat([rtu(8, 3, 8, 9, 9, 9, 9, 9, 9, 9, 9), answer])],
            ],
            ['behind that of another function', (answer) => [rtu(7, 4, 8, 9, 9, 9, 9, 9, 9, 9, 9), answer]],
            ['behind one of another size', (answer) => [rtu(7, 3, 4, 9, 9, 9, 9), answer]],
            ['behind the echo of the request', (answer, request) => [Buffer.concat([request, answer])]],
            [
                'behind an echo in pieces',
                (answer, request) => [
                    request.subarray(0, 3),
                    request.subarray(3),
                    answer.subarray(0, 4),
                    answer.subarray(4),
                ],
            ],
            [
                'behind a damaged one',
                (answer) => [Buffer.concat([rtu(7, 3, 8, 9, 9, 9, 9, 9, 9, 9, 9).subarray(0, 11), answer])],
            ],
        ];
        for (const [what, chunks] of cases) {
            it(what, async () => {
                wire.onSent = (frame) => wire.say(...chunks(honestAnswer(frame), frame));
                for (const address of [100, 0, 0x0300, 0x0800]) {
                    assert.equal(await outcome(line.read(7, holding(address))), String(address));
                }
            });
        }
    });

    describe('whose device answers too late', () => {
        const LATE = [1100, 1400, 1700, 2600, 3100, 4000, 9000];
        for (const ms of LATE) {
            for (const [name, counts] of [
                ['blocks of one size', [4, 4, 4]],
                ['blocks of two sizes', [4, 9, 4]],
                ['single words', [1, 1, 1]],
            ] as const) {
                it(`(${ms} ms) never takes it for that of another request: ${name}`, async () => {
                    for (const slow of [1, 2, 3]) {
                        let nth = 0;
                        wire.onSent = (frame) => later(++nth === slow ? ms : 60, honestAnswer(frame));
                        const told: string[] = [];
                        for (let poll = 0; poll < 4; poll++) {
                            for (const [index, count] of counts.entries()) {
                                const address = 100 * (index + 1) + poll;
                                const got = await outcome(line.read(1, holding(address, count)));
                                assert.ok(
                                    got === String(address) || got.startsWith('device-silent'),
                                    `${address}: ${got}`,
                                );
                                told.push(got);
                            }
                        }
                        assert.ok(!told.slice(-3).some((got) => got.startsWith('device-silent')), told.join());
                    }
                });
            }
        }

        it('nor when each one is late, and says how late', async () => {
            wire.onSent = (frame) => later(1700, honestAnswer(frame));
            for (const address of [100, 200, 300]) {
                const got = await outcome(line.read(1, holding(address)));
                assert.equal(got, 'device-silent it answers after 1700 ms, not in 1000 ms');
            }
        });

        it('nor a late exception for long, nor bits for bits', async () => {
            let nth = 0;
            wire.onSent = (frame) => later(++nth === 1 ? 2300 : 30, nth === 1 ? rtu(1, 0x83, 2) : honestAnswer(frame));
            assert.match(await outcome(line.read(1, holding(100))), /^device-silent/);
            for (const address of [200, 300, 400])
                assert.equal(await outcome(line.read(1, holding(address))), String(address));
            nth = 0;
            wire.onSent = (frame) => later(++nth === 1 ? 2300 : 900, honestAnswer(frame));
            assert.match(await outcome(line.read(1, { table: 'coil', address: 3, count: 1 })), /^device-silent/);
            assert.equal(await outcome(line.read(1, { table: 'coil', address: 4, count: 1 })), '0');
        });

        it('with a device that refuses other sizes too', async () => {
            let nth = 0;
            wire.onSent = (frame) => {
                const whole = frame.readUInt16BE(4) === 4;
                later(++nth === 1 ? 2300 : 30, whole ? honestAnswer(frame) : rtu(1, 0x83, 3));
            };
            assert.match(await outcome(line.read(1, holding(100))), /^device-silent/);
            for (const address of [200, 300])
                assert.equal(await outcome(line.read(1, holding(address))), String(address));
        });

        it('and another unit on the line is not taken for it', async () => {
            let nth = 0;
            wire.onSent = (frame) => later(++nth === 1 ? 1700 : 30, honestAnswer(frame));
            const [first, second] = [line.read(1, holding(100)), line.read(2, holding(200))];
            assert.match(await outcome(first), /^device-silent/);
            assert.equal(await outcome(second), '200');
        });

        it('a late write confirms no other write', async () => {
            await outcome(line.read(1, holding(1)));
            let nth = 0;
            wire.onSent = (frame) => (++nth === 1 ? later(2500, frame) : undefined);
            assert.match(await outcome(line.writeCoil(1, 5, true)), /^device-silent/);
            assert.match(await outcome(line.writeCoil(1, 5, false)), /^device-silent/);
        });

        it('a request of the process before is let go by', async () => {
            await line.close();
            line = open();
            const reading = line.read(1, holding(200));
            await clock.advance(100);
            wire.say(honestAnswer(rtu(1, 3, 0, 100, 0, 4)));
            assert.equal(await outcome(reading), '200');
        });

        it('and the port was unplugged meanwhile', async () => {
            wire.onSent = () => later(10, Buffer.alloc(0));
            assert.match(await outcome(line.read(1, holding(100))), /^device-silent/);
            wire.unplug();
            wire.onSent = (frame, nth) => {
                // The answer of before comes first.
                if (nth === 2) wire.say(honestAnswer(rtu(1, 3, 0, 100, 0, 4)));
                later(30, honestAnswer(frame));
            };
            assert.equal(await outcome(line.read(1, holding(200))), '200');
            assert.equal(wire.opened, 2);
        });
    });

    describe('with an adapter that echoes', () => {
        it('reads and writes, and takes no echo for a confirmation', async () => {
            let deaf = false;
            wire.onSent = (frame) => {
                wire.say(frame);
                if (!deaf) later(20, honestAnswer(frame));
            };
            assert.equal(await outcome(line.writeCoil(7, 3, true)), 'done');
            assert.equal(await outcome(line.read(7, holding(100))), '100');
            assert.equal(await outcome(line.read(7, { table: 'coil', address: 3, count: 1 })), '1');
            deaf = true;
            assert.equal(await outcome(line.writeCoil(7, 5, true)), 'only-echo only our own request came back');
            assert.equal(await outcome(line.read(7, holding(100))), 'only-echo only our own request came back');
        });

        it('says so at the first write, too, when nobody else answers', async () => {
            wire.onSent = (frame) => wire.say(frame);
            assert.match(await outcome(line.writeCoil(7, 3, true)), /^only-echo/);
        });

        it('a write to a device that reads no coils works without one', async () => {
            wire.onSent = (frame) => (frame[1] === 5 ? wire.say(frame) : undefined);
            assert.equal(await outcome(line.writeCoil(7, 3, true)), 'done');
        });
    });

    it('ends at once what is under way when it is closed', async () => {
        wire.onSent = () => {};
        const reading = outcome(line.read(1, holding(1)));
        await clock.advance(800);
        await line.close();
        assert.match(await reading, /^interrupted/);
        assert.equal(clock.pending, 0);
    });
});
