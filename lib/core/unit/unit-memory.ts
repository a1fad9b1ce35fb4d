import type { Clock } from '../clock';
import type { EpisodeJournal } from '../events/episodes';
import type { Verdict } from '../events/rules';
import type { Journal } from '../journal/journal';
import type { BatteryMemory } from './battery-memory';
import type { BatteryWatch } from './battery-watch';
import { StoredReading } from './stored-reading';
import type { UnitStatus } from './unit-status';

export interface UnitMemoryParts {
    id: string;
    clock: Clock;
    journal: Journal;
    episodes: EpisodeJournal;
    status: UnitStatus;
    battery: BatteryMemory;
    model: Pick<BatteryWatch, 'learned' | 'restore'>;
    /** The result of the last test by the voltage of the battery. */
    health(): Verdict | undefined;
}

/** Writes the state of a unit to the journal for the next process: the age of its outage, the last reading, its battery. */
export class UnitMemory {
    private readonly kept: StoredReading;

    constructor(private readonly parts: UnitMemoryParts) {
        this.kept = new StoredReading(parts.id, parts.clock, parts.journal);
    }

    /** Called at intervals, and at the end. */
    save(): void {
        this.keepAge();
        if (!this.parts.status.isSilent) this.keepReading();
        this.keepHealth();
        this.parts.battery.keepLearned(this.parts.model.learned());
    }

    /** Stores how long the active events have lasted. */
    keepAge(): void {
        this.parts.episodes.heartbeat();
    }

    /** Stores the last reading of an outage. */
    keepReading(): void {
        const { episodes: book, status } = this.parts;
        const outage = book.get('power-fail');
        if (outage && status.reading) this.kept.save(status.reading, outage.episode);
    }

    keepHealth(): void {
        this.parts.battery.keepHealth(this.parts.health());
    }

    /** Continues to count the runtime down from the last reading of the former process. */
    restoreReading(): void {
        const { episodes: book, status, model } = this.parts;
        const outage = book.get('power-fail');
        const reading = outage && this.kept.restore(outage.episode);
        if (!reading) return;
        status.restore(reading);
        model.restore(reading.status, reading.at);
    }
}
