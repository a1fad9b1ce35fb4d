import type { Clock } from '../clock';
import type { EventInfo } from '../messages';
import type { UpsStatus } from '../status/status';

/** Which estimate of the remaining runtime counts: the device's, ours, or the smaller of both. */
export type RuntimeChoice = 'smaller' | 'device' | 'derived';
export const RUNTIME_CHOICES: readonly RuntimeChoice[] = ['smaller', 'device', 'derived'];

/** How one event stands. */
export interface EventState {
    active: boolean;
    episode?: string;
    /** Clock ms since the onset, by the source's clock. */
    elapsedMs?: number;
    /** False after a restart until a fresh reading, or `staleSeconds` of silence, says how the event stands. */
    confirmed: boolean;
    /** The source is silent, and set to hold its timers until it answers again. */
    held: boolean;
}

/** What a source tells its followers. `check`: something that timings depend on has changed. */
export type SourceChange = { kind: 'edge'; event: EventInfo; status?: UpsStatus } | { kind: 'check' };

/** Anything with event states: a UPS, a threshold, a sensor, a marker. */
export interface EventSource {
    readonly id: string;
    readonly name: string;
    /** Name of the UPS that a source belongs to, if it is not one itself. */
    readonly upsName?: string;
    /** Id of the UPS whose events it passes on under the name of that UPS, chosen by a rule of its own. */
    readonly standsFor?: string;
    readonly clock: Clock;
    stateOf(eventId: string): EventState;
    /** Edges of all events that are active now, as they were or would be sent. */
    activeEvents(): EventInfo[];
    status(): UpsStatus | undefined;
    /** Seconds of runtime left, now; undefined when nobody knows. */
    remainingSeconds(choice: RuntimeChoice): number | undefined;
    /** Seconds since the outage began, now; 0 on mains; undefined for sources that have no battery. */
    secondsOnBattery(): number | undefined;
    /**
     * How the outage stands that `remainingSeconds` and `secondsOnBattery` tell of; undefined: it belongs to no UPS. A source without this is a
     * UPS if it counts seconds on battery, and `power-fail` is its outage.
     */
    outage?(): EventState | undefined;
    /**
     * Whether what it tells of this event is only what was known before it fell silent. A source without this is a UPS, see `isSilent`.
     */
    unheard?(eventId: string): boolean;
    subscribe(listener: (change: SourceChange) => void): () => void;
}

/**
 * Whether nothing new is known of this event because its source is silent. The silence of a UPS in an outage that is presumed to go on is none:
 * that is how the outage stands.
 */
export function isSilent(source: EventSource, eventId: string): boolean {
    if (source.unheard) return source.unheard(eventId);
    if (eventId === 'communication-lost' || !source.stateOf('communication-lost').active) return false;
    const outage = source.stateOf('power-fail');
    return !outage.active || outage.held;
}

/** What a source of its own wants from the UPS that it belongs to. */
export type CompanionUps = Pick<EventSource, 'name' | 'status' | 'remainingSeconds' | 'secondsOnBattery' | 'outage'> &
    Partial<Pick<EventSource, 'stateOf'>>;

/** How the outage of the UPS behind a source stands; undefined: it belongs to none. */
export function outageOf(source: CompanionUps | undefined): EventState | undefined {
    if (!source) return undefined;
    if (source.outage) return source.outage();
    const seconds = source.secondsOnBattery();
    if (seconds === undefined) return undefined;
    return source.stateOf?.('power-fail') ?? { active: seconds > 0, confirmed: true, held: false };
}
