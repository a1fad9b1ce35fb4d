import type { Clock } from '../../core/clock';
import { isActive, type ContactId, type ContactSetup } from './contacts';

/** A new state that is still being debounced. */
interface Pending {
    active: boolean;
    /** Monotonic ms. */
    since: number;
    /** Number of readings with this state. */
    seen: number;
}

/** Readings needed for a contact without change reports: at both ends of the debounce time, and at least one in between. */
const MIN_READINGS = 3;
/** While a change is being debounced, readings come at a twentieth of the debounce time, within these bounds. */
const READINGS_PER_DEBOUNCE = 20;
const SHORTEST_INTERVAL_MS = 20;
const LONGEST_INTERVAL_MS = 200;
/** Varies the interval: at a constant one, a flickering signal (mains hum on a long wire) could look steady. */
const GOLDEN_RATIO = 0.618;

/**
 * The debounced states of all contacts. A state counts when it has been the same for `debounceMs`; this includes the first one,
 * since a relay may bounce while it is read. A contact without a reading is unknown.
 */
export class ContactDebouncer {
    private readonly known = new Map<ContactId, boolean>();
    private readonly pending = new Map<ContactId, Pending>();
    private readingCount = 0;

    constructor(
        private readonly clock: Clock,
        private readonly debounceMs: number,
    ) {}

    get states(): ReadonlyMap<ContactId, boolean> {
        return this.known;
    }

    /** Whether a change is being debounced. */
    get isDebouncing(): boolean {
        return this.pending.size > 0;
    }

    /**
     * Takes the reading of a contact.
     * @param since monotonic ms of its last change, if known; otherwise the state is as old as the matching readings
     */
    set({ contact, type }: ContactSetup, closed: boolean, since?: number): void {
        const active = isActive(type, closed);
        if (this.known.get(contact) === active) {
            this.pending.delete(contact);
            return;
        }
        const now = this.clock.monotonic();
        let pending = this.pending.get(contact);
        if (pending?.active !== active || (since ?? -Infinity) > pending.since) {
            pending = { active, since: since ?? now, seen: 0 };
            this.pending.set(contact, pending);
        }
        pending.seen++;
        const isSure = since !== undefined || this.debounceMs <= 0 || pending.seen >= MIN_READINGS;
        if (!isSure || now - pending.since < this.debounceMs) return;
        this.pending.delete(contact);
        this.known.set(contact, active);
    }

    /** Reading was interrupted: debouncing starts again. */
    interrupted(): void {
        this.pending.clear();
    }

    /**
     * Milliseconds until the next reading.
     * @param intervalMs interval while no change is being debounced
     * @param reportsChanges the input reports changes, so only the end of the debounce time needs a reading
     */
    nextReadingMs(intervalMs: number, reportsChanges: boolean): number {
        const now = this.clock.monotonic();
        const stretch = 1 - ((++this.readingCount * GOLDEN_RATIO) % 1) / 2;
        const look = Math.max(
            SHORTEST_INTERVAL_MS,
            Math.min(LONGEST_INTERVAL_MS, this.debounceMs / READINGS_PER_DEBOUNCE, intervalMs) * stretch,
        );
        const waits = [...this.pending.values()].map(({ since }) => {
            const left = since + this.debounceMs - now;
            // At least 1 ms: a rounding error would otherwise cause an endless loop of readings.
            if (reportsChanges) return Math.max(1, left);
            return left > 0 ? Math.min(left, look) : look;
        });
        return Math.min(intervalMs, ...waits);
    }
}
