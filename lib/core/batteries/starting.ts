import type { CardState } from './model';

/** What a monitor tells of its own start. */
const OF_START: ReadonlySet<CardState> = new Set([
    'monitoring-started',
    'connected',
    'initializing',
    'searching',
    'addressing',
    'polling',
]);

/**
 * A monitor that has just started has measured nothing: its flags are off because it does not know [inferred]. What it says to be on is on.
 * @returns whether this flag, which is off, tells nothing
 */
export function isNotKnownYet(
    state: CardState,
    { states, tells }: { states: ReadonlySet<CardState>; tells: ReadonlySet<CardState> },
): boolean {
    if (OF_START.has(state)) return false;
    const runs = states.has('monitoring-started') || !tells.has('monitoring-started');
    // Some search all the time.
    return states.has('initializing') || (states.has('searching') && !runs);
}
