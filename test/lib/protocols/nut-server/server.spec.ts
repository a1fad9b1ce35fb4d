import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { connect, type Socket } from 'node:net';
import { join } from 'node:path';
import { connect as connectTls } from 'node:tls';
import { NutServer } from '../../../../lib/protocols/nut-server/server';
import { NutUsers } from '../../../../lib/protocols/nut-server/users';
import { eventually } from '../../../support/eventually';
import { FakeClock } from '../../../support/fake-clock';
import { freePort } from '../../../support/free-port';
import { FakeServing, user } from '../../../support/nut-serving';

const CERTS = join(__dirname, '../../../support/certs');
const TLS = {
    key: readFileSync(join(CERTS, 'localhost-key.pem')),
    cert: readFileSync(join(CERTS, 'localhost-cert.pem')),
};

/** A client whose lines a test reads. */
class Client {
    text = '';
    closed = false;

    constructor(readonly socket: Socket) {
        socket.on('data', (bytes: Buffer) => (this.text += bytes.toString()));
        socket.on('close', () => (this.closed = true));
        socket.on('error', () => undefined);
    }

    async ask(line: string): Promise<string> {
        this.text = '';
        this.socket.write(`${line}\n`);
        await eventually(() => this.text.endsWith('\n') || this.closed);
        return this.text.trimEnd();
    }
}

describe('the NUT server on its port', () => {
    let server: NutServer;
    let serving: FakeServing;
    let port: number;
    const clients: Client[] = [];
    const failures: unknown[] = [];
    const clock = new FakeClock();

    async function start(options: { tls?: typeof TLS; at?: number } = {}): Promise<void> {
        serving = new FakeServing();
        server = new NutServer({
            clock,
            at: { address: '127.0.0.1', port: options.at ?? 0 },
            tls: options.tls,
            serving,
            changed: () => undefined,
            failed: (error) => failures.push(error),
        });
        server.start();
        await eventually(() => server.at ?? server.error);
        port = server.at?.port ?? 0;
    }

    async function client(from = '127.0.0.1'): Promise<Client> {
        const socket = connect({ host: '127.0.0.1', port, localAddress: from });
        const made = new Client(socket);
        clients.push(made);
        await eventually(() => !socket.connecting);
        return made;
    }

    afterEach(async () => {
        for (const { socket } of clients.splice(0)) socket.destroy();
        await server.stop();
        assert.deepEqual(failures.splice(0), []);
    });

    it('counts who has logged in by what the name means now: after a deploy another, in other letters, or none', async () => {
        await start();
        const one = await client();
        for (const line of ['USERNAME guest', 'PASSWORD guest', 'LOGIN model']) await one.ask(line);
        const renamed = new FakeServing();
        Object.assign(renamed.model, { name: 'Model' });
        renamed.alias = () => renamed.model;
        server.serve(renamed);
        assert.deepEqual([server.loggedIn('Model'), server.clients[0]!.login], [['127.0.0.1'], 'Model']);
        renamed.alias = () => renamed.hidden;
        assert.deepEqual([server.loggedIn('Model'), server.loggedIn('hidden')], [[], ['127.0.0.1']]);
        renamed.alias = () => undefined;
        assert.deepEqual([server.loggedIn('Model'), server.clients[0]!.login], [[], undefined]);
    });

    it('cuts off who was told the end and does not end', async () => {
        await start();
        const stubborn = connect({ host: '127.0.0.1', port, allowHalfOpen: true });
        stubborn.on('error', () => undefined);
        clients.push(new Client(stubborn));
        await eventually(() => server.clientCount === 1);
        stubborn.write('x'.repeat(2000));
        await eventually(() => stubborn.readableEnded);
        assert.equal(server.clientCount, 1);
        await clock.advance(6000);
        await eventually(() => server.clientCount === 0);
    });

    it('lets who has to log in have the place of who holds one and asks nothing', async () => {
        await start();
        serving.mostClients = 2;
        const monitor = await client();
        for (const line of ['USERNAME guest', 'PASSWORD guest', 'LOGIN model']) await monitor.ask(line);
        const loris = await client();
        await loris.ask('VER');
        const early = await client();
        await eventually(() => early.closed);
        await clock.advance(3000);
        const late = await client();
        assert.equal(await late.ask('GET VAR model ups.status'), 'VAR model ups.status "OL"');
        await eventually(() => loris.closed);
        assert.deepEqual([monitor.closed, server.clientCount], [false, 2]);
        assert.deepEqual(
            serving.refusals.map(([, reason]) => reason),
            ['too-many', 'too-many'],
        );
    });

    it('shows no password that a slip of the pen has made of a request', async () => {
        await start();
        const one = await client();
        for (const line of ['PASSWROD geheim', '"PASSWORD geheim"', 'PASSWORD=geheim', 'geheim42geheim']) {
            await one.ask(line);
            assert.doesNotMatch(server.clients[0]!.lastRequest, /geheim/i, line);
        }
    });

    it('answers, counts its clients and says who they are', async () => {
        await start();
        const one = await client();
        assert.equal(await one.ask('GET VAR model ups.status'), 'VAR model ups.status "OL"');
        await one.ask('USERNAME guest');
        await one.ask('PASSWORD guest');
        await one.ask('LOGIN model');
        const [view] = server.clients;
        assert.deepEqual(
            [view!.address, view!.user, view!.login, view!.lastRequest],
            ['127.0.0.1', 'guest', 'model', 'LOGIN model'],
        );
        one.socket.destroy();
        await eventually(() => server.clientCount === 0);
    });

    it('keeps every connection when something else is served, but for those that are not allowed any more', async () => {
        await start();
        const one = await client();
        await one.ask('USERNAME guest');
        await one.ask('PASSWORD guest');
        await one.ask('LOGIN model');
        const next = new FakeServing();
        next.model.known!.set('ups.status', 'OB');
        server.serve(next);
        assert.equal(await one.ask('GET VAR model ups.status'), 'VAR model ups.status "OB"');
        assert.equal(await one.ask('GET NUMLOGINS model'), 'NUMLOGINS model 1');
        const last = new FakeServing();
        last.allowed = () => false;
        server.serve(last);
        await eventually(() => one.closed);
    });

    it('logs out whose user, password, right or encryption is not what it was, and nobody else', async () => {
        await start({ tls: TLS });
        const logIn = async (name: string, password = name) => {
            const one = await client();
            for (const line of [`USERNAME ${name}`, `PASSWORD "${password}"`]) await one.ask(line);
            assert.equal(await one.ask('LOGIN model'), 'OK');
            return one;
        };
        const [guest, other, boss, admin] = [
            await logIn('guest'),
            await logIn('guest'),
            await logIn('boss'),
            await logIn('admin', 'se cret'),
        ];
        const reader = await client();
        await reader.ask('VER');
        const next = new FakeServing();
        const admins = user('admin', 'se cret', 'operator');
        next.users = new NutUsers([user('guest', 'guest', 'secondary'), user('boss', 'new', 'primary'), admins]);
        server.serve(next);
        await eventually(() => boss.closed);
        next.users = new NutUsers([user('guest', 'guest', 'read'), admins]);
        server.serve(next);
        await eventually(() => guest.closed && other.closed);
        next.users = new NutUsers([{ ...admins, names: ['hidden'] }]);
        server.serve(next);
        await eventually(() => admin.closed);
        next.users = serving.users;
        const late = await logIn('guest');
        next.requireTls = true;
        server.serve(next);
        await eventually(() => late.closed);
        assert.equal(reader.closed, false);
        assert.deepEqual(new Set(next.refusals.map(([, reason]) => reason)), new Set(['logged-out']));
    });

    it('lets no address have all places: a newcomer gets one of the address with the most', async () => {
        await start();
        serving.mostClients = 4;
        const greedy = [await client(), await client(), await client(), await client()];
        for (const each of greedy) await each.ask('VER');
        const other = await client('127.0.0.2');
        assert.equal(await other.ask('VER'), 'Ridethrough 1.0.0');
        await eventually(() => greedy[0]!.closed);
        const third = await client('127.0.0.2');
        assert.equal(await third.ask('VER'), 'Ridethrough 1.0.0');
        const fourth = await client('127.0.0.2');
        await eventually(() => fourth.closed);
        assert.equal(server.clientCount, 4);
    });

    it('nor by a log-in that everybody knows, unless it has less than half of them', async () => {
        await start();
        serving.mostClients = 4;
        const logIn = async (from: string) => {
            const one = await client(from);
            for (const line of ['USERNAME guest', 'PASSWORD guest']) await one.ask(line);
            return (await one.ask('LOGIN model')) === 'OK' ? one : undefined;
        };
        const greedy = [await logIn('127.0.0.1'), await logIn('127.0.0.1'), await logIn('127.0.0.1')];
        const one = await logIn('127.0.0.3');
        assert.ok(await logIn('127.0.0.2'));
        await eventually(() => greedy[0]!.closed);
        const late = await client('127.0.0.4');
        await eventually(() => late.closed);
        assert.deepEqual([one!.closed, server.loggedIn('model').length], [false, 4]);
    });

    it('refuses strangers, and more clients than are set', async () => {
        await start();
        serving.mostClients = 1;
        await (await client()).ask('VER');
        const further = await client();
        await eventually(() => further.closed);
        serving.allowed = () => false;
        const stranger = await client();
        await eventually(() => stranger.closed);
        assert.deepEqual(serving.refusals, [
            ['127.0.0.1', 'too-many'],
            ['127.0.0.1', 'not-allowed'],
        ]);
    });

    it('answers many requests that come at once, in order', async () => {
        await start();
        const one = await client();
        one.socket.write('GET VAR model ups.status\n'.repeat(2000) + 'VER\n');
        await eventually(() => one.text.endsWith('Ridethrough 1.0.0\n'));
        assert.equal(one.text.split('\n').length, 2002);
    });

    it('cuts off a client that does not read its answers', async () => {
        await start();
        serving.model.known = new Map(Array.from({ length: 400 }, (_, n) => [`outlet.${n}.name`, 'x'.repeat(200)]));
        const one = await client();
        one.socket.pause();
        one.socket.write('LIST VAR model\n'.repeat(500));
        await eventually(() => server.clientCount === 0);
        assert.deepEqual(serving.refusals, [['127.0.0.1', 'unread']]);
    });

    it('encrypts after STARTTLS', async () => {
        await start({ tls: TLS });
        const plain = await client();
        assert.equal(await plain.ask('STARTTLS'), 'OK STARTTLS');
        plain.socket.removeAllListeners('data');
        const secure = connectTls({ socket: plain.socket, ca: TLS.cert, servername: 'localhost' });
        const one = new Client(secure);
        assert.equal(await one.ask('GET VAR model ups.status'), 'VAR model ups.status "OL"');
        assert.equal(secure.authorized, true);
        assert.deepEqual(
            server.clients.map(({ encrypted }) => encrypted),
            [true],
        );
        assert.equal(await one.ask('LOGOUT'), 'OK Goodbye');
        await eventually(() => one.closed && server.clientCount === 0);
    });

    it('ends a client that sends rubbish in place of TLS, and serves the others', async () => {
        await start({ tls: TLS });
        const one = await client();
        await one.ask('STARTTLS');
        one.socket.write('GET VAR model ups.status\n');
        await eventually(() => one.closed);
        assert.match(one.text, /^OK STARTTLS\n[^A-Z]*/);
        assert.equal(await (await client()).ask('NETVER'), '1.3');
    });

    it('tells when the last client of a name has left, and not when it is stopped itself', async () => {
        await start();
        const [one, other] = [await client(), await client()];
        for (const each of [one, other]) {
            await each.ask('USERNAME guest');
            await each.ask('PASSWORD guest');
            assert.equal(await each.ask('LOGIN model'), 'OK');
        }
        one.socket.destroy();
        await eventually(() => server.clientCount === 1);
        assert.deepEqual(serving.left, []);
        await other.ask('LOGOUT');
        await eventually(() => serving.left.length === 1);
        const last = await client();
        for (const line of ['USERNAME guest', 'PASSWORD guest', 'LOGIN model']) await last.ask(line);
        await server.stop();
        assert.deepEqual(serving.left, ['model']);
    });

    it('waits for a port that is taken', async () => {
        const taken = await freePort();
        await start({ at: taken });
        const first = server;
        await start({ at: taken });
        assert.equal(server.error?.code, 'port-in-use');
        await first.stop();
        await clock.advance(1100);
        await eventually(() => server.at?.port === taken);
    });
});
