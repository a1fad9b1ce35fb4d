import { packSpans, packValues } from './block-codec';
import { readSpans, timesBlock, type DamagedBlock } from './packer';
import { readSamples } from './reader';
import { deleteDischarges } from './discharges';
import { groupSeries, joined, packDays, readDays } from './groups';
import { tiersOf } from './pack-due';
import { blockBounds, liveOf, type Owner, type Part, type Series, type SeriesDatabase } from './series-database';
import { DAY, SHEET_SPAN_TIERS, SPAN_TIERS, STORED_TIERS, slotOf, slotStart, TIERS, type StoredTier } from './tiers';
import type { SeriesRetention } from './types';

/** Rows that are deleted in one step. Blocks are long. */
const ROWS = { live: 100, block: 50 } as const;
/** The key of an owner that is being deleted begins with it: no node id does. */
export const DELETED = '\u0000';

/** Days and what is sampled seldom are kept for ever. */
const DAYS = {
    fine: 'fineDays',
    quarter: 'quarterDays',
    hour: 'hourDays',
    recording: 'recordingDays',
} as const satisfies Partial<Record<StoredTier, keyof SeriesRetention>>;

/** Deletes what is older than its owner's retention. @param now seconds */
export function* prune(database: SeriesDatabase, now: number): Generator<void, void> {
    for (const owner of [...database.owners.values()]) {
        for (const tier of Object.keys(DAYS) as (keyof typeof DAYS)[]) {
            const days = owner.retention[DAYS[tier]];
            if (!(days > 0)) continue;
            const before = now - days * DAY;
            for (const part of owner.parts) {
                yield* deleteBlocks(database, part, tier, slotOf(tier, before));
                // A battery has so many that looking at all of them takes a while.
                if (part.sheet) yield;
            }
            if (tier === 'recording') {
                database.db.run('DELETE FROM recording WHERE owner = ? AND to_at < ?', [owner.id, before]);
            }
        }
        yield;
    }
}

/** Deletes what somebody has told to delete: whole owners, and what is before a cut. */
export function* deleteRemoved(database: SeriesDatabase, damaged: DamagedBlock): Generator<void, void> {
    for (const owner of [...database.owners.values()]) {
        if (owner.key.startsWith(DELETED)) yield* deleteOwner(database, owner);
        else if (owner.cut !== undefined) yield* deleteBefore(database, owner, owner.cut, damaged);
    }
}

function* deleteOwner(database: SeriesDatabase, owner: Owner): Generator<void, void> {
    for (const part of owner.parts) {
        yield* deleteLive(database, part, Number.MAX_SAFE_INTEGER);
        for (const tier of STORED_TIERS) {
            yield* deleteBlocks(database, part, tier, Number.MAX_SAFE_INTEGER);
        }
    }
    yield* deleteDischarges(database, owner.id);
    database.transaction(() => {
        for (const { id } of owner.parts) {
            for (const table of ['series', 'packed']) database.db.run(`DELETE FROM ${table} WHERE part = ?`, [id]);
        }
        database.db.run('DELETE FROM part WHERE owner = ?', [owner.id]);
        database.db.run('DELETE FROM recording WHERE owner = ?', [owner.id]);
        database.db.run('DELETE FROM owner WHERE id = ?', [owner.id]);
    });
    database.owners.delete(owner.key);
    yield;
}

function* deleteBefore(
    database: SeriesDatabase,
    owner: Owner,
    cut: number,
    damaged: DamagedBlock,
): Generator<void, void> {
    for (const part of owner.parts) {
        yield* deleteLive(database, part, cut);
        for (const tier of STORED_TIERS) {
            yield* deleteBlocks(database, part, tier, slotOf(tier, cut));
        }
        yield* shortenSamples(database, part, cut, damaged);
        yield* shortenSpans(database, part, cut, damaged);
    }
    yield* deleteDischarges(database, owner.id, cut * 1000);
    database.transaction(() => {
        database.db.run('DELETE FROM recording WHERE owner = ? AND to_at < ?', [owner.id, cut]);
        database.db.run('UPDATE owner SET cut = NULL WHERE id = ? AND cut = ?', [owner.id, cut]);
    });
    if (owner.cut === cut) delete owner.cut;
    yield;
}

function* deleteLive(database: SeriesDatabase, part: Part, before: number): Generator<void, void> {
    for (const tier of tiersOf(part)) {
        for (;;) {
            const { changes } = database.db.run(
                `DELETE FROM live WHERE id IN (SELECT id FROM live WHERE part = ? AND tier = ? AND at < ? LIMIT ${ROWS.live})`,
                [liveOf(part), TIERS[tier].code, before],
            );
            yield;
            if (changes < ROWS.live) break;
        }
    }
}

/** Deletes the blocks of a part before this one. */
function* deleteBlocks(database: SeriesDatabase, part: Part, tier: StoredTier, before: number): Generator<void, void> {
    for (const { id } of [part.times, ...part.series]) {
        for (;;) {
            const { changes } = database.db.run(
                `DELETE FROM block WHERE id IN (
                    SELECT id FROM block WHERE tier = ? AND series = ? AND slot < ? LIMIT ${ROWS.block})`,
                [TIERS[tier].code, id, before],
            );
            if (changes > 0) yield;
            if (changes < ROWS.block) break;
        }
    }
}

/** Takes the samples before the cut out of the block that it goes through. */
function* shortenSamples(
    database: SeriesDatabase,
    part: Part,
    cut: number,
    damaged: DamagedBlock,
): Generator<void, void> {
    for (const tier of tiersOf(part)) {
        const bounds = blockBounds(tier, cut);
        const range = { from: cut, to: bounds.to };
        const { times, columns } = readSamples(database, part, part.series, tier, range, damaged, 'packed');
        const packed = new Map<Series, Buffer>();
        for (const [series, { mean }] of columns) {
            yield;
            if (tier !== 'seldom') packed.set(series, packValues(mean));
        }
        if (tier === 'seldom')
            packed.set(groupSeries(part), packValues(joined([...columns.values()].map(({ mean }) => mean))));
        database.transaction(() => {
            const [code, key] = [TIERS[tier].code, 'tier = ? AND series = ? AND slot = ?'];
            if (times.length === 0) {
                for (const { id } of [part.times, ...part.series]) {
                    database.db.run(`DELETE FROM block WHERE ${key}`, [code, id, bounds.slot]);
                }
                return;
            }
            const update = `UPDATE block SET n = ?, data = ? WHERE ${key}`;
            const stamps = timesBlock(part.times, tier, bounds, times).data;
            database.db.run(update, [times.length, stamps, code, part.times.id, bounds.slot]);
            const n = times.length * (tier === 'seldom' ? part.series.length : 1);
            for (const [{ id }, data] of packed) database.db.run(update, [n, data, code, id, bounds.slot]);
        });
        yield;
    }
}

function* shortenSpans(
    database: SeriesDatabase,
    part: Part,
    cut: number,
    damaged: DamagedBlock,
): Generator<void, void> {
    if (part.sheet?.tier === 'seldom') return;
    if (part.sheet) yield* shortenDays(database, part, cut, damaged);
    for (const tier of part.sheet ? SHEET_SPAN_TIERS : SPAN_TIERS) {
        const slot = slotOf(tier, cut);
        const places = Math.floor((cut - slotStart(tier, slot)) / TIERS[tier].step);
        for (const series of part.series) {
            const spans = readSpans(database, series, tier, slot, damaged);
            for (const plane of [spans.mean, spans.min, spans.max]) plane?.fill(NaN, 0, places);
            database.db.run('UPDATE block SET data = ? WHERE tier = ? AND series = ? AND slot = ?', [
                packSpans(spans),
                TIERS[tier].code,
                series.id,
                slot,
            ]);
            yield;
        }
    }
}

/** As hours, the day that the cut goes through stays. */
function* shortenDays(database: SeriesDatabase, part: Part, cut: number, damaged: DamagedBlock): Generator<void, void> {
    const slot = slotOf('day', cut);
    const places = Math.floor((cut - slotStart('day', slot)) / DAY);
    const all = readDays(database, part, slot, damaged);
    for (const spans of all) for (const plane of [spans.mean, spans.min, spans.max]) plane?.fill(NaN, 0, places);
    const { count, data } = packDays(all);
    database.db.run('UPDATE block SET n = ?, data = ? WHERE tier = ? AND series = ? AND slot = ?', [
        count,
        data,
        TIERS.day.code,
        groupSeries(part).id,
        slot,
    ]);
    yield;
}
