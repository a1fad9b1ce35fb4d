import type { AlarmId } from '../../core/status/alarms';
import type { OutputSource } from '../../core/status/status';
import { readText } from '../shared/read-text';
import { NAME } from './names';
import type { Variables } from './values';

export type Flags = ReadonlySet<string>;

/**
 * What the flags of `ups.status` say as alarms (RFC 9271 section 5.1.4; TEST, ECO and the like from newer NUT). DISCHRG and CHRG are told
 * as `battery.charging`, TEST with the result of the test (see test-flag.ts), LB also as `battery.state`.
 */
export const FLAG_ALARMS: Readonly<Record<string, AlarmId>> = {
    OB: 'on-battery',
    LB: 'low-battery',
    HB: 'vendor:battery voltage too high',
    RB: 'battery-replace',
    BYPASS: 'on-bypass',
    CAL: 'calibration',
    OFF: 'ups-output-off',
    OVER: 'output-overload',
    FSD: 'shutdown-imminent',
    ECO: 'eco-mode',
    OVERHEAT: 'temp-bad',
    NOCOMM: 'communications-lost',
    COMMBAD: 'communications-lost',
};

/** Flags that are no alarm; each shows elsewhere in the status, or says nothing (`HE`, high efficiency, is told by ECO's own drivers). */
const QUIET_FLAGS = new Set('OL CHRG DISCHRG TRIM BOOST ALARM ALARM_OK COMM COMMOK WAIT HE TEST'.split(' '));

/** A text with more words than this is not a status. */
const MOST_FLAGS = 64;

/** The flags of `ups.status`, which come in any order; upper case, as NUT's own drivers write them. */
export function flagsOf(variables: Variables): Flags {
    const words = (variables.get(NAME.status) ?? '').split(/[\s,;|]+/).flatMap((word) => readText(word, 40) ?? []);
    return new Set(words.slice(0, MOST_FLAGS).map((word) => word.toUpperCase()));
}

/** NUT's driver runs, but has not read its UPS yet: its other values are old. */
export function isWaiting(flags: Flags): boolean {
    return flags.has('WAIT');
}

/** OL and OB together contradict each other: neither counts. */
function contradicts(flags: Flags): boolean {
    return flags.has('OL') && flags.has('OB');
}

/**
 * What feeds the output; undefined where the flags do not say, or say two things at once. OFF and BYPASS are said beside OL or OB and
 * tell more; a UPS on battery boosts and trims nothing that would matter.
 */
export function sourceOf(flags: Flags): OutputSource | undefined {
    if (isWaiting(flags)) return undefined;
    if (flags.has('OFF')) return 'none';
    if (flags.has('BYPASS')) return 'bypass';
    if (contradicts(flags)) return undefined;
    if (flags.has('OB')) return 'battery';
    const regulates = [flags.has('BOOST') && 'booster', flags.has('TRIM') && 'reducer'].filter(Boolean);
    if (regulates.length === 1) return regulates[0] as OutputSource;
    return flags.has('OL') ? 'normal' : undefined;
}

/** Whether the absence of OB means that there is no outage. */
export function tellsMains(flags: Flags): boolean {
    return !contradicts(flags) && (flags.has('OB') || sourceOf(flags) !== undefined);
}

/**
 * The alarms that flags raise. A flag that nobody knows may be an alarm: it is raised as `vendor:status <flag>`, as NUT's own upsmon
 * notifies of it (NOTIFY_OTHER).
 */
export function flagAlarms(flags: Flags, ignoreLowBattery: boolean): AlarmId[] {
    const alarms = new Set<AlarmId>();
    for (const flag of flags) {
        const alarm = FLAG_ALARMS[flag];
        if (flag === 'LB' && ignoreLowBattery) continue;
        if (flag === 'OB' && contradicts(flags)) alarms.add('vendor:status OL and OB at once');
        else if (alarm) alarms.add(alarm);
        else if (!QUIET_FLAGS.has(flag)) alarms.add(`vendor:status ${flag}`);
    }
    return [...alarms];
}
