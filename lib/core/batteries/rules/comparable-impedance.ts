import type { Values } from '../model';
import type { RuleInput } from './rule';

/**
 * The impedance of each block while it can be compared: not in the first hour of the monitor (CS141 manual, "Description of the measured values of the BACS
 * STATUS"), not while it addresses its modules, and not in a discharge [ours].
 */
export function comparableImpedance({ view, discharging, impedanceSettled }: RuleInput): Values | undefined {
    return impedanceSettled && !discharging ? view.blocks.impedance : undefined;
}
