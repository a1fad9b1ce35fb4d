import type { Response } from 'express';
import type { NodeAPI } from 'node-red';
import { logsCsv } from '../../../lib/store/logs-csv';
import type { LogEntry, LogKind } from '../../../lib/core/journal/event-log';
import type { DoorLogQuery } from '../../../lib/door';
import { sendPieces } from '../api/send-pieces';
import { adminRoute } from './admin-route';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { acknowledgeFailure } from './acknowledge-failure';
import { failureViews, namedSource, readLog, stores, storesOf } from './read-log';

const ROWS = 60;
const MOST_ROWS = 1000;
const MOST_CSV = 100_000;
const LIMIT = 200;
const MOST_ENTRIES = 1000;
const LEVELS: readonly LogEntry['level'][] = ['info', 'warning', 'alarm', 'error'];
const KINDS: readonly LogKind[] = ['event', 'job', 'log', 'system'];

type Query = Record<string, unknown>;

/** Adds the endpoints of the event log and of failures, for the side bar. A text search covers the whole log. */
export function serveLog(RED: NodeAPI): void {
    adminRoute(RED, 'get', 'log', 'flows.read', (request, response) => {
        const limit = within(request.query.limit, LIMIT, MOST_ENTRIES);
        const text = textOf(request.query.text);
        const found = [...stores(RED).values()].map((store) => store.searchLog({ limit, text }));
        answer(response, Promise.all(found), (logs) => {
            response.json(
                logs
                    .flat()
                    .sort((a, b) => b.at - a.at || b.id - a.id)
                    .slice(0, limit),
            );
        });
    });
    adminRoute(RED, 'get', 'log/rows', 'flows.read', (request, response) => {
        answer(response, readLog(RED, queryOf(request.query)), (page) => {
            response.json({ ...page, sources: sources(RED), sites: sites(RED) });
        });
    });
    adminRoute(RED, 'get', 'log.csv', 'flows.read', (request, response) => {
        const { rows: _rows, older: _older, group: _group, of, ...filters } = queryOf(request.query);
        const query = { ...filters, of: namedSource(RED, of), limit: MOST_CSV };
        answer(response, logsCsv(storesOf(RED, query.site), query), (pieces) => {
            response.type('text/csv; charset=utf-8').attachment('ridethrough-event-log.csv');
            return sendPieces(response, pieces);
        });
    });
    adminRoute(RED, 'get', 'failures', 'flows.read', (_request, response) => {
        response.json(failureViews(RED));
    });
    adminRoute(RED, 'post', 'failures/acknowledge', 'flows.write', (request, response) => {
        const { username } = (request as { user?: { username?: string } }).user ?? {};
        const [site, key] = [request.query.site, request.query.key].map((each) => textOf(each) ?? '');
        const done = acknowledgeFailure(RED, site!, key!, username);
        response.status(done ? 200 : 404).json({ acknowledged: done });
    });
}

function answer<T>(response: Response, found: Promise<T>, send: (found: T) => void | Promise<void>): void {
    found.then(send).catch((error: Error) => response.status(500).json({ error: error.message }));
}

/** Sends each new log entry of a site to all editors. @returns stops it */
export function publishLog(RED: NodeAPI, site: SiteRuntime): () => void {
    return site.store.subscribe((entry) => RED.comms.publish('ridethrough/log', entry, false));
}

function sites(RED: NodeAPI): { id: string; name: string }[] {
    return flowOf(RED)
        .registry.sites()
        .map(({ id, name }) => ({ id, name }))
        .sort((a, b) => a.name.localeCompare(b.name));
}

function sources(RED: NodeAPI): { id: string; name: string }[] {
    const named = flowOf(RED)
        .registry.sources()
        .filter(({ standsFor }) => standsFor === undefined);
    return named.map(({ id, name }) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name));
}

function queryOf(query: Query): DoorLogQuery {
    return {
        rows: within(query.rows, ROWS, MOST_ROWS),
        older: textOf(query.older),
        text: textOf(query.text),
        levels: knownValues(query.levels, LEVELS),
        kinds: knownValues(query.kinds, KINDS),
        group: query.group === 'outage' ? 'outage' : undefined,
        of: textOf(query.of),
        site: textOf(query.site),
    };
}

/** The known values of a comma-separated list; undefined if there is none. */
function knownValues<T extends string>(value: unknown, known: readonly T[]): T[] | undefined {
    const words = (textOf(value) ?? '').split(',');
    const found = known.filter((each) => words.includes(each));
    return found.length > 0 ? found : undefined;
}

const textOf = (value: unknown): string | undefined => (typeof value === 'string' && value !== '' ? value : undefined);

const within = (value: unknown, fallback: number, most: number): number =>
    Math.min(most, Math.max(1, Math.floor(Number(value)) || fallback));
