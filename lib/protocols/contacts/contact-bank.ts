import type { Clock } from '../../core/clock';
import { isActive, type ContactId, type ContactSetup } from './contacts';

/** A state that does not count yet. */
interface Pending {
    active: boolean;
    /** clock.monotonic() */
    since: number;
    /** How often it has been read. */
    seen: number;
}

/** Of a contact that can only be looked at now and then: at both ends of the time, and in between at least once. */
const FEWEST_LOOKS = 3;
/** So often it is looked at while a change is being judged: a twentieth of the time, within these bounds. */
const LOOKS = 20;
const SHORTEST_LOOK_MS = 20;
const LONGEST_LOOK_MS = 200;
/** And never in step: what flickers with the looks (mains hum on a long wire) would look steady. */
const GOLDEN = 0.618;

/**
 * The states of all contacts, debounced: one counts when it has been the same for `debounceMs`, the first one too, because a relay
 * that is read in mid-bounce tells anything. A contact that was never heard is unknown.
 */
export class ContactBank {
    private readonly known = new Map<ContactId, boolean>();
    private readonly pending = new Map<ContactId, Pending>();
    private looks = 0;

    constructor(
        private readonly clock: Clock,
        private readonly debounceMs: number,
    ) {}

    get states(): ReadonlyMap<ContactId, boolean> {
        return this.known;
    }

    /** Whether a change is being judged. */
    get isJudging(): boolean {
        return this.pending.size > 0;
    }

    /**
     * Takes what was read of a contact.
     * @param since clock.monotonic() of its last change, where that is known; else it is as old as the readings that agree
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
        const isSure = since !== undefined || this.debounceMs <= 0 || pending.seen >= FEWEST_LOOKS;
        if (!isSure || now - pending.since < this.debounceMs) return;
        this.pending.delete(contact);
        this.known.set(contact, active);
    }

    /** Nobody could look: what was being judged begins anew. */
    interrupted(): void {
        this.pending.clear();
    }

    /**
     * Milliseconds until the contacts are to be looked at again.
     * @param intervalMs when no change is being judged
     * @param isTold changes are told, and only the end of the time is of interest
     */
    nextLook(intervalMs: number, isTold: boolean): number {
        const now = this.clock.monotonic();
        const stretch = 1 - ((++this.looks * GOLDEN) % 1) / 2;
        const look = Math.max(
            SHORTEST_LOOK_MS,
            Math.min(LONGEST_LOOK_MS, this.debounceMs / LOOKS, intervalMs) * stretch,
        );
        const waits = [...this.pending.values()].map(({ since }) => {
            const left = since + this.debounceMs - now;
            if (isTold) return Math.max(0, left);
            return left > 0 ? Math.min(left, look) : look;
        });
        return Math.min(intervalMs, ...waits);
    }
}
