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

/** An event that was active when its source was replaced. */
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
 * The sites, event sources, jobs and timings of one runtime, by node id. Nodes find each other here at the time of use, because a deploy
 * may replace any of them while the others keep running.
 */
export class Registry<S extends Site = Site> {
    private readonly siteById = new Map<string, S>();
    private readonly jobById = new Map<string, RegisteredJob>();
    private readonly timingById = new Map<string, RegisteredTiming>();
    /** Ids of sites in dry run that are missing in `sites()` because their store cannot be opened. */
    readonly dryWithoutStore = new Set<string>();
    private readonly sourceById = new Map<string, Registered<S>>();
    private readonly departed = new Set<string>();
    /** By source: episodes that were active when it was replaced, until that event ends or begins anew. */
    private readonly departedEpisodes = new Map<string, Map<string, DepartedSource>>();
    private readonly changes = new Listeners<Change>();
    private readonly sourceChanges = new Listeners<string>();
    private readonly takeOvers = new Listeners<Journal>();
    /** The journal of everything without a site: it survives a deploy, and is lost with the process. */
    readonly memoryJournal: Journal = new MemoryJournal();

    constructor(private readonly clock: Clock) {}

    addSource(source: EventSource, site: S | undefined): void {
        const unsubscribe = source.subscribe((change) => this.forgetEnded(source, change));
        this.sourceById.get(source.id)?.unsubscribe();
        this.sourceById.set(source.id, { source, site, unsubscribe });
        this.departed.delete(source.id);
        this.sourceChanges.tell(source.id);
        this.changes.tell({ kind: isUnit(source) ? 'unit' : 'source', id: source.id, present: true });
    }

    /** Idempotent; a successor with the same id stays. */
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
        if (on.length > 0)
            this.departedEpisodes.set(source.id, new Map([...(this.departedEpisodes.get(source.id) ?? []), ...on]));
        this.changes.tell({ kind: isUnit(source) ? 'unit' : 'source', id: source.id, present: false });
    }

    /**
     * The present state of the occurrence in a message, according to its source; undefined: the source does not exist. If a deploy replaced
     * the source and its journal while the occurrence was active, the same occurrence continues under another episode id.
     */
    episodeStateOf({ sourceId, id, episode }: EventInfo): EpisodeState | undefined {
        const state = this.sourceById.get(sourceId)?.source.stateOf(id);
        return state && episodeState(episode, state, this.isCarriedOver(sourceId, episode));
    }

    /** Whether the source was replaced in this process while this episode was active, and the event has neither ended nor begun anew since. */
    isCarriedOver(sourceId: string, episode: string): boolean {
        return this.departedEpisodes.get(sourceId)?.has(episode) ?? false;
    }

    /**
     * How long an event has been active that the former source with this id, in this process, saw begin; undefined: it was not active.
     * @param speed of the source's clock; the result is in ms of that clock
     */
    lastedBefore(sourceId: string, eventId: string, speed: number): number | undefined {
        const left = [...(this.departedEpisodes.get(sourceId)?.values() ?? [])].findLast(
            (each) => each.eventId === eventId,
        );
        return left && left.elapsedMs + (this.clock.monotonic() - left.at) * speed;
    }

    /** Forgets episodes that have ended or begun anew: they do not continue under another id. */
    private forgetEnded(source: EventSource, change: SourceChange): void {
        const left = this.departedEpisodes.get(source.id);
        if (!left) return;
        const renewed = change.kind === 'edge' && change.event.replaces ? change.event.id : undefined;
        for (const [episode, { eventId }] of left) {
            const state = source.stateOf(eventId);
            if (eventId === renewed || (state.confirmed && !state.active)) left.delete(episode);
        }
        if (left.size === 0) this.departedEpisodes.delete(source.id);
    }

    /**
     * Whether a source existed and was removed: somebody has deleted or disabled it, or is about to replace it. For an earlier process,
     * open episodes of the source in our journal show this; a node that was never a source of ours has none.
     */
    hasDeparted(id: string): boolean {
        if (this.sourceById.has(id)) return false;
        return this.departed.has(id) || this.journals().some((journal) => journal.openEpisodes(id).length > 0);
    }

    source(id: string): EventSource | undefined {
        return this.sourceById.get(id)?.source;
    }

    /** Units and all other event sources. */
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

    /** @returns removes it, unless a successor has its id by then; idempotent */
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

    /** The member with this node id. */
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

    /** Calls `listener` whenever a member is added or removed. @returns unsubscribes */
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

    /** Calls `listener` whenever a source appears or is replaced. @returns unsubscribes */
    onSource(listener: (id: string) => void): () => void {
        return this.sourceChanges.add(listener);
    }

    /** The site that a message belongs to: `chosen`, or else that of its source, or else, where none was chosen, the only site. */
    siteOf(message: Partial<EventMessage> | undefined, chosen?: string): S | undefined {
        const known = this.knownSite(chosen);
        if (known || this.isWithoutStore(chosen)) return known;
        const ofSource = this.sourceById.get(message?.event?.sourceId ?? '')?.site;
        // A deploy may have replaced the site, and kept the source that was made with the old one.
        if (ofSource) return this.siteById.get(ofSource.id) ?? ofSource;
        return this.siteById.size === 1 && !chosen ? this.sites()[0] : undefined;
    }

    private knownSite(id: string | undefined): S | undefined {
        return id ? this.siteById.get(id) : undefined;
    }

    private isWithoutStore(id: string | undefined): boolean {
        return id !== undefined && this.dryWithoutStore.has(id);
    }

    /**
     * Whether a job of this site runs as a dry run. A dry run also counts if the site's store cannot be opened. If the site of a job is not
     * known, the job is in dry run if a site without a store is, or if all sites are; if its chosen site is missing, if any is.
     */
    isDryRun(message: Partial<EventMessage> | undefined, chosen?: string): boolean {
        const known = this.knownSite(chosen);
        if (known) return known.dryRun;
        if (this.isWithoutStore(chosen)) return true;
        const ofSource = this.sourceById.get(message?.event?.sourceId ?? '')?.site;
        if (ofSource) {
            return this.siteById.get(ofSource.id)?.dryRun ?? (this.dryWithoutStore.has(ofSource.id) || ofSource.dryRun);
        }
        const sites = this.sites();
        if (this.dryWithoutStore.size > 0) return true;
        const areDry = sites.filter(({ dryRun }) => dryRun).length;
        return chosen ? areDry > 0 : areDry > 0 && areDry === sites.length;
    }

    /** The journal of a message's site; without a site, the journal in memory. */
    journalOf(message: Partial<EventMessage> | undefined, chosen?: string): Journal {
        return this.siteOf(message, chosen)?.store ?? this.memoryJournal;
    }

    /** Every journal in which a node may have written something, each once: sites may share a directory. */
    journals(): Journal[] {
        const all: Journal[] = [...this.sites().map((site) => site.store), this.memoryJournal];
        return all.filter((journal, index) => all.findIndex((each) => isSameJournal(each, journal)) === index);
    }

    /** Whether another process does the work of this journal's site: then this process sends nothing and runs no job. */
    isWatching(journal: Journal): boolean {
        return this.sites().some(({ store, watching }) => watching === true && store === journal);
    }

    /**
     * Calls `listener` when this process takes over the work of a site, with the journal that the other process has left. @returns
     * unsubscribes
     */
    onTakenOver(listener: (journal: Journal) => void): () => void {
        return this.takeOvers.add(listener);
    }

    announceTakeOver(journal: Journal): void {
        this.takeOvers.tell(journal);
    }

    /** The clock that measures the episode of a message. */
    clockOf(message: Partial<EventMessage> | undefined): Clock {
        return this.source(message?.event?.sourceId ?? '')?.clock ?? this.clock;
    }
}

export function isSameJournal(one: Journal, other: Journal): boolean {
    return one === other || (one.file !== undefined && one.file === other.file);
}
