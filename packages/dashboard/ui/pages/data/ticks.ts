const MINUTE = 60_000;
const DAY = 24 * 60 * MINUTE;
const formats = new Map<string, Intl.DateTimeFormat>();

function formatOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
    const key = locale + JSON.stringify(options);
    const format = formats.get(key) ?? new Intl.DateTimeFormat(locale, options);
    formats.set(key, format);
    return format;
}

/**
 * The words under a time axis: as much as tells neighbours apart, with the day where a new one begins.
 * @param splits epoch ms, ascending
 * @param timeZone of the browser, if absent
 */
export function timeTicks(splits: readonly number[], locale: string, timeZone?: string): string[] {
    const step = splits.length > 1 ? splits[1]! - splits[0]! : DAY;
    const zone = timeZone === undefined ? {} : { timeZone };
    const day = formatOf(locale, { day: 'numeric', month: 'short', ...zone });
    if (step >= 27 * DAY) {
        const month = formatOf(locale, { month: 'short', year: 'numeric', ...zone });
        return splits.map((at) => month.format(at));
    }
    // A day of the change to summer time has 23 hours.
    if (step >= DAY - 2 * 60 * MINUTE) return splits.map((at) => day.format(at));
    const clock = formatOf(locale, {
        hour: '2-digit',
        minute: '2-digit',
        ...(step < MINUTE && { second: '2-digit' }),
        ...zone,
    });
    return splits.map((at, index) => {
        const isNew = index === 0 || day.format(at) !== day.format(splits[index - 1]!);
        return isNew ? `${clock.format(at)}\n${day.format(at)}` : clock.format(at);
    });
}
