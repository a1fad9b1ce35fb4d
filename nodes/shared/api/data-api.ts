import type { NodeAPI } from 'node-red';
import type { DeviceHistoryEntry } from '../../../lib/core/driver';
import { said } from '../../../lib/core/language/sentence';
import { namesIn } from '../../../lib/core/names-in';
import { csv, isoWithZone, type CsvColumn } from '../../../lib/store/csv';
import type { SeriesInfo, SeriesQuery, SeriesStore, Tier } from '../../../lib/store/series';
import { histories, othersIn, seriesOf, siteOfOwner } from '../door/series-of';
import { flowOf } from '../runtime/flow-of';
import { apiRoute, ApiError, ApiFile, type ApiCall } from './api-route';
import { carryOut } from './carry-out';
import { costly } from './costly';
import { assertDownload } from './log-api';
import { deletionOf } from './deletion';
import { choice, moment, text as textOf, whole } from './query';
import { nothingIn } from '../../../lib/store/series/table';
import { binaryTable } from './series-binary';
import { tableJson } from './series-json';

const FORMATS = ['json', 'bin', 'csv'] as const;
const HISTORY_COLUMNS: readonly CsvColumn<DeviceHistoryEntry>[] = [
    { header: 'time', value: ({ at }) => (at === undefined ? undefined : isoWithZone(at)) },
    { header: 'level', value: ({ level }) => level },
    { header: 'text', value: ({ text }) => text },
];
const TIERS: readonly Tier[] = ['fine', 'quarter', 'hour', 'day', 'recording'];
const MOST_POINTS = 200_000;
const MOST_QUANTITIES = 600;

/** Routes of the history of values. */
export function serveData(RED: NodeAPI): void {
    apiRoute(RED, 'get', 'series', 'view', (call) => {
        const owner = textOf(call, 'owner');
        return {
            series: histories(RED).flatMap(({ site, series }) =>
                series.series(owner).map((info) => ({ siteId: siteOfOwner(RED, info.owner, site).id, ...info })),
            ),
        };
    });
    apiRoute(RED, 'get', 'series/data', 'view', async (call) => {
        const query = queryOf(call);
        const format = choice(call, 'format', FORMATS) ?? 'json';
        const found = seriesOf(RED, query.owner);
        if (!found) throw new ApiError(404, 'no-such-series', { owner: query.owner });
        if (query.quantities) query.quantities = wholeNames(query.quantities, found.series.series(query.owner));
        /** A history that was closed by a deploy meanwhile has told only a part. */
        const assertOpen = () => {
            if (!histories(RED).some(({ series }) => series === found.series)) throw new ApiError(503, 'restarted');
        };
        if (format === 'csv') {
            assertDownload(call);
            return costly(call, async () => {
                const { significantDigits } = siteOfOwner(RED, query.owner, found.site);
                const pieces = await found.series.csv(query, significantDigits);
                assertOpen();
                return new ApiFile('text/csv; charset=utf-8', pieces, 'ridethrough-data.csv');
            });
        }
        const table = (await found.series.findSoon(query)) ?? nothingIn(query.tier);
        assertOpen();
        if (format === 'bin') return new ApiFile('application/octet-stream', await binaryTable(query.owner, table));
        return new ApiFile('application/json; charset=utf-8', await tableJson(query.owner, table));
    });
    apiRoute(RED, 'get', 'history/:unit', 'view', async (call) => {
        const { unit: id } = call.params;
        const member = flowOf(RED).registry.byId(id!);
        if (member?.kind !== 'unit') throw new ApiError(404, 'no-such-unit', { id });
        const isFile = choice(call, 'format', ['json', 'csv'] as const) === 'csv';
        if (isFile) assertDownload(call);
        const entries = await member.unit.history();
        if (!isFile) return { unit: member.unit.id, entries };
        return new ApiFile('text/csv; charset=utf-8', csv(entries, HISTORY_COLUMNS), 'ridethrough-device-log.csv');
    });
    apiRoute(RED, 'delete', 'data', 'admin', (call) => {
        const { site: id, before } = deletionOf(call, ['owner']);
        const site = flowOf(RED).registry.site(id);
        if (!site) throw new ApiError(404, 'no-such-site', { site: id });
        const owner = textOf(call, 'owner');
        // Sites in one directory have one history.
        const spare = othersIn(RED, site);
        if (owner !== undefined && spare.has(owner)) throw new ApiError(404, 'no-such-series', { owner });
        return carryOut(RED, call, {
            site,
            source: site.name,
            nodeId: site.id,
            what: said(before === undefined ? 'api.deleteData' : 'api.deleteDataBefore', {
                name: owner === undefined ? site.name : (nameOf(site.series, owner) ?? owner),
                ...(before !== undefined && { time: { date: before } }),
            }),
            // The history is no device: a dry run keeps nothing of it.
            always: true,
            run: () => {
                const count = site.series.remove({ owner, before, spare });
                return Promise.resolve({ result: said('api.deleted', { count }), detail: { confirmed: true } });
            },
        });
    });
}

function nameOf(series: SeriesStore, owner: string): string | undefined {
    return series.series(owner)[0]?.ownerName;
}

function queryOf(call: ApiCall): SeriesQuery {
    const owner = textOf(call, 'owner');
    if (!owner) throw missing('owner', 'the id of a UPS, a sensor, …');
    const from = moment(call, 'from');
    if (from === undefined) throw missing('from', 'epoch ms, or ISO 8601');
    const to = moment(call, 'to') ?? Number.MAX_SAFE_INTEGER;
    const quantities = textOf(call, 'quantities', 20_000)?.split(',').filter(Boolean);
    if (quantities && quantities.length > MOST_QUANTITIES) throw missing('quantities', `at most ${MOST_QUANTITIES}`);
    return {
        owner,
        from,
        to,
        ...(quantities && { quantities }),
        ...defined('points', whole(call, 'points', { min: 1, max: MOST_POINTS })),
        ...defined('tier', choice(call, 'tier', TIERS)),
    };
}

/** Contacts and channels may have a comma in their name. */
function wholeNames(quantities: readonly string[], known: readonly SeriesInfo[]): string[] {
    const names = [...new Set(known.map(({ quantity }) => quantity))];
    return namesIn(quantities, names, (name) => name.split(','));
}

const missing = (parameter: string, expected: string) => new ApiError(400, 'bad-parameter', { parameter, expected });

function defined<K extends string, T>(name: K, value: T | undefined): Partial<Record<K, T>> {
    return value === undefined ? {} : ({ [name]: value } as Record<K, T>);
}
