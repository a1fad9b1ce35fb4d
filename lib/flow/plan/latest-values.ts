import type { Journal } from '../../core/journal/journal';
import { PLAN_OWNER } from './step-orders';

/**
 * The latest values of one kind in a journal, by key. Each has a place of its own there: in an outage many are written, one after the other, and
 * each write must not cost that of all.
 */
export class LatestValues<T> {
    /**
     * @param kind names them in the journal
     * @param most so many are kept
     */
    constructor(
        private readonly kind: string,
        private readonly most: number,
    ) {}

    get(journal: Journal, key: string): T | undefined {
        return journal.getValue(PLAN_OWNER, this.nameOf(key)) as T | undefined;
    }

    /** The oldest first. */
    all(journal: Journal): T[] {
        return this.keys(journal).flatMap((key) => this.get(journal, key) ?? []);
    }

    /** Adds a value, or replaces the one with this key, which keeps its place. */
    put(journal: Journal, key: string, value: T): void {
        journal.transaction(() => {
            const keys = this.keys(journal);
            if (!keys.includes(key)) this.keep(journal, [...keys, key]);
            journal.setValue(PLAN_OWNER, this.nameOf(key), value);
        });
    }

    remove(journal: Journal, key: string): void {
        journal.transaction(() => {
            const keys = this.keys(journal);
            if (keys.includes(key))
                this.keep(
                    journal,
                    keys.filter((each) => each !== key),
                );
            journal.setValue(PLAN_OWNER, this.nameOf(key), undefined);
        });
    }

    private keep(journal: Journal, keys: readonly string[]): void {
        for (const old of keys.slice(0, -this.most)) journal.setValue(PLAN_OWNER, this.nameOf(old), undefined);
        const kept = keys.slice(-this.most);
        journal.setValue(PLAN_OWNER, `${this.kind}s`, kept.length > 0 ? kept : undefined);
    }

    private keys(journal: Journal): string[] {
        const kept = journal.getValue(PLAN_OWNER, `${this.kind}s`);
        return Array.isArray(kept) ? kept.filter((key) => typeof key === 'string') : [];
    }

    private nameOf(key: string): string {
        return `${this.kind}:${key}`;
    }
}
