import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import type { EventSource, SourceChange } from '../../core/events/source';
import type { Journal } from '../../core/journal/journal';
import type { EventInfo, EventMessage } from '../../core/messages';
import { followEachSource } from '../each-source';
import { Listeners } from '../listeners';
import type { FlowTexts } from '../ports';
import type { Registry } from '../registry';
import { LatestValues } from './latest-values';

export interface Acknowledged {
    by: string;
    /** Epoch ms */
    at: number;
}

/** An alarm that somebody should see, also when it is over. JSON, in the journal of its site, by its episode. */
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

const MOST_ALARMS = 100;

/**
 * Alarms, pinned from their begin until somebody has acknowledged them and they are over. A new occurrence is a new alarm. The log has them
 * all, without a limit.
 */
export class Alarms {
    private readonly changes = new Listeners<void>();
    private readonly pinned = new LatestValues<PinnedAlarm>('alarm', MOST_ALARMS);
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
            .flatMap((journal) => this.pinned.all(journal))
            .sort((a, b) => b.since - a.since);
    }

    unacknowledged(): PinnedAlarm[] {
        return this.all().filter(({ acknowledged }) => !acknowledged);
    }

    /** Who has acknowledged an alarm that is on. */
    acknowledged(sourceId: string, episode: string): Acknowledged | undefined {
        const pinned = this.all().filter((alarm) => alarm.sourceId === sourceId && alarm.acknowledged);
        const same = (alarm: PinnedAlarm) =>
            alarm.episode === episode || this.registry.isCarriedOver(sourceId, alarm.episode);
        return pinned.find(same)?.acknowledged;
    }

    /** @param who the person, for the log; @throws UpsError no-alarm */
    acknowledge(episode: string, who: string): PinnedAlarm {
        const { registry } = this;
        const journal = registry.journals().find((each) => this.pinned.get(each, episode));
        const found = journal && this.pinned.get(journal, episode);
        if (!found || found.acknowledged) throw new UpsError('no-alarm');
        const site = registry.sites().find(({ store }) => store === journal);
        if (site?.watching) throw new UpsError('watching-elsewhere', { site: site.name });
        const texts = this.texts.of(site);
        const by = who || texts.status('somebody');
        const alarm: PinnedAlarm = { ...found, acknowledged: { by, at: this.clock.now() } };
        journal.transaction(() => {
            this.keep(alarm, journal);
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
        for (const alarm of this.pinned.all(journal)) if (alarm.endedAt === undefined) this.note(alarm, journal);
    }

    private note({ sourceId, episode, eventId }: PinnedAlarm, journal: Journal): void {
        const open = this.open.get(sourceId) ?? new Map<string, OpenAlarm>();
        this.open.set(sourceId, open.set(episode, { eventId, journal }));
    }

    private pin({ id: eventId, source, sourceId, text, since, episode }: EventInfo, journal: Journal): void {
        const isMoved = [...(this.open.get(sourceId) ?? [])].some(
            ([old, alarm]) => alarm.eventId === eventId && this.registry.isCarriedOver(sourceId, old),
        );
        if (isMoved || this.pinned.get(journal, episode)) return;
        const alarm: PinnedAlarm = { episode, sourceId, source, eventId, text, since };
        this.note(alarm, journal);
        this.keep(alarm, journal);
        this.changes.tell();
    }

    private end(sourceId: string, episode: string): void {
        const { journal } = this.open.get(sourceId)!.get(episode)!;
        this.open.get(sourceId)!.delete(episode);
        const alarm = this.pinned.get(journal, episode);
        if (alarm) this.keep({ ...alarm, endedAt: this.clock.now() }, journal);
        this.changes.tell();
    }

    /** An alarm that is over, and that somebody has acknowledged, is not kept. */
    private keep(alarm: PinnedAlarm, journal: Journal): void {
        const { episode, endedAt, acknowledged } = alarm;
        if (endedAt !== undefined && acknowledged) this.pinned.remove(journal, episode);
        else this.pinned.put(journal, episode, alarm);
    }
}
