import type { Part } from '../language/sentence';
import { durationText } from '../duration';
import type { AlarmId } from '../status/alarms';
import type { UpsStatus } from '../status/status';
import type { UpsEventId } from './ids';

/** What one reading says about an event. `undefined` instead of a verdict: it says nothing, and the event stays as it is. */
export interface Verdict {
    active: boolean;
    rule: string;
    values: Record<string, Part>;
    /** It ends the event only if this rule has begun it: the device cannot report by what another path may have begun it. */
    endsOnlyOwn?: true;
}

export type Rule = (status: UpsStatus) => Verdict | undefined;

/** Whether the device can report these alarms at all: otherwise their absence does not mean that they are over. */
export function reportsAlarms(
    { alarms, alarmsTold }: Pick<UpsStatus, 'alarms' | 'alarmsTold'>,
    ids: readonly AlarmId[],
): boolean {
    return alarms !== undefined && (alarmsTold === undefined || ids.some((id) => alarmsTold.includes(id)));
}

/** The device can report these alarms, and does not. One object for all: nearly every reading says so of nearly every alarm. */
const NO_ALARM: Verdict = Object.freeze({ active: false, rule: 'alarm', values: Object.freeze({ alarm: 'none' }) });

/** The active one of two verdicts, else the one that there is. */
export function worse(a: Verdict | undefined, b: Verdict | undefined): Verdict | undefined {
    return b?.active && !a?.active ? b : (a ?? b);
}

/** Active when any of these alarms is present; unknown when the device can report none of them. */
function alarm(...ids: AlarmId[]): Rule {
    return (status) => {
        const present = status.alarms?.length ? ids.filter((id) => status.alarms!.includes(id)) : [];
        if (present.length > 0) return { active: true, rule: 'alarm', values: { alarm: present.join(' ') } };
        return reportsAlarms(status, ids) ? NO_ALARM : undefined;
    };
}

/** Active when `read` gives one of `states`; unknown when it gives undefined. One object for each value: every reading asks. */
function state<T extends string>(name: string, read: (status: UpsStatus) => T | undefined, ...states: T[]): Rule {
    const verdicts = new Map<T, Verdict>();
    return (status) => {
        const value = read(status);
        if (value === undefined) return undefined;
        const known = verdicts.get(value);
        if (known) return known;
        const values = Object.freeze({ [name]: value });
        const verdict = Object.freeze({ active: states.includes(value), rule: name, values });
        verdicts.set(value, verdict);
        return verdict;
    };
}

/** The first active verdict, or else the first verdict at all. */
function any(...rules: Rule[]): Rule {
    return (status) => {
        let first: Verdict | undefined;
        for (const rule of rules) {
            const verdict = rule(status);
            if (verdict?.active) return verdict;
            first ??= verdict;
        }
        return first;
    };
}

/**
 * As `any`, for a value and its alarm. If the device can report some alarms but not this one, its value begins the event, and a value of "normal" ends
 * what a value has begun: another path may have reported the alarm.
 */
function stateOrAlarm(byState: Rule, ...ids: AlarmId[]): Rule {
    const either = any(byState, alarm(...ids));
    return (status) => {
        const verdict = either(status);
        const blind = status.alarmsTold !== undefined && !reportsAlarms(status, ids);
        return verdict && !verdict.active && blind ? { ...verdict, endsOnlyOwn: true } : verdict;
    };
}

const VENDOR = 'vendor:';
const WORD_BREAK = '; ';

/** Alarms of the device that have no event of ours, in the device's own words. */
const deviceAlarm: Rule = (status) => {
    const words = (status.alarms ?? []).filter((id) => id.startsWith(VENDOR)).map((id) => id.slice(VENDOR.length));
    if (words.length > 0) return { active: true, rule: 'alarm', values: { alarm: words.join(WORD_BREAK) } };
    const { alarms, alarmsTold } = status;
    const reports = alarms !== undefined && (alarmsTold?.some((id) => id.startsWith(VENDOR)) ?? true);
    return reports ? NO_ALARM : undefined;
};

/** Whether the device has raised an alarm that was not among those `before`. Alarms that came while this program was down do not count as new. */
export function hasNewAlarm(now: Verdict, before: Verdict | undefined): boolean {
    if (!now.active || !before?.active) return false;
    const known = String(before.values.alarm).split(WORD_BREAK);
    return String(now.values.alarm)
        .split(WORD_BREAK)
        .some((word) => !known.includes(word));
}

/** If the device reports "battery low" with more charge or runtime than this, the report is doubtful. */
const DOUBTFUL_PERCENT = 50;
const DOUBTFUL_MINUTES = 10;

/** Which value contradicts the device's "battery low", for people; undefined: none. */
export function valueAgainstLow({ battery }: UpsStatus): string | undefined {
    const { chargePercent: charge, minutesRemaining: minutes, lowPercent, lowMinutes } = battery;
    const enough = charge !== undefined && charge > Math.max(DOUBTFUL_PERCENT, lowPercent ?? 0);
    const lasts = minutes === undefined || minutes > Math.max(DOUBTFUL_MINUTES, lowMinutes ?? 0);
    if (!enough || !lasts) return undefined;
    const runtime = minutes === undefined ? '' : `, ${durationText(minutes * 60)}`;
    return `${Math.round(charge)} %${runtime}`;
}

/** Plausible limits of a device; with others the battery would be low all the time. */
const usableLimit = (limit: number | undefined, most: number) => limit !== undefined && limit > 0 && limit <= most;

/** In an outage, a battery that has reached the device's own limits is low, even if the device does not report it. */
export const lowByLimits: Rule = ({ battery }) => {
    const { chargePercent: charge, minutesRemaining: minutes, lowPercent, lowMinutes } = battery;
    const byCharge = usableLimit(lowPercent, 80) && charge !== undefined && charge <= lowPercent!;
    const byRuntime = usableLimit(lowMinutes, 60) && minutes !== undefined && minutes <= lowMinutes!;
    if (!byCharge && !(byRuntime && !(charge !== undefined && charge > DOUBTFUL_PERCENT))) return undefined;
    const values = byCharge
        ? { 'battery.chargePercent': charge, 'battery.lowPercent': lowPercent }
        : { 'battery.minutesRemaining': minutes, 'battery.lowMinutes': lowMinutes };
    return { active: true, rule: "the device's own limit of a low battery", values };
};

const batteryState = (status: UpsStatus) => (status.battery.state === 'unknown' ? undefined : status.battery.state);

const low = stateOrAlarm(state('battery.state', batteryState, 'low', 'depleted'), 'low-battery');

function lowWithDoubt(status: UpsStatus): Verdict | undefined {
    const verdict = low(status);
    const doubt = verdict?.active ? valueAgainstLow(status) : undefined;
    return verdict && doubt ? { ...verdict, values: { ...verdict.values, doubt } } : verdict;
}

/** Whether a battery test or calibration is running, by alarm or by test result. */
export const testRunning: Rule = any(
    alarm('test-in-progress', 'calibration'),
    state('test.result', (status) => status.test.result, 'in-progress'),
);

/**
 * The events that a single reading decides, in RFC 1628's terms (upsAlarm group, section 4; upsBatteryStatus). Outage, lost
 * communication, age of the battery, system shutdown and passed tests need more than one reading: see EventEngine.
 */
export const READING_RULES: Partial<Record<UpsEventId, Rule>> = {
    'battery-low': lowWithDoubt,
    'battery-depleted': stateOrAlarm(state('battery.state', batteryState, 'depleted'), 'depleted-battery'),
    'battery-bad': stateOrAlarm(
        state('battery.condition', (status) => status.battery.condition, 'replace'),
        'battery-bad',
        'battery-replace',
    ),
    'battery-weak': stateOrAlarm(
        state('battery.condition', (status) => status.battery.condition, 'weak'),
        'battery-weak',
    ),
    'on-bypass': stateOrAlarm(
        state('output.source', (status) => status.output.source, 'bypass'),
        'on-bypass',
    ),
    'bypass-bad': alarm('bypass-bad'),
    overload: alarm('output-overload'),
    'over-temperature': alarm('temp-bad'),
    'input-bad': alarm('input-bad'),
    'output-bad': alarm('output-bad'),
    'output-off': stateOrAlarm(
        state('output.source', (status) => status.output.source, 'none'),
        'ups-output-off',
        'output-off-as-requested',
    ),
    'ups-off': alarm('ups-system-off', 'ups-off-as-requested'),
    'charger-failed': alarm('charger-failed'),
    'fan-failure': alarm('fan-failure'),
    'fuse-failure': alarm('fuse-failure'),
    'general-fault': alarm('general-fault'),
    'inverter-failure': alarm('inverter-failure'),
    'eco-mode': alarm('eco-mode'),
    'test-in-progress': testRunning,
    'test-failed': stateOrAlarm(
        state('test.result', (status) => status.test.result, 'failed'),
        'diagnostic-test-failed',
    ),
    'awaiting-power': alarm('awaiting-power'),
    'shutdown-pending': alarm('shutdown-pending'),
    'shutdown-imminent': alarm('shutdown-imminent'),
    'emergency-power-off': alarm('emergency-power-off'),
    'redundancy-lost': alarm('redundancy-lost'),
    'generator-on': alarm('generator-on'),
    'device-alarm': deviceAlarm,
    'battery-charging': state('battery.charging', (status) => status.battery.charging, 'charging'),
};

/** The same as a list. */
export const READING_RULE_LIST = Object.entries(READING_RULES) as readonly (readonly [UpsEventId, Rule])[];
