import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { JobResult } from '../../lib/core/messages';
import type { PartialStatus } from '../../lib/core/status/status';
import type { UpsUnit } from '../../lib/core/unit/ups-unit';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsEvent from '../../nodes/events/ups-event';
import upsNutFsd from '../../nodes/jobs/ups-nut-fsd';
import upsNutServer from '../../nodes/servers/ups-nut-server';
import { FakeDriver, onBattery, onMains } from '../support/fake-ups';
import { fakeTime } from '../support/fake-time';
import { freePort } from '../support/free-port';
import { helper, theFlow } from '../support/node-red';
import { NutLineClient } from '../support/nut-line-client';

const NODES = [upsSite, upsUnit, upsEvent, upsNutServer, upsNutFsd] as never;

type Result = {
    payload: boolean;
    job: JobResult & { detail: { address: string; left: boolean; afterSeconds?: number }[] };
};

describe('ups-nut-fsd', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let port: number;
    let driver: FakeDriver;
    let clients: NutLineClient[];
    let results: Result[];
    let errors: string[];

    before((done) => void helper.startServer(done));
    after((done) => void helper.stopServer(done));
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-fsd-'));
        port = await freePort();
        clients = [];
    });
    afterEach(async () => {
        for (const client of clients) client.end();
        await time.unload();
        await time.clock.advance(46_000);
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(job: object = {}, site: object = {}): Promise<void> {
        const flow = [
            { id: 'f', type: 'tab' },
            { id: 'site1', type: 'ups-site', name: 'Hall', directory, ...site },
            { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 10, confirmSeconds: 0 },
            {
                id: 'server1',
                type: 'ups-nut-server',
                z: 'f',
                site: 'site1',
                serves: [
                    { name: 'ups', ups: 'unit1' },
                    { name: 'stage1', ups: 'unit1' },
                ],
                accounts: [{ name: 'mon', role: 'secondary' }],
                address: '127.0.0.1',
                port,
            },
            { id: 'event1', type: 'ups-event', z: 'f', ups: 'unit1', events: ['power-fail'], wires: [['job1']] },
            {
                id: 'job1',
                type: 'ups-nut-fsd',
                z: 'f',
                site: 'site1',
                server: 'server1',
                names: 'stage1',
                waitSeconds: 15,
                wires: [['out']],
                ...job,
            },
            { id: 'out', type: 'helper', z: 'f' },
        ];
        await helper.load(NODES, flow as never, { server1: { password1: 'pw' } } as never);
        driver = new FakeDriver();
        (theFlow().registry.units()[0] as UpsUnit).addDriver(
            'driver1',
            driver,
            () => {},
            () => {},
        );
        results = [];
        errors = [];
        (helper.getNode('out') as Node).on('input', (message) => void results.push(message as never));
        const node = helper.getNode('job1') as Node & { on(event: string, listener: (call: never) => void): void };
        node.on('call:error', (call: { args: unknown[] }) => void errors.push(String(call.args[0])));
        await eventually(() => theFlow().registry.units().length === 1);
    }
    async function read(reading: () => PartialStatus, seconds = 3): Promise<void> {
        for (let second = 0; second < seconds; second++) {
            driver.read(reading());
            await time.clock.advance(1000);
        }
    }
    async function connect(ups: string): Promise<NutLineClient> {
        const client = new NutLineClient(port, eventually);
        clients.push(client);
        assert.equal(await client.login('mon', 'pw', ups), 'OK');
        return client;
    }

    it('sets the flag of its names alone, waits until all have left, and says who left when', async () => {
        await load();
        await read(onMains);
        const [staged, other] = [await connect('stage1'), await connect('ups')];
        await read(onBattery, 1);
        assert.equal(await staged.status('stage1'), 'VAR stage1 ups.status "FSD OB DISCHRG"');
        assert.equal(await other.status('ups'), 'VAR ups ups.status "OB DISCHRG"');
        await read(onBattery, 2);
        assert.equal(results.length, 0, 'it waits');
        staged.end();
        await eventually(() => results.length === 1);
        const { ok, detail } = results[0]!.job;
        assert.equal(ok, true);
        assert.deepEqual(
            detail.map(({ address, left }) => [address, left]),
            [['127.0.0.1', true]],
        );
        assert.ok(detail[0]!.afterSeconds! >= 2, `${detail[0]!.afterSeconds} s`);
    });

    it('waits no longer than it is set to, and names who is still there', async () => {
        await load();
        await read(onMains);
        await connect('stage1');
        await read(onBattery, 20);
        await eventually(() => results.length === 1);
        assert.deepEqual(
            results[0]!.job.detail.map(({ left }) => left),
            [false],
        );
    });

    it('takes the flag back when the mains are back', async () => {
        await load();
        await read(onMains);
        const client = await connect('stage1');
        await read(onBattery, 2);
        assert.match(await client.status('stage1'), /FSD/);
        await read(onMains, 6);
        assert.equal(await client.status('stage1'), 'VAR stage1 ups.status "OL"');
        await eventually(() => results.some(({ payload }) => payload === false));
        assert.deepEqual(errors, []);
    });

    it('goes on with the same wait after a restart in mid-outage, with the flag set', async () => {
        await load();
        await read(onMains);
        const first = await connect('stage1');
        await read(onBattery, 4);
        first.end();
        await time.unload();
        await time.clock.advance(6000);
        await load();
        await read(onBattery, 2);
        const client = await connect('stage1');
        assert.match(await client.status('stage1'), /"FSD OB/);
        await eventually(() => results.length === 1);
        assert.equal(results[0]!.job.ok, true);
        await read(onBattery, 3);
        assert.equal(results.length, 1, 'once');
    });

    it('is tested for real, and takes the flag back at the end of the test', async () => {
        await load({ waitSeconds: 3 });
        await read(onMains);
        const client = await connect('stage1');
        let answered = false;
        const pressed = helper
            .request()
            .post('/ridethrough/jobs/job1/test')
            .set('X-Requested-With', 'test')
            .then((answer) => {
                answered = true;
                return answer.body as { ok: boolean };
            });
        let flags = '';
        for (let tries = 0; tries < 50 && !/FSD/.test(flags); tries++) flags = await client.status('stage1');
        assert.equal(flags, 'VAR stage1 ups.status "FSD OB"', 'also on mains');
        await eventually(() => answered);
        assert.equal((await pressed).ok, true);
        driver.read(onMains());
        assert.equal(await client.status('stage1'), 'VAR stage1 ups.status "OL"');
    });

    it('takes back for real what was ordered before the dry run', async () => {
        await load();
        await read(onMains);
        await read(onBattery, 2);
        await time.unload();
        await load({}, { dryRun: true });
        await read(onBattery, 2);
        const client = await connect('stage1');
        assert.equal(await client.status('stage1'), 'VAR stage1 ups.status "OB DISCHRG"', 'told to nobody meanwhile');
        const shown = () => JSON.stringify((helper.getNode('server1').status as unknown as { args: unknown }).args);
        assert.match(shown(), /FSD"/, 'and still there');
        await read(onMains, 6);
        assert.equal(await client.status('stage1'), 'VAR stage1 ups.status "OL"');
        assert.match(shown(), /· FSD"[^F]*· 1"[^F]*$/);
    });

    it('sets no flag in a dry run', async () => {
        await load({}, { dryRun: true });
        await read(onMains);
        const client = await connect('stage1');
        await read(onBattery, 3);
        await eventually(() => results.length === 1);
        assert.equal(results[0]!.job.dryRun, true);
        assert.equal(await client.status('stage1'), 'VAR stage1 ups.status "OB DISCHRG"');
    });

    it('fails once, by name, when the server has no such name', async () => {
        await load({ names: 'stage1 stage9' });
        await read(onMains);
        const client = await connect('stage1');
        await read(onBattery, 3);
        await eventually(() => errors.length > 0 || results.some(({ job }) => !job.ok));
        assert.match(JSON.stringify([errors, results]), /stage9|config-invalid/);
        assert.equal(await client.status('stage1'), 'VAR stage1 ups.status "OB DISCHRG"');
    });
});
