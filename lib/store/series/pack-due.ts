import type { Clock } from '../../core/clock';
import { packBlock, type DamagedBlock } from './packer';
import { sampledTier } from './reader';
import { liveOf, type Part, type SeriesDatabase } from './series-database';
import { SAMPLED_TIERS, slotOf, slotStart, TIERS, type SampledTier } from './tiers';

/** Seconds after the end of a block until it is packed. */
const AFTER_END = 600;
/** A block that has more live rows is packed before its end, because they are read more slowly. */
export const MOST_LIVE = 4000;
/** Each row of a sheet is some kB long, and read for any of its quantities. */
const MOST_LIVE_OF_SHEET = 240;

/** Packs what is due, part by part: what belongs to days (of recordings: hours) that are over, or is too much. */
export function* packDue(database: SeriesDatabase, clock: Clock, damaged: DamagedBlock): Generator<void, void> {
    for (const each of database.parts()) {
        const { id } = each;
        for (const tier of tiersOf(each)) {
            for (const slot of dueSlots(database, each, tier, clock.now() / 1000)) {
                // A quantity that is new may have changed the part meanwhile.
                const part = database.parts().find((each) => each.id === id);
                if (part) yield* packBlock(database, part, tier, slotStart(tier, slot), damaged);
            }
        }
        yield;
    }
}

/** The tiers in which a part has live rows. */
export function tiersOf(part: Part): readonly SampledTier[] {
    return part.sheet ? [sampledTier(part, 'fine')] : SAMPLED_TIERS;
}

/** @param now seconds. After a jump of the wall clock there may be blocks of days that are to come. */
function dueSlots({ db }: SeriesDatabase, part: Part, tier: SampledTier, now: number): number[] {
    const { code, block } = TIERS[tier];
    const most = part.sheet ? MOST_LIVE_OF_SHEET : MOST_LIVE;
    const [over, present] = [slotOf(tier, now - AFTER_END), slotOf(tier, now)];
    return db
        .all(
            `SELECT at / ${block} AS slot, count(*) AS n FROM live WHERE part = ? AND tier = ? GROUP BY slot ORDER BY slot`,
            [liveOf(part), code],
        )
        .filter(({ slot, n }) => Number(slot) < over || Number(slot) > present + 1 || Number(n) > most)
        .map(({ slot }) => Number(slot));
}
