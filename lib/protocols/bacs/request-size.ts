import type { Clock } from '../../core/clock';
import { MOST_WORDS } from '../modbus/line';

/** A request of so few words is unanswered for other reasons. */
const LEAST_WORDS = 10;
/** After this time larger ones are tried again: it may have been noise. */
const AGAIN_MS = 3_600_000;

/**
 * How many words a card answers at once: some, and gateways before them, drop larger requests without a word. Learned from evidence: a request was not
 * answered several times, and a smaller one for the same registers was.
 */
export class RequestSize {
    private learned = MOST_WORDS;
    private againAt = Infinity;

    constructor(private readonly clock: Clock) {}

    /** Words of the largest request to send. */
    get most(): number {
        return this.isTrial ? MOST_WORDS : this.learned;
    }

    /** Larger requests than those that are known to be answered are being tried. */
    get isTrial(): boolean {
        return this.clock.monotonic() >= this.againAt;
    }

    /** Words to ask for after a request that was not answered; undefined: its size is not the reason. */
    static smaller(words: number): number | undefined {
        return words <= LEAST_WORDS ? undefined : Math.max(LEAST_WORDS, words >> 1);
    }

    /** @param words that were answered after more were not; absent: the trial has failed */
    learn(words = this.learned): void {
        this.learned = words;
        this.againAt = this.clock.monotonic() + AGAIN_MS;
    }

    /** A whole pass was answered: what is tried is not too large. */
    proven(): void {
        if (this.isTrial) this.forget();
    }

    forget(): void {
        this.learned = MOST_WORDS;
        this.againAt = Infinity;
    }
}
