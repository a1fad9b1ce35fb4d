import { MODULE_STATES, type ModuleState } from '../../../core/batteries/card-states';
import type { CardState } from '../../../core/batteries/model';

export { MODULE_STATES, SYSTEM_STATES, type ModuleState } from '../../../core/batteries/card-states';

/** By the bits of the alarm word of a module. */
export const BIT = Object.fromEntries(MODULE_STATES.map((state, bit) => [state, 1 << bit])) as Record<
    ModuleState,
    number
>;

/** The bits of alarms, which make the module's own general alarm. */
export const ALARM_BITS = MODULE_STATES.reduce(
    (bits, state) =>
        /-alarm$|^module-|^equalizing-error$/.test(state) && state !== 'general-alarm' ? bits | BIT[state] : bits,
    0,
);

export function isModuleState(state: CardState): state is ModuleState {
    return (MODULE_STATES as readonly string[]).includes(state);
}
