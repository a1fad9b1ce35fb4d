import { csvInPages } from './csv';
import { MergedLogs, type PagedLogs } from './log-page';
import type { LogQuery } from './log-query';
import { LOG_COLUMNS } from './log-table';

/** Several logs as one file, as `Store.exportLogCsv` makes it of one: RFC 4180, oldest first, UTF-8 in pieces that are made with turns of others between them. */
export function logsCsv(logs: PagedLogs, { limit = -1, ...query }: Omit<LogQuery, 'before'>): Promise<Uint8Array[]> {
    const merged = new MergedLogs(logs, query, new Map());
    return csvInPages((count) => merged.next(count), limit, LOG_COLUMNS);
}
