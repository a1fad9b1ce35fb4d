const UNITS: readonly [name: string, seconds: number][] = [
    ['d', 86_400],
    ['h', 3600],
    ['min', 60],
    ['s', 1],
];

/**
 * A duration as people read it: its two largest units, `1 h 45 min`, `12 min 30 s`, `3 d 4 h`.
 * @param seconds values below 0 count as 0; a value that is not a number gives `-`
 * @param unit the words of a language for d, h, min and s; default: these signs
 */
export function durationText(seconds: number | undefined, unit = (sign: string): string => sign): string {
    if (seconds === undefined || !Number.isFinite(seconds)) return '-';
    const whole = Math.max(0, Math.round(seconds));
    const large = UNITS.findIndex(([, size]) => whole >= size);
    if (large < 0) return `0 ${unit('s')}`;
    const [, step] = UNITS[large + 1] ?? UNITS[large]!;
    const rounded = Math.round(whole / step) * step;
    // 23 h 59 min 59 s are rounded to a day.
    const larger = UNITS[large - 1];
    const [name, size] = larger?.[1] === rounded ? larger : UNITS[large]!;
    const rest = Math.round((rounded % size) / step);
    return `${Math.floor(rounded / size)} ${unit(name)}${rest > 0 ? ` ${rest} ${unit(UNITS[large + 1]![0])}` : ''}`;
}

/** A duration that a person has set, exact to the second: `1 h 30 min 15 s`. */
export function exactDurationText(seconds: number): string {
    const whole = Math.max(0, Math.round(seconds));
    const parts: [amount: number, unit: string][] = [
        [Math.floor(whole / 3600), 'h'],
        [Math.floor((whole % 3600) / 60), 'min'],
        [whole % 60, 's'],
    ];
    const shown = parts.filter(([amount]) => amount > 0);
    return shown.length ? shown.map(([amount, unit]) => `${amount} ${unit}`).join(' ') : '0 s';
}
