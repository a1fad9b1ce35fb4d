import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { Rmcu, type RmcuOptions } from '../../simulators/rmcu/rmcu';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';

const run = promisify(execFile);
const KEYS = { authKey: 'auth-key-of-tests', privKey: 'priv-key-of-tests' };
const V3 = ['-v3', '-l', 'authPriv', '-u', 'admin', '-a', 'MD5', '-A', KEYS.authKey, '-x', 'AES', '-X', KEYS.privKey];
/** The SMI and its textual conventions, which net-snmp's Debian package does not bring along. */
const STANDARD_MIBS = join(dirname(require.resolve('net-snmp/package.json')), 'lib', 'mibs');

describe('the simulated RMCU, read by net-snmp with the MIB file that it serves', function () {
    this.timeout(30_000);
    let folder: string;
    let rmcu: Rmcu;
    const programs: Record<string, string> = {};
    const children: ChildProcess[] = [];

    before(function () {
        for (const program of ['snmpget', 'snmpset', 'snmpwalk', 'snmptranslate', 'snmptrapd'])
            programs[program] = requirePeer(this, program);
    });

    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-rmcu-'));
        // net-snmp would say on stderr that it makes it.
        mkdirSync(join(folder, 'cert_indexes'));
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
        await rmcu.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    async function start(options: Partial<RmcuOptions> = {}): Promise<void> {
        rmcu = new Rmcu({
            clock: new SystemClock(),
            users: [{ name: 'admin', password: 'admin', access: 'Admin', snmp: KEYS }],
            ...options,
        });
        await rmcu.start();
        const answer = await fetch(rmcu.mibUrl);
        writeFileSync(join(folder, `${rmcu.mib.module}.mib`), await answer.text());
    }

    const environment = () => ({ ...process.env, MIBS: '', SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder });
    const withMib = () => ['-M', `${STANDARD_MIBS}:${folder}`, '-m', rmcu.mib.module];
    const call = async (program: string, ...args: string[]) => {
        const { stdout, stderr } = await run(programs[program]!, [...withMib(), ...args], { env: environment() });
        assert.equal(stderr, '', 'net-snmp has no complaint about the MIB file');
        return stdout.split('\n').filter(Boolean);
    };
    const agent = () => `127.0.0.1:${rmcu.port}`;
    const get = (names: string[], version = ['-v2c', '-c', 'public']) =>
        call('snmpget', ...version, '-t', '2', '-OQs', agent(), ...names);
    const write = (...args: string[]) => call('snmpset', '-v2c', '-c', 'private', '-t', '2', '-OQs', agent(), ...args);

    for (const shape of ['scalars', 'table'] as const) {
        it(`every object of its ${shape} has the OID that its name means`, async () => {
            await start({ shape });
            const objects = [...rmcu.mib.objects, ...rmcu.mib.carried];
            const names = objects.map(({ name }) => `${rmcu.mib.module}::${name}`);
            assert.deepEqual(
                await call('snmptranslate', '-On', ...names),
                objects.map(({ oid }) => `.${oid}`),
            );
            const [notification] = await call(
                'snmptranslate',
                '-On',
                `${rmcu.mib.module}::${rmcu.mib.notifications[2]!.name}`,
            );
            // SMIv1 has no OID for a trap; net-snmp makes the one of RFC 3584.
            assert.equal(notification, `.${rmcu.mib.notificationPrefix}.3`);
        });

        it(`walks its ${shape}: each instance has a name of the MIB file, and no other`, async () => {
            await start({ shape });
            const lines = await call('snmpwalk', '-v2c', '-c', 'public', '-OQs', agent(), `.${rmcu.mib.root}`);
            const walked = lines
                .filter((line) => !/No more variables/.test(line))
                .map((line) => line.split(' = ')[0]!.split('.')[0]!);
            const expected = rmcu.mib.objects.flatMap(({ name, rows }) =>
                Array.from({ length: rows || 1 }, () => name),
            );
            assert.deepEqual(walked.sort(), expected.sort());
        });
    }

    it('gets the values by name, in v1, v2c and v3, states by their names', async () => {
        await start({ acVolts: 117.4, loadAmps: 10.2 });
        const names = [
            'rmcuAcLineValue.0',
            'rmcuTemperatureValue.0',
            'rmcuAnalog1Value.0',
            'rmcuAnalog4Value.0',
            'rmcuInput1State.0',
            'rmcuOutput2State.0',
            'rmcuOutput2Text.0',
            'rmcuAnalog4Name.0',
        ];
        const values = [
            'rmcuAcLineValue.0 = 1174 0.1 Volts',
            'rmcuTemperatureValue.0 = 905 0.1 degrees Fahrenheit',
            'rmcuAnalog1Value.0 = 1020 0.01 Amps',
            'rmcuAnalog4Value.0 = 1380 0.01 Volts',
            'rmcuInput1State.0 = closed',
            'rmcuOutput2State.0 = inactive',
            'rmcuOutput2Text.0 = ON',
            'rmcuAnalog4Name.0 = Volts Battery',
        ];
        for (const version of [['-v1', '-c', 'public'], ['-v2c', '-c', 'public'], V3])
            assert.deepEqual(await get(names, version), values);
    });

    it('sets outputs by the names of their states, and is refused what the MIB file does not allow', async () => {
        await start();
        assert.deepEqual(await write('rmcuOutput2State.0', '=', 'active'), ['rmcuOutput2State.0 = active']);
        assert.equal(rmcu.device.plant.reading().supplyOn, false);
        assert.deepEqual(await get(['rmcuOutput2Text.0'], V3), ['rmcuOutput2Text.0 = OFF']);
        await write('rmcuOutput2State.0', '=', 'inactive');
        assert.equal(rmcu.device.plant.reading().supplyOn, true);
        await write('rmcuOutput1PulseTime.0', '=', '5', 'rmcuOutput1Pulse.0', '=', 'yes');
        assert.deepEqual(
            [rmcu.device.settings.outputs[1].pulse, rmcu.device.settings.outputs[1].pulseSeconds],
            [true, 0.5],
        );
        // net-snmp itself looks at the range of the MIB file unless its type is given.
        const refused = (...args: string[]) =>
            assert.rejects(run(programs.snmpset!, args, { env: environment() }), /./);
        const plain = ['-v2c', '-c', 'private', '-t', '2', agent()];
        await assert.rejects(write('rmcuOutput1PulseTime.0', '=', '4'), /range/i);
        await refused(...plain, `.${rmcu.mib.root}.2.5.1.5.0`, 'i', '4');
        await refused(...plain, `.${rmcu.mib.root}.2.3.4.2.0`, 'i', '4');
        await refused('-v2c', '-c', 'public', '-t', '2', agent(), `.${rmcu.mib.root}.2.5.2.2.0`, 'i', '1');
        assert.equal(rmcu.device.outputs.isActive(2), false);
    });

    it('reads the second shape by name: tables and texts', async () => {
        await start({ shape: 'table' });
        assert.deepEqual(await get(['rmcuTabAnalogValue.6', 'rmcuTabInputState.1', 'rmcuTabOutputState.2']), [
            'rmcuTabAnalogValue.6 = "13.8 Volts"',
            'rmcuTabInputState.1 = closed',
            'rmcuTabOutputState.2 = inactive',
        ]);
        await write('rmcuTabOutputState.2', '=', 'active');
        assert.equal(rmcu.device.plant.reading().supplyOn, false);
    });

    for (const version of ['1', '2c', '3'] as const)
        it(`sends traps that snmptrapd knows by name, in v${version}`, async () => {
            const port = await freePort();
            const user = {
                name: 'admin',
                auth: { protocol: 'md5' as const, key: KEYS.authKey },
                priv: { protocol: 'aes' as const, key: KEYS.privKey },
            };
            const engineId = '8000b983050102030405';
            await start({ trap: { host: '127.0.0.1', port, version, user }, engineId });
            const configuration = join(folder, 'traps.conf');
            const lines = [
                `createUser -e 0x${engineId} admin MD5 ${KEYS.authKey} AES ${KEYS.privKey}`,
                'authUser log admin',
                'authCommunity log public',
                'format1 TRAP %N %w %q %v\\n',
                'format2 TRAP %v\\n',
            ];
            writeFileSync(configuration, `${lines.join('\n')}\n`);
            const args = [...withMib(), '-f', '-Lo', '-n', '-OQs', '-C', '-c', configuration, `127.0.0.1:${port}`];
            const child = spawn(programs.snmptrapd!, args, { env: environment() });
            children.push(child);
            let output = '';
            for (const stream of [child.stdout, child.stderr])
                stream.on('data', (data: Buffer) => (output += data.toString()));
            await eventually(() => output.includes('NET-SNMP version'), 10_000);
            rmcu.device.measurements.force('ac', 90);
            await eventually(() => /^TRAP .*rmcuTrapState\.0 = under/m.test(output), 10_000);
            const trap = output.split('\n').find((line) => line.startsWith('TRAP'))!;
            assert.match(
                trap,
                /rmcuTrapChannel\.0 = AC Line\trmcuTrapValue\.0 = 90\.0 Volts\trmcuTrapState\.0 = under$/,
            );
            // In v1 enterprise and specific number, in v2 snmpTrapOID.0.
            const named = (name: string) =>
                new RegExp(
                    version === '1' ? `^TRAP rmcuTraps 6 ${name} ` : `snmpModules\\.1\\.1\\.4\\.1\\.0 = ${name}\\t`,
                    'm',
                );
            assert.match(trap, named('rmcuAnalogTrap'));
            rmcu.device.reboot();
            await eventually(() => named('rmcuBootTrap').test(output), 10_000);
        });
});
