import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { Rfc1628Card, type TrapTarget } from '../../simulators/rfc1628-card/card';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';

const run = promisify(execFile);
const KEY = 'a-key-of-tests';
const USER = {
    name: 'walker',
    auth: { protocol: 'sha' as const, key: KEY },
    priv: { protocol: 'aes' as const, key: KEY },
};
const V3 = ['-v3', '-l', 'authPriv', '-u', USER.name, '-a', 'SHA', '-A', KEY, '-x', 'AES', '-X', KEY];
const UPS = '.1.3.6.1.2.1.33.1';

describe('the simulated RFC 1628 card, read by net-snmp', function () {
    this.timeout(30_000);
    let folder: string;
    let card: Rfc1628Card;
    let ups: SimulatedUps;
    const programs: Record<string, string> = {};
    const children: ChildProcess[] = [];
    const environment = () => ({ ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder });

    before(function () {
        for (const program of ['snmpwalk', 'snmpbulkwalk', 'snmpget', 'snmpset', 'snmptrapd'])
            programs[program] = requirePeer(this, program);
    });

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-net-snmp-'));
    });

    afterEach(async () => {
        await Promise.all(
            children.splice(0).map(async (child) => {
                if (child.exitCode !== null || child.signalCode !== null) return;
                const exited = once(child, 'exit');
                child.kill('SIGKILL');
                await exited;
            }),
        );
        await card.stop();
        ups.destroy();
        rmSync(folder, { recursive: true, force: true });
    });

    async function start(trapTargets: TrapTarget[] = []): Promise<void> {
        const clock = new SystemClock();
        ups = new SimulatedUps(clock, { phases: 3, ratedVA: 3000, loadVA: 3000 });
        card = new Rfc1628Card({ ups, clock, users: [USER], trapTargets, trapGapSeconds: 0 });
        await card.start();
    }

    const call = async (program: string, ...args: string[]) => {
        const { stdout } = await run(programs[program]!, ['-On', '-t', '2', ...args], { env: environment() });
        return stdout.split('\n').filter(Boolean);
    };
    const agent = () => `127.0.0.1:${card.port}`;
    const failing = async (program: string, ...args: string[]) => {
        const error = await call(program, ...args).then(
            () => assert.fail('was accepted'),
            (refusal: { stderr: string }) => refusal,
        );
        return error.stderr;
    };

    it('walks the whole tree, in the same lexical order in every version', async () => {
        await start();
        ups.setFault('fan-failure', true);
        ups.setFault('general-fault', true);
        const oids = (lines: string[]) =>
            lines
                .filter((line) => / = /.test(line) && !/No more variables/.test(line))
                .map((line) => line.split(' = ')[0]!);
        // snmpwalk itself ends with an error at an OID that does not increase.
        const v1 = oids(await call('snmpwalk', '-v1', '-c', 'public', agent(), '.1'));
        const v2c = oids(await call('snmpbulkwalk', '-v2c', '-c', 'public', '-Cr7', agent(), '.1'));
        const v3 = oids(await call('snmpwalk', ...V3, agent(), '.1'));
        assert.deepEqual(v2c, v1);
        assert.deepEqual(v3, v1);
        const arcs = v1.map((oid) => oid.slice(1).split('.').map(Number));
        const sorted = [...arcs].sort((a, b) => {
            const index = a.findIndex((arc, position) => arc !== b[position]);
            return index < 0 ? a.length - b.length : a[index]! - (b[index] ?? -1);
        });
        assert.deepEqual(arcs, sorted);
        // Counted by hand from RFC 1628, for three phases and two alarms, with the maker's extensions.
        const groups = Object.fromEntries(
            [1, 2, 3, 4, 5, 6, 7, 8, 9].map((group) => [
                group,
                v1.filter((oid) => oid.startsWith(`${UPS}.${group}.`)).length,
            ]),
        );
        assert.deepEqual(groups, { 1: 6, 2: 9, 3: 14, 4: 19, 5: 11, 6: 5, 7: 6, 8: 5, 9: 10 });
    });

    it('gets current values with their types, and tells what is not there', async () => {
        await start();
        const lines = await call(
            'snmpget',
            ...V3,
            agent(),
            `${UPS}.2.4.0`,
            `${UPS}.3.1.0`,
            `${UPS}.6.1.0`,
            `${UPS}.1.1.7`,
        );
        assert.deepEqual(lines, [
            `${UPS}.2.4.0 = INTEGER: 100`,
            `${UPS}.3.1.0 = Counter32: 0`,
            `${UPS}.6.1.0 = Gauge32: 0`,
            `${UPS}.1.1.7 = No Such Instance currently exists at this OID`,
        ]);
        ups.setMains(false);
        ups.setCharge(33);
        assert.deepEqual(await call('snmpget', '-v1', '-c', 'public', agent(), `${UPS}.2.4.0`, `${UPS}.4.1.0`), [
            `${UPS}.2.4.0 = INTEGER: ${Math.floor(ups.reading().battery?.chargePercent ?? 0)}`,
            `${UPS}.4.1.0 = INTEGER: 5`,
        ]);
        assert.match(await failing('snmpget', '-v1', '-c', 'public', agent(), `${UPS}.99.0`), /noSuchName/);
        assert.match(await failing('snmpget', '-r0', '-v2c', '-c', 'wrong', agent(), `${UPS}.2.4.0`), /Timeout/);
    });

    it('sets what can be set, and refuses the rest with the right error', async () => {
        await start();
        const write = (...args: string[]) => call('snmpset', '-v2c', '-c', 'public', agent(), ...args);
        await write(`${UPS}.9.7.0`, 'i', '12', `${UPS}.1.5.0`, 's', 'rack 7');
        assert.equal(ups.reading().settings?.upsConfigLowBattTime, 12);
        assert.equal(ups.reading().identity?.name, 'rack 7');
        await call('snmpset', ...V3, agent(), `${UPS}.7.1.0`, 'o', `${UPS}.7.7.4`);
        assert.equal(ups.reading().test?.result, 'in-progress');
        const refused = (...args: string[]) => failing('snmpset', '-v2c', '-c', 'public', agent(), ...args);
        assert.match(await refused(`${UPS}.7.1.0`, 'o', `${UPS}.7.7.4`), /inconsistentValue/);
        assert.match(await refused(`${UPS}.9.7.0`, 'i', '-3'), /wrongValue/);
        assert.match(await refused(`${UPS}.9.7.0`, 's', 'soon'), /wrongType/);
        assert.match(await refused(`${UPS}.2.4.0`, 'i', '1'), /notWritable/);
        assert.match(await failing('snmpset', '-v1', '-c', 'public', agent(), `${UPS}.9.8.0`, 'i', '9'), /badValue/);
    });

    it('sends traps that snmptrapd understands, in v1, v2c and v3, and informs', async () => {
        const port = await freePort();
        const target = { host: '127.0.0.1', port };
        await start([
            { ...target, version: '1' },
            { ...target, version: '2c' },
            { ...target, version: '2c', inform: true },
            { ...target, version: '3', user: USER },
        ]);
        const configuration = join(folder, 'traps.conf');
        const keys = `${USER.name} SHA ${KEY} AES ${KEY}`;
        writeFileSync(
            configuration,
            [
                `createUser -e 0x${card.engineId} ${keys}`,
                `authUser log ${USER.name}`,
                'authCommunity log public',
                // version, PDU, enterprise, generic and specific number, variables
                'format1 V1 %N %w%q %v\\n',
                'format2 V2 %P %v\\n',
                '',
            ].join('\n'),
        );
        const args = ['-f', '-Lo', '-n', '-On', '-C', '-c', configuration, `127.0.0.1:${port}`];
        const child = spawn(programs.snmptrapd!, args, { env: environment() });
        children.push(child);
        let output = '';
        for (const stream of [child.stdout, child.stderr])
            stream.on('data', (data: Buffer) => (output += data.toString()));
        await eventually(() => output.includes('NET-SNMP version'), 10_000);
        const errors: string[] = [];
        card.on('trap', ({ error }) => error && errors.push(error));

        ups.setFault('fan-failure', true);
        const lines = () => output.split('\n').filter((line) => /^V[12] /.test(line));
        await eventually(() => lines().length >= 4, 10_000);
        const alarm = `${UPS}.6.2.1.2.1 = OID: ${UPS}.6.3.16`;
        assert.equal(lines().filter((line) => line.includes(alarm)).length, 4, output);
        const v1 = lines().find((line) => line.startsWith('V1'));
        assert.match(v1 ?? '', /\.1\.3\.6\.1\.2\.1\.33\.2 6\.3 /);
        const trapOid = '.1.3.6.1.6.3.1.1.4.1.0 = OID: .1.3.6.1.2.1.33.2.3';
        assert.equal(lines().filter((line) => line.startsWith('V2') && line.includes(trapOid)).length, 3, output);
        const kinds = lines()
            .map((line) => line.slice(0, line.indexOf('.')))
            .join('\n');
        assert.match(kinds, /INFORM, SNMP v2c/);
        assert.match(kinds, /TRAP2, SNMP v3, user walker/);

        output = '';
        ups.setMains(false);
        const onBattery = `.1.3.6.1.2.1.33.2.1\t${UPS}.2.3.0 = INTEGER: 59\t${UPS}.2.2.0 = INTEGER: 0\t${UPS}.9.7.0 = INTEGER: 2`;
        await eventually(() => output.includes(onBattery), 10_000);
        assert.deepEqual(errors, []);
    });
});
