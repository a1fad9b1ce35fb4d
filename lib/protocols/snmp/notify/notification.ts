import { EVENT_ALARMS } from '../../../core/events/event-alarms';
import { WELL_KNOWN_ALARMS } from '../../../core/status/alarms';
import type { EventInfo } from '../../../core/messages';
import type { UpsStatus } from '../../../core/status/status';
import { ALARM_IDS, SCALARS, TEST_IDS, UPS_MIB } from '../oids';

export interface NotifyVarbind {
    oid: string;
    type: 'integer' | 'text' | 'oid' | 'ticks';
    value: number | string;
}

/** One notification of RFC 1628 (section 4, upsTraps), or of a battery. */
export interface Notification {
    /** 1 on battery, 2 test completed, 3 alarm entry added, 4 alarm entry removed. */
    trap: 1 | 2 | 3 | 4;
    /** snmpTrapOID; absent: that of upsTraps. */
    oid?: string;
    varbinds: NotifyVarbind[];
    /** Key of the throttle: one receiver gets the same subject at most once in 5 s (RFC 1628, upsTrapAlarmEntryAdded). */
    about: string;
}

/** Values from the device and from the node's settings. */
export interface NotifyContext {
    status: UpsStatus | undefined;
    /** Index of the alarm's row: the same for on edge and off edge. */
    row: number;
    /** OID under which alarms are numbered that RFC 1628 lacks. */
    alarmRoot: string;
    /** `upsConfigLowBattTime` in minutes, if the device does not report it. */
    lowBattMinutes: number;
    /** `upsEstimatedMinutesRemaining` if it is unknown. */
    unknownMinutes: number;
    /** Epoch ms */
    now: number;
    /** Also sends the alarm entries of battery operation and of tests, which RFC 1628 omits. */
    everyAlarm: boolean;
    /** Our sysUpTime at the event, in hundredths of a second. */
    upTime: number;
}

export const TRAP_ROOT = `${UPS_MIB}.2`;
/** RFC 1628: upsTrapOnBattery is repeated at this interval while the output is on battery. */
export const ON_BATTERY_EVERY_MS = 60_000;
/** RFC 1628: minimum time between two alarm traps to one receiver. */
export const ALARM_GAP_MS = 5000;

const ALARM_ENTRY = `${UPS_MIB}.1.6.2.1`;
const TEST_ELAPSED = `${UPS_MIB}.1.7.6.0`;

/** Further events of a UPS, numbered under the alarm root; all other events get number 1000. */
const FURTHER = [
    ...['battery-weak', 'battery-too-old', 'inverter-failure', 'eco-mode', 'test-passed', 'emergency-power-off'],
    ...['redundancy-lost', 'generator-on', 'battery-charging', 'system-shutdown'],
    ...['device-alarm', 'outages-unseen', 'paths-disagree'],
];
const OTHERS = 1000;
const TEXT = 2000;
/** upsTestResultsSummary */
const RESULTS: Readonly<Record<string, number>> = {
    passed: 1,
    warning: 2,
    failed: 3,
    aborted: 4,
    'in-progress': 5,
    none: 6,
};
/** RFC 1628 sends no alarm entry for a test, and for battery operation only the removal: upsTrapOnBattery reports the beginning. */
const leftOut = ({ id, active }: EventInfo) => id === 'test-in-progress' || (id === 'power-fail' && active);
/** Characters of a DisplayString (RFC 2579), which is ASCII. */
const LONGEST_TEXT = 255;

/**
 * The notifications for one edge of an event: `upsTrapOnBattery` at the beginning of a power failure (repeated every minute),
 * `upsTrapTestCompleted` when a test has ended, alarm entries for all other events.
 */
export function notificationsOf(event: EventInfo, context: NotifyContext): Notification[] {
    const list: Notification[] = [];
    if (event.id === 'power-fail' && event.active) list.push(onBattery(event, context));
    const tested = event.id === 'test-passed' || event.id === 'test-failed';
    if (tested && event.active) list.push(testCompleted(event, context));
    const left = event.id === 'test-passed' || (leftOut(event) && !context.everyAlarm);
    if (!left) list.push(alarmEntry(event, context));
    return list;
}

/** Whether the first of the notifications is repeated every minute while the event lasts. */
export function repeats(event: EventInfo): boolean {
    return event.id === 'power-fail' && event.active;
}

/** A harmless notification for the Test button: the removal of an alarm entry that never existed. */
export function testNotification(text: string, context: NotifyContext): Notification {
    return { trap: 4, varbinds: entry(0, `${context.alarmRoot}.0`, text, context), about: 'test' };
}

/** Contains all objects of the trap in the order of the MIB: some receivers rely on positions (RFC 3416 section 4.2.6). */
function onBattery({ since }: EventInfo, context: NotifyContext): Notification {
    const { status, lowBattMinutes, unknownMinutes, now } = context;
    const minutes = status?.battery.minutesRemaining ?? status?.derived.minutesRemaining ?? unknownMinutes;
    const seconds = status?.derived.secondsOnBattery || (now - since) / 1000;
    const low = Number(status?.settings?.upsConfigLowBattTime ?? lowBattMinutes);
    return {
        trap: 1,
        about: 'on battery',
        varbinds: [
            integer(SCALARS.upsEstimatedMinutesRemaining, minutes),
            integer(SCALARS.upsSecondsOnBattery, seconds),
            integer(SCALARS.upsConfigLowBattTime, Number.isFinite(low) ? low : lowBattMinutes),
        ],
    };
}

function testCompleted({ id, text, at }: EventInfo, { status, upTime }: NotifyContext): Notification {
    const { detail, startedAt } = status?.test ?? {};
    const result = RESULTS[id === 'test-passed' ? 'passed' : 'failed']!;
    const elapsed = startedAt === undefined ? 0 : Math.max(0, at - startedAt) / 10;
    return {
        trap: 2,
        about: 'test',
        varbinds: [
            // Only the device knows which test it was: the quick battery test is the usual one [inferred].
            { oid: SCALARS.upsTestId, type: 'oid', value: TEST_IDS.quickBatteryTest },
            integer(SCALARS.upsTestSpinLock, 0),
            integer(SCALARS.upsTestResultsSummary, result),
            { oid: SCALARS.upsTestResultsDetail, type: 'text', value: displayString(detail || text) },
            // 0 for a test that began before this process.
            { oid: SCALARS.upsTestStartTime, type: 'ticks', value: Math.max(0, Math.round(upTime - elapsed)) },
            // TimeInterval: hundredths of a second.
            integer(TEST_ELAPSED, elapsed),
        ],
    };
}

function alarmEntry(event: EventInfo, context: NotifyContext): Notification {
    return {
        trap: event.active ? 3 : 4,
        about: `${event.source}/${event.id}`,
        varbinds: entry(context.row, alarmDescr(event.id, context.alarmRoot), event.text, context),
    };
}

/** The two objects of RFC 1628, followed by a sentence for people under the alarm root. */
function entry(row: number, descr: string, text: string, { alarmRoot }: NotifyContext): NotifyVarbind[] {
    return [
        { oid: `${ALARM_ENTRY}.1.${row}`, type: 'integer', value: row },
        { oid: `${ALARM_ENTRY}.2.${row}`, type: 'oid', value: descr },
        { oid: `${alarmRoot}.${TEXT}.0`, type: 'text', value: text.slice(0, LONGEST_TEXT) },
    ];
}

/** upsAlarmDescr is an OID: of a well-known alarm, or one under the alarm root of the settings. */
export function alarmDescr(eventId: string, alarmRoot: string): string {
    const known = EVENT_ALARMS[eventId];
    if (known) return `${ALARM_IDS}.${WELL_KNOWN_ALARMS.indexOf(known) + 1}`;
    const further = FURTHER.indexOf(eventId);
    return `${alarmRoot}.${further >= 0 ? further + 1 : OTHERS}`;
}

function integer(oid: string, value: number): NotifyVarbind {
    return { oid, type: 'integer', value: Math.min(2 ** 31 - 1, Math.max(0, Math.round(value))) };
}

/** Text as ASCII: letters lose their accents, other characters become a question mark. */
function displayString(text: string): string {
    const plain = text.normalize('NFD').replace(/\p{M}/gu, '');
    return plain.replace(/[^\x20-\x7e]/gu, '?').slice(0, LONGEST_TEXT);
}
