import type { SignificantDigits } from '../../core/units/digits';
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { Slices } from '../../core/turns';
import { LOCK_WAIT_MS } from '../store-file';
import type { ProblemListener } from '../problems';
import { ClockTrust } from './clock-trust';
import { extentOf, joined } from './extent';
import { findSoon } from './find-soon';
import { Housekeeping } from './housekeeping';
import { MOST_LIVE, packDue } from './pack-due';
import { deleteRemoved, DELETED, prune } from './pruner';
import { find, planOf, query } from './query';
import { Recorder, type RecordingQuery } from './recorder';
import { salvage } from './salvage';
import { seriesCsv } from './series-csv';
import type { Owner, Part, Series, SeriesDatabase } from './series-database';
import { SeriesFile } from './series-file';
import { tableSoon, type Found } from './table';
import { takeOver, type OldDataLog } from './take-over';
import type { SeriesSteps } from './windows';
import { SAMPLED_TIERS, slotStart, TIERS } from './tiers';
import type {
    Recording,
    RecordingReason,
    Removal,
    Sample,
    SeriesInfo,
    SeriesMode,
    SeriesOwner,
    SeriesQuery,
    SeriesRetention,
    SeriesStore,
    SeriesTable,
    Tier,
} from './types';

export const DEFAULT_RETENTION: SeriesRetention = {
    fineDays: 400,
    quarterDays: 1826,
    hourDays: 0,
    recordingDays: 1826,
};

export interface SeriesOptions {
    /** The directory of `ridethrough-series.sqlite`: that of the journal. */
    directory: string;
    clock: Clock;
    /** Called once when the file fails, and for damage. Must not throw. */
    onProblem?: ProblemListener;
    /** For what this user samples. */
    retention?: Partial<SeriesRetention>;
    /** The data log of earlier versions, which is taken over once. */
    old?: OldDataLog;
    /** Another process has the journal: nobody has to wait for the file. */
    isInUse?: boolean;
}

/** Of a history that is closed. */
const NO_PLAN = { tier: 'fine', together: 1, rows: 0 } as const;

/** The file of a directory and what works on it, for all its users. */
interface Shared {
    file: SeriesFile;
    recorder: Recorder;
    housekeeping: Housekeeping;
    damaged(series: Series, tier: Tier, slot: number): void;
    users: number;
}

/** By real path: site nodes of one directory, and a site's old and new node at a deploy, use one file. */
const openFiles = new Map<string, Shared>();

/** Opens the series of a directory. Problems are reported by `onProblem`; it works in memory until they are over (see docs/store.md). */
export function openSeries(options: SeriesOptions): SeriesStore {
    const { onProblem = () => {} } = options;
    const key = realDirectory(options.directory);
    // Each opening has its own listener, so that closing one does not remove another.
    const listener: ProblemListener = (problem) => onProblem(problem);
    const shared = openFiles.get(key) ?? open({ ...options, directory: key }, listener);
    shared.file.problems.listeners.add(listener);
    shared.users++;
    openFiles.set(key, shared);
    const release = () => {
        shared.file.problems.listeners.delete(listener);
        if (--shared.users > 0) return;
        openFiles.delete(key);
        shared.housekeeping.close();
        shared.file.close();
    };
    return new SharedSeries(shared, { ...DEFAULT_RETENTION, ...options.retention }, release);
}

function open({ directory, clock, retention, old, isInUse }: SeriesOptions, onProblem: ProblemListener): Shared {
    const file = new SeriesFile(directory, clock);
    file.problems.listeners.add(onProblem);
    file.open(isInUse ? 0 : LOCK_WAIT_MS);
    const recorder = new Recorder(file);
    const damaged = (series: Series, tier: Tier, slot: number) => {
        const quantity = series.quantity || 'time';
        const at = new Date(slotStart(tier, slot) * 1000).toISOString().slice(0, 10);
        file.problems.report(new UpsError('series-damaged', { file: file.file, quantity, at }));
    };
    const own = { ...DEFAULT_RETENTION, ...retention };
    let trust: { clock: ClockTrust; generation: number } | undefined;
    function* isTrusted(database: SeriesDatabase): Generator<void, boolean> {
        if (trust?.generation !== file.generation) {
            const newest = yield* newestOf(database, damaged);
            trust = { clock: new ClockTrust(clock, newest), generation: file.generation };
        }
        return trust.clock.isTrusted();
    }
    const housekeeping = new Housekeeping(clock, file, [
        function* (database) {
            yield* salvage(database, file.removedFile);
            file.forgetRemoved();
        },
        function* (database) {
            if (old) yield* takeOver(database, old, own);
        },
        (database) => packDue(database, clock, damaged),
        (database) => deleteRemoved(database, damaged),
        function* (database) {
            yield* recorder.endAbandoned(database, damaged);
            yield;
            if (yield* isTrusted(database)) yield* prune(database, clock.now() / 1000);
        },
    ]);
    return { file, recorder, housekeeping, damaged, users: 0 };
}

class SharedSeries implements SeriesStore {
    private closed = false;
    private samplesSince = 0;

    constructor(
        private readonly shared: Shared,
        private readonly retention: SeriesRetention,
        private readonly release: () => void,
    ) {}

    get mode(): SeriesMode {
        return this.shared.file.mode;
    }

    get bytes(): number {
        return this.shared.file.bytes;
    }

    sample(owner: SeriesOwner, at: number, samples: readonly Sample[]): void {
        if (this.closed) return;
        this.shared.file.write((database) => {
            database.insert(database.owner(owner, this.retention), 'fine', seconds(at), samples);
        });
        this.packIfMuch();
    }

    observe(owner: SeriesOwner, at: number, samples: () => readonly Sample[]): void {
        if (!this.closed) this.shared.recorder.observe(owner, this.retention, seconds(at), samples);
    }

    startRecording(owner: SeriesOwner, at: number, why: RecordingReason, episode?: string): void {
        if (!this.closed) this.shared.recorder.start(owner, this.retention, seconds(at), why, episode);
    }

    endRecording(owner: string, at: number, episode?: string): void {
        if (!this.closed) this.shared.recorder.end(owner, seconds(at), episode);
    }

    recordings(wanted: RecordingQuery = {}): Recording[] {
        return this.closed ? [] : this.shared.recorder.list(wanted);
    }

    series(owner?: string): SeriesInfo[] {
        if (this.closed) return [];
        const found = new Map<string, SeriesInfo>();
        for (const info of this.shared.file.read((database) => this.infosIn(database, owner)).flat()) {
            const name = JSON.stringify([info.owner, info.quantity, info.unit, info.kind]);
            const known = found.get(name);
            found.set(name, known ? bothOf(known, info) : info);
        }
        return [...found.values()];
    }

    read(wanted: SeriesQuery): SeriesTable {
        return this.answer((databases) => query(databases, wanted, this.shared.damaged))[0] ?? nothingOf(wanted);
    }

    async readSoon(wanted: SeriesQuery, slices = new Slices()): Promise<SeriesTable> {
        const found = await this.findSoon(wanted, slices);
        return found ? tableSoon(wanted.owner, found, slices) : nothingOf(wanted);
    }

    findSoon(wanted: SeriesQuery, slices?: Slices): Promise<Found | undefined> {
        return findSoon(this.steps(), wanted, slices);
    }

    csv(wanted: SeriesQuery, digits?: SignificantDigits, slices?: Slices): Promise<Uint8Array[]> {
        return seriesCsv(this.steps(), wanted, digits, slices);
    }

    private steps(): SeriesSteps {
        const { file, damaged } = this.shared;
        return {
            series: (owner) => this.series(owner),
            plan: (asked, mostSamples) =>
                this.answer((databases) => planOf(databases, asked, damaged, mostSamples))[0] ?? NO_PLAN,
            rows: (asked) =>
                this.closed ? 0 : Math.max(0, ...file.read((database) => planOf([database], asked, damaged).rows)),
            find: (asked) => this.answer((databases) => find(databases, asked, damaged)),
        };
    }

    /** What all databases that can be read have to say together; nothing if there is none. */
    private answer<T>(ask: (databases: readonly SeriesDatabase[]) => T): T[] {
        if (this.closed) return [];
        const { file } = this.shared;
        const readable = file.read((database) => ask([database]));
        return readable.length <= 1 ? readable : [ask(file.databases())];
    }

    remove({ owner, before, spare }: Removal): number {
        if (this.closed) return 0;
        const { file, housekeeping } = this.shared;
        const gone = file.write((database) =>
            [...database.owners.values()]
                .filter(
                    ({ key }) => (owner === undefined || key === owner) && !spare?.has(key) && !key.startsWith(DELETED),
                )
                .reduce((sum, each) => sum + markRemoved(database, each, before), 0),
        );
        housekeeping.soon();
        return gone;
    }

    flush(): Promise<void> {
        return this.shared.file.flush();
    }

    close(): void {
        if (this.closed) return;
        this.closed = true;
        this.release();
    }

    /** Where values come each second, the day is packed in between. */
    private packIfMuch(): void {
        if (++this.samplesSince < MOST_LIVE) return;
        this.samplesSince = 0;
        this.shared.housekeeping.soon();
    }

    private infosIn(database: SeriesDatabase, wanted: string | undefined): SeriesInfo[] {
        return [...database.owners.values()]
            .filter(({ key }) => (wanted === undefined || key === wanted) && !key.startsWith(DELETED))
            .flatMap((owner) => {
                const longest = longestTier(owner.retention);
                const extents = owner.parts.flatMap((part) =>
                    (['fine', longest] as const).map((tier) => extentOf(database, part, tier, this.shared.damaged)),
                );
                const extent = joined(extents);
                if (!extent) return [];
                const from = Math.max(extent.from, owner.cut ?? -Infinity) * 1000;
                const to = extent.to * 1000;
                if (to < from) return [];
                return owner.parts.flatMap((part) => part.series.map((series) => infoOf(owner, series, from, to)));
            });
    }
}

function nothingOf({ owner, tier = 'fine' }: SeriesQuery): SeriesTable {
    return { owner, tier, times: [], columns: [], gapMs: 0 };
}

function infoOf({ key, name }: Owner, series: Series, from: number, to: number): SeriesInfo {
    const { quantity, unit, kind, states } = series;
    const named = kind === 'state' ? { states: [...states] } : {};
    return { owner: key, ownerName: name, quantity, unit, kind, ...named, from, to };
}

function bothOf(a: SeriesInfo, b: SeriesInfo): SeriesInfo {
    const states = a.states && b.states ? { states: [...new Set([...a.states, ...b.states])] } : {};
    return { ...b, ...states, from: Math.min(a.from, b.from), to: Math.max(a.to, b.to) };
}

/** Of quarters and hours what is kept longer; 0 = for ever. */
function longestTier({ quarterDays, hourDays }: SeriesRetention): 'quarter' | 'hour' {
    return quarterDays === 0 || (hourDays !== 0 && quarterDays > hourDays) ? 'quarter' : 'hour';
}

/** Epoch ms; undefined: there is no sample. */
function* newestOf(database: SeriesDatabase, damaged: Shared['damaged']): Generator<void, number | undefined> {
    let newest: number | undefined;
    for (const part of database.parts()) {
        const extent = extentOf(database, part, 'fine', damaged);
        if (extent) newest = Math.max(newest ?? -Infinity, extent.to * 1000);
        yield;
    }
    return newest;
}

/** Hides what is removed at once; it is deleted in slices. @returns how many samples that are */
function markRemoved(database: SeriesDatabase, owner: Owner, before: number | undefined): number {
    const cut = before === undefined ? Number.MAX_SAFE_INTEGER : Math.ceil(before / 1000);
    const gone = owner.parts.reduce((sum, part) => sum + samplesBefore(database, part, cut), 0);
    if (before !== undefined) {
        owner.cut = Math.max(cut, owner.cut ?? cut);
        database.db.run('UPDATE owner SET cut = ? WHERE id = ?', [owner.cut, owner.id]);
        return gone;
    }
    database.owners.delete(owner.key);
    owner.key = `${DELETED}${owner.id}`;
    database.owners.set(owner.key, owner);
    database.db.run('UPDATE owner SET key = ? WHERE id = ?', [owner.key, owner.id]);
    return gone;
}

function samplesBefore({ db }: SeriesDatabase, { id, times }: Part, cut: number): number {
    return SAMPLED_TIERS.reduce((sum, tier) => {
        const { code, block } = TIERS[tier];
        const live = db.get('SELECT count(*) AS n FROM live WHERE part = ? AND tier = ? AND at < ?', [id, code, cut]);
        const packed = db.get('SELECT sum(n) AS n FROM block WHERE tier = ? AND series = ? AND slot < ?', [
            code,
            times.id,
            Math.floor(cut / block),
        ]);
        return sum + Number(live?.n ?? 0) + Number(packed?.n ?? 0);
    }, 0);
}

function seconds(at: number): number {
    return Math.round(at / 1000);
}

function realDirectory(directory: string): string {
    return existsSync(directory) ? realpathSync(directory) : resolve(directory);
}
