import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { createConnection, createServer } from 'node:net';
import { parseMessages } from '../../simulators/rccmd-client/parse';
import { RccmdFleet } from '../../simulators/rccmd-client/fleet';
import { RccmdClient, type RccmdClientOptions } from '../../simulators/rccmd-client/rccmd-client';

const SEEN = 'CONNECT TO RCCMD (SEND) MSG_EXECUTE MSG_TEXT Powerfail on SLC-20-CUBE3 (5): Autonomietime 125.00 min.';

describe('RccmdClient', () => {
    const cleanUps: (() => unknown)[] = [];
    afterEach(async () => {
        for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
    });

    async function start(options: RccmdClientOptions = {}) {
        const client = new RccmdClient({ port: 0, ...options });
        await client.start();
        cleanUps.push(() => client.stop());
        return client;
    }

    function connect(client: { address: string; port: number }) {
        const socket = createConnection({ host: client.address, port: client.port });
        cleanUps.push(() => socket.destroy());
        return socket;
    }

    it('reads what was seen on the wire, and anything like it', () => {
        assert.deepEqual(parseMessages(SEEN), [
            {
                verb: 'MSG_EXECUTE',
                text: 'Powerfail on SLC-20-CUBE3 (5): Autonomietime 125.00 min.',
                wouldDo: 'execute',
                raw: SEEN,
            },
        ]);
        const deeds = (data: string) => parseMessages(data).map(({ wouldDo, text }) => [wouldDo, text]);
        assert.deepEqual(deeds('connect to rccmd (send) MSG_SHUTDOWN\0\r\n'), [['shutdown', '']]);
        assert.deepEqual(deeds('CONNECT TO RCCMD (SEND) MSG_WAKEUP\r\nCONNECT TO RCCMD (SEND) MSG_LOG a b'), [
            ['wakeup', ''],
            ['log', 'a b'],
        ]);
        assert.deepEqual(deeds('GET / HTTP/1.1'), [['unknown', '']]);
    });

    it('takes messages over TCP in any split and over UDP', async () => {
        const client = await start();
        const socket = connect(client);
        socket.write(SEEN.slice(0, 20));
        setImmediate(() => socket.end(SEEN.slice(20)));
        await Promise.all([once(client, 'message'), once(socket, 'close')]);
        const udp = createSocket('udp4');
        cleanUps.push(() => udp.close());
        udp.send(`${SEEN}\0`, client.port, client.address);
        await once(client, 'message');
        assert.deepEqual(
            client.messages.map(({ transport, verb, sender }) => [transport, verb, sender]),
            [
                ['tcp', 'MSG_EXECUTE', '127.0.0.1'],
                ['udp', 'MSG_EXECUTE', '127.0.0.1'],
            ],
        );
    });

    it('answers a sender that waits, if told to', async () => {
        const client = await start({ reply: 'OK\r\n' });
        const socket = connect(client);
        socket.write(SEEN);
        const [answer] = (await once(socket, 'data')) as [Buffer];
        assert.equal(answer.toString(), 'OK\r\n');
    });

    it('can hang and refuse', async () => {
        const hanging = await start({ behaviour: 'hang' });
        const socket = connect(hanging);
        socket.end(SEEN);
        await once(socket, 'finish');
        const closed = await Promise.race([
            once(socket, 'close').then(() => true),
            new Promise<boolean>((resolve) => setTimeout(() => resolve(false), 150)),
        ]);
        assert.equal(closed, false);
        assert.deepEqual(hanging.messages, []);

        const refusing = await start({ behaviour: 'refuse', port: await freePort() });
        const refused = connect(refusing);
        const [error] = (await once(refused, 'error')) as [NodeJS.ErrnoException];
        assert.equal(error.code, 'ECONNREFUSED');
    });

    it('makes a fleet of which some hosts do not even accept', async function () {
        if (process.platform !== 'linux') return this.skip();
        const port = await freePort();
        const fleet = new RccmdFleet({ count: 10, unresponsive: 2, port, firstAddress: '127.0.45.1' });
        await fleet.start();
        cleanUps.push(() => fleet.stop());
        assert.deepEqual(fleet.unresponsive.addresses, ['127.0.45.5', '127.0.45.10']);
        const outcome = async (address: string) => {
            const socket = connect({ address, port });
            const connected = once(socket, 'connect').then(() => 'connected');
            const silence = new Promise((resolve) => setTimeout(() => resolve('silence'), 300));
            return Promise.race([connected, silence]);
        };
        assert.equal(await outcome('127.0.45.4'), 'connected');
        assert.equal(await outcome('127.0.45.5'), 'silence');
        assert.equal(await outcome('127.0.45.10'), 'silence');
    });

    async function freePort(): Promise<number> {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as { port: number };
        server.close();
        await once(server, 'close');
        return port;
    }
});
