import { UpsError } from '../../lib/core/errors';
import { holds } from '../../lib/core/events/holds';
import type { EventMessage } from '../../lib/core/messages';
import { hub } from './hub';

/**
 * A signal that is aborted with `signal`, and as soon as the edge of a message no longer holds: its event has ended, or has begun again. A silent
 * or unconfirmed source, and a message without a source, end nothing.
 * @returns with how to stop looking
 */
export function whileHolds(message: EventMessage, signal: AbortSignal): { signal: AbortSignal; release(): void } {
    const { sourceId, id, active } = message.event;
    const controller = new AbortController();
    let unsubscribe: (() => void) | undefined;
    const look = () => {
        const source = hub.source(sourceId);
        if (!source || !message.event.episode || holds(message, source.stateOf(id)) !== 'no') return;
        controller.abort(new UpsError(active ? 'event-over' : 'mains-failed-again', { done: 0, total: 1 }));
    };
    const follow = (changed: string) => {
        if (changed !== sourceId) return;
        unsubscribe?.();
        unsubscribe = hub.source(sourceId)?.subscribe(look);
        look();
    };
    const passOn = () => controller.abort(signal.reason);
    signal.addEventListener('abort', passOn);
    if (signal.aborted) passOn();
    const unhub = hub.onSource(follow);
    follow(sourceId);
    return {
        signal: controller.signal,
        release: () => {
            unsubscribe?.();
            unhub();
            signal.removeEventListener('abort', passOn);
        },
    };
}
