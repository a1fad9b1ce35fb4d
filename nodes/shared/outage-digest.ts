import type { TimerHandle } from '../../lib/core/clock';
import { LocalSource } from '../../lib/core/events/local-source';
import type { EventSource } from '../../lib/core/events/source';
import type { EventMessage } from '../../lib/core/messages';
import { UpsUnit } from '../../lib/core/unit/ups-unit';
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

    /** How the mail of this message is to be held; undefined: no UPS of its site has an outage. */
    holdFor({ event }: EventMessage): Hold | undefined {
        const source = hub.source(event.sourceId);
        if (this.maxMinutes <= 0 || !source) return undefined;
        const ups = this.upsOf(source);
        if (ups === undefined) return undefined;
        const outage = hub.source(ups)?.stateOf(OUTAGE).active ?? false;
        this.watch(ups);
        return { ups, outage, maxMs: this.maxMinutes * 60_000 };
    }

    /**
     * Into whose digest the mails of a source belong: its own, that of the UPS it belongs to, or that of a UPS of its site which is in an
     * outage, or was so a moment ago.
     */
    private upsOf(source: EventSource): string | undefined {
        if (source.standsFor) return source.standsFor;
        if (!(source instanceof LocalSource)) return source.secondsOnBattery() === undefined ? undefined : source.id;
        const site = siteIdOf(source.id);
        const units = hub
            .allSources()
            .filter((other): other is UpsUnit => other instanceof UpsUnit && siteIdOf(other.id) === site);
        const own = units.find(({ name }) => name === source.upsName);
        return (
            own ??
            units.find((unit) => unit.stateOf(OUTAGE).active) ??
            units.find(({ id }) => this.watches.has(id))
        )?.id;
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

function siteIdOf(sourceId: string): string | undefined {
    return hub.siteOf({ event: { sourceId } } as EventMessage)?.id;
}
