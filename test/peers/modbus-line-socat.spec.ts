import assert from 'node:assert/strict';
import { spawn, type ChildProcess } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SerialPort } from 'serialport';
import { SystemClock } from '../../lib/core/clock';
import { ModbusSerialLine } from '../../lib/protocols/modbus/modbus-serial-line';
import { eventually } from '../support/eventually';
import { requirePeer } from '../support/peers';

const BLOCK = { table: 'holding', address: 100, count: 2 } as const;

/** CRC-16 of Modbus, bit by bit. */
function crc(bytes: readonly number[]): number[] {
    let sum = 0xffff;
    for (const byte of bytes) {
        sum ^= byte;
        for (let bit = 0; bit < 8; bit++) sum = sum & 1 ? (sum >> 1) ^ 0xa001 : sum >> 1;
    }
    return [sum & 0xff, sum >> 8];
}

const frame = (...bytes: number[]) => Buffer.from([...bytes, ...crc(bytes)]);

describe('a Modbus RTU line at a pseudo-terminal of socat', function () {
    this.timeout(20_000);
    let socat: string;
    let directory: string;
    let child: ChildProcess;
    let device: SerialPort;
    let line: ModbusSerialLine;
    let requests: Buffer[];
    let answer: (nth: number, unit: number) => Buffer;

    before(function () {
        socat = requirePeer(this, 'socat');
    });

    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-rtu-'));
        const [ours, theirs] = [join(directory, 'ours'), join(directory, 'theirs')];
        child = spawn(socat, [`pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`], { stdio: 'ignore' });
        await eventually(() => existsSync(ours) && existsSync(theirs), 5000);
        device = new SerialPort({ path: theirs, baudRate: 38_400 });
        requests = [];
        let received = Buffer.alloc(0);
        device.on('data', (bytes: Buffer) => {
            received = Buffer.concat([received, bytes]);
            while (received.length >= 8) {
                requests.push(received.subarray(0, 8));
                device.write(answer(requests.length, received[0]!));
                received = received.subarray(8);
            }
        });
        line = new ModbusSerialLine(new SystemClock(), {
            endpoint: { transport: 'rtu', path: ours, baudRate: 38_400, parity: 'none', stopBits: 1 },
            // Of socat and two ends in one process, on a busy machine: an answer has taken a third of a second.
            timeoutMs: 1500,
        });
    });

    afterEach(async () => {
        await line.close();
        await new Promise<void>((resolve) => device.close(() => resolve()));
        child.kill('SIGKILL');
        rmSync(directory, { recursive: true, force: true });
    });

    it('asks in frames with a right check sum', async () => {
        answer = (_, unit) => frame(unit, 3, 4, 0, 7, 0, 8);
        assert.deepEqual(await line.read(5, BLOCK), [7, 8]);
        assert.deepEqual(requests, [frame(5, 3, 0, 100, 0, 2)]);
    });

    it('gives up a unit that stops in the middle of a frame, and reads the next one at once', async () => {
        answer = (nth, unit) => {
            const whole = frame(unit, 3, 4, 0, nth, 0, nth);
            return nth === 1 ? whole.subarray(0, 5) : whole;
        };
        const [first, second] = [line.read(5, BLOCK), line.read(5, BLOCK)];
        await assert.rejects(first, { code: 'device-silent' });
        assert.deepEqual(await second, [2, 2]);
        assert.deepEqual(await line.read(6, BLOCK), [3, 3]);
    });

    it('believes no frame with a wrong check sum', async () => {
        answer = (nth, unit) => {
            const whole = frame(unit, 3, 4, 0, nth, 0, nth);
            if (nth === 1) whole[4]! ^= 1;
            return whole;
        };
        await assert.rejects(line.read(5, BLOCK), { code: 'device-silent' });
        assert.deepEqual(await line.read(5, BLOCK), [2, 2]);
    });

    it('is not fooled by noise before an answer', async () => {
        answer = (_, unit) => Buffer.concat([Buffer.from([0, 255, 17]), frame(unit, 3, 4, 0, 1, 0, 2)]);
        assert.deepEqual(await line.read(5, BLOCK), [1, 2]);
    });

    it('is free for the next one when it is closed', async () => {
        answer = (_, unit) => frame(unit, 3, 4, 0, 1, 0, 2);
        for (let round = 0; round < 3; round++) {
            const { options } = line as unknown as { options: ConstructorParameters<typeof ModbusSerialLine>[1] };
            assert.deepEqual(await line.read(5, BLOCK), [1, 2]);
            await line.close();
            line = new ModbusSerialLine(new SystemClock(), options);
        }
    });
});
