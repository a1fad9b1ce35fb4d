import type { LimitSide } from '../limits';
import type { Rule, RuleInput } from './rule';

/** The voltage of each block (CS141 manual, "Setting up battery voltage"). */
export const voltage: Rule = {
    judged: ({ view }) => view.blocks.voltage,
    held: inAlarmDelay,
};

/**
 * For a while after a discharge blocks are low though nothing is wrong (CS141 manual, "Alarm Delay": for the voltage alone). In the discharge itself a low
 * block counts. High voltages count at all times [inferred: the reason given is that of low ones].
 */
export function inAlarmDelay({ config, discharging, sinceDischargeMs }: RuleInput, side: LimitSide): boolean {
    if (side === 'high' || discharging || sinceDischargeMs === undefined) return false;
    return sinceDischargeMs < 60_000 * config.alarmDelayMinutes;
}
