import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import type { UpsCommand } from '../../lib/core/driver';
import type { ServedUps } from '../../lib/core/served/served-ups';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import { SnmpServer } from '../../lib/protocols/snmp-agent/server';
import type { AgentRefusal, AgentServing } from '../../lib/protocols/snmp-agent/serving';
import { eventually } from '../support/eventually';
import { requirePeer } from '../support/peers';
import { servedSample, silentSample } from '../support/served-sample';
import { READER, WRITER } from '../support/snmp-wire';

const run = promisify(execFile);
const UPS = '.1.3.6.1.2.1.33.1';
const CHARGE = `${UPS}.2.4.0`;
const as = (user: string, auth = WRITER.auth.key, priv = WRITER.priv!.key, ...more: string[]) => [
    ...['-v3', '-l', 'authPriv', '-u', user, '-a', 'SHA-256', '-A', auth, '-x', 'AES', '-X', priv],
    ...more,
];

/** net-snmp's programs are another's reading of SNMPv3, and check what an agent says of its time. */
describe('the SNMP agent, asked by net-snmp', function () {
    this.timeout(40_000);
    const programs: Record<string, string> = {};
    let folder: string;
    let server: SnmpServer;
    let serving: { -readonly [K in keyof AgentServing]: AgentServing[K] };
    let served: ServedUps;
    let orders: UpsCommand[];
    let refusals: AgentRefusal[];
    let behind: number;

    before(function () {
        for (const program of ['snmpget', 'snmpset', 'snmpwalk', 'snmpbulkwalk', 'snmpbulkget'])
            programs[program] = requirePeer(this, program);
    });

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-agent-'));
        served = servedSample();
        orders = [];
        refusals = [];
        behind = 0;
        const startedAt = performance.now();
        serving = {
            version: 'Ridethrough test',
            versions: ['2c', '3'],
            senders: new AllowedSenders('127.0.0.1'),
            communities: [{ community: 'look', senders: new AllowedSenders('*'), write: false }],
            users: [
                WRITER,
                READER,
                { ...READER, name: 'strong', auth: { protocol: 'sha512', key: 'a-key-of-tests' } },
                { ...READER, name: 'plain', priv: undefined },
                {
                    ...READER,
                    name: 'old',
                    auth: { protocol: 'md5', key: 'a-key-of-tests' },
                    priv: { protocol: 'des', key: 'a-key-of-tests' },
                },
            ],
            engineId: '80001f8803020000000001',
            engineTime: () => ({ boots: 3, seconds: behind + Math.floor((performance.now() - startedAt) / 1000) }),
            writes: true,
            unknownAs: 'no-such-instance',
            names: ['ups', 'other'],
            target: (name) => ({
                served: () => (name === 'ups' ? served : servedSample({ chargePercent: 44 })),
                supports: () => true,
                order: (command) => Promise.resolve(orders.push(command)),
            }),
            refused: (_address, reason) => void refusals.push(reason),
        };
        server = new SnmpServer({
            clock: new SystemClock(),
            at: { address: '127.0.0.1', port: 0 },
            serving,
            changed: () => undefined,
        });
        server.start();
        await eventually(() => server.at);
    });

    afterEach(async () => {
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    const call = async (program: string, ...args: string[]): Promise<string[]> => {
        const env = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder };
        const at = args.findIndex((arg) => arg.startsWith('.1'));
        const place = `127.0.0.1:${server.at!.port}`;
        const all = ['-On', '-t', '1', '-r', '0', ...args.slice(0, at), place, ...args.slice(at)];
        const { stdout } = await run(programs[program]!, all, { env });
        return stdout.split('\n').filter((line) => line.includes(' = ') && !line.includes('No more variables'));
    };
    const failing = (program: string, ...args: string[]) =>
        call(program, ...args).then(
            (said) => assert.fail(`was accepted: ${said.join(' ')}`),
            (refusal: { stderr: string }) => refusal.stderr,
        );

    it('gives the same tree to every version and security, in order', async () => {
        const v2c = await call('snmpbulkwalk', '-v2c', '-c', 'look', '-Cr50', UPS);
        // sysUpTime is outside; the rows of alarms have none here.
        assert.deepEqual(await call('snmpbulkwalk', ...as('reader'), UPS), v2c);
        assert.deepEqual(await call('snmpwalk', ...as('reader'), UPS), v2c);
        serving.versions = ['1', '2c', '3'];
        assert.deepEqual(await call('snmpwalk', '-v1', '-c', 'look', UPS), v2c);
        assert.equal(v2c.length, 38);
        assert.ok(v2c.includes(`${UPS}.2.5.0 = INTEGER: 543`));
        assert.ok(v2c.includes(`${UPS}.1.7.0 = STRING: "S-77"`));
        assert.deepEqual(refusals, []);
    });

    it('takes SHA-512, MD5 with DES and a user without privacy, and each UPS by its context', async () => {
        const key = 'a-key-of-tests';
        const charge = [`${CHARGE} = INTEGER: 100`];
        const strong = ['-v3', '-l', 'authPriv', '-u', 'strong', '-a', 'SHA-512', '-A', key, '-x', 'AES'];
        assert.deepEqual(await call('snmpget', ...strong, '-X', WRITER.priv!.key, CHARGE), charge);
        assert.deepEqual(
            await call('snmpget', '-v3', '-l', 'authNoPriv', '-u', 'plain', '-a', 'SHA-256', '-A', key, CHARGE),
            charge,
        );
        const old = ['-v3', '-l', 'authPriv', '-u', 'old', '-a', 'MD5', '-A', key, '-x', 'DES', '-X', key];
        assert.deepEqual(await call('snmpget', ...old, CHARGE), charge);
        assert.deepEqual(await call('snmpget', ...as('reader'), '-n', 'other', CHARGE), [`${CHARGE} = INTEGER: 44`]);
        assert.deepEqual(await call('snmpget', '-v2c', '-c', 'look@other', CHARGE), [`${CHARGE} = INTEGER: 44`]);
    });

    it('refuses wrong passwords, users, levels and communities', async () => {
        assert.match(await failing('snmpget', ...as('reader', 'not-the-password'), CHARGE), /Authentication failure/);
        assert.match(await failing('snmpget', ...as('nobody'), CHARGE), /Unknown user name/);
        assert.match(
            await failing('snmpget', '-v3', '-l', 'noAuthNoPriv', '-u', 'reader', CHARGE),
            /Unsupported security level/,
        );
        const decrypts = await failing('snmpget', ...as('reader', undefined, 'not-the-password'), CHARGE);
        assert.match(decrypts, /Decryption error/);
        // A report of snmpUnknownContexts.
        assert.match(await failing('snmpget', ...as('reader'), '-n', 'nowhere', CHARGE), /Bad context specified/);
        assert.match(await failing('snmpget', '-v2c', '-c', 'wrong', CHARGE), /Timeout/);
        assert.match(await failing('snmpget', '-v1', '-c', 'look', CHARGE), /Timeout/);
        assert.deepEqual(refusals.slice(0, 3), ['wrong-key', 'wrong-user', 'level-differs']);
        assert.deepEqual(refusals.slice(-2), ['wrong-community', 'version']);
    });

    it('says what is not known, and what a SET may not do', async () => {
        served = silentSample();
        assert.match((await call('snmpget', ...as('reader'), CHARGE))[0]!, /No Such Instance/);
        assert.match((await call('snmpget', ...as('reader'), `${UPS}.99.0`))[0]!, /No Such Object/);
        assert.match((await call('snmpwalk', ...as('reader'), `${UPS}.6.2.1.2`))[0]!, /33\.1\.6\.3\.20$/);
        served = servedSample();
        assert.match(await failing('snmpset', ...as('reader'), `${UPS}.8.2.0`, 'i', '60'), /noAccess/);
        assert.match(await failing('snmpset', ...as('writer'), CHARGE, 'i', '60'), /notWritable/);
        await call('snmpset', ...as('writer'), `${UPS}.8.2.0`, 'i', '60');
        assert.deepEqual(orders, [{ type: 'shutdown', seconds: 60, scope: 'output' }]);
    });

    it('answers a GETBULK of three million repetitions within its bounds', async () => {
        const before = performance.now();
        const lines = await call('snmpbulkget', '-v2c', '-c', 'look', '-Cr3000000', '.1.3');
        assert.ok(lines.length > 30 && lines.length <= 200, String(lines.length));
        assert.ok(performance.now() - before < 2000);
    });

    it('refuses a SET that somebody has recorded, at once and 200 s later', async () => {
        const relay = createSocket('udp4');
        relay.bind(0, '127.0.0.1');
        await once(relay, 'listening');
        const recorded: Buffer[] = [];
        let manager = 0;
        const answers: Buffer[] = [];
        relay.on('message', (message, from) => {
            if (from.port === server.at!.port) {
                answers.push(message);
                relay.send(message, manager, '127.0.0.1');
                return;
            }
            manager = from.port;
            recorded.push(message);
            relay.send(message, server.at!.port, '127.0.0.1');
        });
        try {
            const place = `127.0.0.1:${relay.address().port}`;
            const env = { ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder };
            await run(programs.snmpset!, ['-t', '1', ...as('writer'), place, `${UPS}.8.2.0`, 'i', '60'], { env });
            assert.equal(orders.length, 1);
            const again = recorded.at(-1)!;
            relay.send(again, server.at!.port, '127.0.0.1');
            await eventually(() => refusals.includes('repeated'));
            const before = answers.length;
            behind = 200;
            relay.send(again, server.at!.port, '127.0.0.1');
            await eventually(() => answers.length > before);
            // usmStatsNotInTimeWindows.0
            assert.ok(answers.at(-1)!.includes(Buffer.from([0x2b, 6, 1, 6, 3, 15, 1, 1, 2, 0])));
            assert.equal(orders.length, 1);
        } finally {
            relay.close();
        }
    });
});
