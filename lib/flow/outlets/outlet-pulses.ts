import { isFinalFor } from '../../core/commands/countdown-reading';
import { isNotTaken, keepTrying, pause, whyAborted } from '../../core/commands/keep-trying';
import { freshOutletState, otherState, outletState, type Switched } from '../../core/commands/outlet-state';
import type { CommandResult } from '../../core/driver';
import { asUpsError, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { EventInfo } from '../../core/messages';
import { momentNow, msUntil } from '../../core/moment';
import type { UpsUnit } from '../../core/unit/ups-unit';
import type { Flow } from '../flow';
import { noteOutletAction, undoesOutletAction } from './outlet-actions';
import { PulseJournal, unitJournal, type OutletPulse } from './pulse-journal';

/** An order to put an outlet into another state for a time. */
export interface PulseOrder {
    unitId: string;
    outlet: string;
    /** Names the pulse among those of its UPS; with the key of one that stands, that one begins anew. */
    key: string;
    seconds: number;
    /** The state that it ends in; default: the present one. */
    back?: Switched;
    /** What counts as the present state if the device does not tell it; without it the order is refused. */
    rest?: Switched;
    /** Asked before anything is sent. @throws UpsError it may not begin so */
    mayBegin?(first: Switched): void;
    /** The device has taken the first state. */
    begun?(): void;
    /** Tries until the device has taken the first state. */
    retry<T>(attempt: () => Promise<T>): Promise<{ value: T; attempts: number }>;
    /** A try to take it back has failed; another one follows. */
    failed?(error: UpsError, attempts: number): void;
    /** Aborted when nobody waits any more. What has begun ends in time all the same. */
    signal: AbortSignal;
}

export interface PulseOutcome {
    result: CommandResult;
    attempts: number;
}

interface Waiter {
    resolve(result: CommandResult): void;
    reject(error: unknown): void;
}

interface Running {
    closing: AbortController;
    problem(error: unknown): void;
}

/** So often the last state is sent to a device that takes it, and then shows the other one. */
const TIMES_BACK = 3;

/**
 * Outlets that are in another state for a time, and then in the one before again. The way back is in the journal before anything is sent,
 * and belongs to the UPS: it is gone whatever becomes of the job that has ordered the pulse. Of pulses that overlap, the last one to end
 * takes the outlet back.
 */
export class OutletPulses {
    private readonly journal: PulseJournal;
    private readonly running = new Map<string, Running>();
    private readonly waiters = new Map<string, Set<Waiter>>();

    constructor(private readonly flow: Pick<Flow, 'clock' | 'registry'>) {
        this.journal = new PulseJournal(flow.registry);
        flow.registry.onTakenOver(() => {
            for (const unitId of this.running.keys()) this.endAll(unitId);
        });
    }

    /** The UPS runs: pulses that were cut short end. @param problem is told why one cannot, if nobody waits for its end */
    open(unitId: string, problem: (error: unknown) => void): void {
        this.close(unitId);
        this.running.set(unitId, { closing: new AbortController(), problem });
        this.endAll(unitId);
    }

    /** The UPS closes: its pulses end when it runs again. */
    close(unitId: string): void {
        this.running.get(unitId)?.closing.abort(new UpsError('interrupted'));
        this.running.delete(unitId);
    }

    /** The state that a pulse would begin with now; undefined: not known. @param rest see `PulseOrder` */
    firstState(unitId: string, outlet: string, rest?: Switched): Switched | undefined {
        const unit = this.find(unitId);
        const back = this.standingOn(unitId, outlet)?.back ?? (unit && outletState(unit, outlet)) ?? rest;
        return back && otherState(back);
    }

    /**
     * @throws UpsError state-unknown (nothing was sent), what `mayBegin` throws, why the signal was aborted, why the first state was not
     * taken (then the last one is sent, unless the device certainly has not taken it), or why the last state was not: see `ended`
     */
    async run(order: PulseOrder): Promise<PulseOutcome> {
        const { unitId, outlet, key, seconds, signal } = order;
        const { clock } = this.flow;
        const ms = seconds * 1000;
        const { value: back } = await order.retry(() => this.stateBefore(order));
        const first = otherState(back);
        order.mayBegin?.(first);
        const lasting = (): OutletPulse => ({ key, outlet, back, due: momentNow(clock, -ms), ms });
        // A process that is killed before the device answers takes it back all the same.
        const begun = lasting();
        this.journal.put(unitId, begun);
        let maybe = false;
        const sendFirst = async () => {
            try {
                return await this.unit(unitId).execute({ type: 'outlet', outlet, action: first });
            } catch (error) {
                maybe ||= !isNotTaken(asUpsError(error, 'command-failed'));
                throw error;
            }
        };
        const sent = await order.retry(sendFirst).catch((error: unknown) => {
            this.giveUp(unitId, begun, order, maybe);
            throw error;
        });
        this.note(unitId, outlet, first);
        // As long as it was meant, however long the device took.
        const pulse = lasting();
        this.journal.put(unitId, pulse);
        order.begun?.();
        const seen = this.watchFirst(order, first, sent.value);
        const waited = this.waitFor(unitId, key, signal);
        void this.endInTime(unitId, pulse, order);
        const ended = await waited;
        const result = ended.confirmed ? seen() : ended;
        return { result, attempts: sent.attempts };
    }

    /**
     * Waits for the end of a pulse that was ordered before an interruption.
     * @returns undefined: it has ended before
     * @throws UpsError outlet-stays, or why the device did not take the last state; why the signal was aborted
     */
    async ended(unitId: string, key: string, signal: AbortSignal): Promise<CommandResult | undefined> {
        const stands = this.journal.of(unitId).some((pulse) => pulse.key === key);
        return stands ? this.waitFor(unitId, key, signal) : undefined;
    }

    /** Ends a pulse at once, by one try; what fails is tried again as usual. */
    async cutShort(unitId: string, key: string): Promise<void> {
        const pulse = this.journal.of(unitId).find((each) => each.key === key);
        if (!pulse || this.standsLonger(unitId, pulse)) return;
        await this.unit(unitId).execute({ type: 'outlet', outlet: pulse.outlet, action: pulse.back });
        this.finish(unitId, pulse, (waiter) => waiter.resolve({ confirmed: false }));
    }

    /** The device has taken a plain command to an outlet: that counts, and no pulse takes it back. */
    switched(unitId: string, outlet: string, action: Switched | 'cycle'): void {
        this.journal.drop(unitId, (pulse) => pulse.outlet === outlet);
        this.note(unitId, outlet, action);
    }

    /** Whether an action at the end of an event undoes what was really done to the outlet during the event. */
    undoes(unitId: string, outlet: string, action: string, event: EventInfo): boolean {
        return undoesOutletAction(unitJournal(this.flow.registry, unitId), unitId, outlet, action, event);
    }

    private note(unitId: string, outlet: string, action: string): void {
        const { registry, clock } = this.flow;
        noteOutletAction(unitJournal(registry, unitId), unitId, outlet, { action, at: clock.now() });
    }

    private endAll(unitId: string): void {
        for (const pulse of this.journal.of(unitId)) void this.endInTime(unitId, pulse);
    }

    /** @throws UpsError state-unknown, or why there is no reading */
    private async stateBefore({ unitId, outlet, back, rest, signal }: PulseOrder): Promise<Switched> {
        const unit = this.unit(unitId);
        const known =
            back ?? this.standingOn(unitId, outlet)?.back ?? (await freshOutletState(unit, outlet, signal)) ?? rest;
        if (known) return known;
        throw new UpsError('state-unknown', { ups: unit.name, outlet });
    }

    /** A device that does not read back at once may show the first state before the pulse ends. @returns what came of it */
    private watchFirst({ unitId, outlet, seconds, signal }: PulseOrder, first: Switched, result: CommandResult) {
        const { clock } = this.flow;
        const end = clock.monotonic() + seconds * 1000;
        let seen = result;
        const look = async () => {
            const state = await freshOutletState(this.unit(unitId), outlet, signal);
            if (clock.monotonic() >= end || state === undefined) return;
            seen = state === first ? { confirmed: true } : { confirmed: false, detail: stillIs(otherState(first)) };
        };
        // Without an answer it stays unconfirmed.
        if (!result.confirmed) void look().catch(() => undefined);
        return () => seen;
    }

    /** The first state was not taken, as far as we know. */
    private giveUp(unitId: string, pulse: OutletPulse, order: PulseOrder, maybe: boolean): void {
        if (!maybe) return this.journal.drop(unitId, ({ key, due }) => key === pulse.key && due.at === pulse.due.at);
        const now = { ...pulse, due: momentNow(this.flow.clock) };
        this.journal.put(unitId, now);
        void this.endInTime(unitId, now, order);
    }

    private async endInTime(unitId: string, pulse: OutletPulse, order?: PulseOrder): Promise<void> {
        const { clock } = this.flow;
        const running = this.running.get(unitId);
        if (!running) return;
        const { closing, problem } = running;
        const { signal } = closing;
        await pause(clock, Math.min(msUntil(clock, pulse.due), pulse.ms), signal);
        const failed = (error: UpsError, attempts: number) =>
            order?.failed && !order.signal.aborted ? order.failed(error, attempts) : attempts === 1 && problem(error);
        const final = (error: UpsError) => error.code === 'outlet-stays' || this.isFinal(unitId, error);
        try {
            const takeBack = () => this.takeBack(unitId, pulse, signal);
            const { value } = await keepTrying(takeBack, { clock, signal, final, failed });
            this.finish(unitId, pulse, (waiter) => waiter.resolve(value));
        } catch (error) {
            // The UPS closes: it ends the pulse when it runs again.
            if (signal.aborted) return;
            const waited = this.finish(unitId, pulse, (waiter) => waiter.reject(error));
            if (!waited) problem(error);
        }
    }

    /** @throws UpsError outlet-stays: the device takes it, and does not do it */
    private async takeBack(unitId: string, pulse: OutletPulse, signal: AbortSignal): Promise<CommandResult> {
        const { outlet, back } = pulse;
        for (let times = 1; ; times++) {
            if (!this.journal.has(unitId, pulse)) return { confirmed: false, detail: said('order.switchedMeanwhile') };
            if (this.standsLonger(unitId, pulse)) return { confirmed: true };
            const unit = this.unit(unitId);
            const result = await unit.execute({ type: 'outlet', outlet, action: back });
            this.note(unitId, outlet, back);
            if (result.confirmed) return result;
            const shown = await freshOutletState(unit, outlet, signal).catch(() => undefined);
            if (signal.aborted) throw whyAborted(signal);
            if (shown === back) return { confirmed: true };
            if (shown === undefined) return result;
            if (times === TIMES_BACK)
                throw new UpsError('outlet-stays', { ups: unit.name, outlet, state: said(`state.${shown}`) });
        }
    }

    /** Whether another pulse keeps the outlet as it is beyond the end of this one. */
    private standsLonger(unitId: string, { key, outlet, back, due }: OutletPulse): boolean {
        const { clock } = this.flow;
        return this.journal
            .of(unitId)
            .some(
                (other) =>
                    other.key !== key &&
                    other.outlet === outlet &&
                    other.back === back &&
                    msUntil(clock, other.due) > msUntil(clock, due),
            );
    }

    /** @returns whether anybody has waited for it */
    private finish(unitId: string, pulse: OutletPulse, tell: (waiter: Waiter) => void): boolean {
        this.journal.drop(unitId, ({ key, due }) => key === pulse.key && due.at === pulse.due.at);
        // It has begun anew: they wait for that one.
        if (this.journal.of(unitId).some(({ key }) => key === pulse.key)) return true;
        const id = idOf(unitId, pulse.key);
        const waiters = [...(this.waiters.get(id) ?? [])];
        this.waiters.delete(id);
        waiters.forEach(tell);
        return waiters.length > 0;
    }

    private waitFor(unitId: string, key: string, signal: AbortSignal): Promise<CommandResult> {
        const id = idOf(unitId, key);
        return new Promise((resolve, reject) => {
            const waiters = this.waiters.get(id) ?? new Set();
            const aborted = () => {
                waiters.delete(waiter);
                reject(whyAborted(signal));
            };
            const settled =
                <T>(pass: (value: T) => void) =>
                (value: T) => {
                    signal.removeEventListener('abort', aborted);
                    pass(value);
                };
            const waiter: Waiter = { resolve: settled(resolve), reject: settled(reject) };
            this.waiters.set(id, waiters.add(waiter));
            signal.addEventListener('abort', aborted);
            if (signal.aborted) aborted();
        });
    }

    private standingOn(unitId: string, outlet: string): OutletPulse | undefined {
        return this.journal.of(unitId).findLast((pulse) => pulse.outlet === outlet);
    }

    private isFinal(unitId: string, error: UpsError): boolean {
        const unit = this.find(unitId);
        return unit !== undefined && isFinalFor(unit, error);
    }

    private find(unitId: string): UpsUnit | undefined {
        const member = this.flow.registry.byId(unitId);
        return member?.kind === 'unit' ? member.unit : undefined;
    }

    /** The present one: a deploy may replace it. @throws UpsError config-missing */
    private unit(unitId: string): UpsUnit {
        const unit = this.find(unitId);
        if (!unit) throw new UpsError('config-missing', { property: 'ups' });
        return unit;
    }
}

/** The device has taken the command, and still shows the other state. */
const stillIs = (state: Switched) => said('order.stillIs', { state: said(`state.${state}`) });

const idOf = (unitId: string, key: string) => `${unitId}|${key}`;
