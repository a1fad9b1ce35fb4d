import { UpsError } from '../../lib/core/errors';

/** The sixteen channels, by the numbers that the device prints: 1 AC line, 1 temperature, 6 analog, 4 digital inputs, 4 digital outputs. */
export const ANALOG_CHANNELS = [
    'ac',
    'temperature',
    'analog-1',
    'analog-2',
    'analog-3',
    'analog-4',
    'analog-5',
    'analog-6',
] as const;
export const INPUT_NUMBERS = [1, 2, 3, 4] as const;
export const OUTPUT_NUMBERS = [1, 2, 3, 4] as const;

export type AnalogChannel = (typeof ANALOG_CHANNELS)[number];
export type InputNumber = (typeof INPUT_NUMBERS)[number];
export type OutputNumber = (typeof OUTPUT_NUMBERS)[number];
export type Unit = 'Volts' | 'Amps' | 'F';

export const POWER_SUPPLY: OutputNumber = 2;
export const BATTERY: OutputNumber = 3;

/** Under and over alarm have the same settings (RMCU manual, "Alarm Setup"). Threshold and recovery in the unit of the channel. */
export interface AlarmSide {
    /** The alarm begins beyond it, not at it. */
    threshold: number;
    /** The alarm ends at it. */
    recovery: number;
    /** False: the alarm latches until somebody clears it. */
    autoRecovery: boolean;
    mail: boolean;
    /** Outputs that are active while the alarm is on. */
    contacts: readonly OutputNumber[];
}

export interface AnalogSettings {
    /** Empty: hidden on the pages. */
    name: string;
    unit: Unit;
    /** Samples that a value is the mean of. */
    samples: number;
    /** Smallest step of the value. [inferred] */
    step: number;
    under?: AlarmSide;
    over?: AlarmSide;
    /** How long the value must be beyond a threshold. */
    durationSeconds: number;
}

export interface InputSettings {
    name: string;
    /** Which state is an alarm. */
    condition: 'open' | 'closed' | 'none';
    mail: boolean;
    /** [inferred]: the screen lists outputs below the digital input. */
    contacts: readonly OutputNumber[];
    durationSeconds: number;
}

export interface OutputSettings {
    name: string;
    inactiveText: string;
    activeText: string;
    /** With a pulse, an output that becomes active is inactive again after `pulseSeconds`. */
    pulse: boolean;
    pulseSeconds: number;
}

/** A window of the week in the device's own time. Without `enabled` it counts for nothing. */
export interface Schedule {
    enabled: boolean;
    /** `HH:MM`. A window whose end is not after its begin lasts into the next day; 00:00 to 00:00 is a whole day. [inferred] */
    from: string;
    to: string;
    /** 0 = Sunday … 6 = Saturday: the days on which the window begins. */
    days: readonly number[];
}

export interface OutputSchedule extends Schedule {
    output: OutputNumber;
    active: boolean;
}

export interface LogSettings {
    /** Whole minutes, 1 to 60; 0: no periodic logging. */
    rateMinutes: number;
    /** Also logs the readings when an alarm begins or ends. */
    alarms: boolean;
}

export interface MailSettings {
    /** Empty: no mails. */
    host: string;
    /** 0: no mails. */
    port: number;
    /** Empty: no log-in. */
    user: string;
    password: string;
    to: string;
    from: string;
    /** The device makes no two attempts within this time; what happens meanwhile waits and goes in one mail. */
    minimumMinutes: number;
    /** 0: no periodic mail. Counted from `periodicStart` (`HH:MM`). [inferred: hours] */
    periodicHours: number;
    periodicStart: string;
    onBoot: boolean;
}

export interface RmcuSettings {
    siteName: string;
    analog: Record<AnalogChannel, AnalogSettings>;
    inputs: Record<InputNumber, InputSettings>;
    outputs: Record<OutputNumber, OutputSettings>;
    /** Sixteen. */
    schedules: OutputSchedule[];
    /** Disabled: always. Enabled: the only time in which the device logs, raises and sends alarms and switches outputs by them. */
    loggingSchedule: Schedule;
    log: LogSettings;
    mail: MailSettings;
    /** Digits after the decimal on the pages. */
    digits: number;
    temperatureUnit: 'F' | 'C';
    /** Hours east of UTC. */
    zoneHours: number;
}

export const SHORTEST_PULSE_SECONDS = 0.5;
const LONGEST_PULSE_SECONDS = 3600;
const SCHEDULES = 16;

/**
 * The settings of a new device: names, averaging and outputs by the RMCU manual ("Sensor Setup"), limits by its "Table 3". It does not print the
 * factory's choices of auto recovery, duration, mail and contacts; here: recovers by itself, no duration, mail, Alarm Out. [inferred]
 */
export function factorySettings(): RmcuSettings {
    const never: Schedule = { enabled: false, from: '00:00', to: '00:00', days: [] };
    const input = (name: string): InputSettings => ({
        name,
        condition: name ? 'open' : 'none',
        mail: true,
        contacts: name ? [1] : [],
        durationSeconds: 0,
    });
    const output = (name: string, inactiveText: string, activeText: string): OutputSettings => {
        return { name, inactiveText, activeText, pulse: false, pulseSeconds: SHORTEST_PULSE_SECONDS };
    };
    const unwired: AnalogSettings = { name: '', unit: 'Volts', samples: 1, step: 0.01, durationSeconds: 0 };
    return {
        siteName: 'Simulated site',
        analog: {
            ac: measured('AC Line', 'Volts', 1, 0.1, [140, 135, 100, 107]),
            temperature: measured('Temperature', 'F', 1, 0.1, [150, 145, 40, 45]),
            'analog-1': measured('Amps Power Supply', 'Amps', 3, 0.01, [1000, 0, -1000, 0]),
            'analog-2': measured('Amps Battery Mode', 'Amps', 3, 0.01, [1000, 0, -1000, 0]),
            'analog-3': measured('Volts Power Supply', 'Volts', 3, 0.01, [16, 15, 8, 13]),
            'analog-4': measured('Volts Battery', 'Volts', 3, 0.01, [15, 14.8, 12, 13]),
            'analog-5': { ...unwired },
            'analog-6': { ...unwired },
        },
        inputs: { 1: input('Alarm In'), 2: input('DC-OK Power Supply'), 3: input(''), 4: input('') },
        outputs: {
            1: output('Alarm Out', 'OFF/HIGH', 'ON/LOW'),
            2: output('Power Supply ON/OFF', 'ON', 'OFF'),
            3: output('Battery ON/OFF', 'ON', 'OFF'),
            4: output('', 'Inactive', 'Active'),
        },
        schedules: Array.from({ length: SCHEDULES }, () => ({ ...never, output: 1, active: false })),
        loggingSchedule: { ...never },
        log: { rateMinutes: 1, alarms: true },
        mail: {
            host: '',
            port: 25,
            user: '',
            password: '',
            to: '',
            from: '',
            minimumMinutes: 5,
            periodicHours: 0,
            periodicStart: '00:00',
            onBoot: false,
        },
        digits: 1,
        temperatureUnit: 'F',
        zoneHours: 0,
    };
}

/** @param limits a row of Table 3: over, over recover, under, under recover */
function measured(name: string, unit: Unit, samples: number, step: number, limits: number[]): AnalogSettings {
    const [over = 0, overRecovery = 0, under = 0, underRecovery = 0] = limits;
    const side = (threshold: number, recovery: number): AlarmSide => {
        return { threshold, recovery, autoRecovery: true, mail: true, contacts: [1] };
    };
    const sides = { under: side(under, underRecovery), over: side(over, overRecovery) };
    return { name, unit, samples, step, ...sides, durationSeconds: 0 };
}

/** @throws UpsError out-of-range */
export function checkRange(property: string, value: number, min: number, max: number): number {
    if (value >= min && value <= max) return value;
    throw new UpsError('out-of-range', { property, value, min, max });
}

/** @throws UpsError out-of-range */
export function checkPulse(seconds: number): number {
    return checkRange('pulseSeconds', seconds, SHORTEST_PULSE_SECONDS, LONGEST_PULSE_SECONDS);
}

/** @throws UpsError out-of-range: 0 or whole minutes from 1 to 60 */
export function checkLogRate(minutes: number): number {
    return checkRange('rateMinutes', Number.isInteger(minutes) ? minutes : NaN, 0, 60);
}
