import { strict as assert } from 'node:assert';
import { createSocket } from 'node:dgram';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { NetworkInterfaceInfo } from 'node:os';
import { SystemClock } from '../../../../lib/core/clock';
import { encodeMessage } from '../../../../lib/protocols/rccmd/codec';
import { NetNetwork } from '../../../../lib/protocols/shared/net-network';
import { RccmdReceiver, type ReceivedCommand, type Refusal } from '../../../../lib/protocols/rccmd/receiver';
import { RccmdSender } from '../../../../lib/protocols/rccmd/sender';
import { AllowedSenders } from '../../../../lib/protocols/shared/senders';
import { eventually } from '../../../support/eventually';
import { inEnglish } from '../../../support/in-english';

const clock = new SystemClock();
const network = new NetNetwork();
const sender = new RccmdSender(network, clock);
const payload = encodeMessage({ verb: 'MSG_SHUTDOWN', text: 'on battery' });

const until = (what: () => boolean) => eventually(what, 5000);

describe('RCCMD on real sockets', function () {
    this.timeout(20_000);
    const closing: (() => Promise<unknown>)[] = [];
    afterEach(async () => {
        for (const close of closing.splice(0)) await close();
    });

    async function receive(
        senders = '127.0.0.0/8',
        address = '0.0.0.0',
        transport: 'both' | 'tcp' | 'udp' = 'both',
        port = 0,
    ) {
        const commands: ReceivedCommand[] = [];
        const refusals: Refusal[] = [];
        const receiver = new RccmdReceiver(
            network,
            clock,
            { addresses: [address], port, transport, senders: new AllowedSenders(senders), idleMs: 200 },
            { command: (c) => commands.push(c), refused: (r) => refusals.push(r), state: () => undefined },
        );
        closing.push(() => receiver.stop());
        receiver.start();
        await until(() => receiver.state.state !== 'starting');
        const ports = () => ('at' in receiver.state ? receiver.state.at : {});
        return { receiver, commands, refusals, tcp: () => ports().tcp!.port, udp: () => ports().udp!.port };
    }

    async function serve(handle: (socket: Socket) => void): Promise<number> {
        const sockets = new Set<Socket>();
        const server: Server = createServer({ allowHalfOpen: true }, (socket) => {
            sockets.add(socket);
            socket.on('error', () => undefined);
            handle(socket);
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        closing.push(
            () =>
                new Promise((resolve) => {
                    for (const socket of sockets) socket.destroy();
                    server.close(resolve);
                }),
        );
        return (server.address() as AddressInfo).port;
    }

    it('delivers by TCP, and tells at which local address it arrived', async () => {
        const { commands, tcp } = await receive();
        const hosts = ['127.0.0.1', '127.0.9.9'].map((host) => ({ host, port: tcp() }));
        const outcomes = await sender.send({ hosts, payload, transport: 'tcp' });
        assert.deepEqual(
            outcomes.map(({ ok, attempts, error }) => [ok, attempts, error]),
            [
                [true, 1, undefined],
                [true, 1, undefined],
            ],
        );
        assert.deepEqual(commands.map(({ verb, text, address, port }) => [verb, text, address, port]).sort(), [
            ['MSG_SHUTDOWN', 'on battery', '127.0.0.1', tcp()],
            ['MSG_SHUTDOWN', 'on battery', '127.0.9.9', tcp()],
        ]);
    });

    it('delivers by IPv6 to a dual-stack receiver, which knows IPv4 senders as such', async () => {
        const { commands, tcp, udp } = await receive('127.0.0.1, ::1', '::');
        const send = (host: string, port: number, transport: 'tcp' | 'udp') =>
            sender.send({ hosts: [{ host, port }], payload, transport, retries: 0 });
        const outcomes = [
            await send('::1', tcp(), 'tcp'),
            await send('127.0.0.1', tcp(), 'tcp'),
            await send('::1', udp(), 'udp'),
            await send('127.0.0.1', udp(), 'udp'),
        ];
        assert.deepEqual(
            outcomes.flat().map(({ ok, error }) => [ok, error]),
            Array(4).fill([true, undefined]),
        );
        await until(() => commands.length === 4);
        assert.deepEqual(commands.map((c) => c.sender).sort(), ['127.0.0.1', '127.0.0.1', '::1', '::1']);
    });

    it('broadcasts on the loopback network', async () => {
        const { commands, udp } = await receive();
        const hosts = [{ host: '127.255.255.255', port: udp() }];
        const [outcome] = await sender.send({ hosts, payload, transport: 'udp', broadcast: true, copies: 2 });
        assert.equal(outcome!.ok, true, inEnglish(outcome!.error));
        await until(() => commands.length >= 1);
        assert.deepEqual([commands[0]!.transport, commands[0]!.text], ['udp', 'on battery']);
        assert.equal(commands.length, 1, 'the copy is no second message');
    });

    it('sends what is for everybody by every network card, and passes over one that has lost its address', async () => {
        const card = (address: string, internal = false) =>
            [{ address, family: 'IPv4', internal }] as unknown as NetworkInterfaceInfo[];
        const cards = {
            a: card('127.0.0.1'),
            b: card('127.0.0.2'),
            gone: card('203.0.113.9'),
            lo: card('127.0.0.3', true),
        };
        const heard: string[] = [];
        const socket = createSocket('udp4').on('message', (_bytes, { address }) => heard.push(address));
        await new Promise<void>((resolve) => socket.bind(0, '0.0.0.0', resolve));
        closing.push(() => new Promise<void>((resolve) => socket.close(() => resolve())));
        const several = new RccmdSender(new NetNetwork(() => cards), clock);
        const hosts = [{ host: '255.255.255.255', port: socket.address().port }];
        const [outcome] = await several.send({ hosts, payload, transport: 'udp', broadcast: true });
        assert.equal(outcome!.ok, true, inEnglish(outcome!.error));
        await until(() => heard.length === 2);
        assert.deepEqual(heard.sort(), ['127.0.0.1', '127.0.0.2']);
    });

    it('takes a broadcast that was not asked for as one for an error', async () => {
        const hosts = [{ host: '127.255.255.255', port: 6003 }];
        const [outcome] = await sender.send({ hosts, payload, transport: 'udp', retries: 0 });
        assert.deepEqual([outcome!.ok, outcome!.error], [false, 'EACCES']);
    });

    it('shows a stranger that he is not heard', async () => {
        const { commands, refusals, tcp } = await receive('10.0.0.1');
        const [outcome] = await sender.send({
            hosts: [{ host: '127.0.0.1', port: tcp() }],
            payload,
            transport: 'tcp',
            retries: 0,
        });
        assert.deepEqual([outcome!.ok, commands.length, refusals.length], [false, 0, 1]);
        assert.match(inEnglish(outcome!.error), /^(ECONNRESET|EPIPE)$/);
    });

    it('tells refusal, silence and answers apart', async () => {
        const closed = await serve(() => undefined);
        await closing.pop()!();
        const silent = await serve(() => undefined);
        const answering = await serve((socket) => socket.on('data', () => socket.end('RCCMD ok\r\n')));
        const ports = [closed, silent, answering];
        const hosts = ports.map((port) => ({ host: '127.0.0.1', port }));
        const outcomes = await sender.send({
            hosts,
            payload,
            transport: 'tcp',
            timeoutMs: 300,
            retries: 1,
            retryDelayMs: 10,
        });
        assert.deepEqual(
            outcomes.map(({ ok, attempts, error, answer }) => [ok, attempts, error, answer]),
            [
                [false, 2, 'ECONNREFUSED', undefined],
                [false, 2, 'unconfirmed', undefined],
                [true, 1, undefined, 'RCCMD ok..'],
            ],
        );
    });

    it('waits for a port that is taken', async () => {
        const first = await receive('*', '127.0.0.1');
        const second = await receive('*', '127.0.0.1', 'tcp', first.tcp());
        const { state } = second.receiver;
        assert.equal(state.state === 'waiting' && state.error.code, 'port-in-use');
        await first.receiver.stop();
        await until(() => second.receiver.state.state === 'listening');
    });

    it('listens at each of its addresses, and nowhere else', async () => {
        const port = (await receive('*', '127.0.0.1', 'tcp')).tcp();
        const commands: ReceivedCommand[] = [];
        const receiver = new RccmdReceiver(
            network,
            clock,
            { addresses: ['127.0.2.5', '127.0.2.6'], port, transport: 'tcp', senders: new AllowedSenders('*') },
            { command: (command) => commands.push(command), refused: () => {}, state: () => {} },
        );
        closing.push(() => receiver.stop());
        receiver.start();
        await until(() => receiver.state.state === 'listening');
        const hosts = ['127.0.2.5', '127.0.2.6', '127.0.2.7'].map((host) => ({ host, port }));
        const outcomes = await sender.send({ hosts, payload, transport: 'tcp', retries: 0 });
        assert.deepEqual(
            outcomes.map(({ ok }) => ok),
            [true, true, false],
        );
        await until(() => commands.length === 2);
        assert.deepEqual(commands.map(({ address }) => address).sort(), ['127.0.2.5', '127.0.2.6']);
    });

    it('shrugs off garbage', async () => {
        const { commands, refusals, tcp, udp } = await receive();
        const junk = Buffer.from(Array.from({ length: 3000 }, (_, n) => (n * 7919) % 256));
        await sender.send({ hosts: [{ host: '127.0.0.1', port: tcp() }], payload: junk, transport: 'tcp', retries: 0 });
        await sender.send({ hosts: [{ host: '127.0.0.1', port: udp() }], payload: junk, transport: 'udp' });
        await until(() => refusals.length >= 2);
        await sender.send({ hosts: [{ host: '127.0.0.1', port: tcp() }], payload, transport: 'tcp', retries: 0 });
        assert.equal(commands.length, 1);
    });
});
