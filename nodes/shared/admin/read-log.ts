import type { NodeAPI } from 'node-red';
import type { FailureView } from '../../../lib/core/journal/failure';
import type { DoorLogQuery } from '../../../lib/door';
import { logPage, type LogPage } from '../../../lib/store/log-page';
import type { Store } from '../../../lib/store/store';
import { flowOf } from '../runtime/flow-of';

const ROWS = 60;

/** The stores by the id of a site; sites may share a folder, and so a store. */
export function stores(RED: NodeAPI): Map<string, Store> {
    const byFile = new Map<string, [string, Store]>();
    for (const { id, store } of flowOf(RED).registry.sites())
        if (!byFile.has(store.file)) byFile.set(store.file, [id, store]);
    return new Map(byFile.values());
}

/** The store of a site; sites may share it. */
export function storeOf(RED: NodeAPI, siteId: string): Store | undefined {
    return flowOf(RED).registry.site(siteId)?.store;
}

/** A page of the logs of all sites, or of one, newest first. */
export function readLog(RED: NodeAPI, { of, rows = ROWS, ...query }: Partial<DoorLogQuery>): Promise<LogPage> {
    return logPage(storesOf(RED, query.site), { ...query, rows, of: namedSource(RED, of) });
}

/**
 * The stores that may have entries of a site, as `stores` names them; of a site that was deleted, or without one, all.
 * @param siteId as `site` of a LogQuery
 */
export function storesOf(RED: NodeAPI, siteId: string | undefined): Map<string, Store> {
    const file = siteId === undefined ? undefined : storeOf(RED, siteId)?.file;
    return new Map([...stores(RED)].filter(([, store]) => file === undefined || store.file === file));
}

/** A source, and its name: entries of jobs name their source by it. */
export function namedSource(RED: NodeAPI, id: string | undefined): { id: string; name: string } | undefined {
    return id ? { id, name: flowOf(RED).registry.source(id)?.name ?? id } : undefined;
}

/** The failures that nobody has acknowledged, the latest first. Sites may share a store: each failure is told once. */
export function failureViews(RED: NodeAPI): FailureView[] {
    const { registry } = flowOf(RED);
    return [...stores(RED)]
        .flatMap(([siteId, store]) =>
            store.failures.all().map(({ site, ...failure }) => {
                const isPresent = site !== undefined && registry.site(site)?.store.file === store.file;
                return { siteId: isPresent ? site : siteId, ...failure };
            }),
        )
        .sort((a, b) => b.last - a.last);
}
