import { UpsError } from '../../core/errors';
import { said, type Sentence } from '../../core/language/sentence';
import { momentNow, msSince, type Stamp } from '../../core/moment';
import type { SupplySource } from '../../core/commands/supply';
import { check, wait } from './abortable-wait';

export interface GateSettings {
    /** Minimum charge in percent; 0: any. */
    chargePercent: number;
    /** Seconds for which the mains must be back without interruption; 0: none. */
    mainsSeconds: number;
    /** Seconds until the gate gives up; 0: never. */
    limitSeconds: number;
}

/** Kept over a restart. */
export interface GateProgress {
    waitingSince?: Stamp;
    mainsSince?: Stamp;
    open?: boolean;
}

/** The source may be silent: it is checked at least at this interval. */
const CHECK_MS = 1000;

/**
 * Holds hosts back until the mains have been back for some time and the battery has enough charge for another outage. Once the
 * mains were back, their next failure ends the waking: see `guard`.
 */
export class SupplyGate {
    private mainsAt: number | undefined;
    private readonly source: SupplySource;

    constructor(
        source: SupplySource,
        private readonly settings: GateSettings,
        private readonly progress: GateProgress,
        private readonly save: () => void,
    ) {
        this.source = source;
        if (progress.mainsSince !== undefined) this.mainsAt = this.monotonicOf(progress.mainsSince);
    }

    /**
     * Resolves when all conditions are met.
     * @param tell shows the missing conditions in a few words
     * @throws UpsError gate-not-open at the limit; the signal's reason
     */
    async open(signal: AbortSignal, tell: (missing: Sentence) => void): Promise<void> {
        const { clock } = this.source;
        check(signal);
        this.progress.waitingSince ??= momentNow(clock);
        const startedAt = this.monotonicOf(this.progress.waitingSince);
        this.look();
        this.save();
        for (;;) {
            this.look();
            const missing = this.progress.open ? [] : this.missing();
            if (!missing.length) break;
            const waited = (clock.monotonic() - startedAt) / 1000;
            const limit = this.settings.limitSeconds;
            if (limit > 0 && waited >= limit) {
                throw new UpsError('gate-not-open', {
                    ups: this.source.name,
                    seconds: limit,
                    missing: { list: missing, by: ', ' },
                });
            }
            tell(missing[0]!);
            await this.change(signal);
        }
        this.progress.open = true;
        this.save();
    }

    /**
     * Calls `failed` once when the mains fail after they were back (or present from the start). @returns a function that ends the
     * watch
     */
    guard(failed: () => void): () => void {
        const looked = () => {
            const { onMains } = this.source.now();
            if (onMains === true) this.look();
            if (onMains !== false || this.mainsAt === undefined) return;
            stop();
            failed();
        };
        const unwatch = this.source.watch(looked);
        const stop = () => unwatch();
        looked();
        return stop;
    }

    private look(): void {
        if (this.mainsAt !== undefined || this.source.now().onMains !== true) return;
        this.mainsAt = this.source.clock.monotonic();
        this.progress.mainsSince = momentNow(this.source.clock);
        this.save();
    }

    /** Converts a stored time, perhaps of another process, to the monotonic clock of this one. */
    private monotonicOf(stamp: Stamp): number {
        const { clock } = this.source;
        return clock.monotonic() - msSince(clock, stamp) * clock.speed;
    }

    private missing(): Sentence[] {
        const { mainsSeconds, chargePercent: wanted } = this.settings;
        const { onMains, chargePercent } = this.source.now();
        const missing: Sentence[] = [];
        if (onMains === undefined) missing.push(said('gate.silent'));
        else if (!onMains || this.mainsAt === undefined) missing.push(said('gate.noMains'));
        else {
            const left = mainsSeconds - (this.source.clock.monotonic() - this.mainsAt) / 1000;
            if (left > 0) missing.push(said('gate.mainsMore', { time: { seconds: Math.ceil(left) } }));
        }
        if (wanted > 0 && !(chargePercent !== undefined && chargePercent >= wanted)) {
            missing.push(
                chargePercent === undefined
                    ? said('gate.chargeUnknown', { wanted })
                    : said('gate.charge', { charge: Math.floor(chargePercent), wanted }),
            );
        }
        return missing;
    }

    /** Waits until the source reports a change, or until the next check. */
    private async change(signal: AbortSignal): Promise<void> {
        const woken = new AbortController();
        const unwatch = this.source.watch(() => woken.abort());
        try {
            await wait(this.source.clock, CHECK_MS, AbortSignal.any([signal, woken.signal]));
        } catch (error) {
            if (signal.aborted) throw error;
        } finally {
            unwatch();
        }
        check(signal);
    }
}
