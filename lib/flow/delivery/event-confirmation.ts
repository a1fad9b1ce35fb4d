import { isStillTrue, type StillTrue } from '../../core/events/episode-state';
import type { EventState } from '../../core/events/source';
import type { EventInfo, EventMessage } from '../../core/messages';
import { ContactSource } from '../../core/sensors/contact-source';
import { SensorSource } from '../../core/sensors/sensor-source';
import type { Flow } from '../flow';

/** As a unit's `staleSeconds`: how long to wait for a source that does not come back, ms. */
const SOURCE_GRACE_MS = 30_000;

interface ConfirmationOptions {
    /** true: if an off edge is no longer true, because its event has begun again, the answer waits until the event is over again. */
    patient?: boolean;
    /** Whether the message is still true in a state of the source; default: `isStillTrue`. */
    ask?: (state: EventState) => StillTrue;
}

/**
 * Calls `decided` once, and never before this function returns: whether a message from before a restart is still true. It waits until the
 * source has confirmed its state. If the source stays unknown for the time of silence that is the default of a UPS, the message counts as
 * true; if somebody has removed the source, it counts as not true.
 * @returns cancels the wait
 */
export function whenConfirmed(
    flow: Flow,
    message: Pick<EventMessage, 'event'>,
    decided: (holds: boolean) => void,
    { patient = false, ask }: ConfirmationOptions = {},
): () => void {
    const { sourceId, id } = message.event;
    let unsubscribe: (() => void) | undefined;
    let over = false;
    const end = () => {
        over = true;
        unsubscribe?.();
        unwatch();
        flow.clock.clearTimeout(timer);
    };
    const look = () => {
        const source = flow.registry.source(sourceId);
        if (over || !source) return;
        const answer = ask
            ? ask(source.stateOf(id))
            : isStillTrue(
                  message,
                  source.stateOf(id),
                  flow.registry.isCarriedOver(message.event.sourceId, message.event.episode),
              );
        if (answer === 'unknown' || (answer === 'no' && patient && !message.event.active)) return;
        end();
        queueMicrotask(() => decided(answer === 'yes'));
    };
    const follow = (changed: string) => {
        if (changed !== sourceId) return;
        unsubscribe?.();
        unsubscribe = flow.registry.source(sourceId)?.subscribe(look);
        look();
    };
    const timer = flow.clock.setTimeout(() => {
        if (flow.registry.source(sourceId)) return;
        end();
        decided(!flow.registry.hasDeparted(sourceId));
    }, SOURCE_GRACE_MS);
    const unwatch = flow.registry.onSource(follow);
    follow(sourceId);
    return end;
}

/**
 * The same for the stored state of an input, where a new message corrects a wrong state: an off edge that is no longer true waits for that
 * message. A source that reports only changes keeps its former state after the time of silence; a UPS, and a source that depends on one,
 * confirms its state itself.
 * @returns cancels the wait
 */
export function whenMemoryConfirmed(flow: Flow, event: EventInfo, decided: (holds: boolean) => void): () => void {
    let overtaken = false;
    const cancel = whenConfirmed(
        flow,
        { event },
        (holds) => {
            overtaken = !holds && !event.active;
            if (overtaken) return;
            flow.clock.clearTimeout(timer);
            decided(holds);
        },
        // Only on or off matters, not the episode: a new occurrence is on, too.
        { ask: ({ confirmed, active }) => (confirmed ? (active === event.active ? 'yes' : 'no') : 'unknown') },
    );
    const timer = flow.clock.setTimeout(() => {
        const source = flow.registry.source(event.sourceId);
        if (!overtaken && !(source instanceof ContactSource || source instanceof SensorSource)) return;
        cancel();
        decided(true);
    }, SOURCE_GRACE_MS);
    return () => {
        flow.clock.clearTimeout(timer);
        cancel();
    };
}
