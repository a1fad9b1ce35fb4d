import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsDataQuery from '../../nodes/history/ups-data-query';
import upsSensor from '../../nodes/sensors/ups-sensor';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

const HOUR = 3_600_000;

describe('ups-data-query', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let got: Record<string, unknown>[];

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        got = [];
    });
    afterEach(async () => {
        await time.unload();
        rmSync(directory, { recursive: true });
    });

    const load = async (settings: object = {}, site: object = {}) => {
        await helper.load(
            [upsSite, upsUnit, upsSimulator, upsSensor, upsDataQuery] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory, dataLogSeconds: 10, ...site },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1' },
                { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 1 },
                { id: 'room', type: 'ups-sensor', name: 'Room', site: 'site1', unit: '°C', source: 'message' },
                { id: 'query1', type: 'ups-data-query', site: 'site1', wires: [['out']], ...settings },
                { id: 'out', type: 'helper' },
                { id: 'catch1', type: 'catch', scope: ['query1'], wires: [['caught']] },
                { id: 'caught', type: 'helper' },
            ] as never,
        );
        (helper.getNode('out') as Node).on('input', (message) => got.push(message as never));
    };
    const ask = async (message: object = {}) => {
        const before = got.length;
        (helper.getNode('query1') as Node).receive(message as never);
        await eventually(() => got.length > before);
        return got.at(-1)!;
    };
    const rows = async (message: object = {}) => (await ask(message)).payload as Record<string, unknown>[];
    /** Lets time pass, a second at a time: a simulated UPS answers in between. */
    const advance = async (ms: number) => {
        for (let passed = 0; passed < ms; passed += 1000) {
            time.clock.advanceSync(1000);
            await new Promise((resolve) => setImmediate(resolve));
        }
    };
    const tell = (id: string, message: object) => (helper.getNode(id) as Node).receive(message as never);
    const series = () => theFlow().registry.sites()[0]!.series;

    it('gives what was read of a UPS, with what is not known left out', async () => {
        await load({ source: 'UPS 1', quantities: 'charge, outputSource' });
        await advance(60_000);
        const read = await rows({ topic: 'mine' });
        assert.equal(got[0].topic, 'mine');
        assert.ok(read.length >= 5 && read.length <= 8, `${read.length} rows`);
        const { time: at, ...values } = read.at(-1)!;
        assert.deepEqual(values, { source: 'UPS 1', sourceId: 'unit1', charge: 100, outputSource: 'normal' });
        assert.ok(Math.abs((at as number) - theFlow().clock.now()) <= 12_000);
    });

    it('samples at once when the source changes, and records the outage with the minute before', async () => {
        await load({ source: 'UPS 1', quantities: 'outputSource' }, { dataLogSeconds: 3600 });
        await advance(120_000);
        tell('sim1', { topic: 'mains', payload: false });
        await advance(30_000);
        tell('sim1', { topic: 'mains', payload: true });
        await advance(30_000);
        const states = (await rows()).map(({ outputSource }) => outputSource);
        assert.deepEqual(states, ['normal', 'battery', 'normal']);
        const [recording] = series().recordings({ owner: 'unit1' });
        assert.equal(recording.why, 'outage');
        assert.ok(recording.episode);
        const { times, columns } = series().read({
            owner: 'unit1',
            quantities: ['inputVoltage1'],
            from: recording.from,
            to: recording.to!,
            tier: 'recording',
        });
        const begun = times.findIndex((_, i) => (columns[0].mean[i] ?? 0) < 100);
        assert.ok(times[begun] - times[0] >= 50_000, 'the minute before');
        assert.ok(times.length - begun >= 25, 'each second');
    });

    it('gives sensors, too, and everything of the site where no source is named', async () => {
        await load();
        tell('room', { payload: 21.5 });
        await advance(21_000);
        const read = await rows();
        assert.equal(read.find(({ source }) => source === 'Room')?.value, 21.5);
        assert.ok(read.some(({ source, charge }) => source === 'UPS 1' && charge === 100));
    });

    it('reads the times that the message names', async () => {
        await load({ source: 'unit1', quantities: 'charge' });
        const now = theFlow().clock.now();
        const ups = { id: 'unit1', name: 'UPS 1' };
        for (const hours of [50, 49, 48]) {
            series().sample(ups, now - hours * HOUR, [{ quantity: 'charge', unit: '%', value: hours }]);
        }
        const from = new Date(now - 49 * HOUR).toISOString();
        const read = await rows({ from, to: now - 48 * HOUR });
        assert.deepEqual(
            read.map(({ charge }) => charge),
            [49, 48],
        );
    });

    it('gives a table for charts', async () => {
        await load({ source: 'UPS 1', quantities: 'charge', format: 'table' });
        await advance(30_000);
        const { payload } = await ask();
        const { times, columns, tier } = payload as { times: number[]; columns: { mean: number[] }[]; tier: string };
        assert.equal(tier, 'fine');
        assert.equal(columns[0].mean.length, times.length);
        assert.equal(columns[0].mean[0], 100);
    });

    it('gives CSV, with states by name', async () => {
        await load({ format: 'csv', quantities: 'charge, outputSource, value' });
        tell('room', { payload: 21.5 });
        await advance(30_000);
        const lines = String((await ask()).payload)
            .trim()
            .split('\r\n');
        assert.equal(lines[0], 'time,source,sourceId,charge,outputSource,value');
        assert.ok(
            lines.some((line) => line.endsWith('UPS 1,unit1,100,normal,')),
            lines.join('\n'),
        );
        assert.ok(lines.some((line) => line.endsWith('Room,room,,,21.5')));
    });

    it('keeps nothing where the site is set to 0', async () => {
        await load({}, { dataLogSeconds: 0 });
        await advance(60_000);
        assert.deepEqual(await rows(), []);
    });

    it('says which sources and values there are', async () => {
        await load({ source: 'UPS 2' });
        await advance(30_000);
        const caught: { error: { message: string } }[] = [];
        (helper.getNode('caught') as Node).on('input', (message) => caught.push(message as never));
        tell('query1', {});
        await eventually(() => caught.length > 0);
        assert.match(caught[0].error.message, /UPS 1|config-invalid/);
    });
});
