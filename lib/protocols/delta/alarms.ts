import type { AlarmId } from '../../core/status/alarms';
import type { Answer } from './polls';

/** Fields of STA as alarms. `buzzer` and `buzzerEnabled` are settings and reported there. */
const STA_ALARMS: Record<string, AlarmId> = {
    temperature: 'temp-bad',
    inputBad: 'input-bad',
    outputBad: 'output-bad',
    overload: 'output-overload',
    bypassBad: 'bypass-bad',
    outputOff: 'output-off-as-requested',
    shutdown: 'ups-off-as-requested',
    charger: 'charger-failed',
    systemOff: 'ups-system-off',
    fan: 'fan-failure',
    fuse: 'fuse-failure',
    general: 'general-fault',
    awaitingPower: 'awaiting-power',
    shutdownPending: 'shutdown-pending',
    shutdownImminent: 'shutdown-imminent',
    economic: 'eco-mode',
    inverter: 'inverter-failure',
    emergencyPowerOff: 'emergency-power-off',
};

export interface AlarmSources {
    STA?: Answer;
    STB?: Answer;
    STO?: Answer;
    TSR?: Answer;
}

export const SOURCE_BATTERY = 1;
const SOURCE_BYPASS = [2, 5];
const DISCHARGING = 3;
export const TEST_IN_PROGRESS = 2;
const TEST_FAILED = [3, 4, 5];

/**
 * `alarms`: the active ones; `alarmsTold`: all that this UPS reports, since a UPS may leave fields empty. `inputBad` is the
 * protocol's sign of a power failure, and no test sets it (UPS serial protocol 1.44, "Regular Format Messages: Polling Commands",
 * STA). While the battery is in use, it means `on-battery`.
 */
export function readAlarms({ STA, STB, STO, TSR }: AlarmSources): { alarms: AlarmId[]; alarmsTold: AlarmId[] } {
    const told = new Map<AlarmId, boolean>();
    const tell = (alarm: AlarmId, known: unknown, active: boolean) => {
        if (known !== undefined) told.set(alarm, active);
    };
    for (const [field, alarm] of Object.entries(STA_ALARMS)) tell(alarm, STA?.[field], STA?.[field] === 1);
    const inUse = STO?.source === SOURCE_BATTERY || STB?.charging === DISCHARGING;
    tell('on-battery', STA?.inputBad, STA?.inputBad === 1 && inUse);
    tell('on-bypass', STO?.source, SOURCE_BYPASS.includes(STO?.source as number));
    tell('low-battery', STB?.state, STB?.state === 1);
    tell('depleted-battery', STB?.state, STB?.state === 2);
    tell('battery-weak', STB?.condition, STB?.condition === 1);
    tell('battery-replace', STB?.condition, STB?.condition === 2);
    tell('test-in-progress', TSR?.result, TSR?.result === TEST_IN_PROGRESS);
    tell('diagnostic-test-failed', TSR?.result, TEST_FAILED.includes(TSR?.result as number));
    const names = [...told.keys()].sort();
    return { alarms: names.filter((name) => told.get(name)), alarmsTold: names };
}
