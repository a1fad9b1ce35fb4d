import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import type { ServedUps } from '../../lib/core/served/served-ups';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import { SnmpServer } from '../../lib/protocols/snmp-agent/server';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';
import { eventOf, servedSample, silentSample } from '../support/served-sample';
import { READER } from '../support/snmp-wire';

const run = promisify(execFile);
const SECONDS = Number(process.env.SNMP_UPS_SECONDS ?? 0);
const VERSIONS: Record<string, string[]> = {
    v2c: ['community = look', 'snmp_version = v2c'],
    v3: [
        'snmp_version = v3',
        'secLevel = authPriv',
        `secName = ${READER.name}`,
        `authPassword = ${READER.auth.key}`,
        `privPassword = ${READER.priv!.key}`,
        'authProtocol = SHA256',
        'privProtocol = AES',
    ],
};
const outage = (): ServedUps =>
    servedSample({
        onBattery: true,
        secondsOnBattery: 20,
        remainingSeconds: 1200,
        chargePercent: 70,
        events: [eventOf('power-fail')],
    });

/** NUT reads the agent as it reads a card. */
describe('the SNMP agent, read by snmp-ups of NUT', function () {
    this.timeout(60_000 + SECONDS * 1000);
    const programs: Record<string, string> = {};
    const children: ChildProcess[] = [];
    let folder: string;
    let server: SnmpServer;
    let served: ServedUps;
    let refusals: string[];
    let upsdPort: number;

    before(function () {
        for (const program of ['snmp-ups', 'upsd', 'upsc']) programs[program] = requirePeer(this, program);
        // Debian's upsd in the path is a wrapper that refuses to run outside its service.
        programs.upsd = join(dirname(programs['snmp-ups']!), 'upsd');
    });

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-agent-nut-'));
        served = servedSample();
        refusals = [];
        upsdPort = await freePort();
        server = new SnmpServer({
            clock: new SystemClock(),
            at: { address: '127.0.0.1', port: 0 },
            changed: () => undefined,
            serving: {
                version: 'Ridethrough test',
                versions: ['2c', '3'],
                senders: new AllowedSenders('127.0.0.1'),
                communities: [{ community: 'look', senders: new AllowedSenders('*'), write: false }],
                users: [READER],
                engineId: '80001f8803020000000001',
                engineTime: () => ({ boots: 3, seconds: Math.floor(performance.now() / 1000) }),
                writes: false,
                unknownAs: 'no-such-instance',
                names: ['ups'],
                target: () => ({ served: () => served, supports: () => true, order: () => Promise.resolve() }),
                refused: (_address, reason) => void refusals.push(reason),
            },
        });
        server.start();
        await eventually(() => server.at);
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
        await server.stop();
        rmSync(folder, { recursive: true, force: true });
    });

    const environment = () => ({
        ...process.env,
        NUT_CONFPATH: folder,
        NUT_STATEPATH: folder,
        NUT_ALTPIDPATH: folder,
    });

    function startNut(options: string[]): void {
        const write = (name: string, lines: string[]) =>
            writeFileSync(join(folder, name), `${lines.join('\n')}\n`, { mode: 0o640 });
        const place = `port = 127.0.0.1:${server.at!.port}`;
        const polls = ['mibs = ietf', 'pollfreq = 1', 'pollinterval = 1'];
        write('ups.conf', ['[agent]', 'driver = snmp-ups', place, ...polls, ...options]);
        write('upsd.conf', [`LISTEN 127.0.0.1 ${upsdPort}`]);
        write('upsd.users', []);
        for (const [program, args] of [
            ['snmp-ups', ['-a', 'agent', '-u', 'root', '-D']],
            ['upsd', ['-u', 'root', '-D']],
        ] as const)
            children.push(spawn(programs[program]!, args, { env: environment(), stdio: 'ignore' }));
    }

    /** Everything that upsc says, or why it says nothing. */
    async function values(): Promise<Record<string, string>> {
        try {
            const { stdout } = await run(programs.upsc!, [`agent@127.0.0.1:${upsdPort}`], { env: environment() });
            return Object.fromEntries(stdout.split('\n').map((line) => line.split(': ') as [string, string]));
        } catch (error) {
            // upsd refuses until its driver has the first reading: what counts is whether it says the right thing in the end.
            return { error: String((error as { stderr?: string }).stderr) };
        }
    }

    async function until(status: string): Promise<Record<string, string>> {
        for (const end = Date.now() + 20_000; ;) {
            const told = await values();
            if (told['ups.status'] === status && told['battery.charge'] !== undefined) return told;
            if (Date.now() > end) throw new Error(`NUT did not get there: ${JSON.stringify(told)}`);
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    }

    for (const [version, options] of Object.entries(VERSIONS))
        it(`over ${version}: mains, outage, and no outage in silence`, async () => {
            startNut(options);
            const told = await until('OL');
            assert.deepEqual(
                ['ups.mfr', 'ups.model', 'battery.charge', 'battery.runtime', 'battery.voltage', 'input.voltage'].map(
                    (name) => told[name],
                ),
                ['Maker', 'Model 3', '100', '3600', '54.30', '230'],
            );
            served = outage();
            assert.equal((await until('OB'))['battery.charge'], '70');
            served = servedSample();
            await until('OL');
            served = silentSample();
            const seen = new Set<string>();
            for (const end = Date.now() + 4000 + SECONDS * 1000; Date.now() < end;) {
                const { 'ups.status': status, error } = await values();
                seen.add(status ?? error ?? '');
                await new Promise((resolve) => setTimeout(resolve, 200));
            }
            // upsd has the last values until it calls them stale.
            assert.ok(![...seen].some((status) => /OB|LB|OFF|FSD/.test(status)), [...seen].join(', '));
            assert.deepEqual(refusals, []);
        });
});
