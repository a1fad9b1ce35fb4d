import type { NodeAPI } from 'node-red';
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

/** The history that has values of an owner. */
export function seriesOf(RED: NodeAPI, owner: string): SiteHistory | undefined {
    return histories(RED).find(({ series }) => series.series(owner).length > 0);
}
