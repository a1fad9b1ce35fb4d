import type { Clock } from '../../core/clock';
import type { Pace } from '../shared/pace';

/** Longest time between readings in an outage, clock ms. */
const URGENT_MS = 1000;

/** Plans the next reading from the end of the last one: the interval depends on the state of the contacts. */
export class ContactPace implements Pace {
    private urgent = false;
    private next = -Infinity;

    /** @param look returns clock ms until the next reading, at most its argument */
    constructor(
        private readonly clock: Clock,
        private readonly intervalMs: number,
        private readonly look: (atMostMs: number) => number,
    ) {}

    due(): number {
        return this.next;
    }

    began(): void {}

    ended(): void {
        const atMost = this.urgent ? Math.min(this.intervalMs, URGENT_MS) : this.intervalMs;
        this.next = this.clock.monotonic() + this.look(atMost);
    }

    setUrgent(urgent: boolean): boolean {
        const becomes = urgent && !this.urgent;
        this.urgent = urgent;
        if (becomes) this.next = Math.min(this.next, this.clock.monotonic() + URGENT_MS);
        return becomes;
    }
}
