import type { Clock } from '../clock';
import type { EventInfo } from '../messages';
import type { UpsStatus } from '../status/status';

/** Which estimate of the remaining runtime counts: the device's, ours, or the smaller of both. */
export type RuntimeChoice = 'smaller' | 'device' | 'derived';
export const RUNTIME_CHOICES: readonly RuntimeChoice[] = ['smaller', 'device', 'derived'];

/** The state of one event. */
export interface EventState {
    active: boolean;
    episode?: string;
    /** Clock ms since the onset, by the source's clock. */
    elapsedMs?: number;
    /** False after a restart, until a fresh reading or `staleSeconds` of silence settles the state of the event. */
    confirmed: boolean;
    /** The source is silent, and its timers wait until it answers again. */
    held: boolean;
}

/** What a source reports to its followers. `check`: something that timings depend on has changed. */
export type SourceChange = { kind: 'edge'; event: EventInfo; status?: UpsStatus } | { kind: 'check' };

/** Anything with event states: a UPS, a threshold, a sensor, a marker. */
export interface EventSource {
    readonly id: string;
    readonly name: string;
    /** Name of the UPS that a source belongs to, if it is not one itself. */
    readonly upsName?: string;
    /** Id of the UPS if the source passes on selected events of that UPS, under the name of the UPS. */
    readonly standsFor?: string;
    readonly clock: Clock;
    stateOf(eventId: string): EventState;
    /** The on edges of all active events, as they were sent, or would be sent now. */
    activeEvents(): EventInfo[];
    status(): UpsStatus | undefined;
    /** Remaining runtime now, seconds; undefined when it is not known. */
    remainingSeconds(choice: RuntimeChoice): number | undefined;
    /** Seconds since the outage began, now; 0 on mains; undefined for sources that have no battery. */
    secondsOnBattery(): number | undefined;
    /**
     * The outage that `remainingSeconds` and `secondsOnBattery` refer to; undefined: the source belongs to no UPS. If a source lacks this method
     * but counts seconds on battery, it is a UPS, and `power-fail` is its outage.
     */
    outage?(): EventState | undefined;
    /**
     * Whether the state of this event dates from before the source fell silent. A source that lacks this method is a UPS, see `isSilent`.
     */
    unheard?(eventId: string): boolean;
    subscribe(listener: (change: SourceChange) => void): () => void;
}

/**
 * Whether the state of this event is out of date because its source is silent. A UPS that is silent in an outage which is presumed to last does
 * not count as silent here: the outage is its state.
 */
export function isSilent(source: EventSource, eventId: string): boolean {
    if (source.unheard) return source.unheard(eventId);
    if (eventId === 'communication-lost' || !source.stateOf('communication-lost').active) return false;
    const outage = source.stateOf('power-fail');
    return !outage.active || outage.held;
}

/** What a threshold, sensor or marker needs from the UPS that it belongs to. */
export type CompanionUps = Pick<EventSource, 'name' | 'status' | 'remainingSeconds' | 'secondsOnBattery' | 'outage'> &
    Partial<Pick<EventSource, 'stateOf'>>;

/** The state of the outage of the UPS behind a source; undefined: the source belongs to no UPS. */
export function outageOf(source: CompanionUps | undefined): EventState | undefined {
    if (!source) return undefined;
    if (source.outage) return source.outage();
    const seconds = source.secondsOnBattery();
    if (seconds === undefined) return undefined;
    return source.stateOf?.('power-fail') ?? { active: seconds > 0, confirmed: true, held: false };
}
