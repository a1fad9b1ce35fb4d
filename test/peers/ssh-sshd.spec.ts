import { strict as assert } from 'node:assert';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir, userInfo } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import type { UpsError } from '../../lib/core/errors';
import { SshCommander, type SshRequest } from '../../lib/protocols/ssh/commander';
import { KnownHosts } from '../../lib/protocols/ssh/known-hosts';
import { eventually } from '../support/eventually';
import { requirePeer } from '../support/peers';
import { errorInEnglish, inEnglish } from '../support/in-english';

async function freeTcpPort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}

describe('SSH judged by the real sshd', function () {
    this.timeout(30_000);
    let folder: string;
    let sshd: ChildProcess;
    let strict: Sshd;
    let old: Sshd;
    let keygen: string;
    let port: number;
    const user = userInfo().username;
    const file = (name: string) => join(folder, name);
    const read = (name: string) => readFileSync(file(name), 'utf8');

    before(async function () {
        const program = requirePeer(this, 'sshd');
        keygen = requirePeer(this, 'ssh-keygen');
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-sshd-'));
        const makeKey = (type: string, name: string, passphrase: string, ...format: string[]) => {
            // A usual RSA key of 3072 bits takes seconds on a busy machine.
            const length = type === 'rsa' ? ['-b', '2048'] : [];
            execFileSync(keygen, ['-q', '-t', type, ...length, ...format, '-N', passphrase, '-f', file(name)]);
        };
        for (const type of ['ed25519', 'rsa']) makeKey(type, `host_${type}`, '');
        makeKey('ed25519', 'login', 'open sesame');
        makeKey('rsa', 'login_pem', '', '-m', 'PEM');
        makeKey('ed25519', 'stranger', '');
        for (const type of ['rsa', 'ecdsa']) makeKey(type, `pkcs8_${type}`, 'open sesame', '-m', 'PKCS8');
        const known = ['login', 'login_pem', 'pkcs8_rsa', 'pkcs8_ecdsa'].map((name) => read(`${name}.pub`)).join('');
        writeFileSync(file('authorized_keys'), known, { mode: 0o600 });
        ({ port, child: sshd } = await serve(program));
        strict = await serve(program, 'MaxAuthTries 1', 'PasswordAuthentication yes', 'LogLevel VERBOSE');
        old = await serve(
            program,
            'KexAlgorithms diffie-hellman-group-exchange-sha1',
            'Ciphers aes128-cbc,3des-cbc',
            'MACs hmac-md5',
        );
    });
    after(() => {
        for (const child of [sshd, strict?.child, old?.child]) child?.kill('SIGTERM');
        if (folder) rmSync(folder, { recursive: true, force: true });
    });

    interface Sshd {
        port: number;
        child: ChildProcess;
        said(): string;
    }

    /** A server of its own; the first of two lines for the same setting counts. */
    async function serve(program: string, ...lines: string[]): Promise<Sshd> {
        const at = await freeTcpPort();
        writeFileSync(
            file(`sshd_config_${at}`),
            [
                ...lines,
                `Port ${at}`,
                'ListenAddress 127.0.0.1',
                `HostKey ${file('host_ed25519')}`,
                `HostKey ${file('host_rsa')}`,
                `AuthorizedKeysFile ${file('authorized_keys')}`,
                'PidFile none',
                'PasswordAuthentication no',
                'KbdInteractiveAuthentication no',
                'UsePAM no',
                'StrictModes no',
                'PermitRootLogin yes',
            ].join('\n'),
        );
        // As root it wants a folder that a service would have made.
        if (process.getuid?.() === 0) execFileSync('mkdir', ['-p', '/run/sshd']);
        let said = '';
        const child = spawn(program, ['-D', '-e', '-f', file(`sshd_config_${at}`)], {
            stdio: ['ignore', 'ignore', 'pipe'],
        });
        child.stderr.on('data', (bytes: Buffer) => (said += String(bytes)));
        await eventually(() => {
            if (child.exitCode !== null) throw new Error(`sshd: ${said}`);
            return /listening on/.test(said);
        }, 10_000);
        return { port: at, child, said: () => said };
    }

    const run = async (more: Partial<SshRequest> = {}) => {
        const [outcome] = await new SshCommander(new SystemClock()).run({
            targets: [{ user, host: '127.0.0.1', port }],
            command: 'echo hello; echo trouble >&2; exit 0',
            login: { privateKey: read('login'), passphrase: 'open sesame' },
            knownHosts: new KnownHosts(`[127.0.0.1]:${port} ${read('host_ed25519.pub')}`),
            timeoutMs: 15_000,
            dropIsSuccess: true,
            maxOutputBytes: 4096,
            parallel: 4,
            retries: 0,
            progress: { accepted: [], settled: {} },
            save: () => undefined,
            words: (error: UpsError) => `${error.code}: ${errorInEnglish(error)}`,
            ...more,
        });
        return outcome!;
    };

    it('runs a command with an encrypted OpenSSH key and takes both outputs', async () => {
        const { ok, exitCode, stdout, stderr, error } = await run();
        assert.deepEqual([ok, exitCode, stdout, stderr], [true, 0, 'hello\n', 'trouble\n'], inEnglish(error));
    });

    it('runs a command with a PEM key, and tells its exit code', async () => {
        const outcome = await run({ login: { privateKey: read('login_pem') }, command: 'exit 7' });
        assert.deepEqual([outcome.ok, outcome.exitCode], [false, 7], inEnglish(outcome.error));
    });

    it('finds the fingerprint that ssh-keygen prints', async () => {
        const printed = execFileSync(keygen, ['-lf', file('host_ed25519.pub')], { encoding: 'utf8' }).split(' ')[1]!;
        const { ok, error } = await run({ knownHosts: new KnownHosts('') });
        assert.equal(ok, false);
        assert.ok(
            inEnglish(error).includes(
                `The host key of [127.0.0.1]:${port} is not known, so nothing was sent. It shows ${printed}.`,
            ),
            inEnglish(error),
        );
        assert.equal((await run({ knownHosts: new KnownHosts(`[127.0.0.1]:${port} ${printed}`) })).ok, true);
    });

    it('asks for the type of key that is known, also from a hashed known_hosts', async () => {
        writeFileSync(file('known_hosts'), `[127.0.0.1]:${port} ${read('host_rsa.pub')}`);
        assert.equal((await run({ knownHosts: new KnownHosts(read('known_hosts')) })).ok, true, 'RSA only');
        execFileSync(keygen, ['-q', '-H', '-f', file('known_hosts')], { stdio: 'ignore' });
        assert.ok(read('known_hosts').startsWith('|1|'));
        const { ok, error } = await run({ knownHosts: new KnownHosts(read('known_hosts')) });
        assert.equal(ok, true, inEnglish(error));
    });

    it('sends nothing to a host that shows another key than the one known', async () => {
        const mark = file('must-not-exist');
        const { error } = await run({
            knownHosts: new KnownHosts(`[127.0.0.1]:${port} ${read('stranger.pub')}`),
            command: `touch ${mark}`,
        });
        assert.match(inEnglish(error), /host-key-changed/);
        assert.throws(() => readFileSync(mark), /ENOENT/);
    });

    it('tells a refused key and a wrong passphrase', async () => {
        assert.match(inEnglish((await run({ login: { privateKey: read('stranger') } })).error), /login-refused/);
        const wrong = await run({ login: { privateKey: read('login'), passphrase: 'no' } });
        assert.match(inEnglish(wrong.error), /login-refused/);
    });

    it('takes a connection that the host itself ends in the middle of the command for a shutdown', async () => {
        // What a shutdown does to the connection it came by: the server's process for it is killed.
        const command = 'kill -9 $(ps -o ppid= -p $$); sleep 20';
        const { ok, disconnected, error } = await run({ command });
        assert.deepEqual([ok, disconnected], [true, true], inEnglish(error));
        assert.equal((await run({ command, dropIsSuccess: false })).ok, false);
    });

    for (const type of ['rsa', 'ecdsa'])
        it(`logs in with a locked PKCS#8 key of ssh-keygen: ${type}`, async () => {
            const login = { privateKey: read(`pkcs8_${type}`), passphrase: 'open sesame' };
            const { ok, error } = await run({ login });
            assert.equal(ok, true, inEnglish(error));
        });

    it('takes a server that hangs up on the first refusal for a refused log-in, which it is', async () => {
        const targets = [{ user, host: '127.0.0.1', port: strict.port }];
        for (const login of [{ password: 'wrong' }, { privateKey: read('stranger') }]) {
            const { attempts, error } = await run({ targets, login, knownHosts: undefined, retries: 3 });
            assert.match(inEnglish(error), /login-refused.*hung up.*Too many authentication failures/);
            assert.equal(attempts, 1);
        }
        const failures = () => strict.said().match(/Failed (password|publickey)/g)?.length;
        await eventually(() => failures() === 2);
    });

    it('speaks to a server of old algorithms where it is marked, and only there', async () => {
        const target = { user, host: '127.0.0.1', port: old.port };
        const more = { knownHosts: undefined, retries: 3 };
        const strange = await run({ ...more, targets: [target] });
        assert.match(inEnglish(strange.error), /no-common-algorithm/);
        assert.equal(strange.attempts, 1);
        const { ok, stdout, error } = await run({ ...more, targets: [{ ...target, old: true }] });
        assert.deepEqual([ok, stdout], [true, 'hello\n'], inEnglish(error));
    });

    it('gives the command a terminal and what it reads', async () => {
        const command = 'tty; printf "sure? "; read answer; echo "got $answer"';
        const { ok, stdout, error } = await run({ command, terminal: true, input: 'y' });
        assert.equal(ok, true, inEnglish(error));
        assert.match(stdout!, /\/dev\/[\s\S]*got y\n$/);
        const plain = await run({ command: 'read answer; echo "got $answer"; cat', input: 'y' });
        assert.deepEqual([plain.ok, plain.stdout], [true, 'got y\n'], inEnglish(plain.error));
    });
});
