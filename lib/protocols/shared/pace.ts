import type { Clock } from '../../core/clock';

/** When the next poll is due. */
export interface Pace {
    /** Clock.monotonic() */
    due(): number;
    /** A poll begins. @param asked somebody asked for it: it may come before it is due */
    began(now: number, asked: boolean): void;
    /** The poll is over. */
    ended?(): void;
    /** Polls follow faster while `urgent`. @returns whether this changes when the next one is due */
    setUrgent(urgent: boolean): boolean;
}

/** The shortest time between two polls of an urgent device, ms: no device is polled faster for an outage. */
export const SHORTEST_URGENT_MS = 500;

/** A fixed rate: no drift, and a poll that falls due while the one before is still running is skipped. Twice as fast while urgent. */
export class FixedRate implements Pace {
    private urgent = false;
    private lastStart: number;

    constructor(
        clock: Clock,
        private readonly intervalMs: number,
    ) {
        this.lastStart = clock.monotonic();
    }

    due(): number {
        return this.lastStart + this.period;
    }

    /** A poll on time keeps the rhythm; one that was asked for, or is late by a whole period, begins a new one. */
    began(now: number, asked: boolean): void {
        const late = now - this.due();
        this.lastStart =
            late >= 0 && !asked ? this.lastStart + this.period * (1 + Math.floor(late / this.period)) : now;
    }

    setUrgent(urgent: boolean): boolean {
        const changes = this.urgent !== urgent;
        this.urgent = urgent;
        return changes;
    }

    private get period(): number {
        const faster = Math.max(SHORTEST_URGENT_MS, this.intervalMs / 2);
        return this.urgent ? Math.min(this.intervalMs, faster) : this.intervalMs;
    }
}
