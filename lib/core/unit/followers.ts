import type { SourceChange } from '../events/source';
import type { UpsStatus } from '../status/status';

/** The followers of a unit. If one follower throws, the others are still called. */
export class Followers {
    private readonly changes = new Set<(change: SourceChange) => void>();
    private readonly statuses = new Set<(status: UpsStatus) => void>();

    constructor(private readonly problem: (error: unknown) => void) {}

    onChange(listener: (change: SourceChange) => void): () => void {
        this.changes.add(listener);
        return () => this.changes.delete(listener);
    }

    onStatus(listener: (status: UpsStatus) => void): () => void {
        this.statuses.add(listener);
        return () => this.statuses.delete(listener);
    }

    tell(change: SourceChange): void {
        for (const listener of [...this.changes]) this.guard(() => listener(change));
    }

    tellStatus(status: UpsStatus): void {
        for (const listener of [...this.statuses]) this.guard(() => listener(status));
    }

    guard(tell: () => void): void {
        try {
            tell();
        } catch (error) {
            this.problem(error);
        }
    }

    clear(): void {
        this.changes.clear();
        this.statuses.clear();
    }
}
