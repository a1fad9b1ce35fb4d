import type { NodeAPI } from 'node-red';
import type { LogEntry, LogKind } from '../../../lib/core/journal/event-log';
import { acknowledgeFailure } from '../admin/acknowledge-failure';
import { namedSource, readLog, stores } from '../admin/read-log';
import { apiRoute, ApiError, ApiFile, type ApiCall } from './api-route';
import { bodyText, choice, choices, moment, text, whole } from './query';

const MOST_ROWS = 1000;
const MOST_CSV = 100_000;
const LEVELS: readonly LogEntry['level'][] = ['info', 'warning', 'alarm', 'error'];
const KINDS: readonly LogKind[] = ['event', 'job', 'log', 'system'];
const FORMATS = ['json', 'csv'] as const;

/** Routes of the event log and of failures. */
export function serveLogs(RED: NodeAPI): void {
    apiRoute(RED, 'get', 'log', 'view', async (call) => {
        const filters = filtersOf(call);
        if ((choice(call, 'format', FORMATS) ?? 'json') === 'json') {
            const rows = whole(call, 'rows', { min: 1, max: MOST_ROWS });
            return readLog(RED, { ...filters, ...(rows && { rows }), older: text(call, 'older') });
        }
        assertDownload(call);
        const { of, ...rest } = filters;
        const query = { ...rest, of: namedSource(RED, of), limit: MOST_CSV };
        const logs = await Promise.all([...stores(RED).values()].map((store) => store.exportLogCsv(query)));
        return new ApiFile('text/csv; charset=utf-8', logs.join('\r\n'), 'ridethrough-event-log.csv');
    });
    apiRoute(RED, 'post', 'failures/acknowledge', 'operate', (call) => {
        const site = bodyText(call, 'site');
        const key = bodyText(call, 'key');
        if (acknowledgeFailure(RED, site, key, call.who)) return { acknowledged: true };
        throw new ApiError(404, 'no-such-failure', { site, key });
    });
}

function filtersOf(call: ApiCall) {
    return {
        from: moment(call, 'from'),
        to: moment(call, 'to'),
        kinds: choices(call, 'kinds', KINDS),
        levels: choices(call, 'levels', LEVELS),
        of: text(call, 'of'),
        text: text(call, 'text'),
    };
}

/** A file is more than a look: it takes the role `download`. */
export function assertDownload({ role }: ApiCall): void {
    if (role === 'view') throw new ApiError(403, 'not-allowed', { needs: 'download', has: role });
}
