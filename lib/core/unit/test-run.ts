import type { Clock, TimerHandle } from '../clock';
import type { CommandResult, UpsCommand } from '../driver';
import { loadOf } from '../battery/load';
import { UpsError } from '../errors';
import { said } from '../language/sentence';
import { testRunning } from '../events/rules';
import { momentNow, msSince } from '../moment';
import type { TestResult, UpsStatus } from '../status/status';
import type { UpsUnit } from './ups-unit';

export type TestKind = Extract<UpsCommand, { type: 'test' }>['test'];

/** The progress that must survive an interruption: it is saved before the command is sent. */
export interface TestProgress {
    /** When it was sent, epoch ms. */
    sentAt: number;
    /** The same moment as time since the boot, see `Moment`. */
    boot?: string;
    up?: number;
    /** V before the test. */
    voltageBefore?: number;
    /** Start of the test before this one, epoch ms. */
    previousStart?: number;
    /** 0..100 */
    chargeBefore?: number;
    /** Percent of the rated load, when it began. */
    loadPercent?: number;
}

export interface TestReport {
    /** `unknown`: the test ended, or was never seen to run, and the device does not report the result. */
    result: 'passed' | 'warning' | 'failed' | 'aborted' | 'unknown';
    /** The source of the result: the device, or the voltage before and after (CS141 manual, "Battery Health Level feature"). */
    by?: 'device' | 'voltage';
    voltageBefore?: number;
    voltageAfter?: number;
    deviceDetail?: string;
    /** 0..100 */
    chargeBefore?: number;
    chargeAfter?: number;
    /** Minutes for which the UPS was seen on battery. */
    minutesOnBattery: number;
    /**
     * Set if the load was too low, percent: a full test at such a load shows little about the battery, and its runtime must not be taken
     * for that at full load.
     */
    lowLoadPercent?: number;
}

export interface TestRunOptions {
    test: TestKind;
    minutes?: number;
    /** The progress of an interrupted run: the command is not sent again. */
    progress?: TestProgress;
    saveProgress(progress: TestProgress): void;
    /** Called before a full test is sent although the load is too low for it; percent of the rated load. */
    lowLoad?(percent: number, least: number): void;
    signal: AbortSignal;
}

/** A device shows a commanded test within this time, or never. */
const SHOWS_WITHIN_MS = 60_000;
const JITTER_MS = 2_000;
/** How much longer than commanded a custom test may take. */
const MARGIN_MINUTES = 2;
/** Below this load a full test discharges the battery too slowly to say much (CS141 manual, "UPS functions", Full Test). */
const LEAST_LOAD_PERCENT = 25;
/** If the input is alive, a test may take as long as the battery lasts; but some devices say "in progress" for ever, so the wait has a limit. */
const LONGEST_MINUTES = 24 * 60;

/**
 * Runs a test and waits until it ends. A UPS on battery gets no test command. If the device reports its input, the test counts as the
 * reason for battery operation as long as it lasts; otherwise only for `testMaxMinutes`: a longer custom test is refused, and the wait ends
 * then.
 * @throws UpsError test-on-battery, not-supported, out-of-range (nothing was sent), command-failed (no end in time), interrupted, and the
 * driver's errors
 */
export async function runTest(unit: UpsUnit, options: TestRunOptions): Promise<TestReport> {
    const { test, minutes } = options;
    const max = unit.config.testMaxMinutes;
    if (test === 'custom' && !(minutes !== undefined && minutes > 0 && minutes <= max)) {
        throw new UpsError('out-of-range', { property: 'minutes', value: minutes ?? '', min: 1, max });
    }
    let progress = options.progress;
    if (!progress) {
        const status = unit.status();
        if (isOnBattery(unit, status)) throw new UpsError('test-on-battery', { ups: unit.name });
        const { at: sentAt, ...boot } = momentNow(unit.clock);
        progress = {
            sentAt,
            ...boot,
            voltageBefore: status?.battery.voltage,
            previousStart: status?.test.startedAt,
            chargeBefore: status?.battery.chargePercent,
            loadPercent: status && loadOf(status, unit.config.ratedVA).loadPercent,
        };
        const { loadPercent } = progress;
        if (isLowLoad(test, loadPercent)) options.lowLoad?.(Math.round(loadPercent), LEAST_LOAD_PERCENT);
        options.saveProgress(progress);
        await unit.execute({ type: 'test', test, ...(test === 'custom' ? { minutes } : {}) });
    }
    const limit = test === 'custom' ? Math.min(max, minutes! + MARGIN_MINUTES) : max;
    return waitForEnd(unit, progress, limit, options);
}

const isLowLoad = (test: TestKind, loadPercent: number | undefined): loadPercent is number =>
    test === 'full' && loadPercent !== undefined && loadPercent < LEAST_LOAD_PERCENT;

function isOnBattery(unit: UpsUnit, status: UpsStatus | undefined): boolean {
    if (unit.stateOf('power-fail').active) return true;
    return status?.output.source === 'battery' || status?.alarms?.includes('on-battery') === true;
}

/** @throws UpsError not-supported, no-device, and the driver's */
export function abortTest(unit: UpsUnit): Promise<CommandResult> {
    return unit.execute({ type: 'test', test: 'abort' });
}

function waitForEnd(
    unit: UpsUnit,
    progress: TestProgress,
    limitMinutes: number,
    { signal, test, progress: resumed }: TestRunOptions,
): Promise<TestReport> {
    const { clock } = unit;
    const elapsed = sinceSent(clock, progress) * clock.speed;
    return new Promise((resolve, reject) => {
        let seenRunning = false;
        let onBatterySince: number | undefined;
        let onBatteryMs = 0;
        /** The input as last read while the test ran. */
        let fed: boolean | undefined;
        const timers: TimerHandle[] = [];
        const finish = (settle: () => void) => {
            unsubscribe();
            for (const timer of timers) clock.clearTimeout(timer);
            signal.removeEventListener('abort', interrupted);
            settle();
        };
        const interrupted = () => finish(() => reject(new UpsError('interrupted', { since: progress.sentAt })));
        const look = (status: UpsStatus) => {
            const now = clock.monotonic();
            if (onBatterySince !== undefined) onBatteryMs += now - onBatterySince;
            onBatterySince = isOnBattery(unit, status) ? now : undefined;
            if (testRunning(status)?.active) {
                seenRunning = true;
                fed = isFed(status);
                return;
            }
            if (seenRunning || isAnother(clock, progress, status))
                finish(() =>
                    resolve(reportOf(unit, status, progress, { test, minutesOnBattery: onBatteryMs / 60_000 })),
                );
        };
        const unsubscribe = unit.onStatus(look);
        const wait = (ms: number, action: () => void) => timers.push(clock.setTimeout(action, Math.max(0, ms)));
        // After an interruption the device may not answer at first.
        wait(SHOWS_WITHIN_MS - (resumed ? 0 : elapsed), () => {
            const { voltageBefore } = progress;
            if (!seenRunning) finish(() => resolve({ result: 'unknown', voltageBefore, minutesOnBattery: 0 }));
        });
        const giveUp = (minutes: number) => () => {
            // While the input is alive, the test may last as long as the battery: the event engine allows it.
            if (fed && minutes < LONGEST_MINUTES && test !== 'custom') {
                wait((LONGEST_MINUTES - minutes) * 60_000, giveUp(LONGEST_MINUTES));
                return;
            }
            const reason = said('test.noEnd', { time: { seconds: minutes * 60 } });
            finish(() => reject(new UpsError('command-failed', { command: `test ${test}`, reason })));
        };
        wait(Math.max(limitMinutes * 60_000 - elapsed, resumed ? SHOWS_WITHIN_MS : 0), giveUp(limitMinutes));
        signal.addEventListener('abort', interrupted);
        if (signal.aborted) interrupted();
    });
}

/** Real ms since the command, even if the wall clock was changed. */
function sinceSent(clock: Clock, { sentAt, boot, up }: TestProgress): number {
    return msSince(clock, { at: sentAt, boot, up });
}

/**
 * Whether the test that a device reports is another one than the test before ours. Over SNMP its start is calculated from the uptime, and
 * so moves a little, and with the wall clock.
 */
function isAnother(clock: Clock, progress: TestProgress, { test: { startedAt } }: UpsStatus): boolean {
    const { sentAt, previousStart } = progress;
    if (startedAt === undefined || previousStart === undefined) return startedAt !== undefined;
    const stepped = clock.now() - sentAt - sinceSent(clock, progress);
    const former = [previousStart, previousStart + stepped];
    return former.every((start) => Math.abs(startedAt - start) > JITTER_MS) && startedAt > Math.min(...former);
}

const TOLD: readonly (TestResult | undefined)[] = ['passed', 'warning', 'failed', 'aborted'];

/** Whether the reported input is alive. */
function isFed({ input }: UpsStatus): boolean {
    return input.lines.some(({ voltage }) => voltage !== undefined && voltage > 0);
}

function reportOf(
    unit: UpsUnit,
    status: UpsStatus,
    { voltageBefore, chargeBefore, loadPercent }: TestProgress,
    { test, minutesOnBattery }: { test: TestKind; minutesOnBattery: number },
): TestReport {
    const { result, detail } = status.test;
    const { voltage: voltageAfter, chargePercent: chargeAfter } = status.battery;
    const common = {
        voltageBefore,
        voltageAfter,
        chargeBefore,
        chargeAfter,
        minutesOnBattery: Math.round(minutesOnBattery * 10) / 10,
        ...(isLowLoad(test, loadPercent) ? { lowLoadPercent: Math.round(loadPercent) } : {}),
        ...(detail ? { deviceDetail: detail } : {}),
    };
    // An outage that cuts a test short gives no verdict on the battery.
    if (unit.stateOf('power-fail').active) return { result: 'aborted', ...common };
    if (TOLD.includes(result)) return { result: result as TestReport['result'], by: 'device', ...common };
    if (!voltageBefore || voltageAfter === undefined) return { result: 'unknown', ...common };
    const dropPercent = ((voltageBefore - voltageAfter) / voltageBefore) * 100;
    return { result: dropPercent > unit.config.healthPercent ? 'failed' : 'passed', by: 'voltage', ...common };
}
