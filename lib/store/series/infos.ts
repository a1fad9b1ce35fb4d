import { extentOf, joined, sheetExtent } from './extent';
import type { DamagedBlock } from './packer';
import { DELETED } from './pruner';
import type { Owner, Part, Series, SeriesDatabase } from './series-database';
import type { SeriesInfo } from './types';

/** What is known of the quantities of an owner, or of all owners. @param names only these quantities, and the times of the parts that have them */
export function infosIn(
    database: SeriesDatabase,
    wanted: string | undefined,
    damaged: DamagedBlock,
    names?: ReadonlySet<string>,
): SeriesInfo[] {
    const isNamed = ({ quantity }: Series) => names?.has(quantity) ?? true;
    return [...database.owners.values()]
        .filter(({ key }) => (wanted === undefined || key === wanted) && !key.startsWith(DELETED))
        .flatMap((owner) => {
            const longest = longestTier(owner);
            const asked = owner.parts.filter(({ series }) => series.some(isNamed));
            const extents = singleParts(owner).flatMap((part) =>
                (['fine', longest] as const).map((tier) => extentOf(database, part, tier, damaged)),
            );
            for (const sheet of owner.sheets.values()) {
                const parts = asked.filter((part) => part.sheet?.id === sheet);
                if (parts.length === 0) continue;
                for (const tier of ['fine', 'day'] as const) extents.push(sheetExtent(database, parts, tier, damaged));
            }
            const extent = joined(extents);
            if (!extent) return [];
            const from = Math.max(extent.from, owner.cut ?? -Infinity) * 1000;
            const to = extent.to * 1000;
            if (to < from) return [];
            return asked.flatMap(({ series }) => series.filter(isNamed).map((each) => infoOf(owner, each, from, to)));
        });
}

const singleParts = ({ parts }: Owner): Part[] => parts.filter(({ sheet }) => !sheet);

function infoOf({ key, name }: Owner, series: Series, from: number, to: number): SeriesInfo {
    const { quantity, unit, kind, states } = series;
    const named = kind === 'state' ? { states: [...states] } : {};
    return { owner: key, ownerName: name, quantity, unit, kind, ...named, from, to };
}

/** What two databases know of one quantity. */
export function bothOf(a: SeriesInfo, b: SeriesInfo): SeriesInfo {
    const states = a.states && b.states ? { states: [...new Set([...a.states, ...b.states])] } : {};
    return { ...b, ...states, from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

/** Of quarters and hours what is kept longer; 0 = for ever. */
function longestTier({ retention: { quarterDays, hourDays } }: Owner): 'quarter' | 'hour' {
    return quarterDays === 0 || (hourDays !== 0 && quarterDays > hourDays) ? 'quarter' : 'hour';
}
