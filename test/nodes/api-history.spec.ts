import assert from 'node:assert/strict';
import type { SeriesTable } from '../../lib/store/series';
import type { Role } from '../../lib/views';
import { ApiFlow } from '../support/api-flow';
import { fakeTime, type FakeTime } from '../support/fake-time';
import { helper, speakInWords, theFlow } from '../support/node-red';

describe('the HTTP API: what was', () => {
    const time = fakeTime();
    let api: ApiFlow;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        speakInWords(true);
        api = new ApiFlow(time as FakeTime);
    });
    afterEach(async () => {
        await api.close();
        speakInWords(false);
    });

    it('tells episodes, latest first and page by page, and what was told while one lasted', async () => {
        await api.load();
        const first = await api.haveOutage();
        const second = await api.haveOutage();
        interface Page {
            episodes: { episode: string; siteId: string; eventId: string; since: number; endedAt: number }[];
            before?: string;
        }
        const ask = async (query: string) =>
            (await api.ask('GET', `episodes?event=power-fail&source=unit1${query}`)).json as unknown as Page;
        const all = await ask('');
        assert.deepEqual(
            all.episodes.map(({ episode, siteId }) => [episode, siteId]),
            [
                [second, 'site1'],
                [first, 'site1'],
            ],
        );
        assert.ok(all.episodes[0]!.endedAt - all.episodes[0]!.since >= 600_000);
        const page = await ask('&limit=1');
        const next = await ask(`&limit=1&before=${encodeURIComponent(page.before!)}`);
        assert.deepEqual(
            [page, next].map(({ episodes }) => episodes[0]!.episode),
            [second, first],
        );
        const one = (await api.ask('GET', `episodes/${encodeURIComponent(first)}`)).json as {
            log: { eventId: string; active: boolean; at: number }[];
        };
        const edges = one.log.filter(({ eventId }) => eventId === 'power-fail');
        assert.deepEqual(
            edges.map(({ active }) => active),
            [true, false],
        );
    });

    it('tells the counted length of an outage in which the clock was set back, over and lasting', async () => {
        await api.load();
        const outage = () => theFlow().registry.source('unit1')!.stateOf('power-fail');
        await time.clock.advance(200_000);
        helper.getNode('sim1').receive({ topic: 'mains', payload: false } as never);
        await time.eventually(() => outage().active);
        const { episode } = outage();
        await time.clock.advance(300_000);
        time.clock.jumpWall(-3_600_000);
        await time.clock.advance(300_000);
        const path = `episodes/${encodeURIComponent(episode!)}`;
        const told = async () => (await api.ask('GET', path)).json as { lastedMs?: number; endedAt?: number };
        const report = async () =>
            (await api.ask('GET', `${path}/report?format=json`)).json as { seconds: number; clockShiftSeconds: number };
        const isAbout = (value: number | undefined, expected: number) =>
            assert.ok(Math.abs(value! - expected) < 30, `${value} is not about ${expected}`);
        isAbout((await told()).lastedMs! / 1000, 600);
        isAbout((await report()).seconds, 600);
        helper.getNode('sim1').receive({ topic: 'mains', payload: true } as never);
        await time.eventually(() => !outage().active);
        await time.clock.advance(60_000);
        assert.ok((await told()).endedAt !== undefined);
        isAbout((await told()).lastedMs! / 1000, 615);
        isAbout((await report()).seconds, 615);
        isAbout((await report()).clockShiftSeconds, -3600);
    });

    it('tells why an event is on, also after a restart of the program', async () => {
        const with2 = (driven: boolean) => () => [
            { id: 'unit2', type: 'ups-unit', name: 'UPS 2', site: 'site1', staleSeconds: 30 },
            ...(driven ? [{ id: 'sim2', type: 'ups-simulator', ups: 'unit2', interval: 1, wires: [[]] }] : []),
        ];
        const why = async () => {
            const { events } = (await api.ask('GET', 'units/unit2')).json as {
                events: { id: string; evidence?: { rule: string; values: object } }[];
            };
            return events.find(({ id }) => id === 'power-fail')?.evidence;
        };
        await api.load({}, { more: with2(true) });
        await time.eventually(() => theFlow().registry.source('unit2')?.status());
        await time.clock.advance(200_000);
        helper.getNode('sim2').receive({ topic: 'mains', payload: false } as never);
        await time.eventually(() => theFlow().registry.source('unit2')!.stateOf('power-fail').active);
        const before = await why();
        assert.equal(typeof before?.rule, 'string');
        await api.unload();
        // Its device does not answer any more: nothing tells the event anew.
        await api.load({}, { more: with2(false) });
        assert.deepEqual(await why(), before);
    });

    it('tells the log of the device as a page shows it, and as a file to whom that is allowed', async () => {
        let role: Role = 'view';
        await api.load({ ridethrough: { roleOf: () => role } });
        await api.haveOutage();
        const { entries } = (await api.ask('GET', 'history/unit1')).json as { entries: { at: number; text: string }[] };
        assert.ok(entries.length >= 2);
        assert.ok(entries[0]!.at <= entries.at(-1)!.at, 'oldest first');
        assert.equal((await api.ask('GET', 'history/unit1?format=csv')).status, 403);
        role = 'download';
        const file = await api.ask('GET', 'history/unit1?format=csv');
        const lines = file.text.trim().split('\r\n');
        assert.deepEqual([lines[0], lines.length], ['time,level,text', entries.length + 1]);
        assert.ok(lines[1]!.endsWith(entries[0]!.text));
    });

    it('tells who asks since when it runs, and how large the store of a site is', async () => {
        await api.load();
        const about = (await api.ask('GET', 'about')).json as {
            upSeconds: number;
            stores: { sites: string[]; bytes: number }[];
        };
        assert.ok(about.upSeconds > 0);
        assert.deepEqual(
            about.stores.map(({ sites }) => sites),
            [['Site']],
        );
        assert.ok(about.stores[0]!.bytes > 1000);
    });

    it('finds a channel whose name has a comma, and writes files with the digits of the site', async () => {
        await api.load();
        const { series } = theFlow().registry.site('site1')!;
        const quantity = 'channel Volts, battery';
        series.sample({ id: 'unit1', name: 'UPS 1' }, time.clock.now(), [{ quantity, unit: 'V', value: 13.236 }]);
        const path = `series/data?owner=unit1&from=0&tier=fine&quantities=charge,${encodeURIComponent(quantity)}`;
        const table = (await api.ask('GET', path)).json as unknown as SeriesTable;
        const column = table.columns.find((each) => each.quantity === quantity);
        assert.ok(column?.mean.includes(13.236), JSON.stringify(table.columns.map((each) => each.quantity)));
        const file = async () => (await api.ask('GET', `${path}&format=csv`)).text;
        assert.match(await file(), /"channel Volts, battery \(V\)"[\s\S]*,13\.236\r\n/);
        Object.assign(theFlow().registry.site('site1')!, { significantDigits: 3 });
        assert.match(await file(), /,13\.2\r\n/);
    });

    it('tells values as JSON, as bytes and as a file, and the three are equal', async () => {
        await api.load();
        await api.haveOutage();
        const { series } = (await api.ask('GET', 'series?owner=unit1')).json as {
            series: { quantity: string; siteId: string }[];
        };
        assert.ok(series.some(({ quantity, siteId }) => quantity === 'charge' && siteId === 'site1'));
        const path = 'series/data?owner=unit1&from=0&quantities=charge,inputVoltage1&tier=fine';
        const table = (await api.ask('GET', path)).json as unknown as SeriesTable;
        assert.ok(table.times.length >= 4, `${table.times.length} samples`);
        const direct = api.door.series({ owner: 'unit1', from: 0, to: 9e15, quantities: ['charge'], tier: 'fine' })!;
        const charge = table.columns.find(({ quantity }) => quantity === 'charge')!;
        assert.deepEqual(direct.columns[0]!.mean, charge.mean);
        assert.ok(charge.mean.some((value) => value! < 100));
        const bytes = (await api.ask('GET', `${path}&format=bin`)).bytes;
        const length = bytes.readUInt32LE(0);
        const header = JSON.parse(bytes.subarray(4, 4 + length).toString()) as {
            count: number;
            columns: { quantity: string; parts: string[] }[];
        };
        const start = Math.ceil((4 + length) / 8) * 8;
        const numbers = (index: number) =>
            Array.from({ length: header.count }, (_, row) =>
                bytes.readDoubleLE(start + 8 * (index * header.count + row)),
            );
        assert.deepEqual(numbers(0), table.times);
        const at = header.columns.findIndex(({ quantity }) => quantity === 'charge');
        assert.deepEqual(header.columns[at]!.parts, ['mean']);
        assert.deepEqual(numbers(1 + at), charge.mean);
        const file = await api.ask('GET', `${path}&format=csv`);
        assert.match(file.headers['content-disposition'] as string, /^attachment/);
        assert.equal(file.text.trim().split('\r\n').length, table.times.length + 1);
    });

    it('deletes log and values, and says who has done it', async () => {
        await api.load();
        await api.haveOutage();
        const before = time.clock.now();
        const log = await api.ask('DELETE', `log?site=site1&before=${before}`);
        assert.equal(log.status, 200, log.text);
        assert.ok((log.json.deleted as number) > 0);
        assert.match(api.log.join('\n'), /127\.0\.0\.1/);
        assert.equal(
            api.log.some((text) => /Mains failed/.test(text)),
            false,
        );
        const data = await api.ask('DELETE', 'data?site=site1&owner=unit1&all=true');
        assert.equal(data.status, 200, data.text);
        assert.equal((await api.ask('GET', 'series/data?owner=unit1&from=0')).status, 404);
        assert.match(api.log.at(-1)!, /delete the values of UPS 1: \d+ values deleted \(by 127\.0\.0\.1\)/);
    });
});
