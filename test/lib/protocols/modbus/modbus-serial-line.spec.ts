import assert from 'node:assert/strict';
import { once } from 'node:events';
import { createServer, type Server, type Socket } from 'node:net';
import { SystemClock } from '../../../../lib/core/clock';
import type { UpsError } from '../../../../lib/core/errors';
import { exceptionOf } from '../../../../lib/protocols/modbus/line';
import { ModbusSerialLine } from '../../../../lib/protocols/modbus/modbus-serial-line';
import { eventually } from '../../../support/eventually';
import { FakeClock } from '../../../support/fake-clock';

const BLOCK = { table: 'holding', address: 100, count: 2 } as const;

/** An answer with these words to a request. */
function answer(request: Buffer, ...words: number[]): Buffer {
    const pdu = Buffer.from([request[6]!, request[7]!, words.length * 2, ...words.flatMap((w) => [w >> 8, w & 255])]);
    const header = Buffer.from([request[0]!, request[1]!, 0, 0, 0, pdu.length]);
    return Buffer.concat([header, pdu]);
}

describe('A Modbus TCP connection', () => {
    let server: Server;
    let port: number;
    let sockets: Set<Socket>;
    let connections: number;
    let requests: Buffer[];
    let serve: (socket: Socket, request: Buffer, nth: number) => void;
    const lines: ModbusSerialLine[] = [];

    beforeEach(async () => {
        sockets = new Set();
        requests = [];
        connections = 0;
        serve = (socket, request) => socket.write(answer(request, 7, 8));
        server = createServer((socket) => {
            connections++;
            sockets.add(socket);
            socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
            socket.on('data', (bytes) => {
                requests.push(bytes);
                serve(socket, bytes, requests.length);
            });
        });
        server.listen(0, '127.0.0.1');
        await once(server, 'listening');
        ({ port } = server.address() as { port: number });
    });

    afterEach(async () => {
        await Promise.all(lines.splice(0).map((line) => line.close()));
        for (const socket of sockets) socket.destroy();
        server.close();
    });

    function open(timeoutMs = 1000): ModbusSerialLine {
        const line = new ModbusSerialLine(new SystemClock(), {
            endpoint: { transport: 'tcp', host: '127.0.0.1', port },
            timeoutMs,
        });
        lines.push(line);
        return line;
    }

    it('reads by the function of the table, one request at a time on one connection', async () => {
        const line = open();
        let outstanding = 0;
        serve = (socket, request) => {
            assert.equal(++outstanding, 1);
            setImmediate(() => {
                outstanding--;
                const bits = [request[0]!, request[1]!, 0, 0, 0, 4, request[6]!, request[7]!, 1, 0b10];
                socket.write(request[7]! > 2 ? answer(request, 7, 8) : Buffer.from(bits));
            });
        };
        const tables = ['coil', 'discrete', 'holding', 'input'] as const;
        const read = await Promise.all(tables.map((table, index) => line.read(index + 1, { ...BLOCK, table })));
        assert.deepEqual(read, [
            [0, 1],
            [0, 1],
            [7, 8],
            [7, 8],
        ]);
        assert.deepEqual(
            requests.map((request) => [...request.subarray(6)]),
            [1, 2, 3, 4].map((code) => [code, code, 0, 100, 0, 2]),
        );
        assert.equal(connections, 1);
    });

    it('takes an answer in any split', async () => {
        serve = (socket, request) => {
            for (const byte of answer(request, 1, 2)) socket.write(Buffer.from([byte]));
        };
        assert.deepEqual(await open().read(1, BLOCK), [1, 2]);
    });

    it('tells an exception with its number, and keeps the connection', async () => {
        serve = (socket, request) =>
            socket.write(Buffer.from([request[0]!, request[1]!, 0, 0, 0, 3, request[6]!, request[7]! | 0x80, 2]));
        const line = open();
        for (let i = 0; i < 2; i++) {
            await assert.rejects(line.read(1, BLOCK), (error: UpsError) => {
                assert.equal(error.code, 'device-refused');
                assert.equal(exceptionOf(error), 2);
                return true;
            });
        }
        assert.equal(connections, 1);
    });

    it('gives up a device that stops in the middle of a frame, and comes back on a new connection', async () => {
        serve = (socket, request, nth) => {
            const whole = answer(request, 3, 4);
            socket.write(nth === 1 ? whole.subarray(0, 11) : whole);
        };
        const line = open(150);
        await assert.rejects(line.read(1, BLOCK), { code: 'device-silent' });
        assert.deepEqual(await line.read(1, BLOCK), [3, 4]);
        assert.equal(connections, 2);
    });

    it('tells a unit id at which nothing answers from a host that is gone', async () => {
        const why = (unit: number, of: ModbusSerialLine) =>
            of.read(unit, BLOCK).then(
                () => 'answers',
                ({ data }: UpsError) => [data.why, data.unit].filter((each) => each !== undefined).join(' '),
            );
        serve = (socket, request) => void (request[6] === 1 && socket.write(answer(request, 7, 8)));
        const line = open(100);
        assert.equal(await why(7, line), 'no-unit 7');
        assert.equal(await why(1, line), 'answers');
        assert.equal(await why(7, line), 'no-unit 7', 'also while another unit answers');
        assert.equal(await why(1, line), 'answers');
        serve = () => undefined;
        assert.equal(await why(1, line), 'timeout', 'it answered on this connection: the host may be gone');
        assert.equal(await why(1, line), 'no-unit 1', 'the host takes a new connection');
    });

    it('is not fooled by an answer that comes too late', async () => {
        let late: (() => void) | undefined;
        serve = (socket, request, nth) => {
            if (nth === 1) late = () => socket.write(answer(request, 66, 66));
            else {
                late?.();
                socket.write(answer(request, 5, 6));
            }
        };
        const line = open(100);
        await assert.rejects(line.read(1, BLOCK), { code: 'device-silent' });
        assert.deepEqual(await line.read(1, BLOCK), [5, 6]);
    });

    it('comes back when the device hangs up', async () => {
        serve = (socket, request, nth) => (nth === 1 ? socket.destroy() : socket.write(answer(request, 1, 1)));
        const line = open(5000);
        const began = performance.now();
        await assert.rejects(line.read(1, BLOCK), { code: 'device-silent' });
        assert.ok(performance.now() - began < 1000, 'told at once, not after the time limit');
        assert.deepEqual(await line.read(1, BLOCK), [1, 1]);
    });

    it('asks again on a new connection when a gateway has hung up on an idle one, but says no write twice', async () => {
        const clock = new FakeClock();
        const endpoint = { transport: 'tcp', host: '127.0.0.1', port } as const;
        const line = new ModbusSerialLine(clock, { endpoint, timeoutMs: 1000 });
        lines.push(line);
        assert.deepEqual(await line.read(1, BLOCK), [7, 8]);
        await clock.advance(1500);
        let hungUp = 0;
        serve = (socket, request) => (hungUp++ === 0 ? socket.destroy() : socket.write(answer(request, 1, 2)));
        assert.deepEqual(await line.read(1, BLOCK), [1, 2]);
        assert.equal(connections, 2);
        await clock.advance(1500);
        hungUp = 0;
        await assert.rejects(line.writeCoil(1, 5, true), { code: 'device-silent' });
        assert.equal(hungUp, 1);
    });

    it('opens a new connection when the old one was closed while nobody used it', async () => {
        serve = (socket, request) => socket.end(answer(request, 7, 8));
        const line = open();
        for (let round = 0; round < 3; round++) {
            assert.deepEqual(await line.read(1, BLOCK), [7, 8]);
            await eventually(() => sockets.size === 0);
        }
        assert.equal(connections, 3);
    });

    it('takes no answer with the number of another request', async () => {
        serve = (socket, request, nth) => {
            const wrong = answer(request, 66, 66);
            wrong.writeUInt16BE((wrong.readUInt16BE(0) + nth) & 0xffff, 0);
            socket.write(Buffer.concat([wrong, answer(request, 5, 6)]));
        };
        const line = open();
        assert.deepEqual(await line.read(1, BLOCK), [5, 6]);
        assert.deepEqual(await line.read(1, BLOCK), [5, 6]);
    });

    for (const [what, bytes] of [
        ['length 0', [0, 1, 0, 0, 0, 0, 1, 3]],
        ['noise', [255, 255, 255, 255, 255, 255, 255, 255, 255, 255]],
        ['another unit', [0, 1, 0, 0, 0, 7, 9, 3, 4, 0, 1, 0, 2]],
        ['too few words', [0, 1, 0, 0, 0, 5, 1, 3, 2, 0, 1]],
        ['a count that lies', [0, 1, 0, 0, 0, 7, 1, 3, 200, 0, 1, 0, 2]],
    ] as const) {
        it(`survives ${what}`, async () => {
            serve = (socket) => socket.write(Buffer.from(bytes));
            await assert.rejects(open(150).read(1, BLOCK), { code: 'device-silent' });
        });
    }

    it('tells at once, without connecting each time, that nobody is there', async () => {
        server.close();
        const line = open(500);
        await assert.rejects(line.read(1, BLOCK), { code: 'device-silent' });
        const began = performance.now();
        await assert.rejects(line.read(1, BLOCK), { code: 'device-silent' });
        assert.ok(performance.now() - began < 400, 'not after the time limit');
        assert.equal(connections, 0);
    });

    it('ends what is under way when it is closed', async () => {
        serve = () => {};
        const line = open(5000);
        const reads = [line.read(1, BLOCK), line.read(1, BLOCK)];
        const failures = reads.map((read) => assert.rejects(read, { code: 'interrupted' }));
        while (requests.length === 0) await new Promise(setImmediate);
        const began = performance.now();
        await line.close();
        await Promise.all(failures);
        assert.ok(performance.now() - began < 500);
        await assert.rejects(line.read(1, BLOCK), { code: 'interrupted' });
    });

    it('bounds what waits', async () => {
        serve = () => {};
        const line = open(5000);
        const reads = Array.from({ length: 70 }, () => line.read(1, BLOCK).catch((error: UpsError) => error.code));
        await line.close();
        const codes = await Promise.all(reads);
        assert.equal(codes.filter((code) => code === 'command-failed').length, 6);
    });
});
