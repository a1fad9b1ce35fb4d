import type { EpisodeJournal } from '../events/episodes';
import type { Edge } from '../events/event-engine';
import { UPS_EVENTS, type UpsEventId } from '../events/ids';
import type { Verdict } from '../events/rules';
import type { NewLogEntry } from '../journal/event-log';
import { plainText, type Part } from '../language/sentence';
import type { EventInfo, Evidence } from '../messages';

export interface EdgeSource {
    id: string;
    name: string;
    /** The sentence for an edge, in the language of the site. */
    text(eventId: UpsEventId, active: boolean, values?: Evidence['values']): string;
    /** Default: key and data, for programs. */
    inWords?(part: Part): string;
}

/** Writes the messages and sentences for the edges of a unit: for followers, for the event log, and for the list of active events. */
export class EdgePublisher {
    private readonly told = new Map<string, EventInfo>();

    constructor(private readonly source: EdgeSource) {}

    /** @param at epoch ms; @param ageSeconds of the reading that decided; @param presumed the device is silent */
    of({ episode, active, verdict, replaces }: Edge, at: number, ageSeconds: number, presumed: boolean): EventInfo {
        const { eventId, since } = episode;
        const values = this.inWords(verdict.values);
        const event: EventInfo = {
            ...this.describe(eventId as UpsEventId, episode.episode, since, active, at, values),
            ...(replaces ? { replaces } : {}),
            evidence: {
                rule: verdict.rule,
                values,
                ageSeconds: Math.round(ageSeconds),
                ...(presumed ? { presumed: true } : {}),
            },
        };
        if (active) this.told.set(eventId, event);
        else this.told.delete(eventId);
        return event;
    }

    /** The active events, each as its on edge was sent, or would be sent now. */
    active(episodes: EpisodeJournal): EventInfo[] {
        return episodes.all().map(({ eventId, episode, since }) => {
            const told = this.told.get(eventId);
            // If the unit took over a journal, the episode may be another one than the one that was sent.
            if (told?.episode === episode) return told;
            const event = this.describe(eventId as UpsEventId, episode, since, true, since);
            this.told.set(eventId, event);
            return event;
        });
    }

    entry(event: EventInfo): NewLogEntry {
        return {
            at: event.at,
            kind: 'event',
            level: event.active ? event.level : 'info',
            source: this.source.name,
            text: event.text,
            eventId: event.id,
            episode: event.episode,
            active: event.active,
            nodeId: this.source.id,
            detail: event.evidence,
        };
    }

    private inWords(values: Verdict['values']): Evidence['values'] {
        const entries = Object.entries(values).map(([name, value]) => [
            name,
            typeof value === 'object' && value !== null ? (this.source.inWords?.(value) ?? plainText(value)) : value,
        ]);
        return Object.fromEntries(entries) as Evidence['values'];
    }

    private describe(
        id: UpsEventId,
        episode: string,
        since: number,
        active: boolean,
        at: number,
        values?: Evidence['values'],
    ): EventInfo {
        return {
            id,
            source: this.source.name,
            sourceId: this.source.id,
            level: UPS_EVENTS[id] ?? 'info',
            active,
            since,
            at,
            episode,
            text: this.source.text(id, active, values),
        };
    }
}
