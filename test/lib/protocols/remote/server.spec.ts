import assert from 'node:assert/strict';
import { connect, Server } from 'node:net';
import { AllowedSenders } from '../../../../lib/protocols/shared/senders';
import { RequestVerifier } from '../../../../lib/protocols/remote/request-verifier';
import { NonceStore } from '../../../../lib/protocols/remote/nonce-store';
import { RateLimit } from '../../../../lib/protocols/shared/rate-limit';
import { listen } from '../../../../lib/protocols/remote/server';
import { FakeClock } from '../../../support/fake-clock';
import { freePort } from '../../../support/free-port';
import { inEnglish } from '../../../support/in-english';

const clock = new FakeClock();

function options(port: number) {
    return {
        at: { address: '127.0.0.1', port },
        tls: undefined,
        senders: new AllowedSenders('*'),
        rate: new RateLimit(clock, 60),
        verifier: new RequestVerifier({
            secret: '0123456789abcdef',
            windowSeconds: 300,
            nonces: new NonceStore(300, undefined),
            callable: new Set(['siren']),
            now: () => clock.now(),
            wasAccepted: () => false,
            accept: () => false,
            english: inEnglish,
            refused: () => undefined,
        }),
    };
}

const answers = (port: number) =>
    new Promise<boolean>((resolve) => {
        const socket = connect(port, '127.0.0.1');
        socket.once('connect', () => (socket.destroy(), resolve(true)));
        socket.once('error', () => resolve(false));
    });

describe('Remote command server', () => {
    it('one that broke down lets go of its port, so that its successor can have it', async () => {
        const port = await freePort();
        // What Node does to a listener when the process is out of file descriptors.
        const servers: Server[] = [];
        const original = Server.prototype.listen;
        Server.prototype.listen = function (this: Server, ...args: never[]) {
            servers.push(this);
            return (original as (...all: never[]) => Server).apply(this, args);
        } as never;
        let told = '';
        try {
            const broken = await listen(options(port), (reason) => (told = reason));
            servers[0]!.emit('error', Object.assign(new Error('accept EMFILE'), { code: 'EMFILE' }));
            assert.match(told, /EMFILE/);
            const next = await listen(options(port), () => undefined);
            assert.equal(await answers(port), true);
            await next.close();
            await broken.close();
            assert.equal(await answers(port), false);
        } finally {
            Server.prototype.listen = original;
        }
    });

    it('drops the connections of an address that floods it, before it reads a byte', async () => {
        const port = await freePort();
        let heard = 0;
        const { verifier: doorkeeper, ...rest } = options(port);
        const refuse = doorkeeper.refuse.bind(doorkeeper);
        doorkeeper.refuse = (...args) => (heard++, refuse(...args));
        doorkeeper.judge = () => (heard++, refuse('malformed', 'x', ''));
        const server = await listen(
            { ...rest, verifier: doorkeeper, connections: new RateLimit(clock, 10) },
            () => undefined,
        );
        const call = () =>
            new Promise<string>((resolve) => {
                let said = '';
                const socket = connect(port, '127.0.0.1', () =>
                    socket.write('GET / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n'),
                );
                socket.on('data', (text) => (said += String(text)));
                socket.on('error', () => {});
                socket.on('close', () => resolve(said.slice(0, 12)));
            });
        const answers = [];
        for (let n = 0; n < 30; n++) answers.push(await call());
        assert.deepEqual(answers, [...Array(10).fill('HTTP/1.1 400'), ...Array(20).fill('')]);
        assert.equal(heard, 10);
        await server.close();
    });
});
