import { createHash, randomBytes } from 'node:crypto';
import type { Journal } from '../../core/journal/journal';

/** Remembers, over restarts too, that a PIN was tried and not accepted: after three wrong ones the SIM locks itself. */
export interface PinMemory {
    /** Whether a note outlives a restart. */
    readonly lasting: boolean;
    wasTried(pin: string): boolean;
    /** Before it is sent: a crash in between must not lead to a second try. */
    note(pin: string): void;
    /** The SIM has accepted it, or no longer asks. */
    forget(): void;
}

const NAME = 'refused-pin';

interface StoredState {
    salt: string;
    digest: string;
}

/** Keeps a salted and shortened digest: enough to recognise a wrong PIN, too little to tell a right one by. */
export class JournalPinMemory implements PinMemory {
    /**
     * @param journals all there are, at the time of use: a deploy may replace a site
     * @param outlives whether one of them is kept over restarts
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

/** Eight bits: one in 256 other PINs is held back too, and that is told. */
function digestOf(salt: string, pin: string): string {
    return createHash('sha256').update(`${salt}:${pin}`).digest('hex').slice(0, 2);
}
