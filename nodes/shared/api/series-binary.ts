import { endianness } from 'node:os';
import { Slices } from '../../../lib/core/turns';
import { timesOf, type Found } from '../../../lib/store/series/table';

/**
 * A table for charts, in one piece without a number as text. Little-endian: the length of the header (uint32), the header as JSON (UTF-8: owner, tier, gapMs,
 * count, columns with `parts`), zeros up to the next multiple of 8, then float64: `count` times (epoch ms), and of each column `count` values
 * for each of its parts (`mean`, `min`, `max`). NaN is unknown. Made in slices.
 */
export async function binaryTable(owner: string, found: Found, slices = new Slices()): Promise<Uint8Array> {
    const { tier, times, gapMs } = timesOf(found);
    const { columns, known } = found;
    const header = Buffer.from(
        JSON.stringify({
            owner,
            tier,
            gapMs,
            count: times.length,
            columns: columns.map(({ series: { quantity, unit, kind, states }, spans }) => ({
                quantity,
                unit,
                kind,
                ...(kind === 'state' && { states }),
                parts: PARTS.filter((part) => spans[part]),
            })),
        }),
    );
    const start = Math.ceil((4 + header.length) / 8) * 8;
    const planes = columns.flatMap(({ series: { decimals }, spans }) =>
        PARTS.flatMap((part) => (spans[part] ? [{ values: spans[part], scale: 10 ** decimals }] : [])),
    );
    const bytes = Buffer.from(new ArrayBuffer(start + (1 + planes.length) * times.length * 8));
    bytes.writeUInt32LE(header.length, 0);
    header.copy(bytes, 4);
    const numbers = new Float64Array(bytes.buffer, start);
    numbers.set(times);
    let at = times.length;
    for (const { values, scale } of planes) {
        await slices.breathe();
        for (let n = 0; n < known.length; n++) numbers[at++] = values[known[n]!]! / scale;
    }
    if (endianness() === 'BE') bytes.subarray(start).swap64();
    return bytes;
}

const PARTS = ['mean', 'min', 'max'] as const;
