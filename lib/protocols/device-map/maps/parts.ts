import type { AlarmId } from '../../../core/status/alarms';
import type { ColumnPlace, MapItem, ObjectPlace } from '../device-map';

/** Where: an OID with its instance, or a place. */
type At = string | ObjectPlace | ColumnPlace;
type More = Omit<Partial<MapItem>, 'id' | 'at' | 'kind' | 'to'>;

/** Tenths and hundredths of the unit. */
export const TENTHS = { scale: 0.1, digits: 1 } as const;
export const HUNDREDTHS = { scale: 0.01, digits: 2 } as const;
/** TimeTicks, hundredths of a second, as seconds and as minutes. */
export const TICKS_AS_SECONDS = { scale: 0.01, digits: 0 } as const;
export const TICKS_AS_MINUTES = { scale: 1 / 6000, digits: 1 } as const;
export const SECONDS_AS_MINUTES = { scale: 1 / 60, digits: 1 } as const;

/** RFC 1628: cards of all makers that answer any of it tell their maker here (upsIdentManufacturer). */
export const RFC1628_MANUFACTURER = '1.3.6.1.2.1.33.1.1.1.0';

/** One cell of a table. */
export function cell(column: string, row: number | string): ColumnPlace {
    return { column, row: String(row) };
}

/** All cells of a column. */
export function rows(column: string): ColumnPlace {
    return { column, row: '*' };
}

export function number(id: string, at: At, to: string, more: More = {}): MapItem {
    return { id, at: place(at), kind: 'number', ...more, to };
}

export function text(id: string, at: At, to: string, more: More = {}): MapItem {
    return { id, at: place(at), kind: 'text', ...more, to };
}

export function state(id: string, at: At, to: string, states: Record<string, string>, more: More = {}): MapItem {
    return { id, at: place(at), kind: 'state', ...more, states, to };
}

/** An alarm that an object tells by these raw values; other values say nothing about it. */
export function alarm(
    id: string,
    at: At,
    which: AlarmId,
    raw: { on: readonly (number | string)[]; off: readonly (number | string)[] },
    more: More = {},
): MapItem {
    const states = Object.fromEntries([...raw.on.map((each) => [each, 'on']), ...raw.off.map((each) => [each, 'off'])]);
    return state(
        `${id}, ${which.replace(/^vendor:/, '')}`,
        at,
        `alarm:${which}`,
        states as Record<string, string>,
        more,
    );
}

/** Raw values of flags. */
export const YES_NO = { on: [1], off: [2] } as const;
export const ONE_ZERO = { on: [1], off: [0] } as const;

/**
 * The values of up to three lines.
 * @param at where the value of a line is
 * @param to with `*` for the number of the line
 */
export function perLine(id: string, at: (line: number) => At, to: string, more: More = {}, lines = 3): MapItem[] {
    return Array.from({ length: lines }, (_, index) => {
        const line = index + 1;
        return number(`${id} ${line}`, at(line), to.replace('*', String(line)), more);
    });
}

function place(at: At): ObjectPlace | ColumnPlace {
    return typeof at === 'string' ? { oid: at } : at;
}
