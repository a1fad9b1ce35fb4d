import assert from 'node:assert/strict';
import type { StateView } from '../../lib/views';
import upsEvent from '../../nodes/events/ups-event';
import { ApiFlow } from '../support/api-flow';
import { fakeTime, type FakeTime } from '../support/fake-time';
import { helper, speakInWords, theFlow } from '../support/node-red';

/** A second site, with a UPS of its own and a job that acts, in the directory that an empty setting means for both. */
const second = (directory: string) => [
    { id: 'site2', type: 'ups-site', name: 'Second site', directory, dryRun: false, dataLogSeconds: 1 },
    { id: 'unit2', type: 'ups-unit', name: 'UPS 2', site: 'site2', staleSeconds: 30 },
    { id: 'sim2', type: 'ups-simulator', ups: 'unit2', interval: 1, wires: [[]] },
];

describe('the HTTP API: two sites with one directory', () => {
    const time = fakeTime();
    let api: ApiFlow;
    const state = async () => (await api.ask('GET', 'state')).json as unknown as StateView;
    const ask = async <T>(path: string) => (await api.ask('GET', path)).json as T;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        speakInWords(true);
        api = new ApiFlow(time as FakeTime, [upsEvent]);
        await api.load({}, { more: second });
        await time.eventually(() => theFlow().registry.source('unit2')?.status());
        await time.clock.advance(200_000);
    });
    afterEach(async () => {
        await api.close();
        speakInWords(false);
    });

    const outageOfSecond = async () => {
        helper.getNode('sim2').receive({ topic: 'mains', payload: false } as never);
        const outage = () => theFlow().registry.source('unit2')!.stateOf('power-fail');
        await time.eventually(() => outage().active);
        return outage().episode!;
    };

    it('tell each alarm once', async () => {
        const episode = await outageOfSecond();
        const { alarms } = await ask<{ alarms: { episode: string }[] }>('alarms');
        assert.deepEqual(
            alarms.map((alarm) => alarm.episode),
            [episode],
        );
        assert.equal((await state()).bar.unacknowledged, 1);
    });

    it('maintenance of one holds nothing of the other', async () => {
        const until = time.clock.now() + 60_000;
        assert.equal((await api.ask('POST', 'maintenance', { body: { site: 'site1', until } })).status, 200);
        const { sites } = await state();
        assert.deepEqual(
            sites.map(({ id, maintenance }) => [id, maintenance?.until]),
            [
                ['site1', until],
                ['site2', undefined],
            ],
        );
        await time.clock.advance(61_000);
        assert.equal(api.log.filter((line) => /[Mm]aintenance .*over/.test(line)).length, 1);
    });

    it('values of one can be deleted, and those of the other stay', async () => {
        const owners = async () => {
            const { series } = await ask<{ series: { owner: string; siteId: string }[] }>('series');
            return [...new Set(series.map(({ siteId, owner }) => `${siteId} ${owner}`))].sort();
        };
        assert.deepEqual(await owners(), ['site1 unit1', 'site2 unit2']);
        const foreign = await api.ask('DELETE', 'data?site=site2&owner=unit1&all=true');
        assert.deepEqual([foreign.status, foreign.json.error], [404, 'no-such-series']);
        assert.equal((await api.ask('DELETE', 'data?site=site2&all=true')).status, 200);
        assert.deepEqual(await owners(), ['site1 unit1']);
    });

    it('episodes and reports tell the site of their UPS', async () => {
        const episode = await outageOfSecond();
        const { episodes } = await ask<{ episodes: { siteId: string }[] }>('episodes?source=unit2');
        assert.deepEqual([...new Set(episodes.map(({ siteId }) => siteId))], ['site2']);
        const path = `episodes/${encodeURIComponent(episode)}`;
        assert.equal((await ask<{ siteId: string }>(path)).siteId, 'site2');
        assert.equal((await ask<{ site: { name: string } }>(`${path}/report?format=json`)).site.name, 'Second site');
    });

    it('the log can be read of either alone, over HTTP, as a file and by the door; what concerns both is in each', async () => {
        await outageOfSecond();
        helper.getNode('sim1').receive({ topic: 'mains', payload: false } as never);
        await time.eventually(() => theFlow().registry.source('unit1')!.stateOf('power-fail').active);
        await api.ask('POST', 'units/unit2/command', { body: { command: 'nonsense' }, bare: true });
        type Rows = { rows: { entry: { source: string; site?: string; text: string } }[] };
        const sources = ({ rows }: Rows) => [...new Set(rows.map(({ entry }) => entry.source))];
        const read = (site: string) => ask<Rows>(`log?rows=200${site}`);
        const [all, first, second] = [await read(''), await read('&site=site1'), await read('&site=site2')];
        for (const name of ['UPS 1', 'UPS 2', 'HTTP']) assert.ok(sources(all).includes(name), name);
        assert.ok(sources(first).includes('UPS 1') && sources(first).includes('HTTP'));
        assert.ok(!sources(first).includes('UPS 2'), sources(first).join());
        assert.ok(sources(second).includes('UPS 2') && sources(second).includes('HTTP'));
        assert.ok(!sources(second).includes('UPS 1'), sources(second).join());
        assert.ok(second.rows.every(({ entry }) => entry.site === undefined || entry.site === 'site2'));
        assert.deepEqual(
            (await read('&site=gone')).rows.filter(({ entry }) => entry.site !== undefined),
            [],
        );
        assert.deepEqual(sources((await api.door.log({ site: 'site2', rows: 200 })) as Rows), sources(second));
        const { text } = await api.ask('GET', 'log?format=csv&site=site2');
        assert.match(text, /,UPS 2,/);
        assert.doesNotMatch(text, /,UPS 1,/);
    });

    it('the months of the log, which is one for both, name both', async () => {
        await outageOfSecond();
        const { months, zone } = await ask<{ months: { siteIds: string[] }[]; zone: string }>('log/months');
        assert.deepEqual(
            months.map(({ siteIds }) => siteIds),
            [['site1', 'site2']],
        );
        assert.equal(zone, Intl.DateTimeFormat().resolvedOptions().timeZone);
    });

    it('who has acknowledged an alarm of one is in the log of that one', async () => {
        const episode = await outageOfSecond();
        const path = 'acknowledge';
        assert.equal((await api.ask('POST', path, { body: { episode } })).status, 200);
        const { rows } = await ask<{ rows: { entry: { detail?: { acknowledged?: string } } }[] }>(
            'log?rows=200&site=site2',
        );
        assert.ok(rows.some(({ entry }) => entry.detail?.acknowledged === episode));
    });

    it('the log, which is one for both, can be had and deleted as that of either', async () => {
        await outageOfSecond();
        const { months } = await ask<{ months: { month: string }[] }>('log/months');
        assert.equal(months.length, 1);
        assert.equal((await api.ask('GET', `log/archive/site2/${months[0]!.month}`)).status, 200);
        assert.equal((await api.ask('DELETE', `log?site=site2&before=${time.clock.now()}`)).status, 200);
    });
});
