import type { Clock } from '../core/clock';
import { episodeState, type EpisodeState } from '../core/events/episode-state';
import type { EventSource, SourceChange } from '../core/events/source';
import type { Journal } from '../core/journal/journal';
import { MemoryJournal } from '../core/journal/memory-journal';
import type { EventInfo, EventMessage } from '../core/messages';
import type { UpsUnit } from '../core/unit/ups-unit';
import { Listeners } from './listeners';
import type { Change, Member, RegisteredJob, RegisteredTiming } from './members';
import type { Site } from './site';
import { isUnit } from './supply';

/** An event that was on when its source was replaced. */
interface DepartedSource {
    eventId: string;
    /** How long it had lasted then, clock ms of its source. */
    elapsedMs: number;
    /** Monotonic ms. */
    at: number;
}

interface Registered<S> {
    source: EventSource;
    site: S | undefined;
    unsubscribe(): void;
}

/**
 * Who is there: sites and event sources of one runtime by node id. Nodes find each other here at the time of use, because a
 * deploy may replace any of them while the others go on.
 */
export class Registry<S extends Site = Site> {
    private readonly siteById = new Map<string, S>();
    private readonly jobById = new Map<string, RegisteredJob>();
    private readonly timingById = new Map<string, RegisteredTiming>();
    /** Ids of sites in dry run that are not among `sites()` because their store cannot be opened. */
    readonly dryWithoutStore = new Set<string>();
    private readonly sourceById = new Map<string, Registered<S>>();
    private readonly departed = new Set<string>();
    /** By source: episodes that were on when it was replaced, until that event ends or begins anew. */
    private readonly left = new Map<string, Map<string, DepartedSource>>();
    private readonly changes = new Listeners<Change>();
    private readonly sourceChanges = new Listeners<string>();
    private readonly takeOvers = new Listeners<Journal>();
    /** For what has no site: outlives a deploy, and forgets with the process. */
    readonly memoryJournal: Journal = new MemoryJournal();

    constructor(private readonly clock: Clock) {}

    addSource(source: EventSource, site: S | undefined): void {
        const unsubscribe = source.subscribe((change) => this.forgetLeft(source, change));
        this.sourceById.get(source.id)?.unsubscribe();
        this.sourceById.set(source.id, { source, site, unsubscribe });
        this.departed.delete(source.id);
        this.sourceChanges.tell(source.id);
        this.changes.tell({ kind: isUnit(source) ? 'unit' : 'source', id: source.id, present: true });
    }

    /** Idempotent; leaves alone a successor that has taken the id meanwhile. */
    removeSource(source: EventSource): void {
        const registered = this.sourceById.get(source.id);
        if (registered?.source !== source) return;
        registered.unsubscribe();
        this.sourceById.delete(source.id);
        this.departed.add(source.id);
        const at = this.clock.monotonic();
        const on = source.activeEvents().map(({ episode, id: eventId }): [string, DepartedSource] => {
            const { elapsedMs = 0 } = source.stateOf(eventId);
            return [episode, { eventId, elapsedMs, at }];
        });
        if (on.length > 0) this.left.set(source.id, new Map([...(this.left.get(source.id) ?? []), ...on]));
        this.changes.tell({ kind: isUnit(source) ? 'unit' : 'source', id: source.id, present: false });
    }

    /**
     * How the occurrence that a message tells of stands by its source now; undefined: its source is not there. Where a deploy replaced the source
     * while the occurrence was on, and its journal with it, the same occurrence goes on under another name.
     */
    standing({ sourceId, id, episode }: EventInfo): EpisodeState | undefined {
        const state = this.sourceById.get(sourceId)?.source.stateOf(id);
        return state && episodeState(episode, state, this.isCarriedOver(sourceId, episode));
    }

    /** Whether the source was replaced in this process while this episode was on, and has not begun it anew since. */
    isCarriedOver(sourceId: string, episode: string): boolean {
        return this.left.get(sourceId)?.has(episode) ?? false;
    }

    /**
     * How long an event has been on that the source before this one, in this process, saw begin; undefined: it was not on.
     * @param speed of the source's clock, by which the answer counts, ms
     */
    lastedBefore(sourceId: string, eventId: string, speed: number): number | undefined {
        const left = [...(this.left.get(sourceId)?.values() ?? [])].findLast((each) => each.eventId === eventId);
        return left && left.elapsedMs + (this.clock.monotonic() - left.at) * speed;
    }

    /** What has ended, or has begun anew, does not go on under another name. */
    private forgetLeft(source: EventSource, change: SourceChange): void {
        const left = this.left.get(source.id);
        if (!left) return;
        const renewed = change.kind === 'edge' && change.event.replaces ? change.event.id : undefined;
        for (const [episode, { eventId }] of left) {
            const state = source.stateOf(eventId);
            if (eventId === renewed || (state.confirmed && !state.active)) left.delete(episode);
        }
        if (left.size === 0) this.left.delete(source.id);
    }

    /**
     * Whether a source was there and was taken away: somebody has deleted or disabled it, or is about to replace it. In an earlier process
     * that was so if our journal holds episodes of it that it has never ended; what no node of ours ever was has none.
     */
    hasDeparted(id: string): boolean {
        if (this.sourceById.has(id)) return false;
        return this.departed.has(id) || this.journals().some((journal) => journal.openEpisodes(id).length > 0);
    }

    source(id: string): EventSource | undefined {
        return this.sourceById.get(id)?.source;
    }

    /** Units, and everything else with events of its own. */
    sources(): EventSource[] {
        return [...this.sourceById.values()].map(({ source }) => source);
    }

    units(): UpsUnit[] {
        return this.sources().filter(isUnit);
    }

    site(id: string): S | undefined {
        return this.siteById.get(id);
    }

    sites(): S[] {
        return [...this.siteById.values()];
    }

    /** @returns takes it away, unless a successor has its id by then; idempotent */
    addSite(site: S): () => void {
        return this.add('site', this.siteById, site);
    }

    jobs(): RegisteredJob[] {
        return [...this.jobById.values()];
    }

    /** @returns as `addSite` */
    addJob(job: RegisteredJob): () => void {
        return this.add('job', this.jobById, job);
    }

    timings(): RegisteredTiming[] {
        return [...this.timingById.values()];
    }

    /** @returns as `addSite` */
    addTiming(timing: RegisteredTiming): () => void {
        return this.add('timing', this.timingById, timing);
    }

    /** Whoever has this node id. */
    byId(id: string): Member<S> | undefined {
        const registered = this.sourceById.get(id);
        if (registered) {
            const { source, site } = registered;
            return isUnit(source) ? { kind: 'unit', unit: source, site } : { kind: 'source', source, site };
        }
        const job = this.jobById.get(id);
        if (job) return { kind: 'job', job };
        const timing = this.timingById.get(id);
        if (timing) return { kind: 'timing', timing };
        const site = this.siteById.get(id);
        return site && { kind: 'site', site };
    }

    /** Called whenever somebody comes or goes. @returns unsubscribes */
    onChange(listener: (change: Change) => void): () => void {
        return this.changes.add(listener);
    }

    private add<T extends { readonly id: string }>(kind: Change['kind'], all: Map<string, T>, member: T): () => void {
        all.set(member.id, member);
        this.changes.tell({ kind, id: member.id, present: true });
        return () => {
            if (all.get(member.id) !== member) return;
            all.delete(member.id);
            this.changes.tell({ kind, id: member.id, present: false });
        };
    }

    /** Called whenever a source appears or is replaced. */
    onSource(listener: (id: string) => void): () => void {
        return this.sourceChanges.add(listener);
    }

    /** The site that a message belongs to: `chosen` if set, else that of its source, else the only one there is. */
    siteOf(message: Partial<EventMessage> | undefined, chosen?: string): S | undefined {
        if (chosen) return this.siteById.get(chosen);
        const ofSource = this.sourceById.get(message?.event?.sourceId ?? '')?.site;
        // A deploy may have replaced the site, and left alone the source that was made with it.
        if (ofSource) return this.siteById.get(ofSource.id) ?? ofSource;
        return this.siteById.size === 1 ? this.sites()[0] : undefined;
    }

    /**
     * Whether a job of this site only says what it would do. A dry run holds though its store cannot be opened. Where it is not known which
     * site a job belongs to, it may be such a one; and if all sites are in dry run, so is its own.
     */
    isDryRun(message: Partial<EventMessage> | undefined, chosen?: string): boolean {
        if (chosen) return this.siteById.get(chosen)?.dryRun ?? this.dryWithoutStore.has(chosen);
        const ofSource = this.sourceById.get(message?.event?.sourceId ?? '')?.site;
        if (ofSource) {
            return this.siteById.get(ofSource.id)?.dryRun ?? (this.dryWithoutStore.has(ofSource.id) || ofSource.dryRun);
        }
        const sites = this.sites();
        return this.dryWithoutStore.size > 0 || (sites.length > 0 && sites.every(({ dryRun }) => dryRun));
    }

    /** The journal of a message's site; without a site one that forgets with the process. */
    journalOf(message: Partial<EventMessage> | undefined, chosen?: string): Journal {
        return this.siteOf(message, chosen)?.store ?? this.memoryJournal;
    }

    /** Every journal in which a node may have left something, each once. */
    journals(): Journal[] {
        return [...new Set<Journal>([...this.sites().map((site) => site.store), this.memoryJournal])];
    }

    /** Whether another process does the work of this journal's site: nothing is sent, and no job is run. */
    isWatching(journal: Journal): boolean {
        return this.sites().some(({ store, watching }) => watching === true && store === journal);
    }

    /** Called when the work of a site has become ours, with the journal that the other process has left. @returns unsubscribes */
    onTakenOver(listener: (journal: Journal) => void): () => void {
        return this.takeOvers.add(listener);
    }

    announceTakeOver(journal: Journal): void {
        this.takeOvers.tell(journal);
    }

    /** The clock by which the durations of a message's episode are counted. */
    clockOf(message: Partial<EventMessage> | undefined): Clock {
        return this.source(message?.event?.sourceId ?? '')?.clock ?? this.clock;
    }
}
