import type { Response } from 'express';
import type { NodeAPI } from 'node-red';
import type { LogEntry, LogKind } from '../../../lib/core/journal/event-log';
import { logPage, type PageQuery } from '../../../lib/store/log-page';
import type { Store } from '../../../lib/store/store';
import { adminRoute } from './admin-route';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';
import { statusText } from '../words/texts';

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
        answer(response, logPage(stores(RED), queryOf(RED, request.query)), (page) => {
            response.json({ ...page, sources: sources(RED) });
        });
    });
    adminRoute(RED, 'get', 'log.csv', 'flows.read', (request, response) => {
        const { rows: _rows, older: _older, group: _group, ...query } = queryOf(RED, request.query);
        const logs = [...stores(RED).values()].map((store) => store.exportLogCsv({ ...query, limit: MOST_CSV }));
        answer(response, Promise.all(logs), (texts) => {
            response.type('text/csv; charset=utf-8').attachment('ridethrough-event-log.csv');
            response.send(texts.join('\r\n'));
        });
    });
    adminRoute(RED, 'get', 'failures', 'flows.read', (_request, response) => {
        const told = [...stores(RED)].flatMap(([site, store]) =>
            store.failures.all().map((failure) => ({ site, ...failure })),
        );
        response.json(told.sort((a, b) => b.last - a.last));
    });
    adminRoute(RED, 'post', 'failures/acknowledge', 'flows.write', (request, response) => {
        const site = textOf(request.query.site) ?? '';
        const store = stores(RED).get(site);
        const { username } = (request as { user?: { username?: string } }).user ?? {};
        const done =
            store &&
            acknowledge(RED, flowOf(RED).registry.site(site), store, textOf(request.query.key) ?? '', username);
        response.status(done ? 200 : 404).json({ acknowledged: done === true });
    });
}

function answer<T>(response: Response, found: Promise<T>, send: (found: T) => void): void {
    found.then(send).catch((error: Error) => response.status(500).json({ error: error.message }));
}

/** Sends each new log entry of a site to all editors. @returns stops it */
export function publishLog(RED: NodeAPI, site: SiteRuntime): () => void {
    return site.store.subscribe((entry) => RED.comms.publish('ridethrough/log', entry, false));
}

/** Acknowledges a failure: the log keeps it, with the name of the user. */
function acknowledge(
    RED: NodeAPI,
    site: SiteRuntime | undefined,
    store: Store,
    key: string,
    user: string | undefined,
): boolean {
    return store.transaction(() => {
        const failure = store.failures.acknowledge(key);
        if (!failure) return false;
        const { source, text, nodeId } = failure;
        store.append({
            at: flowOf(RED).clock.now(),
            kind: 'system',
            level: 'info',
            source,
            text: statusText(wordsOf(RED, site), user ? 'acknowledgedBy' : 'acknowledged', { user, text }),
            nodeId,
        });
        return true;
    });
}

/** Sites may share a folder, and so a store. */
function stores(RED: NodeAPI): Map<string, Store> {
    const byFile = new Map<string, [string, Store]>();
    for (const { id, store } of flowOf(RED).registry.sites())
        if (!byFile.has(store.file)) byFile.set(store.file, [id, store]);
    return new Map(byFile.values());
}

function sources(RED: NodeAPI): { id: string; name: string }[] {
    const named = flowOf(RED)
        .registry.sources()
        .filter(({ standsFor }) => standsFor === undefined);
    return named.map(({ id, name }) => ({ id, name })).sort((a, b) => a.name.localeCompare(b.name));
}

function queryOf(RED: NodeAPI, query: Query): PageQuery {
    const id = textOf(query.of);
    return {
        rows: within(query.rows, ROWS, MOST_ROWS),
        older: textOf(query.older),
        text: textOf(query.text),
        levels: knownValues(query.levels, LEVELS),
        kinds: knownValues(query.kinds, KINDS),
        group: query.group === 'outage' ? 'outage' : undefined,
        of: id ? { id, name: flowOf(RED).registry.source(id)?.name ?? id } : undefined,
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
