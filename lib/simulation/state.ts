import type { AlarmId } from '../core/status/alarms';
import type { TestResult } from '../core/status/status';
import type { Nameplate } from './options';

export type TestKind = 'quick' | 'self' | 'full' | 'custom';

export interface LoadState {
    name: string;
    va: number;
    shutdownSeconds: number;
    /** It draws power (while the output is on), also while it shuts down. */
    on: boolean;
    /** The end of its shutdown, ms of the UPS's own time. */
    offAt?: number;
    /** When the outlet of a power cycle comes on again, ms of the UPS's own time. */
    onAt?: number;
}

/** Differences of a make from RFC 1628, and from its nameplate. */
export interface Traits {
    /** Whether the UPS comes back with the mains is decided at the shutdown command; an outage that begins later changes nothing. */
    returnDecidedAtOrder?: boolean;
    /** Seconds from the return of the mains until it starts. */
    bootDelaySeconds?: number;
    /** V; default: the nominal voltage. */
    outputVoltage?: number;
    /** A test of its own length fails if the battery voltage is lower, V. */
    testFailsBelow?: number;
}

/**
 * The state of a simulated UPS, as JSON data: a snapshot is a copy of it. Times are ms of the UPS's own time, so that they stay true in
 * another process, whose monotonic clock has another origin.
 *
 * Charge and energy are those at `time`, the last transition. Between transitions they change linearly and are calculated, never
 * accumulated: the course does not depend on how often the UPS is read.
 */
export interface UpsState {
    time: number;
    /** 0..1 */
    charge: number;
    /** kWh delivered. */
    energy: number;
    mains: boolean;
    inputVoltage: number;
    inputFrequency: number;
    temperature: number;
    bypass: boolean;
    /** Load besides the named ones, VA. */
    otherVA: number;
    loads: LoadState[];
    faults: AlarmId[];
    /** Present while the output is off. */
    off?: { reason: 'depleted' | 'requested'; scope: 'output' | 'system'; comesBack: boolean };
    /** `inOutage`: the mains were absent at the command, or at some time since. */
    shutdown?: { at: number; scope: 'output' | 'system'; inOutage: boolean };
    startupAt?: number;
    /** The pending startup belongs to a reboot. */
    rebooting: boolean;
    onBatterySince?: number;
    lineBads: number;
    inputBad: boolean;
    /** Since when the mains can carry the load. */
    usableSince?: number;
    traits?: Traits;
    test?: { kind: TestKind; endsAt?: number };
    testResult: TestResult;
    testDetail: string;
    /** Epoch ms */
    testStartedAt?: number;
    buzzer: 'on' | 'off' | 'mute';
    autoRestart: boolean;
    lowMinutes: number;
    shutdownType: 'output' | 'system';
    name: string;
    attachedDevices: string;
    lowTransferVoltage: number;
    highTransferVoltage: number;
}

export function initialState(plate: Nameplate): UpsState {
    return {
        time: 0,
        charge: plate.chargePercent / 100,
        energy: 0,
        mains: true,
        inputVoltage: plate.nominalVoltage,
        inputFrequency: plate.nominalFrequency,
        temperature: plate.temperature,
        bypass: false,
        otherVA: plate.loads.length ? 0 : plate.loadVA,
        loads: plate.loads.map((load) => ({ ...load, on: true })),
        faults: [],
        rebooting: false,
        lineBads: 0,
        inputBad: false,
        testResult: 'none',
        testDetail: '',
        buzzer: 'on',
        autoRestart: plate.autoRestart,
        lowMinutes: plate.lowMinutes,
        shutdownType: 'output',
        name: plate.identity.name,
        attachedDevices: plate.loads.map((load) => load.name).join(', '),
        lowTransferVoltage: Math.round(plate.nominalVoltage * 0.85),
        highTransferVoltage: Math.round(plate.nominalVoltage * 1.15),
    };
}
