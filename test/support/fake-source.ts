import { SystemClock, type Clock } from '../../lib/core/clock';
import type { EventSource, EventState, SourceChange } from '../../lib/core/events/source';
import type { EventInfo } from '../../lib/core/messages';
import type { UpsStatus } from '../../lib/core/status/status';

/** A source of events that stand as a test says; confirmed unless it says otherwise. */
export class FakeSource implements EventSource {
    confirmed = true;
    held = false;
    current: UpsStatus | undefined;
    /** Undefined: no UPS. */
    onBattery: number | undefined;
    remaining: number | undefined;
    private readonly events = new Map<string, EventInfo>();
    private readonly listeners = new Set<(change: SourceChange) => void>();

    constructor(
        readonly id = 'source1',
        readonly name = 'UPS 1',
        readonly clock: Clock = new SystemClock(),
    ) {}

    /** An event that is on begins anew. */
    renew(id: string, episode: string): EventInfo {
        const replaces = this.events.get(id)?.episode;
        return this.on(id, episode, replaces ? { replaces } : {});
    }

    on(id: string, episode: string, more: Partial<EventInfo> = {}): EventInfo {
        const now = this.clock.now();
        const event: EventInfo = {
            id,
            source: this.name,
            sourceId: this.id,
            level: 'alarm',
            active: true,
            since: now,
            at: now,
            episode,
            text: `${id} began`,
            ...more,
        };
        this.events.set(id, event);
        this.tell({ kind: 'edge', event, status: this.current });
        return event;
    }

    off(id: string): void {
        const event = this.events.get(id);
        this.events.delete(id);
        if (event) {
            const { replaces: _, ...rest } = event;
            const end = { ...rest, active: false, at: this.clock.now(), text: `${id} ended` };
            this.tell({ kind: 'edge', event: end, status: this.current });
        }
    }

    check(): void {
        this.tell({ kind: 'check' });
    }

    stateOf(id: string): EventState {
        const event = this.events.get(id);
        return { active: event !== undefined, episode: event?.episode, confirmed: this.confirmed, held: this.held };
    }

    activeEvents(): EventInfo[] {
        return [...this.events.values()];
    }

    status(): UpsStatus | undefined {
        return this.current;
    }

    remainingSeconds(): number | undefined {
        return this.remaining;
    }

    secondsOnBattery(): number | undefined {
        return this.onBattery;
    }

    subscribe(listener: (change: SourceChange) => void): () => void {
        this.listeners.add(listener);
        return () => this.listeners.delete(listener);
    }

    private tell(change: SourceChange): void {
        for (const listener of [...this.listeners]) listener(change);
    }
}
