import type { Clock } from '../../core/clock';
import { packBlock, type DamagedBlock } from './packer';
import type { Part, SeriesDatabase } from './series-database';
import { SAMPLED_TIERS, slotOf, slotStart, TIERS, type SampledTier } from './tiers';

/** Seconds after the end of a block until it is packed. */
const AFTER_END = 600;
/** A block that has more live rows is packed before its end, because they are read more slowly. */
export const MOST_LIVE = 4000;

/** Packs what is due, part by part: what belongs to days (of recordings: hours) that are over, or is too much. */
export function* packDue(database: SeriesDatabase, clock: Clock, damaged: DamagedBlock): Generator<void, void> {
    for (const { id } of database.parts()) {
        for (const tier of SAMPLED_TIERS) {
            for (const slot of dueSlots(database, id, tier, clock.now() / 1000)) {
                // A quantity that is new may have changed the part meanwhile.
                const part = database.parts().find((each) => each.id === id);
                if (part) yield* packBlock(database, part, tier, slotStart(tier, slot), damaged);
            }
        }
        yield;
    }
}

/** @param now seconds. After a jump of the wall clock there may be blocks of days that are to come. */
function dueSlots({ db }: SeriesDatabase, part: Part['id'], tier: SampledTier, now: number): number[] {
    const { code, block } = TIERS[tier];
    const [over, present] = [slotOf(tier, now - AFTER_END), slotOf(tier, now)];
    return db
        .all(
            `SELECT at / ${block} AS slot, count(*) AS n FROM live WHERE part = ? AND tier = ? GROUP BY slot ORDER BY slot`,
            [part, code],
        )
        .filter(({ slot, n }) => Number(slot) < over || Number(slot) > present + 1 || Number(n) > MOST_LIVE)
        .map(({ slot }) => Number(slot));
}
