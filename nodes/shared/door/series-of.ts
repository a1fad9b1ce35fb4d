import type { NodeAPI } from 'node-red';
import type { EventMessage } from '../../../lib/core/messages';
import type { SeriesStore } from '../../../lib/store/series';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';

export interface SiteHistory {
    site: SiteRuntime;
    series: SeriesStore;
}

/** The histories of values, each once: sites may share a folder. */
export function histories(RED: NodeAPI): SiteHistory[] {
    const sites = flowOf(RED).registry.sites();
    return [...new Map([...sites].reverse().map((site) => [site.store.file, { site, series: site.series }])).values()];
}

/** Ids of what belongs to other sites in the same directory: its values are in the same history, and are not of this site. */
export function othersIn(RED: NodeAPI, { id, store }: SiteRuntime): ReadonlySet<string> {
    const { registry } = flowOf(RED);
    const others = registry.sources().filter(({ id: sourceId }) => {
        const site = registry.siteOf({ event: { sourceId } } as EventMessage);
        return site && site.id !== id && site.store.file === store.file;
    });
    return new Set(others.map((source) => source.id));
}

/** The site of a source, where that shares the directory of `site`; else `site`. */
export function siteOfOwner(RED: NodeAPI, sourceId: string, site: SiteRuntime): SiteRuntime {
    const own = flowOf(RED).registry.siteOf({ event: { sourceId } } as EventMessage);
    return own?.store.file === site.store.file ? own : site;
}

/** The history that has values of an owner. */
export function seriesOf(RED: NodeAPI, owner: string): SiteHistory | undefined {
    return histories(RED).find(({ series }) => series.series(owner).length > 0);
}
