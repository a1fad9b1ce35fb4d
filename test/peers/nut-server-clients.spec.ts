import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { eventually } from '../support/eventually';
import { onBattery, onMains } from '../support/fake-ups';
import { NutPeerBench } from './nut-peer-bench';
import { requirePeer } from '../support/peers';
import { Upsmon, upsmonBeside } from '../support/upsmon';

const run = promisify(execFile);
/** NUT's own programs are another's reading of the protocol. */
describe("the NUT server, asked by NUT's own clients", function () {
    this.timeout(60_000);
    this.retries(1);
    const programs: Record<string, string> = {};
    let bench: NutPeerBench;
    let upsmon: Upsmon | undefined;

    before(function () {
        for (const program of ['upsc', 'upscmd', 'upsrw', 'dummy-ups']) programs[program] = requirePeer(this, program);
        programs.upsmon = upsmonBeside(programs['dummy-ups']!);
    });

    beforeEach(async () => (bench = await NutPeerBench.start()));
    afterEach(async () => {
        await upsmon?.stop();
        upsmon = undefined;
        await bench.stop();
    });

    const ups = (name?: string) => bench.ups(name);
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
        assert.equal(await ask('upsc', '-l', `127.0.0.1:${bench.port}`), 'ups');
        assert.equal(await ask('upsc', '-L', `127.0.0.1:${bench.port}`), 'ups: UPS 1');
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
        assert.deepEqual(bench.writes[0]![0], { setting: 'ups.delay.shutdown', value: 45 });
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
        assert.deepEqual(bench.writes[0]![0], {
            command: { type: 'test', test: 'battery' },
            name: 'test.battery.start',
        });
    });

    const told = () => upsmon!.told();
    const isDown = () => upsmon!.isDown;

    async function startUpsmon(type = 'secondary', login = 'mon', name = 'ups'): Promise<void> {
        upsmon = Upsmon.start(programs.upsmon!, { monitor: `${ups(name)} 1 ${login} pw ${type}` });
        await eventually(() => bench.server.clients.some(({ login: to }) => to === name), 20_000);
    }

    it('upsmon as a secondary tells an outage and its end, and goes down by FSD within a poll', async () => {
        await startUpsmon();
        bench.reading = onBattery;
        await eventually(() => told().includes('ONBATT'), 10_000);
        bench.reading = onMains;
        await eventually(() => told().includes('ONLINE'), 10_000);
        bench.reading = onBattery;
        await eventually(() => told().filter((each) => each === 'ONBATT').length === 2, 10_000);
        assert.equal(isDown(), false);
        const ordered = Date.now();
        bench.forced.order('ups', 'unit1', undefined, 'test');
        await eventually(isDown, 15_000);
        assert.ok(Date.now() - ordered < 5000, `${Date.now() - ordered} ms`);
        assert.ok(told().includes('FSD'), told().join(' '));
        await eventually(() => bench.server.loggedIn('ups').length === 0);
    });

    it('upsmon warns of silence on mains, and does not shut down', async () => {
        await startUpsmon();
        bench.reading = undefined;
        await eventually(() => told().includes('NOCOMM'), 25_000);
        await eventually(() => told().filter((each) => each === 'NOCOMM').length >= 2, 25_000);
        assert.equal(isDown(), false);
        bench.reading = onMains;
        await eventually(() => told().includes('COMMOK'), 10_000);
    });

    it('upsmon hears no gap of a silent outage, and goes down when the presumed runtime is low', async () => {
        await startUpsmon();
        bench.reading = () => onBattery({ battery: { chargePercent: 20, minutesRemaining: 2.2 } });
        await eventually(() => told().includes('ONBATT'), 10_000);
        bench.reading = undefined;
        await eventually(isDown, 30_000);
        assert.deepEqual(
            told().filter((each) => each === 'COMMBAD' || each === 'NOCOMM'),
            [],
        );
    });

    it('upsmon as a primary orders the shutdown of the others', async () => {
        await startUpsmon('primary', 'boss', 'stage1');
        bench.reading = () => onBattery({ battery: { state: 'low', chargePercent: 5, minutesRemaining: 1 } });
        await eventually(isDown, 30_000);
        assert.deepEqual(bench.forced.names, ['stage1']);
    });
});
