import type { LogMonth } from '../../../../../lib/store/log-query';
import type { Query } from '../../lib/api';

/** A month of the log of one site, or of several that share a directory. */
export interface SiteMonth extends LogMonth {
    /** One of them. */
    siteId: string;
    /** All of them. */
    siteIds: readonly string[];
}

/**
 * What a deletion up to the end of a month takes away, as the query of DELETE log has it. What comes while somebody reads the question stays,
 * unless the month is the latest: then it is the whole log.
 * @param months of all sites, as GET log/months tells them
 */
export function upTo(months: readonly SiteMonth[], { siteId, from, to }: SiteMonth): { entries: number; query: Query } {
    const own = months.filter((month) => month.siteId === siteId);
    const entries = own.filter((month) => month.from <= from).reduce((sum, month) => sum + month.entries, 0);
    const isLatest = own.every((month) => month.from <= from);
    return { entries, query: isLatest ? { all: true } : { before: to + 1 } };
}
