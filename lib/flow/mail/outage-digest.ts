import type { TimerHandle } from '../../core/clock';
import { LocalSource } from '../../core/events/local-source';
import type { EventSource } from '../../core/events/source';
import type { EventMessage } from '../../core/messages';
import { UpsUnit } from '../../core/unit/ups-unit';
import type { Flow } from '../flow';
import type { Site } from '../site';

/**
 * How long the digest waits after the end of the outage, ms: the last events come together with that end, and their mails belong in the
 * digest.
 */
const LINGER_MS = 10_000;

const OUTAGE = 'power-fail';

/** How a mail is held for a digest. */
export interface DigestHold {
    /** Id of the UPS. */
    ups: string;
    /** The outage is still active. Otherwise the mail is only added to mails that are already held. */
    outage: boolean;
    /** Longest time from the first mail to the digest, ms. */
    maxMs: number;
}

/** The held mails of an account. */
export interface HeldMails {
    /** Ids of the UPSs for whose outages mails of this job are held. */
    heldFor(jobId: string): Iterable<string>;
    releaseHeld(jobId: string, ups: string): void;
}

/**
 * Collects the mails of one mail job until an outage is over. The mails wait in the account's queue, so that a restart loses none; this
 * class reports the end of the outage to that queue.
 */
export class OutageDigest<S extends Site = Site> {
    private readonly watches = new Map<string, () => void>();
    private readonly timers = new Map<string, TimerHandle>();
    private unsubscribe: (() => void) | undefined;

    constructor(
        private readonly flow: Flow<S>,
        private readonly jobId: string,
        private readonly account: () => { queueFor(site: S | undefined): HeldMails },
        /** 0: no digests. */
        private readonly maxMinutes: number,
        /** Called if the account cannot be used; its mails wait. */
        private readonly problem: (error: unknown) => void,
    ) {}

    /** Continues with the mails that were held before a restart or a deploy. */
    start(): void {
        this.unsubscribe = this.flow.registry.onSource((id) => {
            if (!this.watches.has(id)) return;
            this.unwatch(id);
            this.watch(id);
        });
        for (const queue of this.queues(this.flow.registry.sites())) {
            for (const ups of queue.heldFor(this.jobId)) {
                if (this.maxMinutes > 0) this.watch(ups);
                else queue.releaseHeld(this.jobId, ups);
            }
        }
    }

    destroy(): void {
        this.unsubscribe?.();
        for (const id of [...this.watches.keys()]) this.unwatch(id);
        for (const timer of this.timers.values()) this.flow.clock.clearTimeout(timer);
        this.timers.clear();
    }

    /** How the mail of this message must be held; undefined: send it at once, because no UPS of its site has an outage. */
    holdFor({ event }: EventMessage): DigestHold | undefined {
        const source = this.flow.registry.source(event.sourceId);
        if (this.maxMinutes <= 0 || !source) return undefined;
        const ups = this.upsOf(source);
        if (ups === undefined) return undefined;
        const outage = this.flow.registry.source(ups)?.stateOf(OUTAGE).active ?? false;
        this.watch(ups);
        return { ups, outage, maxMs: this.maxMinutes * 60_000 };
    }

    /**
     * The UPS whose digest gets the mails of a source: the source itself, the UPS that it belongs to, or a UPS of its site that is in an
     * outage now or was a moment ago.
     */
    private upsOf(source: EventSource): string | undefined {
        if (source.standsFor) return source.standsFor;
        if (!(source instanceof LocalSource)) return source.secondsOnBattery() === undefined ? undefined : source.id;
        const site = this.siteIdOf(source.id);
        const units = this.flow.registry
            .sources()
            .filter((other): other is UpsUnit => other instanceof UpsUnit && this.siteIdOf(other.id) === site);
        const own = units.find(({ name }) => name === source.upsName);
        return (
            own ??
            units.find((unit) => unit.stateOf(OUTAGE).active) ??
            units.find(({ id }) => this.watches.has(id))
        )?.id;
    }

    private watch(id: string): void {
        if (this.watches.has(id)) return;
        const source = this.flow.registry.source(id);
        const look = () => this.look(id);
        this.watches.set(id, source?.subscribe(look) ?? (() => undefined));
        look();
    }

    private unwatch(id: string): void {
        this.watches.get(id)?.();
        this.watches.delete(id);
    }

    private look(id: string): void {
        const state = this.flow.registry.source(id)?.stateOf(OUTAGE);
        if (!state?.confirmed) return;
        if (state.active) {
            this.flow.clock.clearTimeout(this.timers.get(id));
            this.timers.delete(id);
            return;
        }
        if (this.timers.has(id)) return;
        const timer = this.flow.clock.setTimeout(() => {
            this.timers.delete(id);
            this.unwatch(id);
            this.release(id);
        }, LINGER_MS);
        this.timers.set(id, timer);
    }

    private release(ups: string): void {
        const sites = this.flow.registry.sites();
        for (const queue of this.queues(sites.length ? sites : [undefined])) queue.releaseHeld(this.jobId, ups);
    }

    private siteIdOf(sourceId: string): string | undefined {
        return this.flow.registry.siteOf({ event: { sourceId } } as EventMessage)?.id;
    }

    private queues(sites: (S | undefined)[]): Set<HeldMails> {
        try {
            const account = this.account();
            return new Set(sites.map((site) => account.queueFor(site)));
        } catch (error) {
            this.problem(error);
            return new Set();
        }
    }
}
