import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import type { ServedBattery } from '../../lib/core/served/served-battery';
import type { ServedUps } from '../../lib/core/served/served-ups';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import { HostAddress } from '../../lib/protocols/snmp/host-address';
import { notify, type NotifyReceiver } from '../../lib/protocols/snmp/notify/sender';
import { BACS_MODULE } from '../../lib/protocols/snmp-agent/mib/bacs-module';
import { MIB_FILES, mibFile } from '../../lib/protocols/snmp-agent/mib/mib-files';
import { UPS_MODULE } from '../../lib/protocols/snmp-agent/mib/ups-module';
import { SnmpServer } from '../../lib/protocols/snmp-agent/server';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';
import { batterySample } from '../support/served-battery-sample';
import { eventOf, servedSample } from '../support/served-sample';
import { READER } from '../support/snmp-wire';

/** The modules that net-snmp for Node.js brings along: those of the SMI stand in no package of Debian's main section. */
const SMI = join(dirname(require.resolve('net-snmp')), 'lib', 'mibs');
const ENGINE = '80001f8803020000000003';
const KEY = READER.auth.key;

describe('the SNMP agent by the names of its MIB files, in the eyes of net-snmp', function () {
    this.timeout(30_000);
    const clock = new SystemClock();
    let folder: string;
    let options: string[];

    before(function () {
        requirePeer(this, 'snmptranslate');
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-mibs-'));
        for (const name of MIB_FILES) writeFileSync(join(folder, `${name}.txt`), mibFile(name)!);
        options = ['-M', `${folder}:${SMI}`, '-m', MIB_FILES.join(':')];
    });
    after(() => folder && rmSync(folder, { recursive: true, force: true }));
    const env = () => ({ ...process.env, SNMP_PERSISTENT_DIR: folder, SNMPCONFPATH: folder });

    it('snmptranslate loads them without a word, and finds each name at its number', function () {
        const program = requirePeer(this, 'snmptranslate');
        for (const { name, root, nodes, scalars, tables, traps } of [UPS_MODULE, BACS_MODULE]) {
            const all = [...nodes, ...scalars, ...tables, ...tables.flatMap(({ columns }) => columns), ...traps];
            const told = execFileSync(program, [...options, '-On', ...all.map((each) => `${name}::${each.name}`)], {
                encoding: 'utf8',
                stdio: ['ignore', 'pipe', 'pipe'],
                env: env(),
            });
            assert.deepEqual(
                told.split('\n').filter(Boolean),
                all.map(({ arcs }) => `.${root}.${arcs}`),
            );
        }
        const { stderr } = execFileSyncLoud(
            program,
            [...options, '-Td', 'RIDETHROUGH-UPS-MIB::upsBatteryVoltage'],
            env(),
        );
        assert.equal(stderr, '');
    });

    describe('with a receiver of traps', () => {
        let trapd: ChildProcess;
        let output = '';
        let server: SnmpServer;
        let served: ServedUps;
        let battery: ServedBattery;

        before(async function () {
            const program = requirePeer(this, 'snmptrapd');
            const port = await freePort();
            const conf = join(folder, 'snmptrapd.conf');
            const user = `reader SHA-256 "${KEY}" AES "${READER.priv!.key}"`;
            writeFileSync(conf, `disableAuthorization yes\ncreateUser -e 0x${ENGINE} ${user}\nformat2 got|%N|%v\\n\n`);
            const args = ['-f', '-Lo', '-C', '-c', conf, ...options, `127.0.0.1:${port}`];
            trapd = spawn(program, args, { env: env(), stdio: ['ignore', 'pipe', 'pipe'] });
            for (const stream of [trapd.stdout, trapd.stderr]) stream?.on('data', (text) => (output += String(text)));
            await eventually(() => /NET-SNMP version/.test(output), 10_000);
            served = servedSample();
            battery = batterySample(24, 2);
            const host = new HostAddress('127.0.0.1', 1000);
            const to = (version: '2c' | '3'): NotifyReceiver => ({
                ...{ host, port, version, inform: false, community: 'traps', timeoutMs: 1000, retries: 0 },
                ...(version === '3' && { user: READER }),
            });
            server = new SnmpServer({
                clock,
                at: { address: '127.0.0.1', port: 0 },
                changed: () => undefined,
                serving: {
                    ...{ version: 'test', versions: ['3'], senders: new AllowedSenders('*'), communities: [] },
                    ...{ users: [READER], engineId: ENGINE, writes: false, unknownAs: 'no-such-instance' },
                    engineTime: () => ({ boots: 3, seconds: 5 }),
                    names: ['ups', 'other'],
                    target: (name) => ({
                        served: () => (name === 'ups' ? servedSample() : served),
                        ...(name === 'other' && { battery: () => battery }),
                        supports: () => false,
                        order: () => Promise.resolve(),
                    }),
                    refused: () => undefined,
                    receivers: (['2c', '3'] as const).map((version) => ({
                        name: version,
                        send: (notification, context, upTime, signal) =>
                            notify(
                                { ...to(version), context },
                                notification,
                                { id: ENGINE, boots: 3, seconds: () => 5 },
                                upTime,
                                clock,
                                signal,
                            ),
                        failed: (error) => (output += String(error)),
                    })),
                },
            });
            server.start();
            await eventually(() => server.at);
        });
        after(async () => {
            await server?.stop();
            if (!trapd) return;
            const ended = new Promise((done) => trapd.once('close', done));
            trapd.kill();
            await ended;
        });

        it('tells an outage and an alarm of a battery by v2c and v3, with names', async () => {
            // The first look is behind it.
            await eventually(() => server.ups('other')?.kept().traps.result, 5000);
            served = servedSample({
                ...{ onBattery: true, secondsOnBattery: 7, remainingSeconds: 1800 },
                events: [eventOf('power-fail')],
            });
            battery = batterySample(24, 2, ['thermal-runaway']);
            const count = (part: RegExp) => output.split('\n').filter((line) => part.test(line)).length;
            const outage =
                /upsTrapOnBattery.*upsEstimatedMinutesRemaining\.0 = INTEGER: 30 minutes.*upsSecondsOnBattery\.0 = INTEGER: 7 seconds.*upsConfigLowBattTime\.0 = INTEGER: 2 minutes.*upsIdentName\.0 = STRING: UPS 1$/;
            const runaway = /bacsTrapAlarmEntryAdded.*bacsAlarmId\.1 = INTEGER: 1.*bacsAlarmThermalRunaway/;
            await eventually(() => count(outage) === 2 && count(runaway) === 2, 8000).catch((error: unknown) => {
                throw new Error(output, { cause: error });
            });
        });
    });
});

/** Also what it says beside its answer. */
function execFileSyncLoud(program: string, args: string[], env: NodeJS.ProcessEnv): { stderr: string } {
    const stderr = execFileSync('sh', ['-c', '"$0" "$@" 2>&1 >/dev/null', program, ...args], { encoding: 'utf8', env });
    return { stderr };
}
