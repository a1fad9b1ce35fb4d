import type { AlarmId } from './alarms';

/**
 * The status of a UPS: the objects of RFC 1628 in SI units. `undefined` means not known. Sentinels (-1, 65535, 999, 9999, NULL) are removed
 * by the protocols and never get here.
 */
export interface UpsStatus {
    /** When the reading was taken, epoch ms. */
    time: number;
    identity: Identity;
    battery: Battery;
    input: Input;
    output: Output;
    bypass: Bypass;
    /**
     * Seconds since the agent (the card) began to run, e.g. sysUpTime. If the value goes back, the agent has restarted: its counters begin
     * anew, and its first values may stand for "not known yet".
     */
    agentUptime?: number;
    /** Active alarms, sorted; `undefined` if the device cannot report alarms. */
    alarms?: AlarmId[];
    /**
     * The only alarms that this path to the UPS can report, e.g. the contacts that are wired; `undefined` = all. For any other alarm,
     * absence in `alarms` has no meaning. One with `vendor:` stands for all that the device names in its own words.
     */
    alarmsTold?: AlarmId[];
    test: TestState;
    /** °C inside the UPS, if the device reports it apart from battery and room (ups.temperature). */
    temperature?: number;
    outlets?: Outlet[];
    derived: Derived;
    environment?: Environment;
    /** Of a supply with a DC output; absent for a UPS with an AC output that tells none of it. */
    dc?: Dc;
    /** What else a device tells, under the names that its map gives. */
    channels?: Channels;
    /** The device's readable and writable settings, by name (the protocol's own names, SI units). */
    settings?: Record<string, SettingValue>;
}

/** The values that a driver has read; the unit adds the rest. Groups are replaced as a whole, not merged field by field. */
export type PartialStatus = Partial<UpsStatus>;

export interface Identity {
    manufacturer?: string;
    model?: string;
    serial?: string;
    firmware?: string;
    /** The name the device gives itself (upsIdentName), not the unit's. */
    name?: string;
}

export type BatteryState = 'normal' | 'low' | 'depleted' | 'unknown';
export type BatteryCondition = 'good' | 'weak' | 'replace';
export type ChargingState = 'floating' | 'charging' | 'resting' | 'discharging';

export interface Battery {
    state?: BatteryState;
    condition?: BatteryCondition;
    charging?: ChargingState;
    /** The counter of the device. For durations we use our own clock: see `derived.secondsOnBattery`. */
    secondsOnBattery?: number;
    /** As the device estimates it, minutes. */
    minutesRemaining?: number;
    /** 0..100 */
    chargePercent?: number;
    /** The charge at which the device reports a low battery, percent (e.g. battery.charge.low). */
    lowPercent?: number;
    /** The runtime at which the device reports a low battery, minutes (e.g. battery.runtime.low, upsConfigLowBattTime). */
    lowMinutes?: number;
    /** V DC */
    voltage?: number;
    /** V DC, from the centre tap to the positive end of the string. If the two halves drift apart, the battery is failing. */
    positiveVoltage?: number;
    /** V DC, from the negative end to the centre tap. */
    negativeVoltage?: number;
    /** A; the sign is that of the device. */
    current?: number;
    /** °C */
    temperature?: number;
    /** Day of installation, `YYYY-MM-DD`. */
    installedOn?: string;
}

export interface Line {
    /** Hz (inputs and bypass only) */
    frequency?: number;
    /** V AC RMS */
    voltage?: number;
    /** A AC RMS */
    current?: number;
    /** W; a small negative value on an idle phase is valid. */
    power?: number;
}

export interface OutputLine extends Line {
    /** Percent of the rated load on this line. */
    load?: number;
    /** VA, if the device reports it. */
    apparentPower?: number;
}

export interface Input {
    /** How often the input has been out of tolerance (upsInputLineBads). */
    lineBads?: number;
    /** V, the rated or configured value of the device (upsConfigInputVoltage, input.voltage.nominal). */
    nominalVoltage?: number;
    lines: Line[];
}

export type OutputSource = 'normal' | 'battery' | 'bypass' | 'booster' | 'reducer' | 'other' | 'none';

export interface Output {
    source?: OutputSource;
    /** The source that the device reported, if `source` differs because the rest of the reading contradicts it. */
    sourceTold?: OutputSource;
    /** Hz */
    frequency?: number;
    lines: OutputLine[];
    /** kWh since the device began to count. */
    energy?: number;
}

export interface Bypass {
    /** Hz */
    frequency?: number;
    lines: Line[];
}

export type TestResult = 'passed' | 'warning' | 'failed' | 'aborted' | 'in-progress' | 'none';

export interface TestState {
    result?: TestResult;
    /** Epoch ms */
    startedAt?: number;
    /** The device's own description of the result (upsTestResultsDetail). */
    detail?: string;
}

export interface Outlet {
    id: string;
    name?: string;
    on?: boolean;
}

/** Values that we calculate: from the battery model, and from observed discharges. */
export interface Derived {
    minutesRemaining?: number;
    /** Percentage points of charge lost per minute, now. */
    depletionPerMinute?: number;
    /** Charge estimated by the model or, while the device is silent in an outage, counted down from the last reading. */
    chargePercent?: number;
    /** Seconds since the outage began, by our own clock; 0 on mains. */
    secondsOnBattery?: number;
}

export interface Environment {
    /** °C */
    temperature?: number;
    /** % relative */
    humidity?: number;
    /** Named contacts; true = active. */
    contacts?: Record<string, boolean>;
}

/** The DC side of a supply; its battery and an AC input are told where those of a UPS are. */
export interface Dc {
    /** V DC */
    inputVoltage?: number;
    /** V DC */
    outputVoltage?: number;
    /** A DC; the sign is that of the device. */
    outputCurrent?: number;
    /** °C inside the supply. */
    temperature?: number;
}

/** A named value of a device: a number or the name of a state. With neither it exists, and is not known now. */
export interface Channel {
    value?: number;
    state?: string;
    /** Of `value`, e.g. `V`; absent: it has none. */
    unit?: string;
}

/** By name. A name may contain blanks, dots and commas. */
export type Channels = Record<string, Channel>;

export type SettingValue = string | number | boolean;

/** A status in which nothing is known. */
export function emptyStatus(time: number): UpsStatus {
    return {
        time,
        identity: {},
        battery: {},
        input: { lines: [] },
        output: { lines: [] },
        bypass: { lines: [] },
        test: {},
        derived: {},
    };
}
