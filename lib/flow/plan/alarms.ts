import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import type { EventSource, SourceChange } from '../../core/events/source';
import type { Journal } from '../../core/journal/journal';
import type { EventInfo, EventMessage } from '../../core/messages';
import { followEachSource } from '../each-source';
import { Listeners } from '../listeners';
import type { FlowTexts } from '../ports';
import type { Registry } from '../registry';
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
    /** By source: episodes of pinned alarms that are not over. */
    private readonly open = new Map<string, Set<string>>();

    constructor(
        private readonly registry: Registry,
        private readonly clock: Clock,
        private readonly texts: FlowTexts,
    ) {
        followEachSource(registry, (source, change) => this.look(source, change));
    }

    /** All pinned alarms, the latest first. */
    all(): PinnedAlarm[] {
        return this.registry
            .journals()
            .flatMap((journal) => sourcesIn(journal).flatMap((id) => alarmsOf(id, journal)))
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
        const site = registry.sites().find(({ store }) => store === journal);
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
        if (!change) this.recall(source.id, journal);
        const begun = change?.kind === 'edge' ? [change.event] : change ? [] : source.activeEvents();
        for (const event of begun) if (event.active && event.level === 'alarm') this.pin(event, journal);
        const open = this.open.get(source.id);
        if (!open || open.size === 0) return;
        for (const { sourceId, eventId: id, episode } of alarmsOf(source.id, journal)) {
            if (!open.has(episode)) continue;
            const state = this.registry.episodeStateOf({ sourceId, id, episode } as EventInfo);
            if (state === 'over' || state === 'renewed') this.end(source.id, episode, journal);
        }
    }

    private recall(sourceId: string, journal: Journal): void {
        const own = alarmsOf(sourceId, journal).filter((alarm) => alarm.endedAt === undefined);
        this.open.set(sourceId, new Set(own.map(({ episode }) => episode)));
    }

    private pin({ id: eventId, source, sourceId, text, since, episode }: EventInfo, journal: Journal): void {
        const known = alarmsOf(sourceId, journal);
        const moved = known.some(
            (alarm) => alarm.eventId === eventId && this.registry.isCarriedOver(sourceId, alarm.episode),
        );
        if (moved || known.some((alarm) => alarm.episode === episode)) return;
        const open = this.open.get(sourceId) ?? new Set();
        this.open.set(sourceId, open.add(episode));
        this.save(sourceId, journal, [...known, { episode, sourceId, source, eventId, text, since }]);
        this.changes.tell();
    }

    private end(sourceId: string, episode: string, journal: Journal): void {
        this.open.get(sourceId)?.delete(episode);
        const at = this.clock.now();
        this.save(
            sourceId,
            journal,
            alarmsOf(sourceId, journal).map((alarm) =>
                alarm.episode === episode && alarm.endedAt === undefined ? { ...alarm, endedAt: at } : alarm,
            ),
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

function alarmsOf(sourceId: string, journal: Journal): PinnedAlarm[] {
    return (journal.getValue(PLAN_OWNER, `${NAME}:${sourceId}`) ?? []) as PinnedAlarm[];
}
