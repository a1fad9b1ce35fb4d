import type { DischargeRow } from '../../core/batteries/discharge/record';
import { BLOCK_UNITS, STRING_UNITS } from '../../core/batteries/model';
import { opened, sealed } from './block-codec';
import { unzigzag, zigzag, type ByteReader, ByteWriter } from './bytes';
import { decimalsOf, scaledBy } from './series-database';

/**
 * Rows of a discharge, one or many, packed as blocks are (see block-codec.ts): their number, times and phases, then each quantity: how many columns it
 * has, and the columns one after the other as differences, the first value of each from that of the column before.
 */
const PHASES = ['before', 'discharge', 'charge'] as const satisfies readonly DischargeRow['phase'][];
const UNKNOWN = 0;

export const CURVES = ['voltage', 'temperature', 'current'] as const;
export type Curve = (typeof CURVES)[number];
const SCALES: Readonly<Record<Curve, number>> = {
    voltage: 10 ** decimalsOf(BLOCK_UNITS.voltage),
    temperature: 10 ** decimalsOf(BLOCK_UNITS.temperature),
    current: 10 ** decimalsOf(STRING_UNITS.current),
};

/** Columns of rows, one behind the other: for each module or string as many values as there are rows. NaN is "not known". */
export interface Columns {
    width: number;
    values: Float64Array;
}

export interface DischargeRows {
    atMs: number[];
    phases: DischargeRow['phase'][];
    curves: Record<Curve, Columns>;
}

export function encodeRows({ atMs, phases, curves }: DischargeRows): Buffer {
    const writer = new ByteWriter(1024);
    writer.uint(atMs.length);
    let before = 0;
    for (const at of atMs) {
        writer.int(at - before);
        before = at;
    }
    for (const phase of phases) writer.uint(PHASES.indexOf(phase));
    for (const curve of CURVES) {
        const { width, values } = curves[curve];
        writer.uint(width);
        writeColumns(writer, values, atMs.length, SCALES[curve]);
    }
    return sealed(0, writer);
}

/** @throws RangeError, or an error of zlib, if they are damaged */
export function decodeRows(data: Uint8Array): DischargeRows {
    const { reader } = opened(data);
    const count = reader.uint();
    const atMs: number[] = [];
    for (let n = 0, at = 0; n < count; n++) atMs.push((at += reader.int()));
    const phases = Array.from({ length: count }, () => PHASES[reader.uint()] ?? 'discharge');
    const next = (curve: Curve): Columns => {
        const width = reader.uint();
        return { width, values: readColumns(reader, width, count, SCALES[curve]) };
    };
    return {
        atMs,
        phases,
        curves: { voltage: next('voltage'), temperature: next('temperature'), current: next('current') },
    };
}

/** One row. */
export function rowsOf({ atMs, phase, voltage, temperature, current }: DischargeRow): DischargeRows {
    const columns = (values: Float64Array = new Float64Array()): Columns => ({ width: values.length, values });
    return {
        atMs: [Math.round(atMs)],
        phases: [phase],
        curves: { voltage: columns(voltage), temperature: columns(temperature), current: columns(current) },
    };
}

/** Where the rows of several pieces are, by time; of two rows of one time the first counts. */
export class RowOrder {
    readonly atMs: Float64Array;
    readonly phases: DischargeRow['phase'][];
    private readonly piece: Int32Array;
    private readonly row: Int32Array;

    constructor(private readonly pieces: readonly DischargeRows[]) {
        const rows = pieces.flatMap(({ atMs }, piece) => atMs.map((at, row) => ({ at, piece, row })));
        rows.sort((a, b) => a.at - b.at);
        const kept = rows.filter(({ at }, i) => i === 0 || rows[i - 1]!.at !== at);
        this.atMs = Float64Array.from(kept, ({ at }) => at);
        this.phases = kept.map(({ piece, row }) => pieces[piece]!.phases[row]!);
        this.piece = Int32Array.from(kept, ({ piece }) => piece);
        this.row = Int32Array.from(kept, ({ row }) => row);
    }

    widthOf(curve: Curve): number {
        return Math.max(0, ...this.pieces.map(({ curves }) => curves[curve].width));
    }

    /** The values of a column (from 0) in order; unknown where a piece does not have it. */
    column(curve: Curve, column: number, into = new Float64Array(this.atMs.length)): Float64Array {
        for (let i = 0; i < into.length; i++) {
            const { atMs, curves } = this.pieces[this.piece[i]!]!;
            const { width, values } = curves[curve];
            into[i] = column < width ? values[column * atMs.length + this.row[i]!]! : NaN;
        }
        return into;
    }
}

/** Puts rows together, by time. */
export function joinRows(pieces: readonly DischargeRows[]): DischargeRows {
    const order = new RowOrder(pieces);
    const count = order.atMs.length;
    const joined = (curve: Curve): Columns => {
        const width = order.widthOf(curve);
        const values = new Float64Array(width * count);
        for (let n = 0; n < width; n++) order.column(curve, n, values.subarray(n * count, (n + 1) * count));
        return { width, values };
    };
    const curves = { voltage: joined('voltage'), temperature: joined('temperature'), current: joined('current') };
    return { atMs: [...order.atMs], phases: order.phases, curves };
}

function writeColumns(writer: ByteWriter, values: Float64Array, count: number, scale: number): void {
    let [previous, first] = [0, 0];
    let isFirst = true;
    for (let i = 0; i < values.length; i++) {
        if (i % count === 0) [previous, isFirst] = [first, true];
        const scaled = scaledBy(values[i]!, scale);
        if (Number.isNaN(scaled)) {
            writer.uint(UNKNOWN);
            continue;
        }
        writer.uint(zigzag(scaled - previous) + 1);
        previous = scaled;
        if (isFirst) [first, isFirst] = [scaled, false];
    }
}

function readColumns(reader: ByteReader, width: number, count: number, scale: number): Float64Array {
    const values = new Float64Array(width * count);
    let [previous, first] = [0, 0];
    let isFirst = true;
    for (let i = 0; i < values.length; i++) {
        if (i % count === 0) [previous, isFirst] = [first, true];
        const token = reader.uint();
        if (token === UNKNOWN) {
            values[i] = NaN;
            continue;
        }
        previous += unzigzag(token - 1);
        values[i] = previous / scale;
        if (isFirst) [first, isFirst] = [previous, false];
    }
    return values;
}
