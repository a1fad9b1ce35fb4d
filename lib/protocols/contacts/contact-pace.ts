import type { Clock } from '../../core/clock';
import type { Pace } from '../shared/pace';

/** How soon contacts are looked at again in an outage, clock ms. */
const URGENT_MS = 1000;

/** Counts from the end of a look to the next: how soon that must be depends on what the contacts did. */
export class ContactPace implements Pace {
    private urgent = false;
    private next = -Infinity;

    /** @param look clock ms until the next look; it is told how many these are at most */
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
