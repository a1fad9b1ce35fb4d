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
    const time: Intl.DateTimeFormatOptions = {
        hour: '2-digit',
        minute: '2-digit',
        ...(step < MINUTE && { second: '2-digit' }),
        ...zone,
    };
    const clock = formatOf(locale, time);
    const withZone = formatOf(locale, { ...time, timeZoneName: 'short' });
    const told = splits.map((at) => ({ at, day: day.format(at), text: clock.format(at) }));
    return told.map(({ at, day: date, text }, index) => {
        // The hour that the clocks show twice.
        const isTwice = told.some((other) => other.at !== at && other.day === date && other.text === text);
        const words = isTwice ? withZone.format(at) : text;
        return date === told[index - 1]?.day ? words : `${words}\n${date}`;
    });
}
