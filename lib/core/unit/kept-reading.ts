import type { Clock } from '../clock';
import type { Journal } from '../journal/journal';
import { momentNow, msSince, type Moment } from '../moment';
import type { UpsStatus } from '../status/status';

export interface Reading {
    status: UpsStatus;
    /** When it was taken, monotonic ms; may lie before this process. */
    at: number;
}

/** With the moment when it was taken. */
interface Kept extends Moment {
    status: UpsStatus;
    /** The outage that it belongs to. */
    episode: string;
}

const KEY = 'reading';

/**
 * The last reading of an outage, in the journal: what charge and runtime go on counting down from when the process was killed and
 * nobody answers. It belongs to one outage: the empty battery of the last one says nothing of the next.
 */
export class KeptReading {
    constructor(
        private readonly unitId: string,
        private readonly clock: Clock,
        private readonly journal: Journal,
    ) {}

    save({ status, at }: Reading, episode: string): void {
        const ageMs = (this.clock.monotonic() - at) / this.clock.speed;
        const kept: Kept = { status, ...momentNow(this.clock, ageMs), episode };
        this.journal.setValue(this.unitId, KEY, kept);
    }

    /** That of this outage, or nothing. */
    restore(episode: string): Reading | undefined {
        const kept = this.journal.getValue(this.unitId, KEY) as Kept | undefined;
        if (kept?.episode !== episode) return undefined;
        const ageMs = msSince(this.clock, kept) * this.clock.speed;
        return { status: kept.status, at: this.clock.monotonic() - ageMs };
    }
}
