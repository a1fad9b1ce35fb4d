import { RUNTIME_CHOICES, type RuntimeChoice } from '../../core/events/source';
import { TIMING_MODES, type TimingMode } from '../../core/timing/episode-timing';
import { secondsOf, type FlowNode } from './flow-node';

/** An `ups-timing` on the path from an event to a job. */
export interface PathTiming {
    nodeId: string;
    mode: TimingMode;
    /** Seconds; their meaning depends on the mode: after, on battery, remaining, or between repeats. */
    seconds: number;
    /** Seconds between repeats; 0: once. */
    repeat: number;
    /** Whose runtime counts in mode `remaining`. */
    runtime: RuntimeChoice;
}

/** When one path makes a job run. All in seconds. */
export interface PathSum {
    /** From the onset of the event. */
    after: number;
    /** Least time on battery. */
    onBattery: number;
    /** The job runs when so much runtime is left; undefined: the runtime does not matter. */
    remaining: number | undefined;
    /** Between repeats; 0: once. */
    repeat: number;
}

/** The same defaults as those of the node: "immediately" only if a person has chosen it. */
const OTHERWISE = { mode: 'after', seconds: 300, runtime: 'smaller' } as const;

export function timingOf(node: FlowNode): PathTiming {
    const mode = TIMING_MODES.find((known) => known === node.mode) ?? OTHERWISE.mode;
    const isMissing = node.seconds === undefined || node.seconds === null || node.seconds === '';
    const seconds = mode === 'immediately' ? 0 : secondsOf(isMissing ? OTHERWISE.seconds : node.seconds);
    const runtime = RUNTIME_CHOICES.find((known) => known === node.runtime) ?? OTHERWISE.runtime;
    return { nodeId: node.id, mode, seconds, runtime, repeat: mode === 'repeat' ? seconds : secondsOf(node.repeat) };
}

/**
 * Adds up the timings of a path. A timing counts from the firing that reached it: times in a row add up, and a time after a runtime
 * condition reduces the runtime that is left. All battery conditions must be met. The shortest repeat counts.
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

/** The timings in the form that people read: times in a row are added up, and timings that let everything pass are left out. */
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
