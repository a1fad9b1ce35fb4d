import { Slices } from '../../../lib/core/turns';
import { TextPieces } from '../../../lib/store/csv';
import { timesOf, type Found } from '../../../lib/store/series/table';

/** Numbers that become text in one step. */
const AT_ONCE = 2000;

/** A `SeriesTable` as JSON, made in slices. @returns UTF-8 in pieces */
export async function tableJson(owner: string, found: Found, slices = new Slices()): Promise<Uint8Array[]> {
    const { tier, times, gapMs } = timesOf(found);
    const pieces = new TextPieces();
    const addAll = async (name: string, length: number, valueAt: (index: number) => number | null) => {
        pieces.add(`,"${name}":[`);
        for (let from = 0; from < length; from += AT_ONCE) {
            const some = Array.from({ length: Math.min(AT_ONCE, length - from) }, (_, n) => valueAt(from + n));
            pieces.add((from > 0 ? ',' : '') + JSON.stringify(some).slice(1, -1));
            if (slices.isOver) await slices.next();
        }
        pieces.add(']');
    };
    pieces.add(`{"owner":${JSON.stringify(owner)},"tier":${JSON.stringify(tier)}`);
    await addAll('times', times.length, (index) => times[index]!);
    pieces.add(',"columns":[');
    for (const [index, { series, spans }] of found.columns.entries()) {
        const { quantity, unit, kind, states, decimals } = series;
        const head = JSON.stringify({ quantity, unit, kind, ...(kind === 'state' ? { states } : {}) });
        pieces.add((index > 0 ? ',' : '') + head.slice(0, -1));
        const scale = 10 ** decimals;
        for (const part of ['mean', 'min', 'max'] as const) {
            const values = spans[part];
            if (!values) continue;
            await addAll(part, found.known.length, (place) => {
                const value = values[found.known[place]!]!;
                return Number.isNaN(value) ? null : value / scale;
            });
        }
        pieces.add('}');
    }
    pieces.add(`],"gapMs":${gapMs}}`);
    return pieces.take();
}
