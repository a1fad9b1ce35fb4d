import type { ReportLanguage } from './language';
import type { OutageReport } from './outage';
import type { Cell, Table } from './sheet';
import type { ReportHead } from './sources';

/** Rows of a table: an outage of a day with a job each half minute has thousands. */
const MOST_ROWS = 300;

/** Site, place and UPS in one line. */
export function siteLine({ site, unit }: ReportHead, language: ReportLanguage): string {
    return [unit.name, site.name, site.location].filter(Boolean).join(' · ') || language.say('common.noSite');
}

/** What stands at the end of every report: when it was made, in which zone, whom to ask, and what it does not know. */
export function footOf(report: ReportHead, language: ReportLanguage, notes: readonly string[]): string[] {
    const { at, site } = report;
    return [
        ...notes,
        language.say('common.made', { date: language.date(at), zone: language.zoneText(at) }),
        ...(site.contact ? [language.say('common.contact', { contact: site.contact })] : []),
    ];
}

export function durationSentence({ until, since, seconds, eventId }: OutageReport, language: ReportLanguage): string {
    const data = { event: language.event(eventId), date: language.date(since), time: language.duration(seconds) };
    return until === undefined
        ? language.say('outage.leadLasting', data)
        : language.say('outage.leadOver', { ...data, until: language.near(until, since) });
}

/** What the wall clock did while it lasted; empty: nothing that matters. */
export function clockSentences(
    { clockShiftSeconds: shift }: { clockShiftSeconds?: number },
    language: ReportLanguage,
): string[] {
    if (shift === undefined) return [];
    const time = language.duration(Math.abs(shift));
    return [language.say(shift < 0 ? 'common.clockBack' : 'common.clockAhead', { time })];
}

/** The first rows of a long table, and how many more there are. */
export function atMost<T>(
    all: readonly T[],
    language: ReportLanguage,
    row: (each: T, index: number) => (Cell | string)[],
    most = MOST_ROWS,
): Pick<Table, 'rows' | 'more'> {
    const left = all.length - most;
    const rows = { length: Math.min(all.length, most), at: (index: number) => row(all[index]!, index) };
    return left > 0 ? { rows, more: language.say('common.more', { count: left }) } : { rows };
}
