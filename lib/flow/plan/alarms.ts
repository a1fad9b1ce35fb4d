import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import type { EventSource, SourceChange } from '../../core/events/source';
import type { Journal } from '../../core/journal/journal';
import type { EventInfo, EventMessage } from '../../core/messages';
import { followEachSource } from '../each-source';
import { Listeners } from '../listeners';
import type { FlowTexts } from '../ports';
import { isSameJournal, type Registry } from '../registry';
import { PLAN_OWNER } from './step-orders';

export interface Acknowledged {
    by: string;
    /** Epoch ms */
    at: number;
}

/** An alarm that somebody should see, also when it is over. JSON, in the journal of its site. */
export interface PinnedAlarm {
    episode: string;
    sourceId: string;
    /** Name of the source. */
    source: string;
    eventId: string;
    /** One sentence, in the language of the site. */
    text: string;
    /** Epoch ms */
    since: number;
    endedAt?: number;
    acknowledged?: Acknowledged;
}

/** A pinned alarm that is not over. */
interface OpenAlarm {
    eventId: string;
    journal: Journal;
}

/** Name in the journal: ids of the sources that have pinned alarms. Each has a value of its own, so that a write is small. */
const SOURCES = 'alarm-sources';
const NAME = 'alarms';
/** Of one source, those that are over: one that comes and goes again and again does not grow without end. */
const MOST_OVER = 100;

/**
 * Alarms, pinned from their begin until somebody has acknowledged them and they are over. A new occurrence is a new alarm. Of one source the
 * latest hundred that are over are kept; the log has them all.
 */
export class Alarms {
    private readonly changes = new Listeners<void>();
    /** By source and episode: a source tells of each reading, and the journal is not read for that. */
    private readonly open = new Map<string, Map<string, OpenAlarm>>();
    /** The journals whose alarms are among the open ones. */
    private readonly recalled = new WeakSet<Journal>();

    constructor(
        private readonly registry: Registry,
        private readonly clock: Clock,
        private readonly texts: FlowTexts,
    ) {
        registry.onTakenOver((journal) => this.recalled.delete(journal));
        followEachSource(registry, (source, change) => this.look(source, change));
    }

    /** All pinned alarms, the latest first. */
    all(): PinnedAlarm[] {
        return this.registry
            .journals()
            .flatMap((journal) => alarmsIn(journal))
            .sort((a, b) => b.since - a.since);
    }

    unacknowledged(): PinnedAlarm[] {
        return this.all().filter(({ acknowledged }) => !acknowledged);
    }

    /** Who has acknowledged an alarm that is on. */
    acknowledged(sourceId: string, episode: string): Acknowledged | undefined {
        const own = this.registry.journals().flatMap((journal) => alarmsOf(sourceId, journal));
        const pinned = own.filter((alarm) => alarm.acknowledged);
        const same = (alarm: PinnedAlarm) =>
            alarm.episode === episode || this.registry.isCarriedOver(sourceId, alarm.episode);
        return pinned.find(same)?.acknowledged;
    }

    /** @param who the person, for the log; @throws UpsError no-alarm */
    acknowledge(episode: string, who: string): PinnedAlarm {
        const { registry } = this;
        const found = this.unacknowledged().find((alarm) => alarm.episode === episode);
        const isIn = (journal: Journal) =>
            found && alarmsOf(found.sourceId, journal).some((alarm) => alarm.episode === episode);
        const journal = registry.journals().find(isIn);
        if (!found || !journal) throw new UpsError('no-alarm');
        const own = registry.siteOf({ event: { sourceId: found.sourceId } } as EventMessage);
        const site = [own, ...registry.sites()].find((each) => each && isSameJournal(each.store, journal));
        if (site?.watching) throw new UpsError('watching-elsewhere', { site: site.name });
        const texts = this.texts.of(site);
        const by = who || texts.status('somebody');
        const alarm: PinnedAlarm = { ...found, acknowledged: { by, at: this.clock.now() } };
        journal.transaction(() => {
            const alarms = alarmsOf(alarm.sourceId, journal);
            this.save(
                alarm.sourceId,
                journal,
                alarms.map((each) => (each.episode === episode ? alarm : each)),
            );
            site?.store.append({
                at: this.clock.now(),
                kind: 'system',
                level: 'info',
                source: alarm.source,
                text: texts.status('acknowledgedBy', { user: by, text: alarm.text }),
                eventId: alarm.eventId,
                episode,
                active: alarm.endedAt === undefined,
                detail: { acknowledged: episode, by },
            });
        });
        this.changes.tell();
        return alarm;
    }

    /** Calls `listener` when an alarm was pinned, acknowledged or is over. @returns unsubscribes */
    onChange(listener: () => void): () => void {
        return this.changes.add(listener);
    }

    private look(source: EventSource, change: SourceChange | undefined): void {
        const journal = this.registry.journalOf({ event: { sourceId: source.id } } as EventMessage);
        if (this.registry.isWatching(journal)) return;
        if (!this.recalled.has(journal)) this.recall(journal);
        const begun = change?.kind === 'edge' ? [change.event] : change ? [] : source.activeEvents();
        for (const event of begun) if (event.active && event.level === 'alarm') this.pin(event, journal);
        for (const [episode, { eventId: id }] of this.open.get(source.id) ?? []) {
            const state = this.registry.episodeStateOf({ sourceId: source.id, id, episode } as EventInfo);
            if (state === 'over' || state === 'renewed') this.end(source.id, episode);
        }
    }

    private recall(journal: Journal): void {
        this.recalled.add(journal);
        for (const alarm of alarmsIn(journal)) if (alarm.endedAt === undefined) this.note(alarm, journal);
    }

    private note({ sourceId, episode, eventId }: PinnedAlarm, journal: Journal): void {
        const open = this.open.get(sourceId) ?? new Map<string, OpenAlarm>();
        this.open.set(sourceId, open.set(episode, { eventId, journal }));
    }

    private pin({ id: eventId, source, sourceId, text, since, episode }: EventInfo, journal: Journal): void {
        const known = alarmsOf(sourceId, journal);
        const isMoved = [...(this.open.get(sourceId) ?? [])].some(
            ([old, alarm]) => alarm.eventId === eventId && this.registry.isCarriedOver(sourceId, old),
        );
        if (isMoved || known.some((alarm) => alarm.episode === episode)) return;
        const alarm: PinnedAlarm = { episode, sourceId, source, eventId, text, since };
        this.note(alarm, journal);
        this.save(sourceId, journal, [...known, alarm]);
        this.changes.tell();
    }

    private end(sourceId: string, episode: string): void {
        const { journal } = this.open.get(sourceId)!.get(episode)!;
        this.open.get(sourceId)!.delete(episode);
        const endedAt = this.clock.now();
        this.save(
            sourceId,
            journal,
            alarmsOf(sourceId, journal).map((alarm) => (alarm.episode === episode ? { ...alarm, endedAt } : alarm)),
        );
        this.changes.tell();
    }

    private save(sourceId: string, journal: Journal, alarms: readonly PinnedAlarm[]): void {
        const pinned = alarms.filter(({ endedAt, acknowledged }) => endedAt === undefined || !acknowledged);
        const old = pinned.filter(({ endedAt }) => endedAt !== undefined).slice(0, -MOST_OVER);
        const kept = pinned.filter((alarm) => !old.includes(alarm));
        const before = sourcesIn(journal);
        journal.transaction(() => {
            journal.setValue(PLAN_OWNER, `${NAME}:${sourceId}`, kept.length > 0 ? kept : undefined);
            if (before.includes(sourceId) === kept.length > 0) return;
            const sources = kept.length > 0 ? [...before, sourceId] : before.filter((id) => id !== sourceId);
            journal.setValue(PLAN_OWNER, SOURCES, sources.length > 0 ? sources : undefined);
        });
    }
}

function sourcesIn(journal: Journal): string[] {
    return (journal.getValue(PLAN_OWNER, SOURCES) ?? []) as string[];
}

function alarmsIn(journal: Journal): PinnedAlarm[] {
    return sourcesIn(journal).flatMap((id) => alarmsOf(id, journal));
}

function alarmsOf(sourceId: string, journal: Journal): PinnedAlarm[] {
    return (journal.getValue(PLAN_OWNER, `${NAME}:${sourceId}`) ?? []) as PinnedAlarm[];
}
