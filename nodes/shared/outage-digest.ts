import type { TimerHandle } from '../../lib/core/clock';
import type { EventMessage } from '../../lib/core/messages';
import type { Hold } from '../../lib/protocols/mail/gather-box';
import type { MailQueue } from '../../lib/protocols/mail/queue';
import { hub, systemClock, type SiteRuntime } from './hub';
import type { UpsMailAccountNode } from './mail-account';

/** The last events of an outage come with its end; their mails belong into the digest. */
const LINGER_MS = 10_000;

const OUTAGE = 'power-fail';

/**
 * Gathers what one mail job has to tell of an outage until it is over. The mails wait in the account's queue, so that nothing of
 * them is lost in a restart; here is only who tells the queue that the outage has ended.
 */
export class OutageDigest {
    private readonly watches = new Map<string, () => void>();
    private readonly timers = new Map<string, TimerHandle>();
    private unsubscribe: (() => void) | undefined;

    constructor(
        private readonly jobId: string,
        private readonly account: () => UpsMailAccountNode,
        /** 0: no digests. */
        private readonly maxMinutes: number,
        /** An account that cannot be used; its mails wait. */
        private readonly problem: (error: unknown) => void,
    ) {}

    /** Takes up what was held before a restart or a deploy. */
    start(): void {
        this.unsubscribe = hub.onSource((id) => {
            if (!this.watches.has(id)) return;
            this.unwatch(id);
            this.watch(id);
        });
        for (const queue of this.queues([...hub.sites.values()])) {
            for (const ups of queue.heldFor(this.jobId)) {
                if (this.maxMinutes > 0) this.watch(ups);
                else queue.releaseHeld(this.jobId, ups);
            }
        }
    }

    destroy(): void {
        this.unsubscribe?.();
        for (const id of [...this.watches.keys()]) this.unwatch(id);
        for (const timer of this.timers.values()) systemClock.clearTimeout(timer);
        this.timers.clear();
    }

    /** How the mail of this message is to be held; undefined: it is not of a UPS. */
    holdFor({ event }: EventMessage): Hold | undefined {
        const source = hub.source(event.sourceId);
        if (this.maxMinutes <= 0 || !source || source.secondsOnBattery() === undefined) return undefined;
        const outage = source.stateOf(OUTAGE).active;
        this.watch(event.sourceId);
        return { ups: event.sourceId, outage, maxMs: this.maxMinutes * 60_000 };
    }

    private watch(id: string): void {
        if (this.watches.has(id)) return;
        const source = hub.source(id);
        const look = () => this.look(id);
        this.watches.set(id, source?.subscribe(look) ?? (() => undefined));
        look();
    }

    private unwatch(id: string): void {
        this.watches.get(id)?.();
        this.watches.delete(id);
    }

    private look(id: string): void {
        const state = hub.source(id)?.stateOf(OUTAGE);
        if (!state?.confirmed) return;
        if (state.active) {
            systemClock.clearTimeout(this.timers.get(id));
            this.timers.delete(id);
            return;
        }
        if (this.timers.has(id)) return;
        const timer = systemClock.setTimeout(() => {
            this.timers.delete(id);
            this.unwatch(id);
            this.release(id);
        }, LINGER_MS);
        this.timers.set(id, timer);
    }

    private release(ups: string): void {
        const sites = [...hub.sites.values()];
        for (const queue of this.queues(sites.length ? sites : [undefined])) queue.releaseHeld(this.jobId, ups);
    }

    private queues(sites: (SiteRuntime | undefined)[]): Set<MailQueue> {
        try {
            const account = this.account();
            return new Set(sites.map((site) => account.queueFor(site)));
        } catch (error) {
            this.problem(error);
            return new Set();
        }
    }
}
