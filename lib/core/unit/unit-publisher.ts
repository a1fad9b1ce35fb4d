import type { Clock } from '../clock';
import type { EpisodeJournal } from '../events/episodes';
import type { Edge } from '../events/event-engine';
import type { SourceChange } from '../events/source';
import type { EventLog } from '../journal/event-log';
import type { Journal } from '../journal/journal';
import type { EventInfo } from '../messages';
import type { UpsStatus } from '../status/status';
import { EdgePublisher, type EdgeSource } from './edge-publisher';
import { Followers } from './followers';
import type { UnitMemory } from './unit-memory';
import type { UnitStatus } from './unit-status';

export interface PublisherParts extends EdgeSource {
    clock: Clock;
    journal: Journal;
    log?: EventLog;
    episodes: EpisodeJournal;
    status: UnitStatus;
    memory: Pick<UnitMemory, 'keepAge' | 'keepReading' | 'keepHealth'>;
    /** Called when a follower has thrown. */
    problem(error: unknown): void;
}

/** Passes edges, readings and changes that timings depend on to followers, event log and journal. */
export class UnitPublisher {
    private readonly followers: Followers;
    private readonly publisher: EdgePublisher;

    constructor(private readonly parts: PublisherParts) {
        this.followers = new Followers(parts.problem);
        this.publisher = new EdgePublisher(parts);
    }

    subscribe(listener: (change: SourceChange) => void): () => void {
        return this.followers.onChange(listener);
    }

    onStatus(listener: (status: UpsStatus) => void): () => void {
        return this.followers.onStatus(listener);
    }

    /** The active events, each as its on edge was sent, or would be sent now. */
    active(): EventInfo[] {
        return this.publisher.active(this.parts.episodes);
    }

    edge(edge: Edge): void {
        const { clock, journal, log, status, memory } = this.parts;
        const event = this.publisher.of(edge, clock.now(), status.ageSeconds ?? 0, status.isSilent);
        // One write: followers note their deliveries in the same transaction, so that none can be lost between.
        journal.transaction(() => {
            if (event.active) memory.keepAge();
            if (event.active && event.id === 'power-fail') memory.keepReading();
            if (event.id === 'battery-bad') memory.keepHealth();
            log?.append(this.publisher.entry(event));
            this.followers.tell({ kind: 'edge', event, status: status.current() });
        });
    }

    /** Sends the present status. */
    status(): void {
        const status = this.parts.status.current();
        if (status) this.followers.tellStatus(status);
        this.check();
    }

    /** Informs followers that something that timings depend on has changed. */
    check(): void {
        this.followers.tell({ kind: 'check' });
    }

    /** Calls a function that may throw. */
    guard(call: () => void): void {
        this.followers.guard(call);
    }

    clear(): void {
        this.followers.clear();
    }
}
