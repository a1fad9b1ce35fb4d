import type { CardState } from '../../../core/batteries/model';

/** States of one module, by the bits of its alarm word (CS141 manual, "BACS MODBUS Parameter"). */
export const MODULE_STATES = [
    'general-alarm',
    'module-lost',
    'voltage-high-alarm',
    'voltage-low-alarm',
    'temperature-high-alarm',
    'temperature-low-alarm',
    'impedance-high-alarm',
    'impedance-low-alarm',
    'equalizing-error',
    'voltage-high-warning',
    'voltage-low-warning',
    'temperature-high-warning',
    'temperature-low-warning',
    'impedance-high-warning',
    'impedance-low-warning',
    'module-revision',
] as const satisfies readonly CardState[];
export type ModuleState = (typeof MODULE_STATES)[number];

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

/** Every state that the card can tell of the whole system. */
export const SYSTEM_STATES: readonly CardState[] = [
    'monitoring-started',
    'connected',
    'module-lost',
    'discharging',
    'charging',
    'discharging-stopped',
    'float-charging',
    'equalizing',
    'system-alarm',
    'voltage-out-of-range',
    'temperature-out-of-range',
    'impedance-out-of-range',
    'addressing',
    'searching',
    'initializing',
    'polling',
    'general-alarm',
    'voltage-difference-warning',
    'breaker-open',
    'thermal-runaway',
    'sensor-lost',
    'string-voltage-high-alarm',
    'string-voltage-low-alarm',
    'string-voltage-high-warning',
    'string-voltage-low-warning',
    'string-current-high-alarm',
    'string-current-low-alarm',
    'string-current-high-warning',
    'string-current-low-warning',
    'current-out-of-range',
    'ground-fault',
    'current-sensor-lost',
    ...MODULE_STATES.filter((state) => !['general-alarm', 'module-lost'].includes(state)),
    'equalizing-deactivated',
    'current-deviation-discharge-alarm',
    'current-deviation-charge-alarm',
    'current-deviation-discharge-warning',
    'current-deviation-charge-warning',
    'rcm-difference',
    'gx-r-aux-lost',
    'string-charge-low-alarm',
    'string-charge-low-warning',
];

export function isModuleState(state: CardState): state is ModuleState {
    return (MODULE_STATES as readonly string[]).includes(state);
}
