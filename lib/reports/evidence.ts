import type { LogEntry } from '../core/journal/event-log';
import type { Evidence } from '../core/messages';

/** The evidence in an entry of an edge; the entry of a job that stands in place of it has it one level deeper. */
export function evidenceOf({ detail }: LogEntry): Partial<Evidence> {
    const given = (detail ?? {}) as Partial<Evidence> & { evidence?: Partial<Evidence> };
    return given.evidence ?? given;
}
