import type { Clock } from '../../core/clock';
import { asUpsError, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { Counts } from './modbus-values';
import type { BacsPath, CardFlags, SweepRun } from './path';

/** While the spare answers, the first way is tried so often: each try costs a time-out. */
const AGAIN_MS = 30_000;
/** So many sweeps in a row have to fail before they come by the spare, and for so long. */
const CUTS_TO_SPARE = 3;
const SWEEPS_AGAIN_MS = 600_000;

export interface FallbackOptions {
    clock: Clock;
    /** Name for errors. */
    host: string;
    /** Modbus. */
    first: BacsPath;
    /** SNMP, which has its own pace. */
    spare: BacsPath;
    /** ms from sweep to sweep by the spare. */
    spareSweepMs: number;
    /** So many failures in a row are no noise; default 1. */
    failuresToSpare?: number;
    /** Each time that values begin to come by the spare. */
    warn?(error: UpsError): void;
}

/**
 * One card by two ways: what both know goes on by the spare while the first fails. A pass is of one way alone. What only the first tells
 * is not known meanwhile.
 */
export class FallbackPath implements BacsPath {
    private flagsBySpare = false;
    private againAt = -Infinity;
    private failures = 0;
    private cuts = 0;
    private sweepsAgainAt = -Infinity;

    constructor(private readonly options: FallbackOptions) {}

    get spare(): 'flags' | 'sweeps' | undefined {
        if (this.flagsBySpare) return 'flags';
        return this.options.clock.monotonic() < this.sweepsAgainAt ? 'sweeps' : undefined;
    }

    get sweepMs(): number | undefined {
        return this.spare ? this.options.spareSweepMs : undefined;
    }

    async flags(): Promise<CardFlags> {
        const { clock, first, spare } = this.options;
        if (this.flagsBySpare && clock.monotonic() < this.againAt) {
            try {
                return await spare.flags();
            } catch (error) {
                if (isInterrupted(error)) throw error;
                // Neither is known to answer: each poll asks both, beginning with the first.
                this.againAt = -Infinity;
            }
        }
        try {
            const flags = await first.flags();
            this.flagsBySpare = false;
            this.failures = 0;
            return flags;
        } catch (error) {
            if (isInterrupted(error) || ++this.failures < (this.options.failuresToSpare ?? 1)) throw error;
            const flags = await spare.flags().catch((other: unknown) => {
                this.flagsBySpare = false;
                // Who is asked first is told of.
                throw isInterrupted(other) ? other : error;
            });
            this.againAt = clock.monotonic() + AGAIN_MS;
            if (!this.flagsBySpare) this.say('bacs.bySpare', error);
            this.flagsBySpare = true;
            return flags;
        }
    }

    sweep(counts: Counts): SweepRun {
        const { first, spare } = this.options;
        return this.spare ? spare.sweep(counts) : this.watched(first.sweep(counts));
    }

    forget(): void {
        this.cuts = 0;
        this.sweepsAgainAt = -Infinity;
        this.options.first.forget();
        this.options.spare.forget();
    }

    /** The spare is closed by who reads with it beside the first. */
    close(): Promise<void> {
        return this.options.first.close();
    }

    private watched(run: SweepRun): SweepRun {
        return {
            step: async () => {
                try {
                    const step = await run.step();
                    if (step === 'done') this.cuts = 0;
                    return step;
                } catch (error) {
                    if (!isInterrupted(error)) this.cut(error);
                    throw error;
                }
            },
            result: (flags) => run.result(flags),
            get identity() {
                return run.identity;
            },
        };
    }

    private cut(error: unknown): void {
        if (++this.cuts < CUTS_TO_SPARE) return;
        this.cuts = 0;
        this.sweepsAgainAt = this.options.clock.monotonic() + SWEEPS_AGAIN_MS;
        this.say('bacs.sweepsBySpare', error);
    }

    private say(rule: string, error: unknown): void {
        const { host, warn } = this.options;
        const { code, data } = asUpsError(error, 'protocol', { host });
        warn?.(new UpsError(code, { ...data, sentence: said(rule, { host }) }));
    }
}

function isInterrupted(error: unknown): boolean {
    return error instanceof UpsError && error.code === 'interrupted';
}
