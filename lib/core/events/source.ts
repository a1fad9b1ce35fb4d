import type { Clock } from '../clock';
import type { EventInfo } from '../messages';
import type { UpsStatus } from '../status/status';

/** Which estimate of the remaining runtime counts: the device's, ours, or the smaller of both. */
export type RuntimeChoice = 'smaller' | 'device' | 'derived';

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
    readonly clock: Clock;
    stateOf(eventId: string): EventState;
    /** Edges of all events that are active now, as they were or would be sent. */
    activeEvents(): EventInfo[];
    status(): UpsStatus | undefined;
    /** Seconds of runtime left, now; undefined when nobody knows. */
    remainingSeconds(choice: RuntimeChoice): number | undefined;
    /** Seconds since the outage began, now; 0 on mains; undefined for sources that have no battery. */
    secondsOnBattery(): number | undefined;
    subscribe(listener: (change: SourceChange) => void): () => void;
}
