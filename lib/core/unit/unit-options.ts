import type { Clock } from '../clock';
import type { UpsEventId } from '../events/ids';
import type { EventLog } from '../journal/event-log';
import type { Journal } from '../journal/journal';
import type { Part } from '../language/sentence';
import type { Evidence } from '../messages';
import type { UnitConfig } from './unit-config';

export interface UnitOptions {
    id: string;
    name: string;
    config: UnitConfig;
    clock: Clock;
    journal: Journal;
    log?: EventLog;
    /** The sentence for an edge, in the language of the site. */
    text(eventId: UpsEventId, active: boolean, values?: Evidence['values']): string;
    /** Translates sentences of lib into the same language. */
    inWords?(part: Part): string;
    /** Called when a follower has thrown; the other followers are still called. */
    problem(error: unknown): void;
    /** See `EpisodeJournal`. */
    lasted?(eventId: string): number | undefined;
}
