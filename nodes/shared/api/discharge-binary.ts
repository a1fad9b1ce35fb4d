import { Slices } from '../../../lib/core/turns';
import { TextPieces } from '../../../lib/store/csv';
import type { DischargeHistory } from '../../../lib/store/series';
import { ApiFile } from './api-route';

/**
 * One discharge with its curves, in one piece without a number as text. Little-endian: the length of the header (uint32), the header as JSON (UTF-8: `record`,
 * `count`, `columns` with how many there are of `voltage`, `temperature` and `current`), zeros up to the next multiple of 8, then `count` times as float64 (ms
 * since the onset), and of each column in that order `count` values as float32. NaN is unknown. Made in slices.
 */
export async function binaryDischarge(history: DischargeHistory, slices = new Slices()): Promise<Uint8Array> {
    const { record, atMs } = history;
    const count = atMs.length;
    const columns = Object.fromEntries(CURVES.map((name) => [name, history[name].length]));
    const header = Buffer.from(JSON.stringify({ record, count, columns }));
    const start = Math.ceil((4 + header.length) / 8) * 8;
    const planes = CURVES.flatMap((name) => history[name]);
    const bytes = Buffer.alloc(start + count * 8 + planes.length * count * 4);
    bytes.writeUInt32LE(header.length, 0);
    header.copy(bytes, 4);
    let at = start;
    for (const ms of atMs) at = bytes.writeDoubleLE(ms, at);
    for (const plane of planes) {
        await slices.breathe();
        for (const value of plane) at = bytes.writeFloatLE(value, at);
    }
    return bytes;
}

const CURVES = ['voltage', 'temperature', 'current'] as const;

/** The same as JSON: `null` is unknown. Made in slices. */
export async function dischargeJson(history: DischargeHistory, slices = new Slices()): Promise<ApiFile> {
    const { record, atMs, phases } = history;
    const pieces = new TextPieces();
    pieces.add(JSON.stringify({ record, atMs: [...atMs], phases }).slice(0, -1));
    for (const name of CURVES) {
        pieces.add(`,"${name}":[`);
        for (const [index, plane] of history[name].entries()) {
            pieces.add((index > 0 ? ',' : '') + JSON.stringify([...plane]));
            await slices.breathe();
        }
        pieces.add(']');
    }
    pieces.add('}');
    return new ApiFile('application/json; charset=utf-8', pieces.take());
}
