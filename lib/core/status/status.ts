import type { AlarmId } from './alarms';

/**
 * What a UPS says of itself: RFC 1628's objects in SI units. `undefined` means not known;
 * sentinels (-1, 65535, 999, 9999, NULL) never get this far: they end at the protocol's edge.
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
     * Seconds since the agent (the card) that is asked began to run, e.g. sysUpTime. One that goes back has restarted: what it counts
     * begins anew, and what it says first may be what it does not know yet.
     */
    agentUptime?: number;
    /** Alarms present, sorted; `undefined` when the device cannot tell alarms. */
    alarms?: AlarmId[];
    /**
     * The only alarms that this path to the UPS can tell, e.g. the contacts that are wired; `undefined` = all. The absence of any other
     * alarm in `alarms` says nothing.
     */
    alarmsTold?: AlarmId[];
    test: TestState;
    /** °C inside the UPS, where the device tells it apart from battery and room (ups.temperature). */
    temperature?: number;
    outlets?: Outlet[];
    derived: Derived;
    environment?: Environment;
    /** What the device lets one read and write, by name (protocol's own names, SI units). */
    settings?: Record<string, SettingValue>;
}

/** A driver reports what it read; the unit fills in the rest. Groups are replaced whole, not merged field by field. */
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
    /** As the device counts it. Durations are taken from our own clock: see `derived.secondsOnBattery`. */
    secondsOnBattery?: number;
    /** As the device estimates it, minutes. */
    minutesRemaining?: number;
    /** 0..100 */
    chargePercent?: number;
    /** At which charge the device calls its battery low, percent (e.g. battery.charge.low). */
    lowPercent?: number;
    /** At which runtime the device calls its battery low, minutes (e.g. battery.runtime.low, upsConfigLowBattTime). */
    lowMinutes?: number;
    /** V DC */
    voltage?: number;
    /** V DC, from the centre tap to the positive end of the string: two halves that drift apart are a battery going bad. */
    positiveVoltage?: number;
    /** V DC, from the negative end to the centre tap. */
    negativeVoltage?: number;
    /** A; positive is whatever the device calls positive. */
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
    /** W; a small negative value on an idle phase is a reading. */
    power?: number;
}

export interface OutputLine extends Line {
    /** Percent of the rated load on this line. */
    load?: number;
    /** VA, where the device tells it. */
    apparentPower?: number;
}

export interface Input {
    /** How often the input has been out of tolerance (upsInputLineBads). */
    lineBads?: number;
    /** V, as the device is rated or set (upsConfigInputVoltage, input.voltage.nominal). */
    nominalVoltage?: number;
    lines: Line[];
}

export type OutputSource = 'normal' | 'battery' | 'bypass' | 'booster' | 'reducer' | 'other' | 'none';

export interface Output {
    source?: OutputSource;
    /** What the device has said, where `source` is something else because the rest of the reading contradicts it. */
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
    /** What the device says of it (upsTestResultsDetail). */
    detail?: string;
}

export interface Outlet {
    id: string;
    name?: string;
    on?: boolean;
}

/** Ours, not the device's: from the battery model, then from observed discharges. */
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
