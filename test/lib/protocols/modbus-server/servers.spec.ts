import assert from 'node:assert/strict';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import ModbusRTU from 'modbus-serial';
import type { ModbusDevice } from '../../../../lib/protocols/modbus-server/device';
import { rtuFrame } from '../../../../lib/protocols/modbus-server/framing';
import { ModbusRtuServer } from '../../../../lib/protocols/modbus-server/rtu-server';
import { ModbusTcpServer } from '../../../../lib/protocols/modbus-server/tcp-server';
import { duplexPair } from '../../../support/duplex-pair';
import { eventually } from '../../../support/eventually';
import { FakeClock } from '../../../support/fake-clock';

const hex = (text: string) => Buffer.from(text.replace(/ /g, ''), 'hex');
const READ = '0001 0000 0006 01 03 0005 0002';
const ANSWER = '000100000007010304' + '00050006';

function device(): ModbusDevice & { coils: boolean[] } {
    const coils = [false, false];
    return {
        coils,
        readHoldingRegisters: (address, count) => Array.from({ length: count }, (_, i) => address + i),
        writeCoils: (address, values) => values.forEach((on, i) => (coils[address + i] = on)),
    };
}

/** What has come over a socket or line so far, hexadecimal. */
function heard(stream: Socket | Duplex): () => string {
    let bytes = '';
    stream.on('data', (data: Buffer) => (bytes += data.toString('hex')));
    return () => bytes;
}

describe('a Modbus TCP server', () => {
    const sockets: Socket[] = [];
    let clock: FakeClock;
    let server: ModbusTcpServer;
    beforeEach(async () => {
        clock = new FakeClock();
        const one = device();
        server = new ModbusTcpServer({ clock, units: (id) => (id === 1 ? one : undefined), mostClients: 3 });
        await server.start();
    });
    afterEach(async () => {
        for (const socket of sockets.splice(0)) socket.destroy();
        await server.stop();
    });

    async function client(
        from = '127.0.0.1',
    ): Promise<{ socket: Socket; heard: () => string; ask: (bytes?: string) => void }> {
        const socket = connect({ port: server.port, host: '127.0.0.1', localAddress: from });
        sockets.push(socket);
        const all = heard(socket);
        await once(socket, 'connect');
        // Cut off while it was still asking.
        socket.on('error', () => undefined);
        return { socket, heard: all, ask: (bytes = READ) => void socket.write(hex(bytes)) };
    }

    it('answers a flood of one client in stretches, between which all others come first', async () => {
        const { socket, heard: all } = await client();
        let most = 0;
        let before = 0;
        let over = false;
        const look = () => {
            most = Math.max(most, server.requests - before);
            before = server.requests;
            if (!over) setImmediate(look);
        };
        look();
        socket.write(Buffer.concat(Array<Buffer>(5000).fill(hex(READ))));
        await eventually(() => all().length === 5000 * ANSWER.length);
        over = true;
        assert.ok(most <= 50, `${most} requests at a stretch`);
    });

    it('answers several clients at once, and requests that come together in order', async () => {
        const [a, b] = [await client(), await client()];
        a.ask(READ + READ.replace('0001', '0002'));
        b.ask();
        await eventually(() => a.heard() === ANSWER + ANSWER.replace('0001', '0002') && b.heard() === ANSWER);
        assert.equal(server.requests, 3);
        assert.equal(server.clients, 2);
    });

    it('does not answer for a unit that is not there', async () => {
        const { heard, ask } = await client();
        ask('0009 0000 0006 02 03 0005 0002');
        ask();
        await eventually(() => heard() === ANSWER);
    });

    it('is understood by modbus-serial', async () => {
        const master = new ModbusRTU();
        await master.connectTCP('127.0.0.1', { port: server.port });
        master.setID(1);
        assert.deepEqual((await master.readHoldingRegisters(40, 3)).data, [40, 41, 42]);
        await assert.rejects(master.readInputRegisters(40, 3), { modbusCode: 1 });
        await new Promise<void>((resolve) => master.close(() => resolve()));
    });

    it('turns away what is not Modbus and one client too many, and goes on with the others', async () => {
        const refused: string[] = [];
        server.on('refused', ({ reason }) => refused.push(reason));
        const good = await client();
        const bad = await client();
        bad.ask('474554202f20485454502f312e310d0a');
        await once(bad.socket, 'close');
        await eventually(() => server.clients === 1);
        await client();
        await client();
        const fourth = await client();
        await once(fourth.socket, 'close');
        assert.deepEqual(refused, ['protocol identifier is not 0', 'too many clients']);
        good.ask();
        await eventually(() => good.heard() === ANSWER);
    });

    it('lets go of the client that has been silent for longest, for a new one: it may be gone without a word', async () => {
        const clients = [await client(), await client(), await client()];
        for (const { ask } of clients) ask();
        await eventually(() => clients.every(({ heard }) => heard() === ANSWER));
        clock.advanceSync(40_000);
        clients[0]!.ask();
        await eventually(() => clients[0]!.heard() === ANSWER + ANSWER);
        clock.advanceSync(30_000);
        const fourth = await client();
        fourth.ask();
        await once(clients[1]!.socket, 'close');
        await eventually(() => fourth.heard() === ANSWER);
        assert.equal(server.clients, 3);
        clients[0]!.ask();
        await eventually(() => clients[0]!.heard() === ANSWER + ANSWER + ANSWER);
    });

    it('gives a newcomer a place of the address that has most of them, and none to that address', async () => {
        const greedy = [await client(), await client(), await client()];
        for (const { ask } of greedy) ask();
        await eventually(() => greedy.every(({ heard: all }) => all() === ANSWER));
        const other = await client('127.0.0.2');
        other.ask();
        await eventually(() => other.heard() === ANSWER);
        await eventually(() => greedy[0]!.socket.closed);
        for (const from of ['127.0.0.1', '127.0.0.2']) await once((await client(from)).socket, 'close');
        assert.deepEqual(
            server.connected.map(({ address }) => address),
            ['127.0.0.1', '127.0.0.1', '127.0.0.2'],
        );
    });

    it('is busy as often as it is told', async () => {
        server.faults.busy = 2;
        const { heard, ask } = await client();
        ask(READ + READ + READ);
        await eventually(() => heard() === '000100000003018306'.repeat(2) + ANSWER);
    });

    it('stalls in the middle of an answer, for ever on that connection; the others go on when the fault is over', async () => {
        const [a, b] = [await client(), await client()];
        server.faults.stallAfter = 8;
        a.ask(READ + READ);
        await eventually(() => a.heard() === ANSWER.slice(0, 16));
        server.faults.stallAfter = undefined;
        a.ask();
        b.ask();
        await eventually(() => b.heard() === ANSWER);
        assert.equal(a.heard(), ANSWER.slice(0, 16));
    });

    it('is slow by its clock, and silent', async () => {
        const { heard, ask } = await client();
        server.faults.slowMs = 700;
        ask();
        await eventually(() => server.requests === 1);
        clock.advanceSync(699);
        assert.equal(heard(), '');
        clock.advanceSync(1);
        await eventually(() => heard() === ANSWER);
        Object.assign(server.faults, { slowMs: 0, silent: true });
        ask();
        ask('0002 0000 0006 01 03 0005 0002');
        server.dropClients();
        await eventually(() => server.clients === 0);
        assert.equal(heard(), ANSWER);
    });

    it('leaves no timer and no socket when it stops, and says when its port is taken', async () => {
        const { socket, ask } = await client();
        server.faults.slowMs = 60_000;
        ask();
        await eventually(() => server.requests === 1);
        const other = new ModbusTcpServer({ clock, units: () => undefined, port: server.port });
        await assert.rejects(other.start(), { code: 'port-in-use' });
        await Promise.all([once(socket, 'close'), server.stop()]);
        assert.equal(clock.pending, 0);
        await server.stop();
    });
});

describe('a Modbus RTU server', () => {
    let clock: FakeClock;
    let server: ModbusRtuServer;
    let line: Duplex;
    let said: () => string;
    let one: ReturnType<typeof device>;
    const request = rtuFrame(1, hex('03 0005 0002'));
    const answer = rtuFrame(1, hex('03 04 0005 0006')).toString('hex');

    beforeEach(() => {
        clock = new FakeClock();
        one = device();
        const [master, slave] = duplexPair();
        line = master;
        said = heard(master);
        server = new ModbusRtuServer({ clock, units: (id) => (id <= 1 ? one : undefined), line: slave });
        server.start();
    });
    afterEach(() => server.stop());

    it('answers, byte by byte or after damage and noise', async () => {
        for (const byte of request) line.write(Buffer.from([byte]));
        await eventually(() => said() === answer);
        const damaged = Buffer.from(request);
        damaged[2]! ^= 0x10;
        line.write(damaged);
        line.write(request);
        await eventually(() => said() === answer + answer);
        assert.equal(server.requests, 2);
    });

    it('obeys a broadcast and does not answer it', async () => {
        line.write(rtuFrame(0, hex('05 0001 ff00')));
        await eventually(() => one.coils[1]);
        line.write(request);
        await eventually(() => said() === answer);
    });

    it('refuses an unknown function when the line has fallen silent', async () => {
        line.write(rtuFrame(1, hex('2b 0e 01 00')));
        await eventually(() => clock.pending === 1);
        clock.advanceSync(50);
        await eventually(() => said() === rtuFrame(1, hex('ab 01')).toString('hex'));
    });

    it('does not answer its own refusal, which adapters without echo suppression play back', async () => {
        line.write(rtuFrame(1, hex('ab 01')));
        await eventually(() => clock.pending === 1);
        clock.advanceSync(50);
        line.write(request);
        await eventually(() => said() === answer);
        assert.equal(server.requests, 1);
    });

    it('sends wrong checksums, and stalls until the fault is over', async () => {
        server.faults.damaged = true;
        line.write(request);
        await eventually(() => said().length === answer.length);
        assert.notEqual(said(), answer);
        assert.equal(said().slice(0, -2), answer.slice(0, -2));
        server.faults.damaged = false;
        server.faults.stallAfter = 3;
        line.write(request);
        line.write(request);
        await eventually(() => server.requests === 2);
        const before = said().slice(0, answer.length) + answer.slice(0, 6);
        await eventually(() => said() === before);
        server.faults.stallAfter = undefined;
        line.write(request);
        await eventually(() => said() === before + answer);
    });

    it('leaves no timer when it stops', () => {
        line.write(Buffer.from([1]));
        server.stop();
        assert.equal(clock.pending, 0);
    });
});
