import type { RuntimeChoice } from '../../core/events/source';
import type { Waiting } from '../../core/timing/episode-timing';
import type { Condition } from './plan';
import type { WiredTiming } from './wires';

/** What a forecast counts from; all times in clock seconds from now. */
export interface Outlook {
    /** The event began so long ago. */
    elapsed: number;
    /** Undefined: no UPS is behind the event. */
    onBattery: boolean | undefined;
    secondsOnBattery: number;
    /** Seconds of runtime left; on mains: if it were on battery now. */
    remaining(choice: RuntimeChoice): number | undefined;
    /** What the timing waits for, where the event has reached it. */
    reached(timing: WiredTiming): { fired: number; waiting: Waiting | 'due' } | undefined;
}

/** When a message comes through the timings before a job. */
export interface Forecast {
    /** Clock seconds from now; 0 or less: it is through, or about to be. Undefined: only `condition` tells. */
    inSeconds?: number;
    /** By the battery model, and not by the clock alone. */
    estimated: boolean;
    /** The timing that holds it now. */
    heldBy?: WiredTiming;
    condition?: Condition;
}

/**
 * Goes through the timings before a job as a message would. A timing counts from the firing that reached it; runtime is used up by a second
 * in each second on battery, as the model has it at the present load.
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

/** Where the timing itself has the event, it knows best. */
function fromWaiting(timing: WiredTiming, waiting: Waiting | 'due', outlook: Outlook): Forecast {
    if (waiting === 'due') return { inSeconds: 0, estimated: false };
    switch (waiting.for) {
        case 'time':
            return { inSeconds: waiting.ms / 1000, estimated: false };
        case 'runtime': {
            const { remainingSeconds } = waiting;
            const condition = { for: 'runtime', seconds: timing.seconds, remainingSeconds } as const;
            // On mains nothing is used up.
            if (outlook.onBattery === false) return { estimated: true, condition };
            return { inSeconds: remainingSeconds - timing.seconds, estimated: true, condition };
        }
        case 'end':
            return { inSeconds: 0, estimated: false };
        default:
            return { estimated: false, condition: waiting };
    }
}

/** As `fromWaiting`, for a message that is yet to come. */
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
