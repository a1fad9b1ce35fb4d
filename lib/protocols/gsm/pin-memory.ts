import { createHash, randomBytes } from 'node:crypto';
import type { Journal } from '../../core/journal/journal';

/** Remembers, also over restarts, that a PIN was tried and not accepted: after three wrong PINs the SIM locks. */
export interface PinMemory {
    /** Whether a note survives a restart. */
    readonly lasting: boolean;
    wasTried(pin: string): boolean;
    /** Notes the PIN before it is sent: after a crash in between, it must not be tried again. */
    note(pin: string): void;
    /** The SIM has accepted the PIN, or no longer requires one. */
    forget(): void;
}

const NAME = 'refused-pin';

interface StoredState {
    salt: string;
    digest: string;
}

/** Keeps a salted digest of 8 bits: enough to recognise a wrong PIN, too little to reveal a right one. */
export class JournalPinMemory implements PinMemory {
    /**
     * @param journals all journals at the time of use, since a deploy may replace a site
     * @param outlives whether one of them survives a restart
     */
    constructor(
        private readonly journals: () => readonly Journal[],
        private readonly owner: string,
        private readonly outlives: () => boolean,
    ) {}

    get lasting(): boolean {
        return this.outlives();
    }

    wasTried(pin: string): boolean {
        return this.journals().some((journal) => {
            const kept = journal.getValue(this.owner, NAME) as StoredState | null | undefined;
            return kept && digestOf(kept.salt, pin) === kept.digest;
        });
    }

    note(pin: string): void {
        const salt = randomBytes(8).toString('hex');
        for (const journal of this.journals())
            journal.setValue(this.owner, NAME, { salt, digest: digestOf(salt, pin) });
    }

    forget(): void {
        for (const journal of this.journals()) {
            if (journal.getValue(this.owner, NAME)) journal.setValue(this.owner, NAME, null);
        }
    }
}

/** 8 bits: one of 256 other PINs is also held back; the error says so. */
function digestOf(salt: string, pin: string): string {
    return createHash('sha256').update(`${salt}:${pin}`).digest('hex').slice(0, 2);
}
