import type { LogEntry } from '../core/journal/event-log';
import { turn } from '../core/turns';
import { csv, csvRows } from './csv';
import type { LogPlace, OldestFirst } from './log-query';
import { LOG_COLUMNS } from './log-table';
import { toJson } from './message-json';

/** The part of a store that a file of its log is made of. */
interface ReadLog {
    oldestLogEntries(query: OldestFirst): LogEntry[];
    newestLogId(): number;
}

/** Few enough entries to make their text within a millisecond or two: several files may be sent at once. */
const PAGE = 100;

/**
 * All entries of a range as a file, piece by piece, oldest first, with turns of others between the pieces: the same text as that of `exportLogCsv` or
 * `exportLogJson`, however many entries there are. What is written meanwhile is not in it.
 * @param range epoch ms, both inclusive
 */
export async function* logFile(
    log: ReadLog,
    range: { from: number; to: number },
    format: 'csv' | 'json',
): AsyncGenerator<string, void> {
    const query = { ...range, upToId: log.newestLogId() };
    let after: LogPlace | undefined;
    yield format === 'csv' ? csv([], LOG_COLUMNS) : '[';
    for (;;) {
        const entries = log.oldestLogEntries({ ...query, limit: PAGE, ...(after && { after }) });
        if (entries.length > 0) yield format === 'csv' ? csvRows(entries, LOG_COLUMNS) : jsonRows(entries, !after);
        if (entries.length < PAGE) break;
        after = entries.at(-1);
        await turn();
    }
    if (format === 'json') yield ']\n';
}

function jsonRows(entries: readonly LogEntry[], isFirst: boolean): string {
    return (isFirst ? '' : ',\n') + entries.map(toJson).join(',\n');
}
