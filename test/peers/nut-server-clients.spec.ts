import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import type { SettingInfo } from '../../lib/core/driver';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import { ServedViews } from '../../lib/core/served/served-views';
import type { PartialStatus } from '../../lib/core/status/status';
import { UNIT_DEFAULTS } from '../../lib/core/unit/unit-config';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
import { ForcedShutdowns } from '../../lib/protocols/nut-server/forced-shutdowns';
import { ServedAlias } from '../../lib/protocols/nut-server/served-alias';
import { NutServer } from '../../lib/protocols/nut-server/server';
import type { NutServing, NutWrite, NutWriter } from '../../lib/protocols/nut-server/serving';
import { NutUsers } from '../../lib/protocols/nut-server/users';
import { eventually } from '../support/eventually';
import { FakeDriver, onBattery, onMains } from '../support/fake-ups';
import { user } from '../support/nut-serving';
import { requirePeer } from '../support/peers';
import { Upsmon, upsmonBeside } from '../support/upsmon';

const run = promisify(execFile);
const SETTINGS = { 'ups.delay.shutdown': 20, 'ups.beeper.status': 'enabled' };

class Device extends FakeDriver {
    settingsInfo(): Record<string, SettingInfo> {
        return {
            'ups.delay.shutdown': { writable: true, min: 0, max: 600 },
            'ups.beeper.status': { writable: true, options: ['enabled', 'disabled'] },
        };
    }
}

/** NUT's own programs are another's reading of the protocol. */
describe("the NUT server, asked by NUT's own clients", function () {
    this.timeout(60_000);
    this.retries(1);
    const programs: Record<string, string> = {};
    let unit: UpsUnit;
    let device: Device;
    let server: NutServer;
    let forced: ForcedShutdowns;
    let reading: (() => PartialStatus) | undefined;
    let ticker: NodeJS.Timeout;
    let writes: [NutWrite, NutWriter][];
    let upsmon: Upsmon | undefined;
    const clock = new SystemClock();

    before(function () {
        for (const program of ['upsc', 'upscmd', 'upsrw', 'dummy-ups']) programs[program] = requirePeer(this, program);
        programs.upsmon = upsmonBeside(programs['dummy-ups']!);
    });

    beforeEach(async () => {
        const journal = new MemoryJournal();
        unit = new UpsUnit({
            id: 'unit1',
            name: 'UPS 1',
            config: { ...UNIT_DEFAULTS, staleSeconds: 3 },
            clock,
            journal,
            text: (id) => id,
            problem: () => undefined,
        });
        unit.start();
        device = new Device();
        unit.addDriver(
            'driver1',
            device,
            () => {},
            () => {},
        );
        reading = () => onMains({ identity: { model: 'M 1', serial: 'S 1' }, settings: SETTINGS });
        const tick = () => {
            if (reading) device.read(reading());
        };
        device.answersPolls = false;
        tick();
        ticker = setInterval(tick, 250);
        writes = [];
        forced = new ForcedShutdowns('server', clock, journal);
        server = new NutServer({
            clock,
            at: { address: '127.0.0.1', port: 0 },
            serving: serving(),
            changed: () => undefined,
            failed: (error) => assert.fail(String(error)),
        });
        server.start();
        await eventually(() => server.at);
    });

    afterEach(async () => {
        clearInterval(ticker);
        await upsmon?.stop();
        upsmon = undefined;
        await server.stop();
        unit.destroy();
    });

    function serving(): NutServing {
        const views = new ServedViews(clock);
        const make = (name: string, listed: boolean) =>
            new ServedAlias({
                name,
                listed,
                description: () => 'UPS 1',
                lowSeconds: 120,
                writes: true,
                served: () => views.of('unit1', unit),
                unit: () => unit,
                isForced: (served) => forced.isOrdered(name, served),
                write: (write, writer) => {
                    writes.push([write, writer]);
                    return Promise.resolve();
                },
                force: ({ user: by }) => forced.order(name, 'unit1', views.of('unit1', unit), by),
            });
        const aliases = [make('ups', true), make('stage1', false)];
        return {
            version: 'Ridethrough 1.0.0',
            mostClients: 10,
            requireTls: false,
            loginToRead: false,
            users: new NutUsers([
                user('mon', 'pw', 'secondary'),
                user('boss', 'pw', 'primary'),
                user('op', 'secret', 'operator'),
            ]),
            allows: () => true,
            refused: () => undefined,
            denied: () => undefined,
            alias: (name) => aliases.find((each) => each.name === name),
            listed: () => aliases.filter(({ listed }) => listed).map((alias) => [alias.name, alias] as const),
        };
    }

    const port = () => server.at!.port;
    const ups = (name = 'ups') => `${name}@127.0.0.1:${port()}`;
    const ask = async (program: string, ...args: string[]) => {
        const { stdout } = await run(programs[program]!, args, { timeout: 20_000 });
        return stdout.trim();
    };
    const refused = async (program: string, ...args: string[]) => {
        const error = await run(programs[program]!, args, { timeout: 20_000 }).then(
            () => undefined,
            (failure: { stderr: string }) => failure,
        );
        return error?.stderr ?? '';
    };

    it('upsc lists and reads it', async () => {
        assert.equal(await ask('upsc', '-l', `127.0.0.1:${port()}`), 'ups');
        assert.equal(await ask('upsc', '-L', `127.0.0.1:${port()}`), 'ups: UPS 1');
        const lines = (await ask('upsc', ups('stage1'))).split('\n');
        for (const line of ['ups.status: OL', 'battery.charge: 100', 'battery.runtime: 3600', 'device.serial: S 1']) {
            assert.ok(lines.includes(line), `${line} in ${lines.join(', ')}`);
        }
        assert.equal(await ask('upsc', ups(), 'input.voltage'), '230');
        assert.match(await refused('upsc', ups('nope')), /Unknown UPS/);
    });

    it('upsrw shows what can be written, and writes it', async () => {
        const shown = await ask('upsrw', ups());
        assert.match(shown, /\[ups\.delay\.shutdown\][^]*Type: RANGE[^]*Option: "0-600"/);
        assert.match(shown, /\[ups\.beeper\.status\][^]*Type: ENUM[^]*Option: "enabled" SELECTED/);
        const login = ['-u', 'op', '-p', 'secret'];
        await run(programs.upsrw!, ['-s', 'ups.delay.shutdown=45', ...login, '-w', ups()]);
        assert.deepEqual(writes[0]![0], { setting: 'ups.delay.shutdown', value: 45 });
        assert.match(await refused('upsrw', '-s', 'ups.delay.shutdown=9999', ...login, ups()), /Invalid value|ERR/i);
        assert.match(
            await refused('upsrw', '-s', 'ups.delay.shutdown=5', '-u', 'mon', '-p', 'pw', ups()),
            /ACCESS-DENIED/,
        );
    });

    it('upscmd lists the commands, gives one, and follows it', async () => {
        assert.match(await ask('upscmd', '-l', ups()), /load\.off - Turn off the load immediately/);
        const done = await run(programs.upscmd!, ['-w', '-u', 'op', '-p', 'secret', ups(), 'test.battery.start']);
        assert.match(done.stdout + done.stderr, /OK|SUCCESS/i);
        assert.deepEqual(writes[0]![0], { command: { type: 'test', test: 'battery' }, name: 'test.battery.start' });
    });

    const told = () => upsmon!.told();
    const isDown = () => upsmon!.isDown;

    async function startUpsmon(type = 'secondary', login = 'mon', name = 'ups'): Promise<void> {
        upsmon = Upsmon.start(programs.upsmon!, { monitor: `${ups(name)} 1 ${login} pw ${type}` });
        await eventually(() => server.clients.some(({ login: to }) => to === name), 20_000);
    }

    it('upsmon as a secondary tells an outage and its end, and goes down by FSD within a poll', async () => {
        await startUpsmon();
        reading = onBattery;
        await eventually(() => told().includes('ONBATT'), 10_000);
        reading = onMains;
        await eventually(() => told().includes('ONLINE'), 10_000);
        reading = onBattery;
        await eventually(() => told().filter((each) => each === 'ONBATT').length === 2, 10_000);
        assert.equal(isDown(), false);
        const ordered = Date.now();
        forced.order('ups', 'unit1', undefined, 'test');
        await eventually(isDown, 15_000);
        assert.ok(Date.now() - ordered < 5000, `${Date.now() - ordered} ms`);
        assert.ok(told().includes('FSD'), told().join(' '));
        await eventually(() => server.loggedIn('ups').length === 0);
    });

    it('upsmon warns of silence on mains, and does not shut down', async () => {
        await startUpsmon();
        reading = undefined;
        await eventually(() => told().includes('NOCOMM'), 25_000);
        await eventually(() => told().filter((each) => each === 'NOCOMM').length >= 2, 25_000);
        assert.equal(isDown(), false);
        reading = onMains;
        await eventually(() => told().includes('COMMOK'), 10_000);
    });

    it('upsmon hears no gap of a silent outage, and goes down when the presumed runtime is low', async () => {
        await startUpsmon();
        reading = () => onBattery({ battery: { chargePercent: 20, minutesRemaining: 2.2 } });
        await eventually(() => told().includes('ONBATT'), 10_000);
        reading = undefined;
        await eventually(isDown, 30_000);
        assert.deepEqual(
            told().filter((each) => each === 'COMMBAD' || each === 'NOCOMM'),
            [],
        );
    });

    it('upsmon as a primary orders the shutdown of the others', async () => {
        await startUpsmon('primary', 'boss', 'stage1');
        reading = () => onBattery({ battery: { state: 'low', chargePercent: 5, minutesRemaining: 1 } });
        await eventually(isDown, 30_000);
        assert.deepEqual(forced.names, ['stage1']);
    });
});
