import type { SeriesTable } from '../../../lib/store/series';

/**
 * A table for charts, in one piece without a number as text. Little-endian: the length of the header (uint32), the header as JSON (UTF-8: owner, tier, gapMs,
 * count, columns with `parts`), zeros up to the next multiple of 8, then float64: `count` times (epoch ms), and of each column `count` values
 * for each of its parts (`mean`, `min`, `max`). NaN is unknown.
 */
export function binaryTable({ owner, tier, gapMs, times, columns }: SeriesTable): Uint8Array {
    const parts = columns.map(({ mean, min, max }) =>
        [['mean', mean] as const, ['min', min] as const, ['max', max] as const].filter(([, values]) => values),
    );
    const header = Buffer.from(
        JSON.stringify({
            owner,
            tier,
            gapMs,
            count: times.length,
            columns: columns.map(({ quantity, unit, kind, states }, index) => ({
                quantity,
                unit,
                kind,
                ...(states && { states }),
                parts: parts[index]!.map(([name]) => name),
            })),
        }),
    );
    const start = Math.ceil((4 + header.length) / 8) * 8;
    const arrays = [times, ...parts.flatMap((each) => each.map(([, values]) => values!))];
    const bytes = Buffer.alloc(start + arrays.length * times.length * 8);
    bytes.writeUInt32LE(header.length, 0);
    header.copy(bytes, 4);
    let at = start;
    for (const values of arrays) {
        for (let index = 0; index < times.length; index++) at = bytes.writeDoubleLE(values[index] ?? NaN, at);
    }
    return bytes;
}
