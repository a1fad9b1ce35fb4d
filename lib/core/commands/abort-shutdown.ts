import type { CommandResult } from '../driver';
import { UpsError, asUpsError } from '../errors';
import { said } from '../language/sentence';
import type { UpsUnit } from '../unit/ups-unit';
import { countdownOf } from './countdown';
import { isNotTaken, pause, whyAborted } from './keep-trying';
import { OutputReturn } from './output-return';
import { msLeft, type SentShutdowns } from './sent-shutdowns';
import { freshReading, isFinalFor, readCountdown } from './countdown-reading';

export interface AbortOptions {
    unit(): UpsUnit;
    sentShutdowns: SentShutdowns;
    /** Aborted when the event begins again, or the node closes. */
    signal: AbortSignal;
    retry<T>(attempt: (number: number) => Promise<T>): Promise<{ value: T; attempts: number }>;
}

export interface AbortResult extends CommandResult {
    /** `cycled`: the abort failed; the UPS was off and is on again. */
    outcome: 'aborted' | 'nothing-pending' | 'cycled';
    attempts: number;
}

const LOOK_MS = 2000;
/** A UPS that is still on so many seconds after its shutdown was due will stay on. */
const GOES_OFF_WITHIN_S = 30;
/** Longest wait for the output after the restore time, s. */
const BACK_WITHIN_S = 600;
/** An abort that is accepted so short before the countdown ends, s, may come too late: two clocks run, and the device may round. */
const CROSSES_WITHIN_S = 5;
/** So long after the end of the countdown a device that tells its output tells that it is off, s; a card may repeat an older value. */
const TOLD_OFF_WITHIN_S = 10;

/**
 * Aborts the shutdown of a UPS. It tries until the device accepts the abort, or reports that nothing is pending. If the UPS is off already,
 * or cannot abort, it waits until the output is back: a host must not be woken while its UPS is about to go off. An abort that the UPS gets
 * just after it has gone off may cancel its return; then the output is switched on (`OutputReturn`).
 * @throws UpsError command-failed if the output does not come back; otherwise see `keepTrying`
 */
export async function abortShutdown(options: AbortOptions): Promise<AbortResult> {
    const { unit, sentShutdowns, signal, retry } = options;
    let off = false;
    const { value, attempts } = await retry(async (): Promise<Omit<AbortResult, 'attempts'> | undefined> => {
        // The output is off already: an abort now would only cancel its return.
        off = unit().status()?.output.source === 'none';
        if (off) return undefined;
        let result: CommandResult;
        // Noted before it is sent: after a lost reply or a kill, the abort may have cancelled the return of the output.
        const before = sentShutdowns.noteAbort(true);
        try {
            result = await unit().execute({ type: 'abort-shutdown' });
        } catch (error) {
            const failure = asUpsError(error, 'command-failed');
            if (isNotTaken(failure)) sentShutdowns.noteAbort(before);
            if (failure.code === 'not-supported' && isFinalFor(unit(), failure)) {
                if (!isPending(unit(), sentShutdowns)) throw failure;
                return undefined;
            }
            if (failure.code !== 'device-refused') throw failure;
            if ((await readCountdown(unit(), signal)) !== 'none') throw failure;
            return { outcome: 'nothing-pending', confirmed: true };
        }
        if (!result.confirmed && (await stillRuns(unit(), signal))) {
            throw new UpsError('command-failed', { command: 'abort-shutdown', reason: said('order.stillRuns') });
        }
        off = await wentOff(options);
        if (off) return undefined;
        return { outcome: 'aborted', ...result };
    });
    const done = value ?? (await waitForCycle(options, off));
    sentShutdowns.clear();
    return { ...done, attempts };
}

/** Whether a shutdown is pending: one of ours, or one that the device reports. */
export function isPending(unit: UpsUnit, sentShutdowns: SentShutdowns): boolean {
    const { clock } = unit;
    const open = sentShutdowns.all().some((order) => msLeft(order, clock) + 1000 * GOES_OFF_WITHIN_S > 0);
    return open || countdownOf(unit.status()) === 'running';
}

/** Whether the countdown still runs. The device has accepted the abort, so a failed read-back counts as "no". */
async function stillRuns(unit: UpsUnit, signal: AbortSignal): Promise<boolean> {
    const countdown = await readCountdown(unit, signal).catch(() => 'unknown');
    return countdown === 'running';
}

/**
 * Whether the output went off just before the device accepted the abort.
 * @throws UpsError device-silent, ... if the countdown may have ended and no reading tells
 */
async function wentOff({ unit, sentShutdowns, signal }: AbortOptions): Promise<boolean> {
    const { clock } = unit();
    const orders = sentShutdowns.all();
    const left = Math.min(...orders.map((order) => msLeft(order, clock)));
    if (left > CROSSES_WITHIN_S * 1000) return false;
    const told = clock.monotonic() + Math.max(0, left + TOLD_OFF_WITHIN_S * 1000);
    for (;;) {
        const reading = freshReading(unit(), signal);
        unit().pollNow();
        await reading;
        const { source } = unit().status()!.output;
        const now = clock.monotonic();
        if (source === 'none') return true;
        if (now >= told && (source !== undefined || now >= told + GOES_OFF_WITHIN_S * 1000)) return false;
        await pause(clock, LOOK_MS, signal);
    }
}

/** @param seenOff its output was off a moment ago */
async function waitForCycle(
    { unit, sentShutdowns, signal }: AbortOptions,
    seenOff: boolean,
): Promise<Omit<AbortResult, 'attempts'>> {
    const { clock, name } = unit();
    const orders = sentShutdowns.all();
    const restoreS = Math.max(0, ...orders.map(({ restoreSeconds = 0 }) => restoreSeconds));
    const since = clock.monotonic();
    const untilOffMs = Math.max(0, ...orders.map((order) => msLeft(order, clock)));
    const patienceMs = untilOffMs + (restoreS + BACK_WITHIN_S) * 1000;
    const back = new OutputReturn(orders, clock);
    let failure: UpsError | undefined;
    for (;;) {
        if (signal.aborted) throw whyAborted(signal);
        const passed = clock.monotonic() - since;
        // Ask the device itself: the value in the status may be a minute old.
        const countdown = await readCountdown(unit(), signal).catch(() => undefined);
        if (countdown) {
            const { source } = unit().status()!.output;
            seenOff ||= source === 'none';
            const dueOver = passed >= untilOffMs + GOES_OFF_WITHIN_S * 1000;
            if (source !== 'none' && countdown !== 'running' && (seenOff || dueOver)) {
                return { outcome: 'cycled', confirmed: seenOff };
            }
            failure = (await back.look(unit())) ?? failure;
        }
        if (passed > patienceMs) {
            if (failure && failure.code !== 'not-supported') throw failure;
            const reason = said('order.notSeenBack', { ups: name });
            throw new UpsError('command-failed', { command: 'abort-shutdown', reason });
        }
        await pause(clock, LOOK_MS, signal);
    }
}
