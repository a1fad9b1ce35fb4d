import type { DriverMemory } from '../driver';
import type { LearnedPath } from '../events/mains-evidence';
import type { Journal } from '../journal/journal';

interface StoredState {
    mains?: LearnedPath;
    driver?: unknown;
}

/** Stores in the journal what was learned about one path to a UPS: how it shows the mains, and the memory of its driver. */
export class PathMemory implements DriverMemory {
    readonly mains: LearnedPath;
    private driver: unknown;
    private saved: string;
    private readonly key: string;

    constructor(
        private readonly unitId: string,
        pathId: string,
        private readonly journal: Journal,
    ) {
        this.key = `path:${pathId}`;
        const kept = (journal.getValue(unitId, this.key) ?? {}) as StoredState;
        this.mains = { ...kept.mains };
        this.driver = kept.driver;
        this.saved = JSON.stringify(this.kept);
    }

    get(): unknown {
        return this.driver;
    }

    keep(value: unknown): void {
        this.driver = value;
        this.save();
    }

    /** Writes what has changed. */
    save(): void {
        const now = JSON.stringify(this.kept);
        if (now === this.saved) return;
        this.saved = now;
        this.journal.setValue(this.unitId, this.key, this.kept);
    }

    private get kept(): StoredState {
        return { mains: this.mains, driver: this.driver };
    }
}
