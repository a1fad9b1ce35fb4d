import assert from 'node:assert/strict';
import type { Part } from '../../../../lib/core/language/sentence';
import { createServer, type Server, type Socket } from 'node:net';
import type { AddressInfo } from 'node:net';
import { SystemClock } from '../../../../lib/core/clock';
import { ModbusTcpBits } from '../../../../lib/protocols/contacts/modbus-tcp-bits';
import { inEnglish } from '../../../support/in-english';

type Behaviour = 'answers' | 'refuses' | 'silent' | 'hangs up';

/** A Modbus TCP module written from the specification: unit id 7, set bits at the addresses in `set`. */
class Module {
    behaviour: Behaviour = 'answers';
    readonly set = { 1: new Set<number>(), 2: new Set<number>() };
    readonly requests: number[][] = [];
    connections = 0;
    private readonly sockets = new Set<Socket>();
    private readonly server: Server = createServer((socket) => this.serve(socket));

    async listen(): Promise<number> {
        await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
        return (this.server.address() as AddressInfo).port;
    }

    async close(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        await new Promise((resolve) => this.server.close(resolve));
    }

    get open(): number {
        return this.sockets.size;
    }

    private serve(socket: Socket): void {
        this.connections++;
        this.sockets.add(socket);
        socket.on('close', () => this.sockets.delete(socket));
        socket.on('error', () => {});
        socket.on('data', (request) => {
            const [unit, code] = [request[6]!, request[7]!];
            const [address, count] = [request.readUInt16BE(8), request.readUInt16BE(10)];
            this.requests.push([unit, code, address, count]);
            if (this.behaviour === 'silent') return;
            if (this.behaviour === 'hangs up') {
                socket.destroy();
                return;
            }
            const bits = this.set[code as 1 | 2];
            const bytes = Buffer.alloc(Math.ceil(count / 8));
            for (let i = 0; i < count; i++) if (bits.has(address + i)) bytes[i >> 3]! |= 1 << (i & 7);
            const refused = this.behaviour === 'refuses';
            const pdu = refused
                ? Buffer.from([code | 0x80, 2])
                : Buffer.concat([Buffer.from([code, bytes.length]), bytes]);
            const header = Buffer.from(request.subarray(0, 7));
            header.writeUInt16BE(pdu.length + 1, 4);
            socket.write(Buffer.concat([header, pdu]));
        });
    }
}

describe('ModbusTcpBits', () => {
    let module: Module;
    let bits: ModbusTcpBits;

    beforeEach(async () => {
        module = new Module();
        const port = await module.listen();
        bits = new ModbusTcpBits(new SystemClock(), { host: '127.0.0.1', port, unitId: 7, timeoutMs: 200 });
    });

    afterEach(async () => {
        await bits.close();
        await module.close();
    });

    it('reads discrete inputs and coils over one connection', async () => {
        module.set[2] = new Set([3, 12]);
        module.set[1] = new Set([0]);
        const discrete = await bits.read('discrete', 3, 10);
        assert.deepEqual(discrete, [true, false, false, false, false, false, false, false, false, true]);
        assert.deepEqual(await bits.read('coils', 0, 2), [true, false]);
        assert.deepEqual(module.requests, [
            [7, 2, 3, 10],
            [7, 1, 0, 2],
        ]);
        assert.equal(module.connections, 1);
    });

    it('tells a refusal with its exception, and keeps the connection', async () => {
        module.behaviour = 'refuses';
        await assert.rejects(bits.read('discrete', 9, 1), (error: { code: string; data: { reason: Part } }) => {
            assert.equal(error.code, 'device-refused');
            assert.match(inEnglish(error.data.reason), /exception 2 at address 9/);
            return true;
        });
        module.behaviour = 'answers';
        assert.deepEqual(await bits.read('discrete', 9, 1), [false]);
        assert.equal(module.connections, 1);
    });

    for (const behaviour of ['silent', 'hangs up'] as const) {
        it(`a module that ${behaviour === 'silent' ? 'is silent' : behaviour} is silent, and is connected to anew`, async () => {
            await bits.read('discrete', 0, 1);
            module.behaviour = behaviour;
            await assert.rejects(bits.read('discrete', 0, 1), { code: 'device-silent' });
            module.behaviour = 'answers';
            assert.deepEqual(await bits.read('discrete', 0, 1), [false]);
            assert.equal(module.connections, 2);
        });
    }

    it('nobody listening is silence', async () => {
        await module.close();
        await assert.rejects(bits.read('discrete', 0, 1), { code: 'device-silent' });
        module = new Module();
    });
});
