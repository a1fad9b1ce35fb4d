import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { Rfc1628Card } from '../../simulators/rfc1628-card/card';
import { requirePeer } from '../support/peers';

const run = promisify(execFile);
const KEY = 'a-key-of-tests';
const USER = {
    name: 'nut',
    auth: { protocol: 'sha' as const, key: KEY },
    priv: { protocol: 'aes' as const, key: KEY },
};
const VERSIONS: Record<string, string[]> = {
    v2c: ['community = public', 'snmp_version = v2c'],
    v3: [
        'snmp_version = v3',
        'secLevel = authPriv',
        `secName = ${USER.name}`,
        `authPassword = ${KEY}`,
        `privPassword = ${KEY}`,
        'authProtocol = SHA',
        'privProtocol = AES',
    ],
};

/** NUT is another's reading of RFC 1628: what `upsc` says is what the card has told. */
describe('the simulated RFC 1628 card, read by NUT', function () {
    this.timeout(60_000);
    const programs: Record<string, string> = {};
    let folder: string;
    let card: Rfc1628Card;
    let ups: SimulatedUps;
    let upsdPort: number;
    const children: ChildProcess[] = [];

    before(function () {
        for (const program of ['snmp-ups', 'upsd', 'upsc', 'upscmd']) programs[program] = requirePeer(this, program);
        // Debian's upsd in the path is a wrapper that refuses to run outside its service.
        programs.upsd = join(dirname(programs['snmp-ups']!), 'upsd');
    });

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-nut-'));
        const clock = new SystemClock();
        ups = new SimulatedUps(clock, { ratedVA: 2000, loadVA: 1000, holdMinutes: 60, lowMinutes: 5 });
        card = new Rfc1628Card({ ups, clock, users: [USER] });
        await card.start();
        upsdPort = await freeTcpPort();
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

    const environment = () => ({
        ...process.env,
        NUT_CONFPATH: folder,
        NUT_STATEPATH: folder,
        NUT_ALTPIDPATH: folder,
    });
    const account = ['-u', 'admin', '-p', 'secret'];
    const place = () => `card@127.0.0.1:${upsdPort}`;

    function startNut(options: string[]): void {
        const write = (name: string, lines: string[]) =>
            writeFileSync(join(folder, name), `${lines.join('\n')}\n`, { mode: 0o640 });
        write('ups.conf', [
            '[card]',
            'driver = snmp-ups',
            `port = 127.0.0.1:${card.port}`,
            'mibs = ietf',
            'pollfreq = 1',
            'pollinterval = 1',
            ...options,
        ]);
        write('upsd.conf', [`LISTEN 127.0.0.1 ${upsdPort}`]);
        write('upsd.users', ['[admin]', 'password = secret', 'instcmds = ALL']);
        for (const [program, args] of [
            ['snmp-ups', ['-a', 'card', '-u', 'root', '-D']],
            ['upsd', ['-u', 'root', '-D']],
        ] as const)
            children.push(spawn(programs[program]!, args, { env: environment(), stdio: 'ignore' }));
    }

    /** Everything that upsc says, or nothing while NUT is not ready. */
    async function values(): Promise<Record<string, string>> {
        try {
            const { stdout } = await run(programs.upsc!, [place()], { env: environment() });
            return Object.fromEntries(stdout.split('\n').map((line) => line.split(': ') as [string, string]));
        } catch (error) {
            // upsd refuses until its driver has the first reading: what counts is whether it says the right thing in the end.
            return { error: String((error as { stderr?: string }).stderr) };
        }
    }

    async function until(condition: (read: Record<string, string>) => boolean): Promise<Record<string, string>> {
        const end = Date.now() + 20_000;
        for (;;) {
            const read = await values();
            if (condition(read)) return read;
            if (Date.now() > end) throw new Error(`NUT did not get there: ${JSON.stringify(read)}`);
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    }

    for (const [version, options] of Object.entries(VERSIONS)) {
        it(`tells ${version} on line, on battery, and low`, async () => {
            startNut(options);
            const onLine = await until((read) => read['ups.status'] === 'OL');
            const expected = {
                'device.model': 'Simulated UPS',
                'battery.charge': '100',
                'battery.runtime': '3600',
                'battery.runtime.low': '300',
                'input.voltage': '230',
                'input.frequency': '50',
                'input.transfer.low': '196',
                'output.current': '4.30',
                'output.realpower': '900',
                'output.power.nominal': '2000',
                'ups.load': '50',
                'ups.beeper.status': 'enabled',
                'ups.start.auto': 'yes',
            };
            for (const [name, value] of Object.entries(expected)) assert.equal(onLine[name], value, name);

            // snmp-ups asks for one value after the other: what it says in between is of two times.
            const status = (read: Record<string, string>) => (read['ups.status'] ?? '').split(' ').sort().join(' ');
            ups.setMains(false);
            await until((read) => status(read) === 'OB' && read['input.voltage'] === '0');
            ups.setCharge(50);
            await until(
                (read) =>
                    status(read) === 'OB' &&
                    Number(read['battery.charge']) <= 50 &&
                    Number(read['battery.runtime']) <= 1800 &&
                    Number(read['battery.runtime']) > 1700,
            );
            ups.setCharge(8);
            await until((read) => status(read) === 'LB OB');
            ups.setCharge(100);
            ups.setMains(true);
            ups.setLoad(2100);
            await until((read) => Number(read['ups.load']) === 105 && /\bOL\b/.test(status(read)));
        });
    }

    it('obeys NUT: buzzer, output off and on', async () => {
        startNut(VERSIONS.v2c!);
        await until((read) => read['ups.status'] === 'OL');
        const command = (name: string) => run(programs.upscmd!, [...account, place(), name], { env: environment() });
        await command('beeper.mute');
        await until((read) => read['ups.beeper.status'] === 'muted');
        await command('load.off');
        await until((read) => read['ups.status'] === 'OFF');
        assert.equal(ups.reading().output?.source, 'none');
        await command('load.on');
        await until((read) => read['ups.status'] === 'OL');
        assert.equal(ups.reading().output?.source, 'normal');
    });

    it('shows NUT how a test goes', async () => {
        startNut(VERSIONS.v2c!);
        await until((read) => read['ups.test.result'] === 'no test initiated');
        ups.execute({ type: 'test', test: 'custom', minutes: 30 });
        await until((read) => read['ups.test.result'] === 'in progress');
        ups.execute({ type: 'test', test: 'abort' });
        await until((read) => read['ups.test.result'] === 'aborted');
    });

    async function freeTcpPort(): Promise<number> {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as { port: number };
        server.close();
        await once(server, 'close');
        return port;
    }
});
