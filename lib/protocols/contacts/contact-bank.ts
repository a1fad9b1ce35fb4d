import type { Clock, TimerHandle } from '../../core/clock';
import { isActive, type ContactId, type ContactSetup } from './contacts';

interface Pending {
    active: boolean;
    timer: TimerHandle;
}

/**
 * The states of all contacts, debounced: one counts when it has been the same for `debounceMs`, the first one too, because a relay
 * that is read in mid-bounce tells anything. A contact that was never heard is unknown.
 */
export class ContactBank {
    private readonly known = new Map<ContactId, boolean>();
    private readonly pending = new Map<ContactId, Pending>();

    /** @param onChange a state has begun to count */
    constructor(
        private readonly clock: Clock,
        private readonly debounceMs: number,
        private readonly onChange: () => void,
    ) {}

    get states(): ReadonlyMap<ContactId, boolean> {
        return this.known;
    }

    /** Takes what was read of a contact. */
    set({ contact, type }: ContactSetup, closed: boolean): void {
        const active = isActive(type, closed);
        const pending = this.pending.get(contact);
        if (pending?.active === active) return;
        this.drop(contact);
        if (this.known.get(contact) === active) return;
        if (this.debounceMs <= 0) {
            this.count(contact, active);
            return;
        }
        const timer = this.clock.setTimeout(() => this.count(contact, active), this.debounceMs);
        this.pending.set(contact, { active, timer });
    }

    destroy(): void {
        for (const contact of [...this.pending.keys()]) this.drop(contact);
    }

    private count(contact: ContactId, active: boolean): void {
        this.pending.delete(contact);
        this.known.set(contact, active);
        this.onChange();
    }

    private drop(contact: ContactId): void {
        this.clock.clearTimeout(this.pending.get(contact)?.timer);
        this.pending.delete(contact);
    }
}
