import type { AlarmId } from '../../core/status/alarms';
import { textOf, type Variables } from './values';

/** What the flags of `ups.status` say as alarms (RFC 9271 section 5.1.4; TEST, ECO and the like from newer NUT). */
const FLAG_ALARMS: Readonly<Record<string, AlarmId>> = {
    OB: 'on-battery',
    LB: 'low-battery',
    HB: 'vendor:battery voltage too high',
    RB: 'battery-replace',
    BYPASS: 'on-bypass',
    CAL: 'calibration',
    OFF: 'ups-output-off',
    OVER: 'output-overload',
    FSD: 'shutdown-imminent',
    TEST: 'test-in-progress',
    ECO: 'eco-mode',
    OVERHEAT: 'temp-bad',
    NOCOMM: 'communications-lost',
    COMMBAD: 'communications-lost',
};

/** Flags that are no alarm; each shows elsewhere in the status. `WAIT` never gets this far. */
const QUIET_FLAGS = new Set(['OL', 'CHRG', 'DISCHRG', 'TRIM', 'BOOST', 'ALARM', 'ALARM_OK', 'COMM', 'WAIT', 'HE']);

/** Phrases of NUT's drivers in `ups.alarm`, which has no vocabulary of its own: inferred from drivers and dumps. */
const PHRASES: readonly [RegExp, AlarmId][] = [
    [/no battery|battery (disconnected|missing|fail)/i, 'battery-bad'],
    [/replace battery|battery needs? replac/i, 'battery-replace'],
    [/low battery|battery (is )?low/i, 'low-battery'],
    [/shutdown imminent/i, 'shutdown-imminent'],
    [/charger fail/i, 'charger-failed'],
    [/temperature (too )?high|over ?temperature|overheat/i, 'temp-bad'],
    [/overload/i, 'output-overload'],
    [/fan fail/i, 'fan-failure'],
    [/fuse fail/i, 'fuse-failure'],
    [/internal (ups )?fault|general fault/i, 'general-fault'],
    [/inverter fail/i, 'inverter-failure'],
    [/bypass not available|bypass (bad|fail)/i, 'bypass-bad'],
    [/output off|ups is off/i, 'ups-output-off'],
    [/awaiting power/i, 'awaiting-power'],
    [/communication (fault|fail|lost)/i, 'communications-lost'],
];

/** The flags of `ups.status`, which come in any order. */
export function flagsOf(variables: Variables): ReadonlySet<string> {
    return new Set((variables.get('ups.status') ?? '').trim().split(/\s+/).filter(Boolean));
}

/**
 * Every alarm that flags and texts tell, sorted. A text is kept as `vendor:<text>` beside what it means; the flag ALARM without
 * any text or other alarm is a general fault. Undefined when there are no flags: then the UPS tells no alarms at all.
 */
export function readAlarms(variables: Variables): AlarmId[] | undefined {
    const flags = flagsOf(variables);
    if (flags.size === 0) return undefined;
    const alarms = new Set<AlarmId>();
    for (const flag of flags) {
        const alarm = FLAG_ALARMS[flag];
        if (alarm) alarms.add(alarm);
        else if (!QUIET_FLAGS.has(flag)) alarms.add(`vendor:status ${flag}`);
    }
    const before = alarms.size;
    for (const text of alarmTexts(variables)) {
        alarms.add(`vendor:${text}`);
        for (const [phrase, alarm] of PHRASES) if (phrase.test(text)) alarms.add(alarm);
    }
    if (flags.has('ALARM') && alarms.size === before) alarms.add('general-fault');
    return [...alarms].sort();
}

/** Drivers write several texts into one variable, each ending with `!`, newer ones each in brackets. */
function alarmTexts(variables: Variables): string[] {
    const text = textOf(variables, 'ups.alarm');
    if (text === undefined || text === '0') return [];
    return text
        .split(/(?<=!)\s+|[[\]]/)
        .map((part) => part.trim())
        .filter(Boolean);
}
