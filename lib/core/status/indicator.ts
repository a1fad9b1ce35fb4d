import type { EventLevel } from '../events/ids';

/** The colours of the monitor (CS141 manual, "Overview – the color code" and "Diagnostic: Status LED's"); Node-RED draws the same five. */
export type IndicatorColour = 'grey' | 'blue' | 'green' | 'yellow' | 'red';

/** How a device, a UPS or anything else that is read stands, in one word. */
export type IndicatorState =
    /** Switched off, or another process does the work. */
    | 'disabled'
    /** It is being looked for; nothing is known yet. */
    | 'starting'
    /** It was looked for, and has never answered. */
    | 'never'
    | 'ok'
    | 'testing'
    | 'warning'
    | 'alarm'
    /** The load is fed by the battery, and no test is the reason. */
    | 'outage'
    /** It has answered before, and does no more. */
    | 'lost';

/** The one table of colours: side bar, canvas and pages take theirs from here. */
export const INDICATOR_COLOURS: Readonly<Record<IndicatorState, IndicatorColour>> = {
    disabled: 'grey',
    starting: 'grey',
    never: 'blue',
    ok: 'green',
    testing: 'yellow',
    warning: 'yellow',
    alarm: 'red',
    outage: 'red',
    lost: 'red',
};

/** What an indicator is made of; what is absent is not so. */
export interface IndicatorFacts {
    disabled?: boolean;
    /** A reading has come, ever. */
    read?: boolean;
    /** It was asked, and an answer failed to come. */
    failed?: boolean;
    /** It does not answer now. */
    silent?: boolean;
    onBattery?: boolean;
    testing?: boolean;
    /** Levels of the events that are active. */
    levels?: readonly EventLevel[];
}

/** The state that a lamp shows: of several that hold the one that a person must know first. */
export function indicatorState({
    disabled,
    read,
    failed,
    silent,
    onBattery,
    testing,
    levels = [],
}: IndicatorFacts): IndicatorState {
    if (disabled) return 'disabled';
    // An outage is presumed to go on while nobody answers.
    if (onBattery && !testing) return 'outage';
    if (!read) return failed || silent ? 'never' : 'starting';
    if (silent) return 'lost';
    if (levels.includes('alarm')) return 'alarm';
    if (testing) return 'testing';
    return levels.includes('warning') ? 'warning' : 'ok';
}
