import { randomUUID } from 'node:crypto';
import type { Clock } from '../../core/clock';

type Outcome = 'PENDING' | 'SUCCESS' | 'ERR FAILED';

const KEPT_MS = 3_600_000;
const MOST_KEPT = 1000;

/** What became of writes whose clients want to know it later (GET TRACKING, as upsd: kept for an hour). */
export class Tracking {
    private readonly outcomes = new Map<string, { outcome: Outcome; at: number }>();

    constructor(private readonly clock: Clock) {}

    /** @returns the id under which the outcome of `work` can be asked for */
    follow(work: Promise<void>): string {
        const id = randomUUID().toUpperCase();
        this.note(id, 'PENDING');
        work.then(
            () => this.note(id, 'SUCCESS'),
            () => this.note(id, 'ERR FAILED'),
        );
        return id;
    }

    outcomeOf(id: string): string {
        const known = this.outcomes.get(id.toUpperCase());
        return known && this.clock.monotonic() - known.at < KEPT_MS ? known.outcome : 'ERR UNKNOWN';
    }

    private note(id: string, outcome: Outcome): void {
        this.outcomes.delete(id);
        this.outcomes.set(id, { outcome, at: this.clock.monotonic() });
        if (this.outcomes.size > MOST_KEPT) this.outcomes.delete(this.outcomes.keys().next().value!);
    }
}
