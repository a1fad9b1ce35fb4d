import type { BatteryConfig } from '../../lib/core/batteries/battery-config';
import type { SettingsOf } from '../../lib/core/settings';
import { limitsOfRows, type LimitRow } from '../shared/fields/battery-limits';
import type { settings } from './ups-battery.settings';

/** The settings of an `ups-battery` as the rules read them. */
export function batteryConfigOf(own: SettingsOf<typeof settings>): BatteryConfig {
    const { installedOn } = own;
    return {
        nominalVoltage: own.nominalVoltage,
        chemistry: own.chemistry,
        capacityAh: own.capacityAh,
        modules: own.modules,
        strings: own.strings,
        stringNames: own.stringNames,
        twoJars: own.twoJars,
        offsets: {
            voltage: own.voltageOffset,
            impedance: own.impedanceOffset,
            temperature: own.temperatureOffset,
        },
        currentSensors: own.currentSensors,
        currentMultiplier: own.currentMultiplier,
        detection: {
            method: own.detection,
            dischargeBelow: own.dischargeBelow,
            chargeAbove: own.chargeAbove,
            ratedVoltage: own.ratedVoltage,
            chargingVoltage: own.chargingVoltage,
            endVoltage: own.endVoltage,
        },
        limits: limitsOfRows(own.limits as LimitRow[]),
        runaway: own.runaway && {
            // 0: no difference is too large.
            aboveOthers: own.aboveOthers || Infinity,
            aboveAmbient: own.aboveAmbient || Infinity,
            highest: own.highest,
            risePerHour: own.risePerHour,
            mostCurrent: own.mostCurrent,
            minutes: own.runawayMinutes,
            countdownMinutes: own.countdownMinutes,
            inDischarge: own.inDischarge,
        },
        alarmDelayMinutes: own.alarmDelayMinutes,
        deviationDelayMinutes: own.deviationDelayMinutes,
        dischargeLimit: own.dischargeLimit,
        staleSeconds: own.staleSeconds,
        impedanceWaitMinutes: own.impedanceWaitMinutes,
        baselineMonths: own.baselineMonths,
        ...(installedOn !== '' && { installedAt: Date.parse(installedOn) }),
    };
}
