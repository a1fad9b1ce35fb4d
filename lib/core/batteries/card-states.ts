import type { CardState } from './model';

/**
 * What a BACS card tells of itself, as it orders its flags: the lowest bit first (CS141 manual, "BACS MODBUS Parameter", tables of the addresses 1000, 1001,
 * 1002 and 1005). A state has the id of its event (events.ts); `connected` and those that end in `-out-of-range` are states without one. This is the only list:
 * registers, objects and the simulator take theirs from it.
 */
const BLOCK_STATES = [
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
] as const;

/** Of one module: the table of 1002, where "communication lost" says that this module is lost. */
export const MODULE_STATES = ['general-alarm', 'module-lost', ...BLOCK_STATES] as const satisfies readonly CardState[];
export type ModuleState = (typeof MODULE_STATES)[number];

/** Of the whole system, by word: 1000, 1001, 1002 and 1005. */
export const SYSTEM_WORDS = {
    battery: [
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
    ],
    strings: [
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
    ],
    blocks: ['general-alarm', 'system-alarm', ...BLOCK_STATES],
    more: [
        'string-current-high-alarm',
        'string-current-low-alarm',
        'string-current-high-warning',
        'string-current-low-warning',
        'equalizing-deactivated',
        'current-deviation-discharge-alarm',
        'current-deviation-charge-alarm',
        'current-deviation-discharge-warning',
        'current-deviation-charge-warning',
        'rcm-difference',
        'current-sensor-lost',
        'gx-r-aux-lost',
        'string-charge-low-alarm',
        'string-charge-low-warning',
    ],
} as const satisfies Record<string, readonly CardState[]>;

/** Every state that the card can tell of the whole system, once. */
export const SYSTEM_STATES: readonly CardState[] = [...new Set(Object.values(SYSTEM_WORDS).flat())];
