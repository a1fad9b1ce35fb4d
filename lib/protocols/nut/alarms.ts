import { EXTENDED_ALARMS, WELL_KNOWN_ALARMS, type AlarmId } from '../../core/status/alarms';
import type { PartialStatus } from '../../core/status/status';
import { readText } from '../shared/read-text';
import { alarmsOf, alarmTexts } from './alarm-words';
import { NAME } from './names';
import { flagAlarms, isWaiting, tellsMains, type Flags } from './status-flags';
import type { Variables } from './values';

export interface AlarmOptions {
    /** The flag LB is ignored, and so is a text that says the same. */
    ignoreLowBattery: boolean;
    /** A test runs: see test-flag.ts. */
    testRunning: boolean;
}

const ALL_BUT_OUTAGES: AlarmId[] = [...WELL_KNOWN_ALARMS, ...EXTENDED_ALARMS]
    .filter((id) => id !== 'on-battery')
    .sort();

/**
 * Every alarm that flags and texts tell, sorted. A text that our list knows is told by its id, every other as `vendor:<text>`; the flag ALARM
 * without any text is a general fault. Absent where the UPS tells no alarms at all: no flags and no text, or a driver that has not read its
 * UPS yet. `alarmsTold` leaves out the outage where the flags say nothing of the mains, or two things at once.
 */
export function readAlarms(
    variables: Variables,
    flags: Flags,
    { ignoreLowBattery, testRunning }: AlarmOptions,
): Pick<PartialStatus, 'alarms' | 'alarmsTold'> {
    if (isWaiting(flags)) return {};
    const alarms = new Set(flagAlarms(flags, ignoreLowBattery));
    if (testRunning) alarms.add('test-in-progress');
    const texts = textAlarms(variables, flags);
    for (const alarm of texts) {
        if (alarm !== 'low-battery' || !ignoreLowBattery) alarms.add(alarm);
        else alarms.add('state:low battery');
    }
    if (flags.size === 0 && texts.length === 0) return {};
    if (flags.has('ALARM') && texts.length === 0) alarms.add('general-fault');
    return { alarms: [...alarms].sort(), ...(tellsMains(flags) ? {} : { alarmsTold: ALL_BUT_OUTAGES }) };
}

/** `ups.alarm`, and what newer drivers put below other names (`outlet.1.alarm`), with the name. */
function textAlarms(variables: Variables, flags: Flags): AlarmId[] {
    const alarms: AlarmId[] = [];
    for (const [name, value] of variables) {
        if (name === NAME.alarm) alarms.push(...alarmTexts(value).flatMap((text) => upsAlarms(text, flags)));
        else if (/^(input|output|battery|outlet)\b.*\.alarm$/.test(name)) {
            alarms.push(...alarmTexts(value).map((text) => `vendor:${readText(`${name}: ${text}`)!}` as const));
        }
    }
    return alarms;
}

/** A text "on battery" counts like the flag OB; together with the flag OL it is only reported in the device's words. */
function upsAlarms(text: string, flags: Flags): AlarmId[] {
    if (!/^(ups[ _])?on[ _]battery\W*$/i.test(text)) return alarmsOf(text);
    return flags.has('OL') ? [`vendor:${text}`] : ['on-battery'];
}
