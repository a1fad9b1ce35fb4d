import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { UpsStatus } from '../../lib/core/status/status';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsDelta from '../../nodes/devices/ups-delta';
import upsOutlet from '../../nodes/jobs/ups-outlet';
import upsSettings from '../../nodes/jobs/ups-settings';
import upsShutdown from '../../nodes/jobs/ups-shutdown';
import upsTest from '../../nodes/jobs/ups-test';
import { DeltaUps } from '../../simulators/delta-ups/delta-ups';
import { LineServer } from '../../simulators/delta-ups/line-server';
import { fakeTime } from '../support/fake-time';
import { helper } from '../support/node-red';

interface Lamp {
    fill: string;
}

describe('ups-delta', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let devices: DeltaUps[];
    let server: LineServer;

    before(() => helper.startServer());
    after(() => helper.stopServer());

    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-delta-node-'));
        const { clock } = time;
        devices = [0, 7].map((id) => {
            const loads = [
                { name: 'a', va: 300 },
                { name: 'b', va: 200 },
            ];
            return new DeltaUps({ ups: new SimulatedUps(clock, { loads, quickTestSeconds: 2 }), clock, id });
        });
        server = new LineServer({ clock, upses: devices });
        await server.start();
    });

    afterEach(async () => {
        await time.unload();
        await eventually(() => server.clients === 0);
        await server.stop();
        for (const { ups } of devices) ups.destroy();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(over: object = {}, more: object[] = []) {
        const statuses: UpsStatus[] = [];
        const results: { payload: unknown; job?: { ok: boolean; detail?: object } }[] = [];
        await helper.load(
            [upsSite, upsUnit, upsDelta, upsOutlet, upsSettings, upsShutdown, upsTest] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
                {
                    id: 'dev1',
                    type: 'ups-delta',
                    ups: 'unit1',
                    interval: 0.2,
                    transport: 'tcp',
                    host: '127.0.0.1',
                    port: server.port,
                    address: 0,
                    wires: [['h1']],
                    ...over,
                },
                { id: 'h1', type: 'helper' },
                { id: 'h2', type: 'helper' },
                ...more,
            ] as never,
        );
        (helper.getNode('h1') as Node).on('input', (message) => statuses.push(message.payload as UpsStatus));
        (helper.getNode('h2') as Node).on('input', (message) => results.push(message as never));
        const { status } = helper.getNode('dev1') as unknown as { status: { args: [Lamp][] } };
        return { lamp: () => status.args.at(-1)?.[0], statuses, results };
    }

    const job = (type: string, over: object) => ({
        id: 'job1',
        type,
        ups: 'unit1',
        edge: 'on',
        log: 'never',
        wires: [['h2']],
        ...over,
    });

    it('sends every reading as a status, and shows that all is well', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length >= 2);
        assert.equal(seen.statuses[0]!.battery.chargePercent, 100);
        assert.equal(seen.lamp()?.fill, 'green');
    });

    it('sees the outage', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        devices[0]!.ups.setMains(false);
        await eventually(() => seen.statuses.at(-1)!.output.source === 'battery');
        await eventually(() => seen.lamp()?.fill === 'red');
    });

    it('two UPSs on one line have one connection, and a redeploy lets it go', async () => {
        const second = {
            id: 'dev2',
            type: 'ups-delta',
            ups: 'unit2',
            interval: 0.2,
            transport: 'tcp',
            host: '127.0.0.1',
        };
        const seen = await load({}, [
            { id: 'unit2', type: 'ups-unit', name: 'UPS 2', site: 'site1', staleSeconds: 30 },
            { ...second, port: server.port, address: 7, wires: [['h2']] },
        ]);
        await eventually(() => seen.statuses.length > 0 && seen.results.length > 0);
        assert.equal(server.clients, 1);
        await time.unload();
        await eventually(() => server.clients === 0);
        const again = await load();
        await eventually(() => again.statuses.length > 0);
        assert.equal(server.clients, 1);
    });

    it('shows that the UPS is silent, and that it is back', async () => {
        const seen = await load({ timeout: 0.1 });
        await eventually(() => seen.statuses.length > 0);
        devices[0]!.faults.silent = true;
        await eventually(() => seen.lamp()?.fill === 'red');
        devices[0]!.faults.silent = false;
        await eventually(() => seen.lamp()?.fill === 'green');
    });

    it('ups-settings shows and sets', async () => {
        const seen = await load({}, [{ id: 'job1', type: 'ups-settings', ups: 'unit1', wires: [['h2']] }]);
        await eventually(() => seen.statuses.at(-1)?.settings?.highTransferVoltage !== undefined);
        helper.getNode('job1').receive({ payload: 'read' });
        const { payload } = await eventually(() => seen.results[0]);
        const shown = payload as Record<string, { value: unknown; writable: boolean; min?: number; max?: number }>;
        // The bounds are those that RAT tells.
        await eventually(() => seen.statuses.at(-1)?.settings?.nominalInputVoltage === 230);
        assert.equal(shown.highTransferVoltage!.value, 265);
        assert.equal(shown.highTransferVoltage!.writable, true);
        helper.getNode('job1').receive({ payload: { highTransferVoltage: 250, lowTransferVoltage: 20 } });
        const outcome = (await eventually(() => seen.results[1])).payload as Record<
            string,
            { ok: boolean; confirmed: boolean }
        >;
        assert.deepEqual([outcome.highTransferVoltage!.ok, outcome.highTransferVoltage!.confirmed], [true, true]);
        assert.equal(outcome.lowTransferVoltage!.ok, false);
        assert.equal(devices[0]!.ups.reading().settings?.upsConfigHighVoltageTransferPoint, 250);
        assert.equal(devices[0]!.ups.reading().settings?.upsConfigLowVoltageTransferPoint, 196);
    });

    const event = { topic: 'UPS 1/power-fail', payload: true };

    it('ups-outlet switches an outlet', async () => {
        const seen = await load({}, [job('ups-outlet', { outlet: '2', action: 'off' })]);
        await eventually(() => seen.statuses.at(-1)?.outlets?.length === 2);
        helper.getNode('job1').receive({ ...event });
        const { job: done } = await eventually(() => seen.results[0]);
        assert.deepEqual([done!.ok, (done!.detail as { confirmed: boolean }).confirmed], [true, true]);
        assert.deepEqual(
            devices[0]!.ups.reading().outlets?.map(({ on }) => on),
            [true, false],
        );
    });

    it('ups-shutdown begins the countdown, which is seen', async () => {
        const seen = await load({}, [
            job('ups-shutdown', { action: 'shutdown', seconds: 300, restoreSeconds: 90, scope: 'output' }),
        ]);
        await eventually(() => seen.statuses.at(-1)?.outlets?.length === 2);
        helper.getNode('job1').receive({ ...event });
        const { job: done } = await eventually(() => seen.results[0]);
        assert.deepEqual([done!.ok, (done!.detail as { confirmed: boolean }).confirmed], [true, true]);
        assert.ok(devices[0]!.ups.reading().alarms?.includes('shutdown-pending'));
    });

    it('ups-test runs a test and tells its result', async () => {
        const seen = await load({}, [job('ups-test', { test: 'battery' })]);
        await eventually(() => seen.statuses.at(-1)?.outlets?.length === 2);
        helper.getNode('job1').receive({ ...event });
        const { job: done } = await eventually(() => seen.results[0]);
        assert.equal(done!.ok, true);
        assert.equal((done!.detail as { result: string }).result, 'passed');
    });

    for (const [what, over] of [
        ['no host', { host: '' }],
        ['offers that are neither yes nor no', { offerAll: 'perhaps' }],
        ['a wrong port', { port: 70000 }],
        ['no serial port', { transport: 'serial', path: '' }],
        ['a speed that the protocol does not have', { transport: 'serial', path: '/dev/none', baudRate: 5000 }],
        ['an id beyond 99', { address: 100 }],
        ['no unit', { ups: '' }],
    ] as const) {
        it(`with ${what} says so once, and connects to nothing`, async () => {
            const seen = await load(over);
            const { error } = helper.getNode('dev1') as unknown as { error: { callCount: number } };
            assert.equal(error.callCount, 1);
            assert.equal(seen.lamp()?.fill, 'red');
            assert.equal(server.clients, 0);
        });
    }

    it('a serial port that is not there is told, and looked for again', async () => {
        const seen = await load({ transport: 'serial', path: join(directory, 'none') });
        await eventually(() => seen.lamp()?.fill === 'blue');
    });
});
