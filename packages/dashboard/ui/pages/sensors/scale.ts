import type { LimitView } from '../../../../../lib/views';

export interface Zone {
    level: string;
    colour: 'yellow' | 'red';
    /** Parts of the width, 0..1. */
    from: number;
    to: number;
}

export interface Scale {
    zones: Zone[];
    lines: number[];
    /** Where the value is; undefined: it is not known. */
    value?: number;
}

/** An alarm is worse than a warning or a pre-alarm. */
export const isAlarm = (level: string) => level === 'alarm' || level.startsWith('alarm-');

/** Limits and a value on one line; undefined: there are no limits. The value and all limits are on it, with room at both ends. */
export function scaleOf(value: number | undefined, limits: readonly LimitView[]): Scale | undefined {
    const edges = limits.flatMap(({ low, high }) => [low, high]).filter((edge) => edge !== undefined);
    if (edges.length === 0) return undefined;
    const all = value === undefined ? edges : [...edges, value];
    const [least, most] = [Math.min(...all), Math.max(...all)];
    const room = (most - least) * 0.25 || Math.max(1, Math.abs(most) * 0.25);
    const [begin, width] = [least - room, most - least + 2 * room];
    const place = (at: number) => (at - begin) / width;
    const lows = limits.filter(({ low }) => low !== undefined).sort((a, b) => a.low! - b.low!);
    const highs = limits.filter(({ high }) => high !== undefined).sort((a, b) => a.high! - b.high!);
    const zoneOf = (level: string, from: number, to: number): Zone => ({
        level,
        colour: isAlarm(level) ? 'red' : 'yellow',
        from,
        to,
    });
    return {
        zones: [
            // A zone ends where the next, worse or milder one begins.
            ...lows.map(({ level, low }, index) =>
                zoneOf(`${level} low`, index > 0 ? place(lows[index - 1]!.low!) : 0, place(low!)),
            ),
            ...highs.map(({ level, high }, index) =>
                zoneOf(`${level} high`, place(high!), index + 1 < highs.length ? place(highs[index + 1]!.high!) : 1),
            ),
        ],
        lines: [...new Set(edges.map(place))],
        ...(value !== undefined && { value: place(value) }),
    };
}
