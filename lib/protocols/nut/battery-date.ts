const FORMATS: readonly [
    RegExp,
    readonly ['year' | 'month' | 'day', 'year' | 'month' | 'day', 'year' | 'month' | 'day'],
][] = [
    [/^(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})$/, ['year', 'month', 'day']],
    // RFC 9271 section 5.1.8 shows month/day/year, as APC writes it.
    [/^(\d{1,2})\/(\d{1,2})\/(\d{4}|\d{2})$/, ['month', 'day', 'year']],
    [/^(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})$/, ['day', 'month', 'year']],
];

/** `battery.date` as `YYYY-MM-DD`; undefined when it is no valid day. NUT leaves the format to the device. */
export function readDate(text: string | undefined): string | undefined {
    for (const [pattern, order] of FORMATS) {
        const match = pattern.exec(text?.trim() ?? '');
        if (!match) continue;
        const part = (name: 'year' | 'month' | 'day') => match[order.indexOf(name) + 1]!;
        const short = Number(part('year'));
        // A year of two digits: no battery in use is older than 1980.
        const year = part('year').length === 4 ? short : short + (short < 80 ? 2000 : 1900);
        const date = new Date(Date.UTC(year, Number(part('month')) - 1, Number(part('day'))));
        const valid = date.getUTCMonth() === Number(part('month')) - 1 && date.getUTCDate() === Number(part('day'));
        return valid ? date.toISOString().slice(0, 10) : undefined;
    }
    return undefined;
}
