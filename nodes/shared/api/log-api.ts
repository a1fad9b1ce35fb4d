import type { NodeAPI } from 'node-red';
import type { LogEntry, LogKind } from '../../../lib/core/journal/event-log';
import { logFile } from '../../../lib/store/log-file';
import { logsCsv } from '../../../lib/store/logs-csv';
import { acknowledgeFailure } from '../admin/acknowledge-failure';
import { namedSource, readLog, storeOf, stores, storesOf } from '../admin/read-log';
import { flowOf } from '../runtime/flow-of';
import { apiRoute, ApiError, ApiFile, type ApiCall } from './api-route';
import { costly, costlyPieces } from './costly';
import { deletionOf } from './deletion';
import { bodyText, choice, choices, moment, text, whole } from './query';

const MOST_ROWS = 1000;
const MOST_CSV = 100_000;
const LEVELS: readonly LogEntry['level'][] = ['info', 'warning', 'alarm', 'error'];
const KINDS: readonly LogKind[] = ['event', 'job', 'log', 'system'];
const FORMATS = ['json', 'csv'] as const;
const TYPES = { csv: 'text/csv; charset=utf-8', json: 'application/json; charset=utf-8' };

/** Routes of the event log and of failures. */
export function serveLogs(RED: NodeAPI): void {
    apiRoute(RED, 'get', 'log', 'view', (call) => {
        const filters = filtersOf(call);
        if ((choice(call, 'format', FORMATS) ?? 'json') === 'json') {
            const rows = whole(call, 'rows', { min: 1, max: MOST_ROWS });
            const group = choice(call, 'group', ['outage'] as const);
            return readLog(RED, { ...filters, ...(rows && { rows }), older: text(call, 'older'), group });
        }
        assertDownload(call);
        const { of, ...rest } = filters;
        const query = { ...rest, of: namedSource(RED, of), limit: MOST_CSV };
        return costly(call, async () => {
            const pieces = await logsCsv(storesOf(RED, query.site), query);
            return new ApiFile(TYPES.csv, pieces, 'ridethrough-event-log.csv');
        });
    });
    apiRoute(RED, 'get', 'log/months', 'view', async () => {
        const sites = flowOf(RED).registry.sites();
        const months: object[] = [];
        for (const [siteId, store] of stores(RED)) {
            // Sites may share a directory, and so a log.
            const siteIds = sites.filter((site) => site.store.file === store.file).map(({ id }) => id);
            for (const month of await store.logMonths()) months.push({ siteId, siteIds, ...month });
        }
        return { zone: Intl.DateTimeFormat().resolvedOptions().timeZone, months };
    });
    apiRoute(RED, 'get', 'log/archive/:site/:month', 'download', async (call) => {
        const { site, month } = call.params as { site: string; month: string };
        const format = choice(call, 'format', FORMATS) ?? 'csv';
        const store = storeOf(RED, site);
        const found = (await store?.logMonths())?.find((each) => each.month === month);
        if (!store || !found) throw new ApiError(404, 'no-such-month', { site, month });
        const name = `ridethrough-event-log-${month}.${format}`;
        return new ApiFile(TYPES[format], costlyPieces(call, logFile(store, found, format)), name);
    });
    apiRoute(RED, 'delete', 'log', 'admin', async (call) => {
        const { site, before } = deletionOf(call);
        const store = storeOf(RED, site);
        if (!store) throw new ApiError(404, 'no-such-site', { site });
        // The store leaves a line that says who.
        return { deleted: await store.deleteLog({ before }, call.who) };
    });
    apiRoute(RED, 'post', 'failures/acknowledge', 'operate', (call) => {
        const key = bodyText(call, 'key');
        const sites = call.body.site === undefined ? [...stores(RED).keys()] : [bodyText(call, 'site')];
        if (sites.some((site) => acknowledgeFailure(RED, site, key, call.who))) return { acknowledged: true };
        throw new ApiError(404, 'no-such-failure', { key });
    });
}

function filtersOf(call: ApiCall) {
    return {
        from: moment(call, 'from'),
        to: moment(call, 'to'),
        kinds: choices(call, 'kinds', KINDS),
        levels: choices(call, 'levels', LEVELS),
        of: text(call, 'of'),
        site: text(call, 'site'),
        text: text(call, 'text'),
        events: text(call, 'events')?.split(',').filter(Boolean),
        episode: text(call, 'episode'),
        outage: text(call, 'outage'),
    };
}

/** A file is more than a look: it takes the role `download`. */
export function assertDownload({ role }: ApiCall): void {
    if (role === 'view') throw new ApiError(403, 'not-allowed', { needs: 'download', has: role });
}
