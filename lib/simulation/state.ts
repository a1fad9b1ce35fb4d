import type { AlarmId } from '../core/status/alarms';
import type { TestResult } from '../core/status/status';
import type { Nameplate } from './options';

export type TestKind = 'quick' | 'self' | 'full' | 'custom';

export interface LoadState {
    name: string;
    va: number;
    shutdownSeconds: number;
    /** Draws power (while the output is on), also while it shuts down. */
    on: boolean;
    /** When its shutdown will have ended. */
    offAt?: number;
    /** When an outlet that was cycled comes on again. */
    onAt?: number;
}

/** In what one make differs from RFC 1628 and from what its nameplate says. */
export interface Traits {
    /** Whether the UPS comes back with the mains is decided when the shutdown is ordered, and not by an outage that begins later. */
    returnDecidedAtOrder?: boolean;
    /** Seconds that it waits once the mains are back. */
    bootDelaySeconds?: number;
    /** V; the nominal one if absent. */
    outputVoltage?: number;
    /** A test of its own length fails below so many V of the battery. */
    testFailsBelow?: number;
}

/**
 * All that a simulated UPS remembers, as plain data: a snapshot is a copy of it. Times are milliseconds of the UPS's own life,
 * so that they stay true in another process, whose monotonic clock has another origin.
 *
 * Charge and energy are those at `time`, the last transition. Between transitions they change linearly and are computed, never
 * accumulated: the course does not depend on how often anybody looks.
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
    /** VA beyond the named loads. */
    otherVA: number;
    loads: LoadState[];
    faults: AlarmId[];
    /** Present while the output is off. */
    off?: { reason: 'depleted' | 'requested'; scope: 'output' | 'system'; comesBack: boolean };
    /** `inOutage`: mains was absent when it was asked for or at some time since. */
    shutdown?: { at: number; scope: 'output' | 'system'; inOutage: boolean };
    startupAt?: number;
    /** The pending startup ends a reboot. */
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
