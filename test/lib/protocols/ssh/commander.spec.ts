import { strict as assert } from 'node:assert';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import type { Connection, ServerChannel } from 'ssh2';
import { SystemClock } from '../../../../lib/core/clock';
import { UpsError } from '../../../../lib/core/errors';
import { SshCommander, type SshProgress, type SshRequest } from '../../../../lib/protocols/ssh/commander';
import { parseSuccessExits } from '../../../../lib/protocols/ssh/success-exits';
import { KnownHosts } from '../../../../lib/protocols/ssh/known-hosts';
import { eventually } from '../../../support/eventually';
import { FakeClock } from '../../../support/fake-clock';
import { sshRequest } from '../../../support/ssh-request';
import { TestSshServer, pemKey, type SshServerBehaviour } from '../../../support/ssh-server';
import type { Part } from '../../../../lib/core/language/sentence';
import { allInEnglish, inEnglish } from '../../../support/in-english';

describe('SshCommander', function () {
    this.timeout(20_000);
    const clock = new SystemClock();
    let servers: TestSshServer[] = [];
    let plain: { server: Server; sockets: Set<Socket> }[] = [];
    let saved: string[];
    afterEach(async () => {
        for (const server of servers.splice(0)) await server.stop();
        for (const { server, sockets } of plain.splice(0)) {
            for (const socket of sockets) socket.destroy();
            await new Promise((resolve) => server.close(resolve));
        }
        servers = [];
        plain = [];
    });
    beforeEach(() => (saved = []));

    async function sshd(behaviour?: SshServerBehaviour): Promise<{ server: TestSshServer; port: number }> {
        const server = new TestSshServer(behaviour);
        servers.push(server);
        return { server, port: await server.start() };
    }

    /** Takes connections and says nothing. */
    async function silent(): Promise<{ port: number; sockets: Set<Socket> }> {
        const sockets = new Set<Socket>();
        const server = createServer((socket) => {
            sockets.add(socket);
            socket.on('error', () => undefined).resume();
        });
        plain.push({ server, sockets });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return { port: (server.address() as AddressInfo).port, sockets };
    }

    const request = (ports: number[], more: Partial<SshRequest> = {}): SshRequest =>
        sshRequest(ports, { save: (progress) => saved.push(JSON.stringify(progress)) }, more);
    const run = (ports: number[], more?: Partial<SshRequest>) => new SshCommander(clock).run(request(ports, more));

    it('runs the command on each host and tells exit code and output', async () => {
        const one = await sshd();
        const two = await sshd({
            execute: (_command, accept) => {
                const channel = accept();
                channel.stderr.write('no \u001b[31mrights\n');
                channel.exit(3);
                channel.end();
            },
        });
        const outcomes = await run([one.port, two.port]);
        assert.deepEqual(
            outcomes.map(({ ok, exitCode, stdout, stderr, attempts }) => [ok, exitCode, stdout, stderr, attempts]),
            [
                [true, 0, 'done\n', undefined, 1],
                [false, 3, undefined, 'no [31mrights\n', 1],
            ],
        );
        assert.match(inEnglish(outcomes[1]!.error), /remote-command-failed.*exit code 3/);
        assert.deepEqual(one.server.commands, ['shutdown -h now']);
        assert.equal(outcomes[0]!.host, `ops@127.0.0.1:${one.port}`);
    });

    it('keeps a bounded part of the output', async () => {
        const { port } = await sshd({
            execute: (_command, accept) => {
                const channel = accept();
                channel.end(Buffer.alloc(300_000, 'x'), () => undefined);
                channel.exit(0);
            },
        });
        const [outcome] = await run([port]);
        assert.deepEqual([outcome!.ok, outcome!.stdout!.length, outcome!.dropped], [true, 1000, 299_000]);
    });

    for (const [how, drop] of [
        ['cleanly', (connection: { end(): void }) => connection.end()],
        [
            'by a reset',
            (connection: { end(): void }) =>
                (connection as unknown as { _sock: { resetAndDestroy(): void } })._sock.resetAndDestroy(),
        ],
    ] as const) {
        it(`takes a connection that breaks ${how} after the command was taken for a shutdown, if told so`, async () => {
            let taken: { end(): void } | undefined;
            const behaviour: SshServerBehaviour = {
                execute: (_command, accept, connection) => {
                    accept();
                    taken = connection;
                },
            };
            const { port, server } = await sshd(behaviour);
            // Noted first when the client knows that the command was taken.
            const save = () => {
                if (taken) drop(taken);
                taken = undefined;
            };
            const [outcome] = await run([port], { retries: 3, save });
            assert.deepEqual([outcome!.ok, outcome!.disconnected, outcome!.exitCode], [true, true, undefined]);
            const [strict] = await run([port], { retries: 3, save, dropIsSuccess: false });
            assert.deepEqual([strict!.ok, strict!.disconnected, strict!.attempts], [false, true, 1]);
            assert.match(inEnglish(strict!.error), /remote-command-failed.*connection broke/);
            assert.equal(server.commands.length, 2, 'never given twice');
        });
    }

    it('does not take a connection that breaks before the command was taken for a shutdown', async () => {
        const { port } = await sshd({ execute: (_command, _accept, connection) => connection.end() });
        const [outcome] = await run([port]);
        assert.deepEqual([outcome!.ok, outcome!.disconnected], [false, undefined]);
        assert.match(inEnglish(outcome!.error), /host-unreachable/);
    });

    it('tells a command that the host does not take', async () => {
        const { port } = await sshd({ execute: (_command, _accept, _connection, reject) => reject() });
        const [outcome] = await run([port]);
        assert.match(inEnglish(outcome!.error), /remote-command-failed/);
    });

    it('tells a signal', async () => {
        const { port } = await sshd({
            execute: (_command, accept) => {
                const channel = accept();
                channel.exit('KILL', false, 'out of memory');
                channel.end();
            },
        });
        const [outcome] = await run([port]);
        assert.deepEqual([outcome!.ok, outcome!.signal], [false, 'SIGKILL']);
    });

    describe('a host that goes down and ends the session itself', () => {
        const endings: [
            string,
            (channel: ServerChannel, connection: Connection) => void,
            down: boolean,
            strict: boolean,
        ][] = [
            ['SIGTERM', (channel) => (channel.exit('TERM', false, ''), channel.end()), true, false],
            ['SIGHUP', (channel) => (channel.exit('HUP', false, ''), channel.end()), true, false],
            ['143', (channel) => (channel.exit(143), channel.end()), true, false],
            ['1115, of Windows', (channel) => (channel.exit(1115), channel.end()), true, false],
            ['1190, of Windows', (channel) => (channel.exit(1190), channel.end()), false, false],
            ['129', (channel) => (channel.exit(129), channel.end()), true, false],
            ['143 and a drop', (channel, connection) => (channel.exit(143), connection.end()), true, false],
            [
                '255 and a drop',
                (channel, connection) => (channel.exit(255), channel.end(), connection.end()),
                true,
                false,
            ],
            ['255 alone', (channel) => (channel.exit(255), channel.end()), false, false],
            ['1, refused by sudo', (channel) => (channel.exit(1), channel.end()), false, false],
            ['1 and a drop', (channel, connection) => (channel.exit(1), connection.end()), false, false],
            ['127, no such command', (channel) => (channel.exit(127), channel.end()), false, false],
            ['0', (channel) => (channel.exit(0), channel.end()), true, true],
        ];
        for (const [name, how, down, strict] of endings)
            it(`${name}: ${down ? 'done' : 'failed'}`, async () => {
                const { port, server } = await sshd({
                    execute: (_c, accept, connection) => void how(accept(), connection),
                });
                const [outcome] = await run([port], { retries: 2 });
                assert.equal(outcome!.ok, down, inEnglish(outcome!.error));
                assert.equal((await run([port], { dropIsSuccess: false }))[0]!.ok, strict);
                assert.equal(server.commands.length, 2, 'given once each');
            });

        it('the list counts instead of the default', async () => {
            const exit = (code: number) => async (doneBy: string) => {
                const { port } = await sshd({
                    execute: (_c, accept) => {
                        const channel = accept();
                        channel.exit(code);
                        channel.end();
                    },
                });
                const more = { dropIsSuccess: false, doneBy: parseSuccessExits(doneBy) };
                return (await run([port], more))[0]!.ok;
            };
            assert.deepEqual(
                [await exit(3)('3, SIGTERM'), await exit(143)('3, SIGTERM'), await exit(0)('3')],
                [true, false, true],
            );
            assert.equal(await exit(3221225786)('3221225786'), true, 'all that fits on the wire');
            for (const wrong of ['4294967296', '-1', 'TERM|rm'])
                assert.throws(() => parseSuccessExits(wrong), /doneBy/);
        });
    });

    it('gives no command any more once the event is over; who has it is waited for', async () => {
        let finish: (() => void) | undefined;
        const busy = await sshd({
            execute: (_command, accept) => {
                const channel = accept();
                finish = () => (channel.exit(0), channel.end());
            },
        });
        let letIn: (() => void) | undefined;
        const late = await sshd({ authenticate: (context) => ((letIn = () => context.accept()), 'asking') });
        const dead = await silent();
        const end = new AbortController();
        const running = run([busy.port, late.port, dead.port], { retries: Infinity, signal: end.signal });
        await eventually(() => saved.length === 1 && letIn && dead.sockets.size === 1);
        end.abort(new UpsError('event-over'));
        finish!();
        const outcomes = await running;
        assert.deepEqual(
            outcomes.map(({ ok, error }) => [ok, allInEnglish(error)]),
            [
                [true, undefined],
                [false, 'ended meanwhile'],
                [false, 'ended meanwhile'],
            ],
        );
        letIn!();
        await eventually(() => late.server.open === 0);
        assert.deepEqual(late.server.commands, []);
        const kept = JSON.parse(saved.at(-1)!) as SshProgress;
        assert.deepEqual(
            Object.keys(kept.settled),
            [`ops@127.0.0.1:${busy.port}`],
            'the others may have their turn yet',
        );
    });

    it('tells a refused log-in once, and never the password', async () => {
        const { port, server } = await sshd();
        const [outcome] = await run([port], { login: { password: 'wr0ng' }, retries: 3 });
        assert.match(inEnglish(outcome!.error), /login-refused/);
        assert.equal(server.connections, 1);
        assert.ok(!JSON.stringify(outcome).includes('wr0ng') && !saved.join().includes('wr0ng'));
    });

    it('answers a server that asks for the password by questions', async () => {
        const { port } = await sshd({
            authenticate: (context) => {
                if (context.method !== 'keyboard-interactive') return false;
                context.prompt([{ prompt: 'Password:', echo: false }], (answers) =>
                    answers[0] === 'secret' ? context.accept() : context.reject(),
                );
                return 'asking';
            },
        });
        assert.equal((await run([port]))[0]!.ok, true);
        assert.match(inEnglish((await run([port], { login: { password: 'no' } }))[0]!.error), /login-refused/);
    });

    it('logs in with a key that has a passphrase, and tells a wrong one', async () => {
        const { port } = await sshd({ authenticate: ({ method }) => method === 'publickey' });
        const privateKey = pemKey('open sesame');
        const [good] = await run([port], { login: { privateKey, passphrase: 'open sesame' } });
        assert.equal(good!.ok, true, inEnglish(good!.error));
        for (const passphrase of [undefined, 'wrong']) {
            const [bad] = await run([port], { login: { privateKey, passphrase } });
            assert.match(inEnglish(bad!.error), /login-refused/);
        }
    });

    it('sends nothing to a host whose key is not known, and says the fingerprint', async () => {
        const { port, server } = await sshd();
        const [unknown] = await run([port], { knownHosts: new KnownHosts(''), retries: 3 });
        assert.ok(inEnglish(unknown!.error).includes('host-key-unknown'));
        assert.ok(inEnglish(unknown!.error).includes(TestSshServer.fingerprint), inEnglish(unknown!.error));
        assert.ok(inEnglish(unknown!.error).includes(`[127.0.0.1]:${port}`));
        // What the error says to add is what is needed.
        const added = new KnownHosts(`[127.0.0.1]:${port} ${TestSshServer.fingerprint}`);
        assert.equal((await run([port], { knownHosts: added }))[0]!.ok, true);
        const line = new KnownHosts(`[127.0.0.1]:${port} ${TestSshServer.publicKey}`);
        assert.equal((await run([port], { knownHosts: line }))[0]!.ok, true);
        const other = new KnownHosts(`[127.0.0.1]:${port} SHA256:${'A'.repeat(43)}`);
        assert.match(inEnglish((await run([port], { knownHosts: other }))[0]!.error), /host-key-changed/);
        assert.equal((await run([port], { knownHosts: undefined }))[0]!.ok, true);
        assert.equal(server.commands.length, 3);
    });

    it('gives up a silent host at its time, and delays no other by it', async () => {
        const dead = await silent();
        const good = await sshd();
        const order: string[] = [];
        const fake = new FakeClock();
        const running = new SshCommander(fake).run(
            request([dead.port, good.port], { parallel: 1, onSettled: ({ host }) => order.push(host) }),
        );
        await eventually(() => dead.sockets.size === 1);
        await fake.advance(2000);
        await eventually(() => order.length === 1);
        await fake.advance(8000);
        const outcomes = await running;
        assert.deepEqual(order, [`ops@127.0.0.1:${good.port}`, `ops@127.0.0.1:${dead.port}`]);
        assert.match(inEnglish(outcomes[0]!.error), /device-silent/);
        assert.equal(fake.pending, 0);
    });

    it('gives up a command that does not end', async () => {
        const fake = new FakeClock();
        const { port, server } = await sshd({ execute: (_command, accept) => void accept().write('working\n') });
        const running = new SshCommander(fake).run(request([port], { retries: 5 }));
        await eventually(() => saved.length === 1);
        await fake.advance(10_000);
        const [outcome] = await running;
        assert.match(inEnglish(outcome!.error), /remote-command-failed.*no end within 10 s/);
        assert.deepEqual([outcome!.ok, server.commands.length, fake.pending], [false, 1, 0]);
    });

    it('tries a host that is not there again', async () => {
        const { port } = await silent();
        const { server } = plain[0]!;
        await new Promise((resolve) => server.close(resolve));
        plain = [];
        const fake = new FakeClock();
        let done: { attempts: number; error?: Part } | undefined;
        new SshCommander(fake).run(request([port], { retries: 2 })).then(
            ([outcome]) => (done = outcome),
            () => undefined,
        );
        await eventually(() => {
            fake.advanceSync(500);
            return done;
        });
        assert.equal(done!.attempts, 3);
        assert.match(inEnglish(done!.error), /host-unreachable.*connection refused/);
    });

    it('goes on after a restart: served hosts are left alone, and one that had taken the command too', async () => {
        const served = await sshd();
        const hanging = await sshd({ execute: (_command, accept) => void accept() });
        const dead = await silent();
        const stop = new AbortController();
        const ports = [served.port, hanging.port, dead.port];
        const fake = new FakeClock();
        const running = new SshCommander(fake).run(request(ports, { signal: stop.signal, timeoutMs: 60_000 }));
        await eventually(() => saved.length === 3, 10_000);
        stop.abort();
        fake.advanceSync(10_000);
        await assert.rejects(running, (error: UpsError) => error.code === 'interrupted');
        const kept = saved.at(-1)!;
        await eventually(() =>
            [...dead.sockets].every(({ destroyed, readyState }) => destroyed || readyState !== 'open'),
        );

        const again = (more: Partial<SshRequest>) =>
            run(ports, { progress: JSON.parse(kept) as SshProgress, timeoutMs: 300, ...more });
        const outcomes = await again({});
        assert.deepEqual(
            outcomes.map(({ ok, interrupted, exitCode }) => [ok, interrupted, exitCode]),
            [
                [true, undefined, 0],
                [true, true, undefined],
                [false, undefined, undefined],
            ],
        );
        assert.deepEqual([served.server.commands.length, hanging.server.commands.length], [1, 1]);
        const strict = await again({ dropIsSuccess: false });
        assert.match(inEnglish(strict[1]!.error), /before a restart/);
    });

    it('is not silent about a journal that cannot be written', async () => {
        const { port } = await sshd();
        const save = () => {
            throw new Error('disk full');
        };
        await assert.rejects(run([port], { save }), /store-failed.*disk full/);
    });
});
