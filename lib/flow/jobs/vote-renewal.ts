import type { TimerHandle } from '../../core/clock';
import type { Journal } from '../../core/journal/journal';
import type { EventInfo } from '../../core/messages';
import type { Flow } from '../flow';
import { EdgeWatch } from './edge-watch';

/** Name in the journal. */
const RENEWING = 'renewing';

/** What was said, and for which occurrence. JSON. */
interface Vote {
    event: Pick<EventInfo, 'id' | 'source' | 'sourceId' | 'episode'>;
    text: string;
}

/**
 * Says a shutdown again while the event that it was sent for stands: a machine of several UPSs counts what each of them says, and forgets
 * soon what is not renewed, so that no lost withdrawal counts in the next outage. Kept in the journal; who does not answer is not asked twice.
 */
export class VoteRenewal {
    private readonly votes = new Map<string, Vote>();
    private timer: TimerHandle;
    private closed = false;

    /** @param everyMs 0 = never; @param say one try, its outcome is told to nobody */
    constructor(
        private readonly flow: Flow,
        private readonly nodeId: string,
        private readonly everyMs: number,
        private readonly say: (text: string) => Promise<unknown>,
        private readonly site?: string,
    ) {}

    /** After a restart or a deploy. */
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
            const standing = this.flow.registry.standing(event as EventInfo);
            if (standing === 'over' || standing === 'renewed' || this.isOnMains(event)) {
                this.votes.delete(episode);
                this.note(episode, event);
                continue;
            }
            const message = { event: event as EventInfo };
            const stands = standing === 'on' || standing === 'continued';
            if (
                !stands ||
                this.flow.registry.isDryRun(message, this.site) ||
                this.flow.registry.isWatching(this.journal(event))
            )
                continue;
            this.say(text).catch(() => undefined);
        }
    }

    /** A battery level stays on when the mains are back, until the battery is charged: the outage that it was said in is over. */
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
