import { strict as assert } from 'node:assert';
import type { Socket } from 'node:net';
import type { Algorithms, AuthContext, Connection } from 'ssh2';
import { SystemClock } from '../../../../lib/core/clock';
import { SshCommander, type SshRequest } from '../../../../lib/protocols/ssh/commander';
import { KnownHosts } from '../../../../lib/protocols/ssh/known-hosts';
import { parseTargets } from '../../../../lib/protocols/ssh/targets';
import { sshRequest } from '../../../support/ssh-request';
import { TestSshServer, pemKey, type SshServerBehaviour } from '../../../support/ssh-server';
import { inEnglish } from '../../../support/in-english';

describe('the log-in by SSH', function () {
    this.timeout(20_000);
    const servers: TestSshServer[] = [];
    afterEach(async () => {
        for (const server of servers.splice(0)) await server.stop();
    });

    async function sshd(behaviour?: SshServerBehaviour): Promise<{ server: TestSshServer; port: number }> {
        const server = new TestSshServer(behaviour);
        servers.push(server);
        return { server, port: await server.start() };
    }
    const run = (ports: number[], more?: Partial<SshRequest>) =>
        new SshCommander(new SystemClock()).run(sshRequest(ports, { save: () => undefined }, more));

    type Asked = { prompt: string; echo: boolean };
    /** Asks one question after the other, and takes the log-in at the end. */
    const asking = (questions: Asked[][], answers: string[][]) => (context: AuthContext) => {
        if (context.method !== 'keyboard-interactive') {
            context.reject(['keyboard-interactive']);
            return 'asking' as const;
        }
        const ask = (index: number): void => {
            if (!questions[index]) return void context.accept();
            context.prompt(questions[index], (given) => {
                answers.push(given);
                ask(index + 1);
            });
        };
        ask(0);
        return 'asking' as const;
    };

    describe('a host that asks', () => {
        const hidden = (prompt: string): Asked => ({ prompt, echo: false });
        for (const prompt of [
            'Password: ',
            '(ops@esxi) Password:',
            "ops's password:",
            'Passwort: ',
            'Пароль: ',
            '密码：',
        ])
            it(`is given the password for "${prompt.trim()}"`, async () => {
                const answers: string[][] = [];
                const { port } = await sshd({ authenticate: asking([[], [hidden(prompt)]], answers) });
                const [outcome] = await run([port]);
                assert.deepEqual([outcome!.ok, answers.at(-1)], [true, ['secret']], inEnglish(outcome!.error));
            });

        for (const [name, questions] of [
            ['a code after the password', [[hidden('Password: ')], [hidden('Verification code: ')]]],
            ['a code beside the password', [[hidden('Password: '), hidden('One-time code: ')]]],
            ['a new password', [[hidden('Password: ')], [hidden('New password: ')]]],
            ['a new password at once', [[hidden('New password: ')]]],
            ['the password of a token', [[hidden('One-time password (OATH) for `ops: ')]]],
            ['the password, once more', [[hidden('Password: ')], [hidden('Password: ')]]],
            ['the password, and shows it', [[{ prompt: 'Password: ', echo: true }]]],
            ['something else', [[hidden('Your name: ')]]],
        ] as [string, Asked[][]][])
            it(`is not answered ${name}`, async () => {
                const answers: string[][] = [];
                const { port, server } = await sshd({ authenticate: asking(questions, answers) });
                const [outcome] = await run([port], { retries: 3 });
                assert.match(inEnglish(outcome!.error), /login-refused.*it asks/);
                assert.ok(answers.length <= 1 && answers.flat().length <= 1, JSON.stringify(answers));
                assert.equal(server.connections, 1);
            });
    });

    describe('a log-in that is refused counts as one', () => {
        it('where the host takes the password by two ways', async () => {
            const answers: string[][] = [];
            const { port, server } = await sshd({
                authenticate: (context) => {
                    if (context.method !== 'keyboard-interactive') return false;
                    context.prompt([{ prompt: 'Password:', echo: false }], (given) => {
                        answers.push(given);
                        context.reject(['password', 'keyboard-interactive']);
                    });
                    return 'asking';
                },
            });
            const [outcome] = await run([port], { login: { password: 'no' }, retries: 3 });
            assert.match(inEnglish(outcome!.error), /login-refused/);
            assert.deepEqual([server.methods, answers], [['none', 'keyboard-interactive'], [['no']]]);
        });

        it('where the host knows no questions, and takes the password as such', async () => {
            const { port, server } = await sshd();
            assert.equal((await run([port]))[0]!.ok, true);
            assert.deepEqual(server.methods, ['none', 'keyboard-interactive', 'password']);
        });

        it('where the host wants another proof beside the password, by the other way', async () => {
            const answers: string[][] = [];
            const both = asking([[{ prompt: 'Password:', echo: false }]], answers);
            const { port } = await sshd({
                authenticate: (context) => {
                    if (context.method === 'keyboard-interactive') return both(context);
                    const right = context.method === 'password' && context.password === 'secret';
                    context.reject([right ? 'keyboard-interactive' : 'password'], right);
                    return 'asking';
                },
            });
            assert.deepEqual([(await run([port]))[0]!.ok, answers], [true, [['secret']]]);
        });

        for (const [how, hangUp] of [
            ['cleanly', (connection: Connection) => connection.end()],
            [
                'by a reset',
                (connection: Connection) => (connection as unknown as { _sock: Socket })._sock.resetAndDestroy(),
            ],
        ] as const)
            it(`where the host hangs up ${how} instead of saying so`, async () => {
                for (const login of [{ password: 'no' }, { privateKey: pemKey() }]) {
                    const server: TestSshServer = (
                        await sshd({
                            authenticate: (context) => {
                                if (context.method === 'none') return false;
                                hangUp(server.connection!);
                                return 'asking';
                            },
                        })
                    ).server;
                    const [outcome] = await run([server.port], { login, retries: 3 });
                    assert.match(inEnglish(outcome!.error), /login-refused.*hung up/);
                    assert.deepEqual([outcome!.attempts, server.connections], [1, 1]);
                }
            });

        it('and a host that hangs up before is tried again', async () => {
            const { port, server } = await sshd({
                authenticate: ({ method }) => (method === 'none' ? (server.connection!.end(), 'asking') : true),
            });
            const [outcome] = await run([port], { retries: 1 });
            assert.match(inEnglish(outcome!.error), /host-unreachable/);
            assert.equal(server.connections, 2);
        });

        it('and says so where the password has expired', async () => {
            const { port, server } = await sshd({
                authenticate: (context) => {
                    if (context.method !== 'password') return false;
                    context.requestChange('Your password has expired', () => context.reject());
                    return 'asking';
                },
            });
            assert.match(inEnglish((await run([port], { retries: 2 }))[0]!.error), /login-refused.*expired/);
            assert.equal(server.connections, 1);
        });
    });

    describe('old algorithms', () => {
        for (const [name, algorithms] of [
            ['key exchange', { kex: ['diffie-hellman-group14-sha1', 'diffie-hellman-group1-sha1'] }],
            ['ciphers', { cipher: ['aes128-cbc', '3des-cbc'] }],
            ['MACs', { cipher: ['aes128-ctr'], hmac: ['hmac-md5'] }],
        ] as [string, Algorithms][])
            it(`of ${name} are used with a host that is marked, and with no other`, async () => {
                const { port, server } = await sshd({ algorithms });
                const [strict] = await run([port], { retries: 3 });
                assert.match(inEnglish(strict!.error), /no-common-algorithm.*no matching/);
                assert.deepEqual([strict!.attempts, server.methods], [1, []]);
                const [marked] = await run([port], { targets: parseTargets(`ops@127.0.0.1:${port}+old`) });
                assert.equal(marked!.ok, true, inEnglish(marked!.error));
                assert.equal(marked!.host, `ops@127.0.0.1:${port}`);
                // Beside the type of key that is known of it.
                const knownHosts = new KnownHosts(`[127.0.0.1]:${port} ${TestSshServer.publicKey}`);
                const targets = parseTargets(`ops@127.0.0.1:${port}+old`);
                assert.equal((await run([port], { targets, knownHosts }))[0]!.ok, true);
            });
    });

    describe('input and terminal', () => {
        /** Asks, and goes down if it is told y. */
        const router = (seen: string[]): SshServerBehaviour => ({
            execute: (_command, accept) => {
                const channel = accept();
                channel.write('Shutdown, yes? [y/N]: \r\n');
                channel.on('data', (bytes: Buffer) => {
                    seen.push(bytes.toString());
                    channel.exit(0);
                    channel.end();
                });
                channel.on('end', () => {
                    channel.exit(0);
                    channel.end();
                });
            },
        });

        it('answer a command that asks', async () => {
            const seen: string[] = [];
            const { port, server } = await sshd(router(seen));
            assert.equal((await run([port], { input: 'y' }))[0]!.ok, true);
            assert.equal((await run([port], { input: 'y\n', terminal: true }))[0]!.ok, true);
            assert.deepEqual([seen, server.terminals], [['y\n', 'y\r'], 1]);
        });

        it('are asked for where a command ended with a question', async () => {
            const { port } = await sshd(router([]));
            const [outcome] = await run([port], { retries: 2 });
            assert.equal(outcome!.ok, false);
            assert.match(inEnglish(outcome!.error), /remote-command-failed.*asked "Shutdown, yes\? \[y\/N\]:".*input/);
        });
    });
});
