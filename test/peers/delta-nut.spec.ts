import assert from 'node:assert/strict';
import { execFile, spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import type { PartialStatus } from '../../lib/core/status/status';
import { readSettings } from '../../lib/core/settings';
import { createDeltaDriver } from '../../lib/protocols/delta/create-driver';
import { LinePool } from '../../lib/protocols/delta/line-pool';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { DeltaUps } from '../../simulators/delta-ups/delta-ups';
import { LineServer } from '../../simulators/delta-ups/line-server';
import { settings } from '../../nodes/devices/ups-delta.settings';
import { eventually } from '../support/eventually';
import { requirePeer } from '../support/peers';

const run = promisify(execFile);
type Values = Record<string, string>;

/** NUT's two drivers of this protocol are others' readings of it: what `upsc` says is what the simulator has told, byte by byte over a line. */
describe('the simulated UPS of the serial protocol 1.44, at a pair of pseudo-terminals', function () {
    this.timeout(90_000);
    const programs: Record<string, string> = {};
    const clock = new SystemClock();
    let folder: string;
    let ups: SimulatedUps;
    let device: DeltaUps;
    let server: LineServer;
    let upsdPort: number;
    let sets: string[];
    const children: ChildProcess[] = [];

    before(function () {
        for (const program of ['socat', 'belkin', 'tripplitesu', 'upsd', 'upsc', 'upscmd']) {
            programs[program] = requirePeer(this, program);
        }
        // Debian's upsd in the path is a wrapper that refuses to run outside its service.
        programs.upsd = join(dirname(programs.belkin!), 'upsd');
    });

    async function begin(manufacturer: string): Promise<void> {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-delta-'));
        const [near, far] = [join(folder, 'A'), join(folder, 'B')];
        children.push(
            spawn(programs.socat!, [`pty,raw,echo=0,link=${near}`, `pty,raw,echo=0,link=${far}`], { stdio: 'ignore' }),
        );
        await eventually(() => existsSync(near) && existsSync(far));
        ups = new SimulatedUps(clock, {
            ...{ ratedVA: 2000, holdMinutes: 60, lowMinutes: 5, chargePercent: 80 },
            loads: [
                { name: 'a', va: 600 },
                { name: 'b', va: 400 },
            ],
            identity: { manufacturer, model: 'SU-2000', firmware: 'V9.8' },
        });
        device = new DeltaUps({ ups, clock });
        sets = [];
        device.on('set', ({ command }) => sets.push(command));
        server = new LineServer({ clock, upses: [device], path: near });
        await server.start();
        upsdPort = await freeTcpPort();
    }

    afterEach(async () => {
        await server.stop();
        ups.destroy();
        await Promise.all(
            children.splice(0).map(async (child) => {
                if (child.exitCode !== null || child.signalCode !== null) return;
                const exited = once(child, 'exit');
                child.kill('SIGKILL');
                await exited;
            }),
        );
        rmSync(folder, { recursive: true, force: true });
    });

    const environment = () => ({
        ...process.env,
        NUT_CONFPATH: folder,
        NUT_STATEPATH: folder,
        NUT_ALTPIDPATH: folder,
    });
    const place = () => `u@127.0.0.1:${upsdPort}`;

    function startNut(driver: string): void {
        const write = (name: string, lines: string[]) =>
            writeFileSync(join(folder, name), `${lines.join('\n')}\n`, { mode: 0o640 });
        write('ups.conf', ['[u]', `driver = ${driver}`, `port = ${join(folder, 'B')}`, 'pollinterval = 1']);
        write('upsd.conf', [`LISTEN 127.0.0.1 ${upsdPort}`]);
        write('upsd.users', ['[admin]', 'password = secret', 'instcmds = ALL']);
        for (const [program, args] of [
            [driver, ['-a', 'u', '-u', 'root', '-D']],
            ['upsd', ['-u', 'root', '-D']],
        ] as const)
            children.push(spawn(programs[program]!, args, { env: environment(), stdio: 'ignore' }));
    }

    async function values(): Promise<Values> {
        try {
            const { stdout } = await run(programs.upsc!, [place()], { env: environment() });
            return Object.fromEntries(stdout.split('\n').map((line) => line.split(': ') as [string, string]));
        } catch (error) {
            // upsd refuses until its driver has the first reading: what counts is whether it says the right thing in the end.
            return { error: String((error as { stderr?: string }).stderr) };
        }
    }

    async function until(condition: (read: Values) => boolean): Promise<Values> {
        const end = Date.now() + 30_000;
        for (;;) {
            const read = await values();
            if (condition(read)) return read;
            if (Date.now() > end) throw new Error(`NUT did not get there: ${JSON.stringify(read)}`);
            await new Promise((resolve) => setTimeout(resolve, 200));
        }
    }

    async function order(command: string): Promise<void> {
        await run(programs.upscmd!, ['-u', 'admin', '-p', 'secret', place(), command], { env: environment() });
    }

    function compare(read: Values, expected: Values): void {
        for (const [name, value] of Object.entries(expected)) assert.equal(read[name]?.trim(), value, name);
    }

    it('tripplitesu reads the same values', async () => {
        await begin('Tripp Lite');
        startNut('tripplitesu');
        const read = await until((now) => now['ups.status'] === 'OL');
        compare(read, {
            ...{ 'ups.mfr': 'Tripp Lite', 'ups.model': 'SU-2000', 'ups.firmware': 'V9.8', 'ups.id': '00' },
            ...{ 'battery.charge': '80', 'battery.temperature': '25', 'battery.voltage.nominal': '48' },
            ...{ 'input.voltage': '230.0', 'input.frequency': '50.0', 'input.voltage.nominal': '230' },
            ...{ 'input.transfer.low': '196', 'input.transfer.high': '265', 'input.sensitivity': 'Normal' },
            ...{ 'output.voltage': '230.0', 'output.frequency': '50.0', 'output.current': '4.3', 'ups.load': '50' },
            ...{ 'ups.test.result': 'No test performed', 'ambient.temperature': '25' },
        });
        ups.setMains(false);
        const onBattery = await until((now) => now['ups.status']?.startsWith('OB') === true);
        assert.equal(onBattery['input.voltage'], '0.0');
        ups.setCharge(4);
        await until((now) => now['ups.status'] === 'OB LB');
        ups.setMains(true);
        await until((now) => now['ups.status']?.startsWith('OL') === true);
    });

    it('tripplitesu commands it', async () => {
        await begin('Tripp Lite');
        startNut('tripplitesu');
        await until((now) => now['ups.status'] === 'OL');
        const on = () => ups.reading().outlets!.map((outlet) => outlet.on);
        await order('load.off');
        await eventually(() => !on()[0] && !on()[1], 10_000);
        await order('load.on');
        await eventually(() => on()[0] && on()[1], 10_000);
        await order('test.battery.start');
        await until((now) => /in progress/i.test(now['ups.test.result'] ?? ''));
        await order('test.battery.stop');
        await eventually(() => ups.reading().test?.result === 'aborted', 10_000);
        await until((now) => /abort/i.test(now['ups.test.result'] ?? ''));
        await order('shutdown.return');
        await eventually(() => ups.reading().alarms!.includes('shutdown-pending'), 10_000);
        await order('shutdown.stop');
        await eventually(() => !ups.reading().alarms!.includes('shutdown-pending'), 10_000);
        await order('shutdown.reboot');
        await eventually(() => Number(ups.reading().settings?.upsStartupAfterDelay) > 50, 10_000);
        assert.deepEqual(sets.slice(-2), ['SDR1', 'SDA10']);
    });

    it('belkin reads the same values', async () => {
        await begin('BELKIN');
        startNut('belkin');
        const read = await until((now) => now['ups.status'] === 'OL');
        compare(read, {
            ...{ 'ups.mfr': 'BELKIN', 'ups.model': 'SU-2000', 'ups.firmware': 'V9.8' },
            ...{ 'battery.charge': '80', 'battery.temperature': '25', 'ups.load': '50' },
            ...{ 'input.voltage': '230.0', 'input.frequency': '50.0', 'output.voltage': '230.0' },
            // What NUT calls so is whether it sounds (UPS serial protocol 1.44, STA, "Alarm Buzzer State").
            ...{ 'ups.beeper.status': 'disabled', 'ups.test.result': 'No test performed' },
        });
        ups.setMains(false);
        const onBattery = await until((now) => now['ups.status']?.includes('OB') === true);
        assert.equal(onBattery['ups.beeper.status'], 'enabled');
    });

    /** Given again, as a person does, where the driver of NUT has lost it between two polls of a busy machine. */
    async function ordered(command: string, holds: () => boolean): Promise<void> {
        for (const isLast of [false, false, true]) {
            await order(command);
            try {
                return void (await eventually(holds, 10_000));
            } catch (error) {
                if (isLast) throw error;
            }
        }
    }

    it('belkin commands it', async () => {
        await begin('BELKIN');
        startNut('belkin');
        await until((now) => now['ups.status'] === 'OL');
        await ordered('beeper.disable', () => ups.reading().settings?.upsConfigAudibleStatus === 'muted');
        await ordered('beeper.enable', () => ups.reading().settings?.upsConfigAudibleStatus === 'enabled');
        await ordered('test.battery.start.quick', () => ups.reading().test?.result === 'in-progress');
        await ordered('test.battery.stop', () => ups.reading().test?.result === 'aborted');
    });

    it('our driver reads and commands it through a serial port', async () => {
        await begin('Ridethrough');
        const deltaSettings = readSettings(settings, { ups: 'u', path: join(folder, 'B'), interval: 0.5 });
        const driver = createDeltaDriver(deltaSettings, clock, new LinePool());
        const readings: PartialStatus[] = [];
        driver.start({ status: (reading) => readings.push(reading), state: () => undefined });
        try {
            const first = await eventually(() => readings[0], 10_000);
            assert.equal(Math.round(first.battery!.chargePercent!), 80);
            assert.equal(first.output?.lines[0]?.load, 50);
            ups.setMains(false);
            await eventually(() => readings.at(-1)!.output?.source === 'battery', 10_000);
            assert.equal((await driver.execute({ type: 'buzzer', state: 'mute' })).confirmed, true);
            await eventually(() => readings.at(-1)!.settings?.baudRate === 2400, 10_000);
            const { confirmed } = await driver.execute({ type: 'set', setting: 'baudRate', value: 9600 });
            assert.equal(confirmed, true);
            assert.equal(device.memory.baudRate, 9600);
        } finally {
            await driver.stop();
        }
    });
});

async function freeTcpPort(): Promise<number> {
    const server = createServer();
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));
    return port;
}
