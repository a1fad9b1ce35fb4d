import type { TimerHandle } from '../../core/clock';
import type { Journal } from '../../core/journal/journal';
import type { Flow } from '../flow';

/** Work for a later time. JSON. */
export interface PostponedItem {
    /** Names it: the same work is not kept twice. */
    key: string;
    /** Epoch ms */
    dueAt: number;
}

const NAME = 'postponed';
const MOST = 100;

/**
 * Does work of a node at a later time. It is in the journal until it is done, so that a kill or a deploy does not lose it; a kill in its middle
 * has it done again.
 */
export class Postponed<T extends PostponedItem> {
    private readonly timers = new Map<string, TimerHandle>();
    private readonly unfollow: () => void;
    private closed = false;

    /** @param work must not reject */
    constructor(
        private readonly flow: Flow,
        private readonly nodeId: string,
        private readonly work: (item: T) => Promise<void>,
    ) {
        this.unfollow = flow.registry.onTakenOver(() => this.resume());
    }

    /** Takes up what the journals have: after a start, and after a takeover. */
    resume(): void {
        for (const journal of this.flow.registry.journals()) {
            if (this.flow.registry.isWatching(journal)) continue;
            for (const item of this.kept(journal)) this.wait(item, journal);
        }
    }

    add(item: T, journal: Journal): void {
        const others = this.kept(journal).filter(({ key }) => key !== item.key);
        journal.setValue(this.nodeId, NAME, [...others, item].slice(-MOST));
        this.wait(item, journal);
    }

    /** When the next one is due, epoch ms; undefined: there is none. */
    nextAt(): number | undefined {
        const all = this.flow.registry.journals().flatMap((journal) => this.kept(journal));
        return all.length > 0 ? Math.min(...all.map(({ dueAt }) => dueAt)) : undefined;
    }

    /** @param removed nobody does the rest */
    destroy(removed: boolean): void {
        this.closed = true;
        this.unfollow();
        for (const timer of this.timers.values()) this.flow.clock.clearTimeout(timer);
        this.timers.clear();
        if (removed)
            for (const journal of this.flow.registry.journals()) journal.setValue(this.nodeId, NAME, undefined);
    }

    private wait(item: T, journal: Journal): void {
        const { clock } = this.flow;
        clock.clearTimeout(this.timers.get(item.key));
        const timer = clock.setTimeout(() => void this.perform(item, journal), Math.max(0, item.dueAt - clock.now()));
        this.timers.set(item.key, timer);
    }

    private async perform(item: T, journal: Journal): Promise<void> {
        this.timers.delete(item.key);
        await this.work(item);
        if (this.closed) return;
        const left = this.kept(journal).filter(({ key }) => key !== item.key);
        journal.setValue(this.nodeId, NAME, left.length > 0 ? left : undefined);
    }

    private kept(journal: Journal): T[] {
        const value = journal.getValue(this.nodeId, NAME);
        return Array.isArray(value) ? (value as T[]) : [];
    }
}
