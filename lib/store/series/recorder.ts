import { extentOf, joined } from './extent';
import type { DamagedBlock } from './packer';
import type { Owner, SeriesDatabase } from './series-database';
import type { SeriesFile } from './series-file';
import type { Recording, RecordingReason, Sample, SeriesOwner, SeriesRetention } from './types';

/** How far back a recording reaches, s. */
const BEFORE = 60;
/** So long a recording keeps values each second, later each 5 s, as those before it are; s. */
const CLOSELY = 300;
const LATER = 5;

/** The values of a moment. Of each UPS there are a dozen in memory, so they share what they have in common. */
interface Observed {
    at: number;
    isKept: boolean;
    what: readonly Pick<Sample, 'quantity' | 'unit'>[];
    values: (number | string | undefined)[];
}

interface Running {
    why: RecordingReason;
    episode: string | undefined;
    since: number;
    /** Of its values the earliest and the latest time: after a jump of the wall clock it may end before it began. */
    from: number;
    to: number;
}

interface Watched {
    /** Of the last minute. */
    ring: Observed[];
    running: Running[];
    /** The last values that were kept. */
    keptAt: number;
}

/** Keeps values closely while an outage, a test or an alarm lasts, with those of the minute before. Times in seconds. */
export class Recorder {
    private readonly watched = new Map<string, Watched>();

    constructor(private readonly file: SeriesFile) {}

    observe(owner: SeriesOwner, retention: SeriesRetention, at: number, samples: () => readonly Sample[]): void {
        const watched = this.of(owner.id);
        const { running, ring } = watched;
        const apart = running.some(({ since }) => Math.abs(at - since) < CLOSELY) ? 1 : LATER;
        const last = running.length > 0 ? watched.keptAt : (ring.at(-1)?.at ?? -Infinity);
        // After a jump of the wall clock, the time of the last value says nothing.
        if (at >= last && at - last < apart) return;
        const observed = compact(at, samples(), ring.at(-1));
        watched.ring = [...ring.filter((each) => Math.abs(at - each.at) <= BEFORE), observed];
        if (running.length === 0) return;
        observed.isKept = true;
        watched.keptAt = at;
        for (const each of running) [each.from, each.to] = [Math.min(each.from, at), Math.max(each.to, at)];
        this.file.write((database) => {
            database.insert(database.owner(owner, retention), 'recording', at, samplesOf(observed));
        });
    }

    start(owner: SeriesOwner, retention: SeriesRetention, at: number, why: RecordingReason, episode?: string): void {
        const watched = this.of(owner.id);
        if (watched.running.some((each) => each.why === why && each.episode === episode)) return;
        const times = [at, ...watched.ring.map((each) => each.at)];
        const [from, to] = [Math.min(...times), Math.max(...times)];
        this.file.write((database) => {
            const known = database.owner(owner, retention);
            if (!isOpen(database, known, why, episode)) {
                database.db.run('INSERT INTO recording (owner, from_at, why, episode) VALUES (?, ?, ?, ?)', [
                    known.id,
                    from,
                    why,
                    episode,
                ]);
            }
            for (const each of watched.ring) {
                if (!each.isKept) database.insert(known, 'recording', each.at, samplesOf(each));
            }
        });
        for (const each of watched.ring) each.isKept = true;
        watched.keptAt = watched.ring.at(-1)?.at ?? watched.keptAt;
        watched.running.push({ why, episode, since: at, from, to });
    }

    end(owner: string, at: number, episode?: string): void {
        const watched = this.of(owner);
        const isMeant = (each: Running) => episode === undefined || each.episode === episode;
        const ended = watched.running.filter(isMeant);
        if (ended.length === 0) return;
        watched.running = watched.running.filter((each) => !isMeant(each));
        this.file.write((database) => {
            const known = database.owners.get(owner);
            if (!known) return;
            for (const each of ended) {
                database.db.run(
                    `UPDATE recording SET from_at = min(from_at, ?), to_at = max(from_at, ?)
                     WHERE owner = ? AND why = ? AND episode IS ? AND to_at IS NULL`,
                    [each.from, Math.max(at, each.to), known.id, each.why, each.episode],
                );
            }
        });
    }

    /** Oldest first. */
    list({ owner, from = -Infinity, to = Infinity, episode }: RecordingQuery): Recording[] {
        const found = this.file.read((database) =>
            [...database.owners.values()]
                .filter(({ key }) => owner === undefined || key === owner)
                .flatMap((known) => recordingsOf(database, known)),
        );
        return found
            .flat()
            .filter((each) => episode === undefined || each.episode === episode)
            .filter((each) => (each.to ?? Infinity) >= from && each.from <= to)
            .sort((a, b) => a.from - b.from || a.id - b.id);
    }

    /** Ends recordings that an earlier process has begun and this one does not go on with, where their values end. */
    *endAbandoned(database: SeriesDatabase, damaged: DamagedBlock): Generator<void, void> {
        for (const row of database.db.all('SELECT * FROM recording WHERE to_at IS NULL')) {
            const owner = [...database.owners.values()].find(({ id }) => id === Number(row.owner));
            const runs = this.watched
                .get(owner?.key ?? '')
                ?.running.some(({ why, episode }) => why === row.why && (episode ?? null) === row.episode);
            if (runs) continue;
            const extent = joined((owner?.parts ?? []).map((part) => extentOf(database, part, 'recording', damaged)));
            database.db.run('UPDATE recording SET to_at = max(from_at, ?) WHERE id = ?', [
                extent?.to ?? Number(row.from_at),
                Number(row.id),
            ]);
            yield;
        }
    }

    private of(owner: string): Watched {
        const known = this.watched.get(owner) ?? { ring: [], running: [], keptAt: -Infinity };
        this.watched.set(owner, known);
        return known;
    }
}

function compact(at: number, samples: readonly Sample[], before: Observed | undefined): Observed {
    const isSame =
        before?.what.length === samples.length &&
        samples.every(({ quantity, unit }, i) => before.what[i].quantity === quantity && before.what[i].unit === unit);
    const what = isSame ? before.what : samples.map(({ quantity, unit }) => ({ quantity, unit }));
    return { at, isKept: false, what, values: samples.map(({ value, state }) => state ?? value) };
}

function samplesOf({ what, values }: Observed): Sample[] {
    return what.map((each, i) => {
        const value = values[i];
        return typeof value === 'string' ? { ...each, state: value } : { ...each, value };
    });
}

/** Times in epoch ms. */
export interface RecordingQuery {
    owner?: string;
    from?: number;
    to?: number;
    episode?: string;
}

function isOpen({ db }: SeriesDatabase, { id }: Owner, why: RecordingReason, episode: string | undefined): boolean {
    const open = 'SELECT id FROM recording WHERE owner = ? AND why = ? AND episode IS ? AND to_at IS NULL';
    return db.get(open, [id, why, episode]) !== undefined;
}

function recordingsOf({ db }: SeriesDatabase, { id: owner, key, cut = -Infinity }: Owner): Recording[] {
    return db
        .all('SELECT * FROM recording WHERE owner = ?', [owner])
        .filter(({ to_at: to }) => to === null || Number(to) >= cut)
        .map(({ id, from_at: from, to_at: to, why, episode }) => ({
            id: Number(id),
            owner: key,
            from: Number(from) * 1000,
            ...(to === null ? {} : { to: Number(to) * 1000 }),
            why: why as RecordingReason,
            ...(episode === null ? {} : { episode: String(episode) }),
        }));
}
