import { WELL_KNOWN_ALARMS, type WellKnownAlarm } from '../../../core/status/alarms';
import type { EventInfo } from '../../../core/messages';
import type { UpsStatus } from '../../../core/status/status';
import { ALARM_IDS, SCALARS, TEST_IDS, UPS_MIB } from '../oids';

export interface NotifyVarbind {
    oid: string;
    type: 'integer' | 'text' | 'oid' | 'ticks';
    value: number | string;
}

/** One notification of RFC 1628 (section 4, upsTraps). */
export interface Notification {
    /** 1 on battery, 2 test completed, 3 alarm entry added, 4 alarm entry removed. */
    trap: 1 | 2 | 3 | 4;
    varbinds: NotifyVarbind[];
    /** What it is about: the same thing is not told to one receiver more often than each 5 s (RFC 1628, upsTrapAlarmEntryAdded). */
    about: string;
}

/** What only a device knows, or a dialog. */
export interface NotifyContext {
    status: UpsStatus | undefined;
    /** Index of the alarm's row: the same for its beginning and its end. */
    row: number;
    /** Under which alarms stand that RFC 1628 does not know. */
    alarmRoot: string;
    /** `upsConfigLowBattTime`, minutes, where the device does not tell it. */
    lowBattMinutes: number;
    /** `upsEstimatedMinutesRemaining` where nobody knows it. */
    unknownMinutes: number;
    /** Epoch ms */
    now: number;
    /** Also tells the alarm entries of battery operation and of tests, which RFC 1628 leaves out. */
    everyAlarm: boolean;
    /** Our sysUpTime at the event, hundredths of a second. */
    upTime: number;
}

export const TRAP_ROOT = `${UPS_MIB}.2`;
/** upsTrapOnBattery is sent again after so long, as long as the output is on battery (RFC 1628). */
export const ON_BATTERY_EVERY_MS = 60_000;
/** RFC 1628: alarm traps to one receiver are this far apart. */
export const ALARM_GAP_MS = 5000;

const ALARM_ENTRY = `${UPS_MIB}.1.6.2.1`;
const TEST_ELAPSED = `${UPS_MIB}.1.7.6.0`;

/** Events as alarms of RFC 1628 (upsWellKnownAlarms, section 5). */
const ALARMS: Readonly<Record<string, WellKnownAlarm>> = {
    'battery-bad': 'battery-bad',
    'power-fail': 'on-battery',
    'battery-low': 'low-battery',
    'battery-depleted': 'depleted-battery',
    'over-temperature': 'temp-bad',
    'input-bad': 'input-bad',
    'output-bad': 'output-bad',
    overload: 'output-overload',
    'on-bypass': 'on-bypass',
    'bypass-bad': 'bypass-bad',
    'charger-failed': 'charger-failed',
    'output-off': 'ups-output-off',
    'ups-off': 'ups-system-off',
    'fan-failure': 'fan-failure',
    'fuse-failure': 'fuse-failure',
    'general-fault': 'general-fault',
    'test-failed': 'diagnostic-test-failed',
    'communication-lost': 'communications-lost',
    'awaiting-power': 'awaiting-power',
    'shutdown-pending': 'shutdown-pending',
    'shutdown-imminent': 'shutdown-imminent',
    'test-in-progress': 'test-in-progress',
};
/** Further events of a UPS, numbered under the alarm root; everything else is 1000 there. */
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
/** RFC 1628 tells no alarm entry of a test, and of battery operation only the removal: upsTrapOnBattery tells the rest. */
const leftOut = ({ id, active }: EventInfo) => id === 'test-in-progress' || (id === 'power-fail' && active);
/** DisplayString (RFC 2579): ASCII, and no longer. */
const LONGEST_TEXT = 255;

/**
 * The notifications that an edge of an event calls for: `upsTrapOnBattery` at the beginning of a power failure (to be repeated each
 * minute), `upsTrapTestCompleted` when a test has ended, and alarm entries for everything else.
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

/** Whether the first of the notifications is sent again each minute while the event lasts. */
export function repeats(event: EventInfo): boolean {
    return event.id === 'power-fail' && event.active;
}

/** A trap that tells of nothing, for a try: a removed alarm entry that never was. */
export function testNotification(text: string, context: NotifyContext): Notification {
    return { trap: 4, varbinds: entry(0, `${context.alarmRoot}.0`, text, context), about: 'test' };
}

/** All objects of the trap, in their order: some receivers go by the place (RFC 3416 section 4.2.6). */
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
            // Which test it was only the device knows: the quick one is what is usually run [inferred].
            { oid: SCALARS.upsTestId, type: 'oid', value: TEST_IDS.quickBatteryTest },
            integer(SCALARS.upsTestSpinLock, 0),
            integer(SCALARS.upsTestResultsSummary, result),
            { oid: SCALARS.upsTestResultsDetail, type: 'text', value: displayString(detail || text) },
            // A test that began before this process reads 0.
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

/** The two objects of RFC 1628, and behind them, under the alarm root, the sentence for people. */
function entry(row: number, descr: string, text: string, { alarmRoot }: NotifyContext): NotifyVarbind[] {
    return [
        { oid: `${ALARM_ENTRY}.1.${row}`, type: 'integer', value: row },
        { oid: `${ALARM_ENTRY}.2.${row}`, type: 'oid', value: descr },
        { oid: `${alarmRoot}.${TEXT}.0`, type: 'text', value: text.slice(0, LONGEST_TEXT) },
    ];
}

/** upsAlarmDescr is an object identifier: of a well-known alarm, or one under the root that the dialog gives. */
export function alarmDescr(eventId: string, alarmRoot: string): string {
    const known = ALARMS[eventId];
    if (known) return `${ALARM_IDS}.${WELL_KNOWN_ALARMS.indexOf(known) + 1}`;
    const further = FURTHER.indexOf(eventId);
    return `${alarmRoot}.${further >= 0 ? further + 1 : OTHERS}`;
}

function integer(oid: string, value: number): NotifyVarbind {
    return { oid, type: 'integer', value: Math.min(2 ** 31 - 1, Math.max(0, Math.round(value))) };
}

/** ASCII: letters without their accents, a question mark for everything else. */
function displayString(text: string): string {
    const plain = text.normalize('NFD').replace(/\p{M}/gu, '');
    return plain.replace(/[^\x20-\x7e]/gu, '?').slice(0, LONGEST_TEXT);
}
