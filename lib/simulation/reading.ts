import type { AlarmId } from '../core/status/alarms';
import type { Battery, Bypass, Input, Output, OutputSource, SettingValue } from '../core/status/status';
import type { Nameplate } from './options';
import {
    batteryVoltage,
    chargeAt,
    chargeRate,
    energyAt,
    isBelow,
    isImminent,
    loadVA,
    lowLevel,
    mainsUsable,
    minutesRemaining,
    onBattery,
} from './physics';
import type { UpsState } from './state';
import { batteryCondition } from './transitions';

/** Part of the input power that reaches the output; the rest is heat. */
const EFFICIENCY = 0.95;
const MS_PER_HOUR = 3_600_000;

export const AUDIBLE_STATUS = { on: 'enabled', off: 'disabled', mute: 'muted' } as const;

/** The state at one moment; `time` in ms of the UPS's own time. */
export interface Moment {
    state: UpsState;
    plate: Nameplate;
    time: number;
}

export function alarmsOf({ state, plate, time }: Moment): AlarmId[] {
    const charge = chargeAt(state, plate, time);
    const computed: Partial<Record<AlarmId, boolean>> = {
        'on-battery': onBattery(state, plate),
        'low-battery': isBelow(state, plate, charge, lowLevel(state, plate)),
        'depleted-battery': isBelow(state, plate, charge, plate.depletedPercent / 100),
        'temp-bad': state.temperature > plate.temperatureLimit,
        'input-bad': !mainsUsable(state, plate),
        'output-overload': loadVA(state) > plate.ratedVA,
        'on-bypass': outputSource({ state, plate, time }) === 'bypass',
        'output-off-as-requested': state.off?.reason === 'requested',
        'ups-off-as-requested': state.off?.reason === 'requested' && state.off.scope === 'system',
        'ups-output-off': state.off !== undefined,
        'ups-system-off': state.off?.scope === 'system',
        'diagnostic-test-failed': state.testResult === 'failed',
        'awaiting-power': state.off?.comesBack === true,
        'shutdown-pending': state.shutdown !== undefined && state.off === undefined,
        'shutdown-imminent': isImminent(state, plate, time),
        'test-in-progress': state.test !== undefined,
        calibration: state.test?.kind === 'full',
    };
    const present = (Object.keys(computed) as AlarmId[]).filter((alarm) => computed[alarm]);
    return [...new Set([...present, ...state.faults])].sort();
}

export function outputSource({ state, plate }: Moment): OutputSource {
    if (state.off) return 'none';
    if (onBattery(state, plate)) return 'battery';
    return state.bypass ? 'bypass' : 'normal';
}

export function batteryOf({ state, plate, time }: Moment): Battery {
    const charge = chargeAt(state, plate, time);
    const rate = chargeRate(state, plate);
    const depleted = isBelow(state, plate, charge, plate.depletedPercent / 100);
    const low = isBelow(state, plate, charge, lowLevel(state, plate));
    const voltage = batteryVoltage(plate, charge, rate);
    const capacityWattHours = (plate.loadVA * plate.powerFactor * plate.holdMinutes) / 60;
    const watts = rate * MS_PER_HOUR * capacityWattHours;
    return {
        state: depleted ? 'depleted' : low ? 'low' : 'normal',
        condition: batteryCondition(state),
        charging: rate < 0 ? 'discharging' : rate > 0 ? 'charging' : mainsUsable(state, plate) ? 'floating' : 'resting',
        secondsOnBattery: state.onBatterySince === undefined ? 0 : (time - state.onBatterySince) / 1000,
        minutesRemaining: minutesRemaining(state, plate, charge),
        chargePercent: charge * 100,
        voltage,
        current: watts / voltage,
        temperature: state.temperature,
        installedOn: plate.batteryInstalledOn,
    };
}

export function inputOf({ state, plate }: Moment): Input {
    const share = (loadVA(state) * plate.powerFactor) / EFFICIENCY / plate.phases;
    const feeds = mainsUsable(state, plate) && !onBattery(state, plate);
    const power = feeds ? share : 0;
    return {
        lineBads: state.lineBads,
        lines: perPhase(plate, () => ({
            frequency: state.mains ? state.inputFrequency : 0,
            voltage: state.mains ? state.inputVoltage : 0,
            current: feeds ? power / plate.powerFactor / state.inputVoltage : 0,
            power,
        })),
    };
}

export function outputOf(moment: Moment): Output {
    const { state, plate, time } = moment;
    const va = loadVA(state) / plate.phases;
    const on = state.off === undefined;
    const bypassed = outputSource(moment) === 'bypass';
    const voltage = !on ? 0 : bypassed ? state.inputVoltage : (state.traits?.outputVoltage ?? plate.nominalVoltage);
    return {
        source: outputSource(moment),
        frequency: !on ? 0 : bypassed ? state.inputFrequency : plate.nominalFrequency,
        lines: perPhase(plate, () => ({
            voltage,
            current: voltage ? va / voltage : 0,
            power: va * plate.powerFactor,
            load: (va / (plate.ratedVA / plate.phases)) * 100,
            apparentPower: va,
        })),
        energy: energyAt(state, plate, time),
    };
}

export function bypassOf(moment: Moment): Bypass {
    const { state, plate } = moment;
    const carries = outputSource(moment) === 'bypass';
    const va = carries ? loadVA(state) / plate.phases : 0;
    return {
        frequency: state.mains ? state.inputFrequency : 0,
        lines: perPhase(plate, () => ({
            voltage: state.mains ? state.inputVoltage : 0,
            current: carries ? va / state.inputVoltage : 0,
            power: va * plate.powerFactor,
        })),
    };
}

/** Settings under the names of RFC 1628, in SI units; commands.ts lists those that `set` accepts. */
export function settingsOf({ state, plate, time }: Moment): Record<string, SettingValue> {
    const left = (at: number | undefined) => (at === undefined ? -1 : Math.ceil((at - time) / 1000));
    return {
        upsIdentName: state.name,
        upsIdentAttachedDevices: state.attachedDevices,
        upsShutdownType: state.shutdownType,
        upsShutdownAfterDelay: left(state.shutdown?.at),
        upsStartupAfterDelay: left(state.startupAt),
        upsRebootWithDuration: left(state.rebooting ? state.startupAt : undefined),
        upsAutoRestart: state.autoRestart,
        upsConfigInputVoltage: plate.nominalVoltage,
        upsConfigInputFreq: plate.nominalFrequency,
        upsConfigOutputVoltage: plate.nominalVoltage,
        upsConfigOutputFreq: plate.nominalFrequency,
        upsConfigOutputVA: plate.ratedVA,
        upsConfigOutputPower: plate.ratedVA * plate.powerFactor,
        upsConfigLowBattTime: state.lowMinutes,
        upsConfigAudibleStatus: AUDIBLE_STATUS[state.buzzer],
        upsConfigLowVoltageTransferPoint: state.lowTransferVoltage,
        upsConfigHighVoltageTransferPoint: state.highTransferVoltage,
    };
}

function perPhase<T>(plate: Nameplate, line: () => T): T[] {
    return Array.from({ length: plate.phases }, line);
}
