import type { RuntimeChoice } from '../../core/events/source';
import type { Waiting } from '../../core/timing/episode-timing';
import type { Condition } from './plan';
import type { WiredTiming } from './wires';

/** The data of a forecast; all times in clock seconds from now. */
export interface Outlook {
    /** Time since the onset of the event. */
    elapsed: number;
    /** Undefined: the event belongs to no UPS. */
    onBattery: boolean | undefined;
    secondsOnBattery: number;
    /** Runtime that is left, s; on mains: the runtime if it were on battery now. */
    remaining(choice: RuntimeChoice): number | undefined;
    /** What the timing waits for; undefined: the event has not reached it. */
    reached(timing: WiredTiming): { fired: number; waiting: Waiting | 'due' } | undefined;
}

/** When a message passes the timings before a job. */
export interface Forecast {
    /** Clock seconds from now; 0 or less: it has passed, or is about to. Undefined: only `condition` is known. */
    inSeconds?: number;
    /** The time comes from the battery model, and not only from the clock. */
    estimated: boolean;
    /** The timing at which the message waits now. */
    heldBy?: WiredTiming;
    condition?: Condition;
}

/**
 * Follows a message through the timings before a job. A timing counts from the firing that reached it. On battery, each second reduces the
 * runtime by a second, as in the battery model at the present load.
 */
export function forecast(timings: readonly WiredTiming[], outlook: Outlook): Forecast {
    let through: Forecast = { inSeconds: -outlook.elapsed, estimated: false };
    for (const timing of timings) {
        const known = outlook.reached(timing);
        if (known && known.fired > 0) {
            through = { inSeconds: 0, estimated: false };
            continue;
        }
        const next = known ? fromWaiting(timing, known.waiting, outlook) : arrived(timing, through, outlook);
        through = { ...next, heldBy: through.heldBy ?? (due(next) ? undefined : timing) };
        if (through.inSeconds === undefined) return through;
    }
    return through;
}

function due({ inSeconds }: Forecast): boolean {
    return inSeconds !== undefined && inSeconds <= 0;
}

/** The forecast from a timing that the event has reached: its own state is the most exact. */
function fromWaiting(timing: WiredTiming, waiting: Waiting | 'due', outlook: Outlook): Forecast {
    if (waiting === 'due') return { inSeconds: 0, estimated: false };
    switch (waiting.for) {
        case 'time':
            return { inSeconds: waiting.ms / 1000, estimated: false };
        case 'runtime': {
            const { remainingSeconds } = waiting;
            const condition = { for: 'runtime', seconds: timing.seconds, remainingSeconds } as const;
            // On mains the runtime does not decrease.
            if (outlook.onBattery === false) return { estimated: true, condition };
            return { inSeconds: remainingSeconds - timing.seconds, estimated: true, condition };
        }
        case 'end':
            return { inSeconds: 0, estimated: false };
        default:
            return { estimated: false, condition: waiting };
    }
}

/** As `fromWaiting`, for a message that has not reached the timing yet. */
function arrived(timing: WiredTiming, { inSeconds: at = 0, estimated }: Forecast, outlook: Outlook): Forecast {
    const { mode, seconds } = timing;
    if (mode === 'immediately' || mode === 'repeat') return { inSeconds: at, estimated };
    if (mode === 'after') return { inSeconds: at + seconds, estimated };
    const { onBattery, secondsOnBattery } = outlook;
    if (onBattery === undefined) return { estimated, condition: { for: 'no-ups' } };
    if (!onBattery) return { estimated, condition: { for: 'battery' } };
    if (mode === 'on-battery') return { inSeconds: Math.max(at, seconds - secondsOnBattery), estimated };
    const remaining = outlook.remaining(timing.runtime);
    if (remaining === undefined) return { estimated, condition: { for: 'unknown-runtime' } };
    const condition = { for: 'runtime', seconds, remainingSeconds: remaining } as const;
    return { inSeconds: Math.max(at, remaining - seconds), estimated: true, condition };
}
