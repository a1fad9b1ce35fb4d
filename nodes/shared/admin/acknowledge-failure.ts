import type { NodeAPI } from 'node-red';
import { flowOf } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';
import { statusText } from '../words/texts';
import { storeOf } from './read-log';

/** Acknowledges a failure: the log keeps it, with who has done it. @returns false: there is no such failure (any more) */
export function acknowledgeFailure(RED: NodeAPI, siteId: string, key: string, user: string | undefined): boolean {
    const store = storeOf(RED, siteId);
    const site = flowOf(RED).registry.site(siteId);
    if (!store) return false;
    return store.transaction(() => {
        const failure = store.failures.acknowledge(key);
        if (!failure) return false;
        const { source, text, nodeId, site: own } = failure;
        store.append({
            at: flowOf(RED).clock.now(),
            kind: 'system',
            level: 'info',
            source,
            text: statusText(
                wordsOf(RED, flowOf(RED).registry.site(own ?? siteId) ?? site),
                user ? 'acknowledgedBy' : 'acknowledged',
                { user, text },
            ),
            nodeId,
            ...(own && { site: own }),
        });
        return true;
    });
}
