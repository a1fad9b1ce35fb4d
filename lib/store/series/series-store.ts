import type { SignificantDigits } from '../../core/units/digits';
import { existsSync, realpathSync } from 'node:fs';
import { resolve } from 'node:path';
import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { Slices } from '../../core/turns';
import { LOCK_WAIT_MS } from '../store-file';
import type { ProblemListener } from '../problems';
import { ClockTrust } from './clock-trust';
import type { DischargeRecord, DischargeRecorder } from '../../core/batteries/discharge/record';
import { appendRow, dischargeSoon, packDischarges, putDischarge, recordsOf } from './discharges';
import { extentOf } from './extent';
import { findSoon } from './find-soon';
import { Housekeeping } from './housekeeping';
import { bothOf, infosIn } from './infos';
import { MOST_LIVE, packDue, tiersOf } from './pack-due';
import { deleteRemoved, DELETED, prune } from './pruner';
import { find, planOf, query } from './query';
import { Recorder, type RecordingQuery } from './recorder';
import { salvage } from './salvage';
import { seriesCsv } from './series-csv';
import { batteryRetention, DEFAULT_RETENTION } from './retention';
import { liveOf, type Owner, type Part, type Series, type SeriesDatabase } from './series-database';
import { SeriesFile } from './series-file';
import { tableSoon, type Found } from './table';
import { takeOver, type OldDataLog } from './take-over';
import type { SeriesSteps } from './windows';
import { insertNumbered } from './sheets';
import { slotStart, TIERS, type StoredTier } from './tiers';
import type {
    DischargeHistory,
    NumberedValues,
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
} from './types';

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
    damaged(series: Series, tier: StoredTier, slot: number): void;
    /** Some rows of a discharge cannot be read any more. */
    damagedDischarge(onset: number): void;
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
    const reportDamage = (quantity: string, ms: number) => {
        const at = new Date(ms).toISOString().slice(0, 10);
        file.problems.report(new UpsError('series-damaged', { file: file.file, quantity, at }));
    };
    const damaged = (series: Series, tier: StoredTier, slot: number) =>
        reportDamage(series.quantity || 'time', slotStart(tier, slot) * 1000);
    const damagedDischarge = (onset: number) => reportDamage('discharge', onset);
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
        packDischarges,
        (database) => deleteRemoved(database, damaged),
        function* (database) {
            yield* recorder.endAbandoned(database, damaged);
            yield;
            if (yield* isTrusted(database)) yield* prune(database, clock.now() / 1000);
        },
    ]);
    return { file, recorder, housekeeping, damaged, damagedDischarge, users: 0 };
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

    sampleNumbered(
        owner: SeriesOwner,
        at: number,
        values: readonly NumberedValues[],
        how: 'often' | 'seldom' = 'often',
    ): void {
        if (this.closed) return;
        const tier = how === 'seldom' ? 'seldom' : 'fine';
        this.shared.file.write((database) => {
            insertNumbered(database, this.battery(database, owner), tier, seconds(at), values);
        });
    }

    dischargeRecorder(owner: SeriesOwner): DischargeRecorder {
        const write = (work: (database: SeriesDatabase, known: Owner) => void) => {
            if (this.closed) return;
            this.shared.file.write((database) => work(database, this.battery(database, owner)));
        };
        return {
            put: (record) => write((database, known) => putDischarge(database, known, record)),
            append: (id, row) => write((database, known) => appendRow(database, known, id, row)),
        };
    }

    discharges(owner: string): DischargeRecord[] {
        if (this.closed) return [];
        const found = this.shared.file.read((database) => {
            const known = database.owners.get(owner);
            return known ? recordsOf(database, known) : [];
        });
        // Of two databases the one that is written to has the newer state.
        const byId = new Map(found.flat().map((record) => [record.id, record]));
        return [...byId.values()].sort((a, b) => a.onset - b.onset);
    }

    async discharge(owner: string, id: string, slices?: Slices): Promise<DischargeHistory | undefined> {
        if (this.closed) return undefined;
        const { file, damagedDischarge } = this.shared;
        const onset = this.discharges(owner).find((record) => record.id === id)?.onset;
        return onset === undefined ? undefined : dischargeSoon(file, owner, id, () => damagedDischarge(onset), slices);
    }

    private battery(database: SeriesDatabase, owner: SeriesOwner): Owner {
        return database.owner(owner, batteryRetention(this.retention));
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
        return this.infos(owner);
    }

    private infos(owner: string | undefined, names?: ReadonlySet<string>): SeriesInfo[] {
        if (this.closed) return [];
        const found = new Map<string, SeriesInfo>();
        for (const info of this.shared.file
            .read((database) => infosIn(database, owner, this.shared.damaged, names))
            .flat()) {
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
            series: (owner, names) => this.infos(owner, names),
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
}

function nothingOf({ owner, tier = 'fine' }: SeriesQuery): SeriesTable {
    return { owner, tier, times: [], columns: [], gapMs: 0 };
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

function samplesBefore({ db }: SeriesDatabase, part: Part, cut: number): number {
    const { times } = part;
    return tiersOf(part).reduce((sum, tier) => {
        const { code, block } = TIERS[tier];
        const live = db.get('SELECT count(*) AS n FROM live WHERE part = ? AND tier = ? AND at < ?', [
            liveOf(part),
            code,
            cut,
        ]);
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
