import type { NodeAPI } from 'node-red';
import type { EpisodeView } from '../../../lib/store/episode-query';
import { stores } from '../admin/read-log';
import { siteOfOwner } from '../door/series-of';
import { countedMs } from '../history/report-sources';
import { flowOf } from '../runtime/flow-of';
import { apiRoute, ApiError, type ApiCall } from './api-route';
import { moment, text, whole } from './query';

const LIMIT = 100;
const MOST = 1000;
const MOST_ENTRIES = 1000;

/** Routes of episodes: each occurrence of an event, from its begin to its end. */
export function serveEpisodes(RED: NodeAPI): void {
    apiRoute(RED, 'get', 'episodes', 'view', (call) => {
        const limit = whole(call, 'limit', { min: 1, max: MOST }) ?? LIMIT;
        const query = {
            sourceId: text(call, 'source'),
            eventId: text(call, 'event'),
            from: moment(call, 'from'),
            to: moment(call, 'to'),
            before: placeOf(call),
            limit,
        };
        const found = [...stores(RED)].flatMap(([siteId, store]) =>
            store
                .episodes(query)
                .map((episode) => ({ siteId: siteIdOf(RED, siteId, episode), ...soFar(RED, episode) })),
        );
        const episodes = found.sort(latestFirst).slice(0, limit);
        const last = episodes.at(-1);
        return { episodes, ...(last && found.length >= limit && { before: `${last.since}:${last.episode}` }) };
    });
    apiRoute(RED, 'get', 'episodes/:id', 'view', async ({ params }) => {
        const id = params.id!;
        for (const [siteId, store] of stores(RED)) {
            const episode = store.episode(id);
            if (!episode) continue;
            const entries = await store.searchLog({ outage: id, limit: MOST_ENTRIES });
            return { siteId: siteIdOf(RED, siteId, episode), ...soFar(RED, episode), log: entries.reverse() };
        }
        throw new ApiError(404, 'no-such-episode', { id });
    });
}

/** With the count of one that lasts. */
function soFar(RED: NodeAPI, episode: EpisodeView): EpisodeView {
    const lastedMs = episode.endedAt === undefined ? countedMs(RED, episode) : undefined;
    return lastedMs === undefined ? episode : { ...episode, lastedMs: Math.round(lastedMs) };
}

function siteIdOf(RED: NodeAPI, id: string, { sourceId }: EpisodeView): string {
    const site = flowOf(RED).registry.site(id);
    return site ? siteOfOwner(RED, sourceId, site).id : id;
}

const latestFirst = (a: EpisodeView, b: EpisodeView) => b.since - a.since || (a.episode < b.episode ? 1 : -1);

/** Where the page before ended: `<since>:<episode>`, as the answer told it. */
function placeOf(call: ApiCall): Pick<EpisodeView, 'since' | 'episode'> | undefined {
    const value = text(call, 'before');
    if (value === undefined) return undefined;
    const [, since, episode] = /^(\d+):(.+)$/.exec(value) ?? [];
    if (since === undefined)
        throw new ApiError(400, 'bad-parameter', { parameter: 'before', expected: 'as in the answer' });
    return { since: Number(since), episode: episode! };
}
