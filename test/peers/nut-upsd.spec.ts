import assert from 'node:assert/strict';
import { execFileSync, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import type { DriverState } from '../../lib/core/driver';
import { UpsError } from '../../lib/core/errors';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import type { PartialStatus } from '../../lib/core/status/status';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
import { UNIT_DEFAULTS } from '../../lib/core/unit/unit-config';
import { createNutDriver, type NutSettings } from '../../lib/protocols/nut/create-driver';
import { decode } from '../../lib/protocols/nut/decode';
import type { NutDriver } from '../../lib/protocols/nut/driver';
import { NutClient } from '../../lib/protocols/nut/client';
import { quote } from '../../lib/protocols/nut/line';
import { TcpNutTransport } from '../../lib/protocols/nut/tcp-transport';
import { eventually } from '../support/eventually';
import { readDump } from '../support/nut-dump';
import { requirePeer } from '../support/peers';

const RECORDINGS = join(__dirname, '../../../shared/recordings');
const MODEL = [
    'ups.status: OL',
    'ups.delay.shutdown: 20',
    'ups.beeper.status: enabled',
    'battery.charge: 87',
    'battery.runtime: 600',
];

describe("NUT's own upsd and dummy-ups, read by our client", function () {
    this.timeout(60_000);
    // upsd, its drivers and we start at once, on whatever the machine has left: one more try, all anew.
    this.retries(1);
    let upsd: string;
    let dummy: string;
    let folder: string;
    let port: number;
    const children = new Map<string, ChildProcess>();
    const drivers: NutDriver[] = [];

    before(function () {
        dummy = requirePeer(this, 'dummy-ups');
        requirePeer(this, 'upsd');
        // Debian's upsd in the path is a wrapper that refuses to run outside its service.
        upsd = join(dirname(dummy), 'upsd');
    });

    beforeEach(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-upsd-'));
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        ({ port } = server.address() as { port: number });
        server.close();
        await once(server, 'close');
    });

    afterEach(async () => {
        await Promise.all(drivers.splice(0).map((driver) => driver.stop()));
        await Promise.all([...children.keys()].map(kill));
        rmSync(folder, { recursive: true, force: true });
    });

    async function kill(name: string): Promise<void> {
        const child = children.get(name)!;
        children.delete(name);
        if (child.exitCode !== null || child.signalCode !== null) return;
        const exited = once(child, 'exit');
        child.kill('SIGKILL');
        await exited;
    }

    const env = () => ({ ...process.env, NUT_CONFPATH: folder, NUT_STATEPATH: folder, NUT_ALTPIDPATH: folder });
    const write = (name: string, lines: string[]) =>
        writeFileSync(join(folder, name), `${lines.join('\n')}\n`, { mode: 0o640 });

    function run(name: string, program: string, args: string[]): void {
        children.set(name, spawn(program, args, { env: env(), stdio: 'ignore' }));
    }

    /** Starts upsd with one dummy per file. */
    function startNut(devices: Record<string, string>, mode = 'dummy-once'): void {
        const sections = Object.entries(devices).flatMap(([name, file]) => [
            `[${name}]`,
            'driver = dummy-ups',
            `port = ${file}`,
            `mode = ${mode}`,
        ]);
        write('ups.conf', ['maxretry = 1', 'pollinterval = 1', ...sections]);
        write('upsd.conf', [`LISTEN 127.0.0.1 ${port}`, 'MAXAGE 3']);
        write('upsd.users', [
            '[admin]',
            'password = "se cret"',
            'actions = SET',
            'instcmds = ALL',
            'upsmon secondary',
            '[guest]',
            'password = guest',
            'upsmon secondary',
        ]);
        for (const name of Object.keys(devices)) startDummy(name);
        run('upsd', upsd, ['-u', 'root', '-D']);
    }

    const startDummy = (name: string) => run(name, dummy, ['-a', name, '-u', 'root', '-D']);

    function watch(settings: Partial<NutSettings>): {
        driver: NutDriver;
        readings: PartialStatus[];
        states: DriverState[];
    } {
        const driver = createNutDriver(
            { host: '127.0.0.1', port, upsName: 'model', interval: 0.2, ...settings },
            new SystemClock(),
        );
        drivers.push(driver);
        const readings: PartialStatus[] = [];
        const states: DriverState[] = [];
        driver.start({ status: (reading) => readings.push(reading), state: (state) => states.push(state) });
        return { driver, readings, states };
    }

    const ADMIN = { user: 'admin', password: 'se cret' };

    it('reads a UPS, sets a variable within what upsd allows, and sees it', async () => {
        write('model.dev', MODEL);
        startNut({ model: 'model.dev' });
        const { driver, readings } = watch(ADMIN);
        const read = await eventually(() => readings.find((reading) => reading.battery?.chargePercent === 87), 20_000);
        assert.deepEqual(read.alarms, []);
        assert.equal(read.battery!.minutesRemaining, 10);
        await eventually(() => driver.supports({ type: 'set', setting: 'ups.delay.shutdown', value: 45 }), 20_000);
        const result = await driver.execute({ type: 'set', setting: 'ups.delay.shutdown', value: 45 });
        assert.equal(result.confirmed, true);
        await eventually(() => readings.at(-1)!.settings?.['ups.delay.shutdown'] === 45, 10_000);
        await assert.rejects(
            driver.execute({ type: 'outlet', outlet: '1', action: 'off' }),
            (error: UpsError) => error.code === 'not-supported',
        );
    });

    it('tells a wrong password as an alarm, reads on, and refuses commands', async () => {
        write('model.dev', MODEL);
        startNut({ model: 'model.dev' });
        const { driver, readings } = watch({ user: 'admin', password: 'wrong' });
        // Until upsd has found its driver, a reading holds alarms and nothing else.
        const refused = await eventually(
            () =>
                readings.find(
                    ({ alarms, output }) => alarms?.includes('vendor:upsd denies the login') && output !== undefined,
                ),
            20_000,
        );
        assert.equal(refused.output!.source, 'normal');
        const command = { type: 'set', setting: 'ups.delay.shutdown', value: 45 } as const;
        await eventually(() => driver.supports(command), 20_000);
        await assert.rejects(driver.execute(command), (error: UpsError) => {
            assert.equal(error.code, 'access-denied');
            assert.ok(!JSON.stringify(error.data).includes('wrong'));
            return true;
        });
        await eventually(() => readings.at(-1)!.alarms?.includes('vendor:upsd denies commands'), 10_000);
    });

    it('says that upsd has no such UPS', async () => {
        write('model.dev', MODEL);
        startNut({ model: 'model.dev' });
        const { states } = watch({ upsName: 'other' });
        const waiting = await eventually(
            () => states.find((state) => state.state === 'waiting' && state.code === 'device-refused'),
            20_000,
        );
        assert.equal(waiting.state === 'waiting' && waiting.data?.why, 'ups-name');
        assert.match(
            String(waiting.state === 'waiting' && waiting.data?.names),
            /model/,
            'and names those that there are',
        );
    });

    it('takes a killed driver for silence, and a new one for the UPS again', async () => {
        write('model.dev', MODEL);
        startNut({ model: 'model.dev' });
        const { readings } = watch({});
        await eventually(() => readings.at(-1)?.battery?.chargePercent === 87, 20_000);
        await kill('model');
        await eventually(() => readings.at(-1)!.alarms?.includes('communications-lost'), 20_000);
        assert.equal(readings.at(-1)!.output, undefined);
        startDummy('model');
        await eventually(() => readings.at(-1)!.battery?.chargePercent === 87, 20_000);
    });

    it('comes back after upsd was gone', async () => {
        write('model.dev', MODEL);
        startNut({ model: 'model.dev' });
        const { readings, states } = watch({});
        await eventually(() => readings.at(-1)?.battery?.chargePercent === 87, 20_000);
        await kill('upsd');
        await eventually(() => states.at(-1)!.state === 'waiting', 20_000);
        const before = readings.length;
        run('upsd', upsd, ['-u', 'root', '-D']);
        await eventually(() => readings.length > before && states.at(-1)!.state === 'ready', 40_000);
    });

    it('never goes on in the clear when STARTTLS is asked for and upsd has no certificate', async () => {
        write('model.dev', MODEL);
        startNut({ model: 'model.dev' });
        const { readings, states } = watch({ tls: {} });
        const waiting = await eventually(
            () => states.find((state) => state.state === 'waiting' && state.code === 'device-refused'),
            20_000,
        );
        assert.match((waiting as { reason: string }).reason, /FEATURE-NOT-(CONFIGURED|SUPPORTED)/);
        assert.equal(readings.length, 0);
    });

    it('lets a UpsUnit see the outage and the low battery of evolution500.seq', async function () {
        const sequence = join(RECORDINGS, 'nut-data/data/evolution500.seq');
        if (!existsSync(sequence)) this.skip();
        // Minutes of the original as seconds.
        write('evolution.seq', [readFileSync(sequence, 'utf8').replace(/TIMER \d+/g, 'TIMER 3')]);
        startNut({ evolution: 'evolution.seq' }, 'dummy-loop');
        const unit = new UpsUnit({
            id: 'u',
            name: 'Evolution',
            config: { ...UNIT_DEFAULTS },
            clock: new SystemClock(),
            journal: new MemoryJournal(),
            text: (id) => id,
            problem: (error) => assert.ifError(error),
        });
        const edges: string[] = [];
        unit.subscribe((change) => {
            if (change.kind !== 'edge') return;
            if (change.event.id === 'power-fail' || change.event.id === 'battery-low') {
                edges.push(`${change.event.active ? '+' : '-'}${change.event.id}`);
            }
        });
        unit.start();
        const driver = createNutDriver(
            { host: '127.0.0.1', port, upsName: 'evolution', interval: 0.2 },
            new SystemClock(),
        );
        unit.addDriver(
            'd',
            driver,
            () => undefined,
            () => undefined,
        );
        try {
            await eventually(() => edges.includes('-power-fail') && edges.includes('+battery-low'), 40_000);
            const began = edges.indexOf('+power-fail');
            assert.ok(began >= 0 && edges.indexOf('+battery-low', began) > began, edges.join(' '));
        } finally {
            await unit.removeDriver('d');
            unit.destroy();
        }
    });

    it('reads every dump as upsd tells it', async function () {
        const root = join(RECORDINGS, 'nut');
        if (!existsSync(root)) this.skip();
        this.timeout(180_000);
        const files = readdirSync(root, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.dev'));
        // Every eighth in real processes; all of them are decoded in test/lib/protocols/nut/recordings.spec.ts.
        const chosen = files.sort().filter((_, index) => index % 8 === 0);
        const devices: Record<string, string> = {};
        for (const [index, file] of chosen.entries()) {
            const { variables } = readDump(readFileSync(join(root, file), 'utf8'));
            // `driver.*` is dummy-ups' own, and an empty value takes on the one before it there.
            const told = [...variables].filter(([name, value]) => !name.startsWith('driver.') && value.trim() !== '');
            write(
                `dump${index}.dev`,
                told.map(([name, value]) => `${name}: ${quote(value.trim())}`),
            );
            devices[`dump${index}`] = `dump${index}.dev`;
        }
        startNut(devices);
        for (const [index, file] of chosen.entries()) {
            const client = new NutClient({
                clock: new SystemClock(),
                transport: new TcpNutTransport({ host: '127.0.0.1', port }),
                host: '127.0.0.1',
                upsName: `dump${index}`,
                tls: false,
                timeoutMs: 5000,
            });
            try {
                const { variables } = readDump(readFileSync(join(root, file), 'utf8'));
                const told = await ready(client, variables);
                const trimmed = new Map([...variables].map(([name, value]) => [name, value.trim()] as const));
                const known = new Set([...trimmed.keys(), 'ups.status']);
                // Where a dump names only device.*, dummy-ups puts its own maker and model into it.
                const isDummys = (name: string) => /^Dummy /.test(told.get(name) ?? '');
                const measured = new Map(
                    [...told].filter(([name]) => known.has(name) && !name.startsWith('driver.') && !isDummys(name)),
                );
                const own = new Map(
                    [...trimmed].filter(
                        ([name, value]) => value !== '' && !name.startsWith('driver.') && measured.has(name),
                    ),
                );
                assert.deepEqual(decode(measured, new Set(), 1), decode(own, new Set(), 1), file);
                assert.ok(
                    measured.size >=
                        0.9 *
                            [...trimmed].filter(([name, value]) => value !== '' && !name.startsWith('driver.')).length,
                    file,
                );
            } finally {
                client.close();
            }
        }
    });

    async function ready(client: NutClient, variables: Map<string, string>): Promise<Map<string, string>> {
        const end = Date.now() + 20_000;
        const wanted = [...variables]
            .filter(([name, value]) => !name.startsWith('driver.') && value.trim() !== '')
            .at(-1)?.[0];
        for (;;) {
            const told = await client.variables().catch((error: unknown) => {
                if (error instanceof UpsError) return new Map<string, string>();
                throw error;
            });
            if (wanted === undefined || told.has(wanted)) return told;
            if (Date.now() > end) throw new Error(`upsd did not tell ${wanted}`);
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    }

    it('is NUT', () => assert.match(execFileSync(upsd, ['-V'], { env: env() }).toString(), /upsd/));
});
