import type { TimerHandle } from '../clock';
import type { CommandResult, UpsCommand } from '../driver';
import { UpsError } from '../errors';
import type { TestResult, UpsStatus } from '../status/status';
import type { UpsUnit } from './ups-unit';

export type TestKind = Extract<UpsCommand, { type: 'test' }>['test'];

/** What must survive an interruption: kept before the command goes out. */
export interface TestProgress {
    /** Epoch ms of the unit's clock. */
    sentAt: number;
    /** V before the test. */
    voltageBefore?: number;
    /** Of the test before this one, epoch ms. */
    previousStart?: number;
}

export interface TestReport {
    /** `unknown`: it ended, or was never seen to run, and the device does not tell how. */
    result: 'passed' | 'warning' | 'failed' | 'aborted' | 'unknown';
    /** Who says so: the device, or the voltage before and after (manual line 2299). */
    by?: 'device' | 'voltage';
    voltageBefore?: number;
    voltageAfter?: number;
    deviceDetail?: string;
}

export interface TestRunOptions {
    test: TestKind;
    minutes?: number;
    /** Of a run that was interrupted: it is not sent again. */
    progress?: TestProgress;
    saveProgress(progress: TestProgress): void;
    signal: AbortSignal;
}

/** A device that was told to test shows it within this time, or nobody can tell that it does. */
const SHOWS_WITHIN_MS = 60_000;
const JITTER_MS = 2_000;
/** A custom test may take so much longer than asked for. */
const MARGIN_MINUTES = 2;

/**
 * Runs a test and waits until it ends. The event engine lets a test pass as the reason for battery operation for
 * `testMaxMinutes`: a custom test that would take longer is refused, and no wait goes beyond it.
 * @throws UpsError not-supported, out-of-range (nothing was sent), command-failed (no end in time), interrupted, and the driver's
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
        progress = {
            sentAt: unit.clock.now(),
            voltageBefore: status?.battery.voltage,
            previousStart: status?.test.startedAt,
        };
        options.saveProgress(progress);
        await unit.execute({ type: 'test', test, ...(test === 'custom' ? { minutes } : {}) });
    }
    const limit = test === 'custom' ? Math.min(max, minutes! + MARGIN_MINUTES) : max;
    return waitForEnd(unit, progress, limit, options);
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
    return new Promise((resolve, reject) => {
        let seenRunning = false;
        const timers: TimerHandle[] = [];
        const finish = (settle: () => void) => {
            unsubscribe();
            for (const timer of timers) clock.clearTimeout(timer);
            signal.removeEventListener('abort', interrupted);
            settle();
        };
        const interrupted = () => finish(() => reject(new UpsError('interrupted', { since: progress.sentAt })));
        const look = (status: UpsStatus) => {
            const { result, startedAt } = status.test;
            if (result === 'in-progress' || status.alarms?.includes('test-in-progress')) {
                seenRunning = true;
                return;
            }
            // Over SNMP the start is reckoned from the uptime at each reading, and so moves by a little.
            const another = startedAt !== undefined && startedAt > (progress.previousStart ?? -Infinity) + JITTER_MS;
            if (seenRunning || another) finish(() => resolve(reportOf(unit, status, progress)));
        };
        const unsubscribe = unit.onStatus(look);
        const elapsed = Math.max(0, clock.now() - progress.sentAt);
        const wait = (ms: number, action: () => void) => timers.push(clock.setTimeout(action, Math.max(0, ms)));
        // After an interruption the device may have to be found first.
        wait(SHOWS_WITHIN_MS - (resumed ? 0 : elapsed), () => {
            const { voltageBefore } = progress;
            if (!seenRunning) finish(() => resolve({ result: 'unknown', voltageBefore }));
        });
        const reason = `no end after ${limitMinutes} min`;
        wait(Math.max(limitMinutes * 60_000 - elapsed, resumed ? SHOWS_WITHIN_MS : 0), () =>
            finish(() => reject(new UpsError('command-failed', { command: `test ${test}`, reason }))),
        );
        signal.addEventListener('abort', interrupted);
        if (signal.aborted) interrupted();
    });
}

const TOLD: readonly (TestResult | undefined)[] = ['passed', 'warning', 'failed', 'aborted'];

function reportOf(unit: UpsUnit, status: UpsStatus, { voltageBefore }: TestProgress): TestReport {
    const { result, detail } = status.test;
    const voltageAfter = status.battery.voltage;
    const common = { voltageBefore, voltageAfter, ...(detail ? { deviceDetail: detail } : {}) };
    if (TOLD.includes(result)) return { result: result as TestReport['result'], by: 'device', ...common };
    if (!voltageBefore || voltageAfter === undefined) return { result: 'unknown', ...common };
    const dropPercent = ((voltageBefore - voltageAfter) / voltageBefore) * 100;
    return { result: dropPercent > unit.config.healthPercent ? 'failed' : 'passed', by: 'voltage', ...common };
}
