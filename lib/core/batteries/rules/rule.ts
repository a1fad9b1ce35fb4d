import type { Baseline } from '../baseline';
import type { SettledBatteryConfig } from '../battery-config';
import type { BatteryView } from '../battery-view';
import type { BatteryLayout } from '../layout';
import type { LimitSide } from '../limits';
import type { Values } from '../model';

/** What rules judge. */
export interface RuleInput {
    view: BatteryView;
    layout: BatteryLayout;
    config: SettledBatteryConfig;
    baseline?: Baseline;
    discharging: boolean;
    charging: boolean;
    /** The monitor has been running for long enough, and neither addresses nor searches its modules. */
    impedanceSettled: boolean;
    /** ms since the end of the last discharge, 0 in one; undefined: there was none. */
    sinceDischargeMs?: number;
}

/** Turns what is known into one value for each module or string, which limits of that kind are compared with. It keeps no state. */
export interface Rule {
    /** NaN: nothing is known of this one. Undefined: of none. The array may be one of the view: nobody changes it. */
    judged(input: RuleInput): Values | undefined;
    /** Nothing on this side goes on now. */
    held?(input: RuleInput, side: LimitSide): boolean;
}

/** The mean of the known values; NaN if there is none. */
export function meanOf(values: Values, from = 0, to = values.length): number {
    let sum = 0;
    let known = 0;
    for (let i = from; i < to; i++) {
        const value = values[i]!;
        if (value - value !== 0) continue;
        sum += value;
        known++;
    }
    return known === 0 ? NaN : sum / known;
}

export function knownOf(values: Values, from = 0, to = values.length): number {
    let known = 0;
    for (let i = from; i < to; i++) if (values[i]! - values[i]! === 0) known++;
    return known;
}
