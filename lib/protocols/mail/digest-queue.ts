import type { Clock, TimerHandle } from '../../core/clock';
import { momentNow, msUntil } from '../../core/moment';
import { digest, gatherGroup, noteRelease, waitFor, type Releases } from './digest';
import type { Gather, MailRecord, NewMail } from './mail';
import type { MailQueueStore } from './queue-store';
import type { Translate } from '../../core/language/sentence';

interface Group {
    records: MailRecord[];
    timer: TimerHandle;
}

/** How to hold a mail about an outage, so that all mails about this outage become one digest. */
export interface Hold {
    /** Node id of the UPS. */
    ups: string;
    /** The outage is not over. Otherwise the mail joins a digest only if one is already held. */
    outage: boolean;
    /** Longest time from the first mail to the digest, ms. */
    maxMs: number;
}

/** Gathers mails of one group that come within the minimum interval, and releases them as one digest at its end. */
export class DigestQueue {
    /** Called when `kept` has become the digest of itself and of the mails with the ids `merged`. */
    onRelease: (kept: MailRecord, merged: string[]) => void = () => undefined;

    private readonly groups = new Map<string, Group>();
    private releases: Releases = {};

    constructor(
        private readonly options: { account: string; store: MailQueueStore; clock: Clock; inWords?: Translate },
        private readonly persist: (work: () => void) => void,
    ) {}

    /** Loads the gathered mails of the store, and when each group was last sent. */
    resume(records: readonly MailRecord[]): void {
        this.releases = this.options.store.releases(this.options.account);
        for (const record of records) this.accept(record);
    }

    /** How to gather a new mail; undefined if it can be sent at once. */
    admit(mail: NewMail, minimumMs: number, hold?: Hold): Gather | undefined {
        const group = gatherGroup(mail);
        if (hold) {
            const held = `${group}|outage of ${hold.ups}`;
            const open = this.groups.get(held)?.records[0]?.gather;
            if (open) return open;
            if (hold.outage)
                return { ...this.releaseIn(hold.maxMs), group: held, minimumMs: hold.maxMs, held: hold.ups };
        }
        const wait = waitFor(this.options.clock.now(), this.releases[group], minimumMs);
        if (wait === 0 && !this.groups.has(group)) return undefined;
        return { ...this.releaseIn(wait), group, minimumMs };
    }

    private releaseIn(ms: number): Pick<Gather, 'releaseAt' | 'boot' | 'up'> {
        const { at: releaseAt, ...boot } = momentNow(this.options.clock, -ms);
        return { releaseAt, ...boot };
    }

    /** Starts the interval of the group of a mail that is sent at once. Runs inside the transaction that queues the mail. */
    noteDirect(record: MailRecord, minimumMs: number): void {
        if (record.gather || minimumMs <= 0) return;
        this.noteReleased(gatherGroup(record.mail), minimumMs);
    }

    /** Adds a queued mail to its group; ignores mails that are not gathered. */
    accept(record: MailRecord): void {
        if (!record.gather) return;
        const { group, releaseAt: at, boot, up, minimumMs } = record.gather;
        const { clock } = this.options;
        const known = this.groups.get(group);
        clock.clearTimeout(known?.timer);
        const wait = Math.min(msUntil(clock, { at, boot, up }), minimumMs);
        const timer = clock.setTimeout(() => this.release(group), wait);
        this.groups.set(group, { records: [...(known?.records ?? []), record], timer });
    }

    /** Node ids of the UPSs for which mails of this job are held. */
    heldFor(job: string): string[] {
        return this.held(job).map(([, ups]) => ups);
    }

    /** The outage is over: sends its mails as one digest. */
    releaseHeld(job: string, ups: string): void {
        for (const [name, of] of this.held(job)) if (of === ups) this.release(name);
    }

    private held(job: string): [group: string, ups: string][] {
        const found: [string, string][] = [];
        for (const [name, { records }] of this.groups) {
            const { gather, mail } = records[0];
            if (gather?.held && mail.sourceId === job) found.push([name, gather.held]);
        }
        return found;
    }

    /** The mail has left the queue in another way. */
    forget({ id, gather }: MailRecord): void {
        const group = gather && this.groups.get(gather.group);
        if (!group) return;
        group.records = group.records.filter((record) => record.id !== id);
        if (group.records.length) return;
        this.options.clock.clearTimeout(group.timer);
        this.groups.delete(gather.group);
    }

    close(): void {
        for (const { timer } of this.groups.values()) this.options.clock.clearTimeout(timer);
        this.groups.clear();
    }

    private release(name: string): void {
        const group = this.groups.get(name);
        if (!group) return;
        this.groups.delete(name);
        const { store } = this.options;
        const merged = group.records.slice(0, -1).map(({ id }) => id);
        const { gather, ...last } = group.records[group.records.length - 1];
        const kept: MailRecord = {
            ...last,
            mail: digest(
                group.records.map(({ mail }) => mail),
                this.options.inWords,
            ),
        };
        this.persist(() => {
            merged.forEach((id) => store.remove(id));
            store.save(kept);
            this.noteReleased(name, gather?.held ? 0 : (gather?.minimumMs ?? 0));
        });
        this.onRelease(kept, merged);
    }

    private noteReleased(group: string, minimumMs: number): void {
        this.releases = noteRelease(this.releases, group, { at: this.options.clock.now(), minimumMs });
        this.options.store.saveReleases(this.options.account, this.releases);
    }
}
