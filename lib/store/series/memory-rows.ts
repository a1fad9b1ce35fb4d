import { readCells } from './cells';
import { copyDischarges, dropOldestRows } from './discharges';
import { decodeRow } from './row-codec';
import { liveOf, type Owner, type SeriesDatabase, type SheetPlace } from './series-database';
import { insertNumbered, numberedIn } from './sheets';
import { SAMPLED_TIERS, TIERS, type SampledTier } from './tiers';
import type { Sample } from './types';

/** Samples that are kept in memory while the file fails: about 10 MB. */
const MOST_ROWS = 50_000;
/** Of sheets and discharges, which are larger: some 20 MB. */
const MOST_LARGE = 6000;
const ROWS = 2000;

/** Of samples in memory the newest are kept. */
export function dropOldest(database: SeriesDatabase, most = MOST_ROWS): void {
    const { db } = database;
    const last = db.get('SELECT id FROM live ORDER BY id DESC LIMIT 1 OFFSET ?', [most]);
    if (last) db.run('DELETE FROM live WHERE id <= ?', [Number(last.id)]);
    const large = 'part IN (SELECT sheet FROM part)';
    const oldest = db.get(`SELECT id FROM live WHERE ${large} ORDER BY id DESC LIMIT 1 OFFSET ?`, [MOST_LARGE]);
    if (oldest) db.run(`DELETE FROM live WHERE ${large} AND id <= ?`, [Number(oldest.id)]);
    dropOldestRows(database, MOST_LARGE);
}

/**
 * Brings what was written in memory into the file, in one transaction.
 * @param onlyNewer leaves out what is no newer than the file's own: another process has written that
 */
export function bringBack(memory: SeriesDatabase, disk: SeriesDatabase, onlyNewer: boolean): void {
    disk.transaction(() => {
        for (const source of memory.owners.values()) {
            const target = disk.owner({ id: source.key, name: source.name }, source.retention);
            for (const tier of SAMPLED_TIERS) {
                const after = onlyNewer ? newestOf(disk, target, tier) : -Infinity;
                copySamples(memory, source, disk, target, tier, after);
            }
            for (const [tier, sheet] of source.sheets) {
                const after = onlyNewer ? newestOf(disk, target, tier) : -Infinity;
                copySheet(memory, source, { tier, sheet }, disk, target, after);
            }
            copyRecordings(memory, source, disk, target);
            copyDischarges(memory, source, disk, target);
        }
    });
}

function newestOf({ db }: SeriesDatabase, { parts }: Owner, tier: SampledTier): number {
    const { code, block } = TIERS[tier];
    return Math.max(
        ...parts.flatMap((part) => {
            const { times } = part;
            const live = db.get('SELECT max(at) AS at FROM live WHERE part = ? AND tier = ?', [liveOf(part), code]);
            const packed = db.get('SELECT max(slot) AS slot FROM block WHERE tier = ? AND series = ?', [
                code,
                times.id,
            ]);
            return [Number(live?.at ?? -Infinity), packed?.slot === null ? -Infinity : Number(packed?.slot) * block];
        }),
        -Infinity,
    );
}

function copySamples(
    memory: SeriesDatabase,
    source: Owner,
    disk: SeriesDatabase,
    target: Owner,
    tier: SampledTier,
    after: number,
): void {
    for (const part of source.parts) {
        if (part.sheet) continue;
        for (let last = 0; ;) {
            const rows = memory.db.all(
                'SELECT id, at, data FROM live WHERE part = ? AND tier = ? AND id > ? ORDER BY id LIMIT ?',
                [part.id, TIERS[tier].code, last, ROWS],
            );
            for (const { id, at, data } of rows) {
                last = Number(id);
                if (Number(at) > after) disk.insert(target, tier, Number(at), samplesIn(part, data as Uint8Array));
            }
            if (rows.length < ROWS) break;
        }
    }
}

function copySheet(
    memory: SeriesDatabase,
    source: Owner,
    { tier, sheet }: { tier: SheetPlace['tier']; sheet: number },
    disk: SeriesDatabase,
    target: Owner,
    after: number,
): void {
    const parts = source.parts.filter((part) => part.sheet?.id === sheet);
    for (const { at, data } of memory.sheetRows(sheet, tier, Number.MIN_SAFE_INTEGER, Number.MAX_SAFE_INTEGER)) {
        if (at <= after) continue;
        const values = numberedIn(parts, (part, take) => readCells(part, data, take));
        insertNumbered(disk, target, tier, at, values);
    }
}

/** A row as the sample that it was made of. */
export function samplesIn({ series }: Owner['parts'][number], data: Uint8Array): Sample[] {
    const samples: Sample[] = [];
    decodeRow(data, (column, value) => {
        const found = series.find((each) => each.column === column);
        if (!found) return;
        const { quantity, unit, kind, states, decimals } = found;
        samples.push(
            kind === 'state'
                ? { quantity, unit, state: states[value] ?? String(value) }
                : { quantity, unit, value: value / 10 ** decimals },
        );
    });
    return samples;
}

function copyRecordings(memory: SeriesDatabase, source: Owner, disk: SeriesDatabase, target: Owner): void {
    for (const row of memory.db.all('SELECT * FROM recording WHERE owner = ? ORDER BY id', [source.id])) {
        const { from_at: from, to_at: to, why, episode } = row;
        const same = disk.db.get(
            'SELECT id FROM recording WHERE owner = ? AND why = ? AND episode IS ? AND to_at IS NULL',
            [target.id, why as string, episode as string | null],
        );
        if (same) {
            disk.db.run('UPDATE recording SET to_at = ? WHERE id = ?', [to as number | null, Number(same.id)]);
            continue;
        }
        disk.db.run('INSERT INTO recording (owner, from_at, to_at, why, episode) VALUES (?, ?, ?, ?, ?)', [
            target.id,
            from as number,
            to as number | null,
            why as string,
            episode as string | null,
        ]);
    }
}
