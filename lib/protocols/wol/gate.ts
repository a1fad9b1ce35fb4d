import { UpsError } from '../../core/errors';
import { said, type Sentence } from '../../core/language/sentence';
import { momentNow, msSince, type Stamp } from '../../core/moment';
import type { SupplySource } from '../../core/commands/supply';
import { check, wait } from './abortable-wait';

export interface GateSettings {
    /** Percent; 0 = whatever it is. */
    chargePercent: number;
    /** For so long the mains must have been back, without a break; 0 = at once. */
    mainsSeconds: number;
    /** Give up after so many seconds; 0 = never. */
    limitSeconds: number;
}

/** Kept over a restart. */
export interface GateProgress {
    waitingSince?: Stamp;
    mainsSince?: Stamp;
    open?: boolean;
}

/** The source may be silent: it is asked again at least so often. */
const LOOK_MS = 1000;

/**
 * Holds hosts back until the mains have been back for some time and the battery could carry them through the next outage.
 * Once the mains have been seen back, their next failure ends the waking: see `guard`.
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
     * Resolves when the gate is open.
     * @param tell shows what is still missing, in few words
     * @throws UpsError gate-not-open at the limit, or what the signal was given for
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
     * Calls `failed` once when the mains fail after they were seen back (or were there from the start). @returns ends it
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

    /** What another process has kept, by the clock of this one. */
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

    /** Until something may have changed. */
    private async change(signal: AbortSignal): Promise<void> {
        const woken = new AbortController();
        const unwatch = this.source.watch(() => woken.abort());
        try {
            await wait(this.source.clock, LOOK_MS, AbortSignal.any([signal, woken.signal]));
        } catch (error) {
            if (signal.aborted) throw error;
        } finally {
            unwatch();
        }
        check(signal);
    }
}
