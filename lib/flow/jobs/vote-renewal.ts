import type { TimerHandle } from '../../core/clock';
import type { Journal } from '../../core/journal/journal';
import type { EventInfo } from '../../core/messages';
import type { Flow } from '../flow';
import { EdgeWatch } from './edge-watch';

/** Name in the journal. */
const RENEWING = 'renewing';

/** A sent shutdown, and its occurrence. JSON. */
interface Vote {
    event: Pick<EventInfo, 'id' | 'source' | 'sourceId' | 'episode'>;
    text: string;
}

/**
 * Repeats a shutdown while its event is active. A machine on several UPSs counts the shutdowns of each of them, and soon forgets one that
 * is not repeated; so a lost withdrawal does not count in the next outage. The votes are in the journal. A receiver that does not answer is
 * not tried again.
 */
export class VoteRenewal {
    private readonly votes = new Map<string, Vote>();
    private timer: TimerHandle;
    private closed = false;

    /**
     * @param everyMs interval, ms; 0 = never
     * @param say sends once; a failure is ignored
     */
    constructor(
        private readonly flow: Flow,
        private readonly nodeId: string,
        private readonly everyMs: number,
        private readonly say: (text: string) => Promise<unknown>,
        private readonly site?: string,
    ) {}

    /** Continues after a restart or a deploy. */
    resume(): void {
        for (const journal of this.flow.registry.journals()) {
            const kept = (journal.getValue(this.nodeId, RENEWING) ?? {}) as Record<string, Vote>;
            for (const [episode, vote] of Object.entries(kept)) this.votes.set(episode, vote);
        }
        this.arm();
    }

    begin({ id, source, sourceId, episode }: EventInfo, text: string): void {
        if (this.everyMs <= 0 || !episode || this.closed) return;
        this.votes.set(episode, { event: { id, source, sourceId, episode }, text });
        this.note(episode);
        this.arm();
    }

    destroy(): void {
        this.closed = true;
        this.flow.clock.clearTimeout(this.timer);
    }

    private arm(): void {
        if (this.closed || this.timer !== undefined || this.votes.size === 0 || this.everyMs <= 0) return;
        this.timer = this.flow.clock.setTimeout(() => {
            this.timer = undefined;
            this.renew();
            this.arm();
        }, this.everyMs);
    }

    private renew(): void {
        for (const [episode, { event, text }] of [...this.votes]) {
            const standing = this.flow.registry.episodeStateOf(event as EventInfo);
            if (standing === 'over' || standing === 'renewed' || this.isOnMains(event) || this.isAborted(event)) {
                this.votes.delete(episode);
                this.note(episode, event);
                continue;
            }
            const message = { event: event as EventInfo };
            const stands = standing === 'on' || standing === 'continued';
            if (
                !stands ||
                this.isHeld(message) ||
                this.flow.registry.isDryRun(message, this.site) ||
                this.flow.registry.isWatching(this.journal(event))
            )
                continue;
            this.say(text).catch(() => undefined);
        }
    }

    /** A person has ended the shutdown for this occurrence, by whatever path it came. */
    private isAborted({ id, sourceId, episode }: Vote['event']): boolean {
        return this.flow.orders
            .all()
            .some(
                (order) =>
                    order.jobId === this.nodeId &&
                    (order.action === 'aborted' || order.action === 'skipped') &&
                    order.sourceId === sourceId &&
                    order.eventId === id &&
                    this.flow.orders.isSameOccurrence(order, { sourceId, id, episode } as EventInfo),
            );
    }

    /** In maintenance a host that somebody has started stays up. */
    private isHeld(message: { event: EventInfo }): boolean {
        return this.flow.maintenance.of(this.flow.registry.siteOf(message, this.site)?.id) !== undefined;
    }

    /** Whether the UPS of a battery level is on mains: the level stays on until the battery is charged, but the outage of the vote is over. */
    private isOnMains(event: Vote['event']): boolean {
        const told = { topic: '', payload: true, event: { ...event, active: true } as EventInfo };
        const watch = new EdgeWatch(this.flow, told, () => undefined, true);
        const ups = watch.levelOnMains;
        watch.destroy();
        return ups !== undefined;
    }

    private note(episode: string, event = this.votes.get(episode)?.event): void {
        if (!event) return;
        this.journal(event).setValue(this.nodeId, RENEWING, Object.fromEntries(this.votes));
    }

    private journal(event: Vote['event']): Journal {
        return this.flow.registry.journalOf({ event: event as EventInfo }, this.site);
    }
}
