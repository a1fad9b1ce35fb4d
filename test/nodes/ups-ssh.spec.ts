import { strict as assert } from 'node:assert';
import { generateKeyPairSync } from 'node:crypto';
import { mkdtempSync, readFileSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventSource } from '../../lib/core/events/source';
import type { EventMessage, JobResult } from '../../lib/core/messages';
import type { SshHostOutcome } from '../../lib/protocols/ssh/commander';
import siteNode = require('../../nodes/config/ups-site');
import sshNode = require('../../nodes/jobs/ups-ssh');
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';
import { TestSshServer, pemKey, type SshServerBehaviour } from '../support/ssh-server';

type Result = EventMessage & { job: JobResult };

/** A unit in mid-outage, that knows so. */
const outage: EventSource = {
    id: 'u',
    name: 'UPS',
    get clock() {
        return theFlow().clock;
    },
    stateOf: () => ({ active: true, episode: 'e1', confirmed: true, held: false }),
    activeEvents: () => [],
    status: () => undefined,
    remainingSeconds: () => undefined,
    secondsOnBattery: () => undefined,
    subscribe: () => () => undefined,
};

const edge = (active: boolean, episode = 'e1', text = 'Mains failed') => ({
    topic: 'UPS/power-fail',
    payload: active,
    event: { id: 'power-fail', source: 'UPS', sourceId: 'u', level: 'alarm', active, since: 1, at: 1, episode, text },
});

describe('ups-ssh', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { onWire: eventually } = time;
    let directory: string;
    let servers: TestSshServer[];
    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ssh-node-'));
        servers = [];
    });
    afterEach(async () => {
        theFlow().registry.removeSource(outage);
        await time.unload();
        for (const server of servers) await server.stop();
        rmSync(directory, { recursive: true, force: true });
    });

    async function sshd(behaviour?: SshServerBehaviour) {
        const server = new TestSshServer(behaviour);
        servers.push(server);
        return { server, port: await server.start() };
    }

    async function load(config: Record<string, unknown>, site: Record<string, unknown> = {}, credentials?: object) {
        const flow = [
            { id: 's', type: 'ups-site', name: 'Hall', directory, ...site },
            {
                id: 'j',
                type: 'ups-ssh',
                name: 'stop',
                site: 's',
                z: 'f',
                wires: [['out']],
                user: 'ops',
                hostKeys: TestSshServer.fingerprint,
                timeout: 10,
                retries: 0,
                ...config,
            },
            { id: 'out', type: 'helper', z: 'f', wires: [] },
            { id: 'f', type: 'tab' },
        ];
        await helper.load(
            [siteNode, sshNode] as never,
            flow as never,
            {
                j: credentials ?? { password: 'secret' },
            } as never,
        );
        const job = helper.getNode('j') as ReturnType<typeof helper.getNode> & { receive(message: unknown): void };
        const results: Result[] = [];
        helper.getNode('out').on('input', (message) => void results.push(message as unknown as Result));
        const result = async (count = 1) => {
            await eventually(() => results.length >= count, 10_000);
            return results[count - 1]!;
        };
        return { job, results, result };
    }
    const outcomes = (message: Result) => message.job.detail as SshHostOutcome[];

    it('shuts hosts down by default, tells how each went, and logs it', async () => {
        const [one, two] = [await sshd(), await sshd()];
        const { job, result } = await load({ hosts: `127.0.0.1:${one.port}\nops@127.0.0.1:${two.port}` });
        job.receive(edge(true));
        const message = await result();
        assert.deepEqual([message.job.ok, message.job.type, message.topic], [true, 'ups-ssh', 'UPS/power-fail']);
        assert.deepEqual(
            outcomes(message).map(({ ok, exitCode, stdout }) => [ok, exitCode, stdout]),
            [
                [true, 0, 'done\n'],
                [true, 0, 'done\n'],
            ],
        );
        assert.deepEqual([one.server.commands, two.server.commands], [['shutdown -h now'], ['shutdown -h now']]);
        const [entry] = theFlow().registry.site('s')!.store.logEntries();
        assert.match(entry!.text, /SSH to 2 hosts \(ops@127\.0\.0\.1, ops@127\.0\.0\.1\): shutdown -h now/);
    });

    it('says so when a host closed the connection, as a shutdown does', async () => {
        const { port } = await sshd({
            execute: (_command, accept, connection) => {
                accept();
                setImmediate(() => connection.end());
            },
        });
        const { job, result } = await load({ hosts: `127.0.0.1:${port}` });
        job.receive(edge(true));
        const message = await result();
        assert.deepEqual([message.job.ok, outcomes(message)[0]!.disconnected], [true, true]);
        assert.match(theFlow().registry.site('s')!.store.logEntries()[0]!.text, /1 took it and closed the connection/);
    });

    it('lets no event text become a command', async () => {
        const { port, server } = await sshd();
        const { job, result } = await load({ hosts: `127.0.0.1:${port}`, command: 'wall "{{event.text}}" && sync' });
        job.receive(edge(true, 'e1', 'Mains"; rm -rf / $(reboot) `x` | y'));
        await result();
        assert.deepEqual(server.commands, ['wall "Mains__ rm _rf / __reboot_ _x_ _ y" && sync']);
    });

    it('fails through done for a host with an unknown key, with its fingerprint, and serves the others', async () => {
        const [one, two] = [await sshd(), await sshd()];
        const { job, result } = await load({
            hosts: `127.0.0.1:${one.port} 127.0.0.1:${two.port}`,
            hostKeys: `[127.0.0.1]:${two.port} ${TestSshServer.fingerprint}`,
        });
        job.receive(edge(true));
        const message = await result();
        assert.equal(message.job.ok, false);
        assert.match(message.job.error!, /hosts-failed.*failed 1.*host-key-unknown/);
        assert.ok(message.job.error!.includes(TestSshServer.fingerprint));
        assert.deepEqual([one.server.commands.length, two.server.commands.length], [0, 1]);
        const { args } = job.error as unknown as { args: [Error][] };
        assert.equal(args.length, 1, 'done(err) once, which Node-RED turns into one error');
    });

    it('trusts anybody when told to', async () => {
        const { port } = await sshd();
        const { job, result } = await load({ hosts: `127.0.0.1:${port}`, hostKey: 'any', hostKeys: '' });
        job.receive({ topic: 'button', payload: true });
        assert.equal((await result()).job.ok, true);
    });

    it('keeps secrets out of the message, the log and the journal', async () => {
        const { port } = await sshd();
        const { job, result } = await load({ hosts: `127.0.0.1:${port}` }, {}, { password: 'unheard-of' });
        job.receive(edge(true));
        const message = await result();
        assert.match(message.job.error!, /login-refused/);
        assert.ok(!JSON.stringify(message).includes('unheard-of'));
        assert.ok(!JSON.stringify(theFlow().registry.site('s')!.store.logEntries()).includes('unheard-of'));
        for (const file of readdirSync(directory))
            assert.ok(!readFileSync(join(directory, file)).includes('unheard-of'), file);
    });

    it('only says what it would do in a dry run', async () => {
        const { port, server } = await sshd();
        const { job, result } = await load({ hosts: `127.0.0.1:${port}` }, { dryRun: true });
        job.receive(edge(true));
        assert.equal((await result()).job.dryRun, true);
        assert.equal(server.connections, 0);
        assert.match(theFlow().registry.site('s')!.store.logEntries()[0]!.text, /SSH to 1 host .*shutdown -h now/);
    });

    it('goes on after a deploy with the hosts that are left, gives nobody the command twice, and closes its connections', async () => {
        const [served, hanging] = [await sshd(), await sshd({ execute: (_command, accept) => void accept() })];
        const config = { hosts: `127.0.0.1:${served.port} 127.0.0.1:${hanging.port}` };
        const { job } = await load(config);
        job.receive(edge(true));
        await eventually(() => hanging.server.commands.length === 1 && served.server.commands.length === 1, 5000);
        // The note of what was taken stands in the journal before anything else happens.
        await eventually(() => {
            const [record] = theFlow().registry.site('s')!.store.interruptedJobs('j');
            return (record?.progress as { accepted: string[] } | undefined)?.accepted.length === 2;
        }, 5000);
        await eventually(() => {
            const [record] = theFlow().registry.site('s')!.store.interruptedJobs('j');
            return Object.keys((record!.progress as { settled: object }).settled).length === 1;
        }, 5000);
        await time.unload();
        await eventually(() => hanging.server.open === 0, 5000);

        const again = await load(config);
        theFlow().registry.addSource(outage, theFlow().registry.site('s'));
        const message = await again.result();
        assert.deepEqual(
            outcomes(message).map(({ ok, exitCode, interrupted }) => [ok, exitCode, interrupted]),
            [
                [true, 0, undefined],
                [true, undefined, true],
            ],
        );
        assert.deepEqual([served.server.commands.length, hanging.server.commands.length], [1, 1]);
    });

    it('says at once that its settings are wrong', async () => {
        for (const [wrong, property] of [
            [{ hosts: '' }, 'hosts'],
            [{ hosts: 'a', user: '' }, 'user'],
            [{ hosts: 'a', port: 0 }, 'port'],
            [{ hosts: 'a', hostKeys: 'nonsense' }, 'hostKeys'],
            [{ hosts: 'a', hostKey: 'some' }, 'hostKey'],
            [{ hosts: 'a', parallel: 0 }, 'parallel'],
            [{ hosts: 'a', input: 'y'.repeat(5000) }, 'input'],
            [{ hosts: 'a', doneBy: 'a|b' }, 'doneBy'],
            [{ hosts: 'a+young' }, 'hosts'],
            [{ hosts: 'a', credentials: {} }, 'password'],
        ] as const) {
            const { job, result } = await load(wrong, {}, 'credentials' in wrong ? {} : undefined);
            job.receive(edge(true, JSON.stringify(wrong)));
            const { job: outcome } = await result();
            assert.equal(outcome.ok, false, JSON.stringify(wrong));
            assert.match(outcome.error!, new RegExp(`config-(missing|invalid).*property ${property}`));
            await time.unload();
        }
    });

    it('says at the deploy what is wrong with a key, and at the job again', async () => {
        const putty = 'PuTTY-User-Key-File-3: ssh-ed25519\nEncryption: none\n';
        for (const [privateKey, code] of [
            [pemKey('open sesame'), 'key-passphrase-missing'],
            [putty, 'key-putty'],
            ['ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIOMqqnkVzrm0SdG6UOoqKLsabgH5C9okWi0dh2l9GKJl', 'key-public'],
            ['hello', 'key-unreadable'],
        ] as const) {
            const { job, result } = await load({ hosts: 'a' }, {}, { privateKey });
            const { args } = job.error as unknown as { args: [unknown][] };
            assert.match(String(args[0]?.[0]), new RegExp(code));
            job.receive(edge(true, code));
            assert.match((await result()).job.error!, new RegExp(code));
            await time.unload();
        }
    });

    it('takes a PKCS#8 key whose line ends a paste has lost', async () => {
        const { port } = await sshd({ authenticate: ({ method }) => method === 'publickey' });
        const pem = generateKeyPairSync('ed25519').privateKey.export({ type: 'pkcs8', format: 'pem' }) as string;
        const { job, result } = await load({ hosts: `127.0.0.1:${port}` }, {}, { privateKey: pem.replace(/\n/g, ' ') });
        job.receive(edge(true));
        const message = await result();
        assert.equal(message.job.ok, true, message.job.error);
    });

    it('answers a command that asks, at a terminal if it wants one, and speaks to an old host that is marked', async () => {
        const heard: string[] = [];
        const { port, server } = await sshd({
            algorithms: { kex: ['diffie-hellman-group14-sha1'] },
            execute: (_command, accept) => {
                const channel = accept();
                channel.on('data', (bytes: Buffer) => {
                    heard.push(String(bytes));
                    channel.exit(0);
                    channel.end();
                });
            },
        });
        const { job, result } = await load({ hosts: `127.0.0.1:${port}+old`, input: 'y', terminal: true });
        job.receive(edge(true));
        const message = await result();
        assert.deepEqual([message.job.ok, heard, server.terminals], [true, ['y\r'], 1], message.job.error);
    });
});
