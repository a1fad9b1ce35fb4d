import { isStillTrue, type StillTrue } from '../../core/events/episode-state';
import type { EventState } from '../../core/events/source';
import type { EventInfo, EventMessage } from '../../core/messages';
import { ContactSource } from '../../core/sensors/contact-source';
import { SensorSource } from '../../core/sensors/sensor-source';
import type { Flow } from '../flow';

/** As a unit's `staleSeconds`: how long to wait for a source that does not come back. */
const SOURCE_GRACE_MS = 30_000;

interface ConfirmationOptions {
    /** An off edge that does not hold, because its event has begun again, is told of when that is over once more. */
    patient?: boolean;
    /** Whether it holds, by what its source says; default: as `holds` has it. */
    ask?: (state: EventState) => StillTrue;
}

/**
 * Tells once, and never before it returns, whether a message kept over a restart still holds: as soon as its source has confirmed how it
 * stands. A message whose source is unknown is taken to hold after the time of silence that counts for a UPS by default; one whose source
 * was taken away is not.
 * @returns cancels the wait.
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
        unhub();
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
    const unhub = flow.registry.onSource(follow);
    follow(sourceId);
    return end;
}

/**
 * The same for what is only remembered of an input, where a wrong memory is told by a message of its own: an off edge that is none any
 * more waits for that message. A source that speaks only of changes is taken to stand as it stood after the time of silence; a UPS, or what
 * depends on one, says for itself when it may be taken at its word.
 * @returns cancels the wait.
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
        // Whether it is on, under whatever episode: what began anew is on, too.
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
