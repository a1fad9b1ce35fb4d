import type { Tier } from '../../../../../lib/store/series';

/** One quantity of an owner, with a value for each time of its table. */
export interface Column {
    owner: string;
    quantity: string;
    unit: string;
    kind: 'number' | 'state';
    states?: string[];
    mean: Values;
    min?: Values;
    max?: Values;
}

/** null: unknown. undefined: this quantity was not asked for at this time. */
export type Values = (number | null | undefined)[];

export interface Table {
    owner: string;
    tier: Tier;
    /** Epoch ms, ascending. */
    times: number[];
    /** Between two times that are further apart there is a gap. */
    gapMs: number;
    /** Before these times there is a gap, too. */
    gapsBefore?: ReadonlySet<number>;
    columns: Column[];
}

interface Header {
    owner: string;
    tier: Tier;
    gapMs: number;
    count: number;
    columns: (Omit<Column, 'owner' | 'mean' | 'min' | 'max'> & { parts: ('mean' | 'min' | 'max')[] })[];
}

/** Reads the answer of GET series/data with format=bin. */
export function decodeTable(bytes: ArrayBuffer): Table {
    const length = new DataView(bytes).getUint32(0, true);
    const text = new TextDecoder().decode(new Uint8Array(bytes, 4, length));
    const { owner, tier, gapMs, count, columns } = JSON.parse(text) as Header;
    let at = Math.ceil((4 + length) / 8) * 8;
    const next = () => {
        const values = new Float64Array(bytes, at, count);
        at += count * 8;
        return values;
    };
    const known = (values: Float64Array) => Array.from(values, (value) => (Number.isNaN(value) ? null : value));
    const times = Array.from(next());
    return {
        owner,
        tier,
        gapMs,
        times,
        columns: columns.map(({ parts, ...column }) => ({
            owner,
            ...column,
            mean: [],
            ...Object.fromEntries(parts.map((part) => [part, known(next())])),
        })),
    };
}

/** Of a column in a chart: null: unknown, or a gap; undefined: another owner has a value at this time, this one has none to tell. */
export type AlignedColumn = Column;

export interface Aligned {
    times: number[];
    /** Whether anything was measured at each time; the others are only there to break lines. */
    measured: boolean[];
    columns: AlignedColumn[];
}

/** One table of several owners, on the times of all. In each gap of an owner stands a null, so that no line is drawn over it. */
export function align(tables: readonly Table[]): Aligned {
    const places = tables.map(timesWithGaps);
    const times = merged(places.map((place) => place.times));
    const measured = new Array<boolean>(times.length).fill(false);
    const columns = tables.flatMap((table, index) => {
        const { times: own, from } = places[index]!;
        const rows = rowsOf(times, own, from);
        rows.forEach((row, place) => {
            if (row >= 0) measured[place] = true;
        });
        return table.columns.map((column): AlignedColumn => ({
            ...column,
            mean: spread(column.mean, rows),
            ...(column.min && { min: spread(column.min, rows) }),
            ...(column.max && { max: spread(column.max, rows) }),
        }));
    });
    return { times, measured, columns };
}

const GAP = -1;
const ABSENT = -2;

/** Samples, and among them the values that were recorded more closely in an outage, a test or an alarm. */
export function withRecording(samples: Table, recording: Table): Table {
    if (recording.times.length === 0) return samples;
    const times = merged([samples.times, recording.times]);
    const [own, close] = [samples, recording].map((table) =>
        rowsOf(times, table.times, Array.from(table.times.keys())),
    ) as [Int32Array, Int32Array];
    const columns = samples.columns.map((column) => {
        const { mean, states } = recording.columns.find(({ quantity }) => quantity === column.quantity) ?? { mean: [] };
        // A recording may have other codes for the same states.
        const codes = column.kind === 'state' ? codesOf((column.states ??= []), states ?? []) : undefined;
        const values = times.map((_, index) => {
            const value = close[index]! >= 0 ? mean[close[index]!] : undefined;
            if (value === undefined) return own[index]! >= 0 ? column.mean[own[index]!] : undefined;
            return codes && value !== null ? codes[value] : value;
        });
        return { ...column, mean: values };
    });
    return { ...samples, times, columns, gapsBefore: gapsIn(times, close, recording.gapMs) };
}

/** The times before which a recording has a gap. Between a recording and a sample the distance is that of samples. */
function gapsIn(times: readonly number[], recorded: Int32Array, gapMs: number): Set<number> {
    const isGap = (at: number, index: number) =>
        index > 0 && recorded[index]! >= 0 && recorded[index - 1]! >= 0 && at - times[index - 1]! > gapMs;
    return new Set(times.filter(isGap));
}

/** The codes in `known` of other states; new ones are added. */
function codesOf(known: string[], states: readonly string[]): number[] {
    return states.map((state) => {
        const code = known.indexOf(state);
        return code >= 0 ? code : known.push(state) - 1;
    });
}

/** The times of a table with one more in the middle of each gap. `from`: the row of each, or GAP. */
function timesWithGaps({ times, gapMs, gapsBefore }: Table): { times: number[]; from: number[] } {
    const result: number[] = [];
    const from: number[] = [];
    for (let row = 0; row < times.length; row++) {
        const at = times[row]!;
        const before = row > 0 ? times[row - 1]! : at;
        if (at - before > gapMs || gapsBefore?.has(at)) {
            result.push(Math.round((at + before) / 2));
            from.push(GAP);
        }
        result.push(at);
        from.push(row);
    }
    return { times: result, from };
}

function merged(lists: readonly number[][]): number[] {
    if (lists.length === 1) return lists[0]!;
    return [...new Set(lists.flat())].sort((a, b) => a - b);
}

/** For each of all times the row of a table, GAP or ABSENT. */
function rowsOf(times: readonly number[], own: readonly number[], from: readonly number[]): Int32Array {
    const rows = new Int32Array(times.length).fill(ABSENT);
    let place = 0;
    for (let index = 0; index < times.length && place < own.length; index++) {
        if (times[index] === own[place]) rows[index] = from[place++]!;
    }
    return rows;
}

function spread(values: Readonly<Values>, rows: Int32Array): Values {
    const result: Values = new Array<number | null | undefined>(rows.length);
    for (let index = 0; index < rows.length; index++) {
        const row = rows[index]!;
        result[index] = row >= 0 ? values[row] : row === GAP ? null : undefined;
    }
    return result;
}

/** The value of a column at a place of its chart: where another owner's time stands, the one before. */
export function valueAt(values: readonly (number | null | undefined)[], index: number): number | undefined {
    for (let place = index; place >= 0; place--) {
        const value = values[place];
        if (value !== undefined) return value ?? undefined;
    }
    return undefined;
}

/** Places of values that no line reaches, because nothing is known beside them: they are drawn as points. */
export function lonely(values: ArrayLike<number | null | undefined>, from: number, to: number): number[] {
    const found: number[] = [];
    let before: number | null = null;
    let candidate = -1;
    for (let index = from; index <= to; index++) {
        const value = values[index];
        if (value === undefined) continue;
        if (value === null) {
            if (candidate >= 0) found.push(candidate);
            candidate = -1;
        } else candidate = before === null && candidate < 0 ? index : -1;
        before = value;
    }
    if (candidate >= 0) found.push(candidate);
    return found;
}
