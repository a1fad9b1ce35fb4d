import { RUNTIME_CHOICES, type RuntimeChoice } from '../../core/events/source';
import { TIMING_MODES, type TimingMode } from '../../core/timing/episode-timing';
import { secondsOf, type FlowNode } from './flow-node';

/** An `ups-timing` on the way from an event to a job. */
export interface PathTiming {
    nodeId: string;
    mode: TimingMode;
    /** As the mode means it: after, on battery, remaining, or between repeats. */
    seconds: number;
    /** Seconds between repeats; 0: once. */
    repeat: number;
    /** Whose runtime counts in mode `remaining`. */
    runtime: RuntimeChoice;
}

/** How one path makes a job run. All in seconds. */
export interface PathSum {
    /** From the onset of the event. */
    after: number;
    /** So long on battery at least. */
    onBattery: number;
    /** When so much runtime is left; undefined: whatever is left. */
    remaining: number | undefined;
    /** Between repeats; 0: once. */
    repeat: number;
}

/** As the node itself reads it: never at once unless that was chosen. */
const OTHERWISE = { mode: 'after', seconds: 300, runtime: 'smaller' } as const;

export function timingOf(node: FlowNode): PathTiming {
    const mode = TIMING_MODES.find((known) => known === node.mode) ?? OTHERWISE.mode;
    const isMissing = node.seconds === undefined || node.seconds === null || node.seconds === '';
    const seconds = mode === 'immediately' ? 0 : secondsOf(isMissing ? OTHERWISE.seconds : node.seconds);
    const runtime = RUNTIME_CHOICES.find((known) => known === node.runtime) ?? OTHERWISE.runtime;
    return { nodeId: node.id, mode, seconds, runtime, repeat: mode === 'repeat' ? seconds : secondsOf(node.repeat) };
}

/**
 * A timing counts from the firing that reached it: times after one another add up, and what runs so long after a runtime was reached has so
 * much less of it left. Of conditions of the battery all must be met. The shortest of the repeats counts.
 */
export function sumUp(timings: readonly PathTiming[]): PathSum {
    const sum: Omit<PathSum, 'repeat'> = { after: 0, onBattery: 0, remaining: undefined };
    for (const { mode, seconds } of timings) {
        if (mode === 'after') {
            sum.after += seconds;
            if (sum.onBattery > 0) sum.onBattery += seconds;
            if (sum.remaining !== undefined) sum.remaining = Math.max(0, sum.remaining - seconds);
        } else if (mode === 'on-battery') {
            sum.onBattery = Math.max(sum.onBattery, seconds);
        } else if (mode === 'remaining') {
            sum.remaining = Math.min(sum.remaining ?? Infinity, seconds);
        }
    }
    const repeats = timings.map(({ repeat }) => repeat).filter((every) => every > 0);
    return { ...sum, repeat: repeats.length ? Math.min(...repeats) : 0 };
}

/** Timings as people read them: times after one another as one, and nothing of those that let pass at once. */
export function timingsInSequence(timings: readonly PathTiming[]): PathTiming[] {
    const shown: PathTiming[] = [];
    for (const timing of timings) {
        const before = shown.at(-1);
        if (timing.mode === 'immediately' && !timing.repeat && timings.length > 1) continue;
        if (timing.mode === 'after' && before?.mode === 'after')
            shown[shown.length - 1] = {
                ...timing,
                seconds: before.seconds + timing.seconds,
                repeat: timing.repeat || before.repeat,
            };
        else shown.push(timing);
    }
    return shown.length ? shown : timings.slice(0, 1);
}
