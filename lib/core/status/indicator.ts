import type { EventLevel } from '../events/ids';

/** The colours of the monitor (CS141 manual, "Overview – the color code" and "Diagnostic: Status LED's"). Node-RED has the same five. */
export type IndicatorColour = 'grey' | 'blue' | 'green' | 'yellow' | 'red';

/** The state of a device, a UPS or any other source of readings, in one word. */
export type IndicatorState =
    /** Switched off, or another process does the work. */
    | 'disabled'
    /** It is being contacted for the first time; nothing is known yet. */
    | 'starting'
    /** It was contacted, and has never answered. */
    | 'never'
    | 'ok'
    | 'testing'
    | 'warning'
    | 'alarm'
    /** The load is fed by the battery, and no test is the reason. */
    | 'outage'
    /** It answered before, and no longer answers. */
    | 'lost';

/** The only table of colours: side bar, canvas and pages use it. */
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

/** The order in which everything lists states: what a person must know first comes first. */
export const WORST_FIRST: readonly IndicatorState[] = [
    'outage',
    'alarm',
    'lost',
    'warning',
    'testing',
    'never',
    'starting',
    'ok',
    'disabled',
];

/** 0 is the worst. */
export function rankOf(state: IndicatorState): number {
    return WORST_FIRST.indexOf(state);
}

/** The facts from which an indicator state is derived; an absent fact is false. */
export interface IndicatorFacts {
    disabled?: boolean;
    /** At least one reading has come. */
    read?: boolean;
    /** It was asked, and did not answer. */
    failed?: boolean;
    /** It does not answer now. */
    silent?: boolean;
    onBattery?: boolean;
    testing?: boolean;
    /** Levels of the events that are active. */
    levels?: readonly EventLevel[];
}

/** The state to show: if several apply, the one that a person must know first. */
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
    // While the UPS is silent, its outage is presumed to continue.
    if (onBattery && !testing) return 'outage';
    if (!read) return failed || silent ? 'never' : 'starting';
    if (silent) return 'lost';
    if (levels.includes('alarm')) return 'alarm';
    if (testing) return 'testing';
    return levels.includes('warning') ? 'warning' : 'ok';
}
