import type { Clock } from '../clock';
import type { Journal } from '../journal/journal';
import { momentNow, msSince, type Moment } from '../moment';
import type { UpsStatus } from '../status/status';

export interface Reading {
    status: UpsStatus;
    /** When it was taken, monotonic ms; may be before the start of this process. */
    at: number;
}

/** With the moment when it was taken. */
interface StoredState extends Moment {
    status: UpsStatus;
    /** The outage that it belongs to. */
    episode: string;
}

const KEY = 'reading';

/**
 * Stores the last reading of an outage in the journal. After a kill, charge and runtime count down from it until a device answers. It is
 * valid for that outage only: the empty battery of one outage says nothing about the next.
 */
export class StoredReading {
    constructor(
        private readonly unitId: string,
        private readonly clock: Clock,
        private readonly journal: Journal,
    ) {}

    save({ status, at }: Reading, episode: string): void {
        const ageMs = (this.clock.monotonic() - at) / this.clock.speed;
        const kept: StoredState = { status, ...momentNow(this.clock, ageMs), episode };
        this.journal.setValue(this.unitId, KEY, kept);
    }

    /** The stored reading of this outage, if there is one. */
    restore(episode: string): Reading | undefined {
        const kept = this.journal.getValue(this.unitId, KEY) as StoredState | undefined;
        if (kept?.episode !== episode) return undefined;
        const ageMs = msSince(this.clock, kept) * this.clock.speed;
        return { status: kept.status, at: this.clock.monotonic() - ageMs };
    }
}
