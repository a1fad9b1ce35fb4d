import type { EventMessage } from '../../lib/core/messages';
import { holds } from '../../lib/core/events/holds';
import { hub, systemClock } from './hub';

/** As a unit's `staleSeconds`: how long to wait for a source that does not come back. */
const SOURCE_GRACE_MS = 30_000;

/**
 * Tells once, and never before it returns, whether a message kept over a restart still holds: as soon as its source has confirmed how it
 * stands. A message whose source is unknown is taken to hold after the time of silence that counts for a UPS by default; one whose source
 * was taken away is not.
 * @returns cancels the wait.
 */
export function whenDecided(message: EventMessage, decided: (holds: boolean) => void): () => void {
    const { sourceId, id } = message.event;
    let unsubscribe: (() => void) | undefined;
    let over = false;
    const end = () => {
        over = true;
        unsubscribe?.();
        unhub();
        systemClock.clearTimeout(timer);
    };
    const look = () => {
        const source = hub.source(sourceId);
        if (over || !source) return;
        const answer = holds(message, source.stateOf(id));
        if (answer === 'unknown') return;
        end();
        queueMicrotask(() => decided(answer === 'yes'));
    };
    const follow = (changed: string) => {
        if (changed !== sourceId) return;
        unsubscribe?.();
        unsubscribe = hub.source(sourceId)?.subscribe(look);
        look();
    };
    const timer = systemClock.setTimeout(() => {
        if (hub.source(sourceId)) return;
        end();
        decided(!hub.hasDeparted(sourceId));
    }, SOURCE_GRACE_MS);
    const unhub = hub.onSource(follow);
    follow(sourceId);
    return end;
}
