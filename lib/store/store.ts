import type { Clock } from '../core/clock';
import { asUpsError, UpsError } from '../core/errors';
import { said } from '../core/language/sentence';
import type { EventLog, LogEntry, NewLogEntry } from '../core/journal/event-log';
import type { Journal } from '../core/journal/journal';
import type { Zone } from '../core/schedules/local-time';
import type { Slices } from '../core/turns';
import { limitEntry } from './entry-limits';
import { DataTable } from './data-table';
import type { EpisodeQuery, EpisodeView } from './episode-query';
import { EpisodeTable } from './episode-table';
import { Failures } from './failures';
import { LogDeletion, type LogDeleted } from './log-deletion';
import type { PagedLog } from './log-page';
import type { LogMonth, LogQuery, OldestFirst } from './log-query';
import { LogTable } from './log-table';
import { MailTable, type MailQueueStore } from './mail-table';
import { isoWithZone } from './csv';
import type { OldDataLog } from './series/take-over';
import { StoreHandle } from './registry';
import { RepeatSuppressor } from './repeat-suppressor';
import type { ProblemListener } from './problems';
import type { Retention, SharedStore, StoreMode, WhenInUse } from './shared-store';
import { SqliteJournal } from './sqlite-journal';

export interface StoreOptions {
    /** The directory of `ridethrough.sqlite`; created if necessary. */
    directory: string;
    clock: Clock;
    /** Id of the site that opens it: its entries name it. */
    site?: string;
    /** Called for damage (`store-damaged`) and a failing disk (`store-failed`), at most once a minute each. Must not throw. */
    onProblem?: ProblemListener;
    retention?: Partial<Retention>;
    /** What to do if another process has the store open; default `throw`. */
    whenInUse?: WhenInUse;
    /** The sentence of an entry that counts several, in the language of the site. */
    repeatText?: RepeatText;
    /** The line that stays when entries were deleted, in the language of the site. */
    deletionLine?: DeletionLine;
    /** For the months of the log; default: the zone of the machine. */
    zone?: Zone;
}

export type DeletionLine = (deleted: LogDeleted) => { source: string; text: string; nodeId?: string };

/** The sentence for `count` log entries of a kind since `since` (epoch ms); `text` is that of the latest. */
export type RepeatText = (text: string, count: number, since: number, kind: NewLogEntry['kind']) => string;

/** The default, in English. A job repeats because it is set to; anything else that repeats so often is flapping. */
const inEnglish: RepeatText = (text, count, since, kind) =>
    `${text} (${kind === 'job' ? '' : 'flapping: '}${count} times since ${isoWithZone(since)})`;

const lineInEnglish: DeletionLine = ({ who, before, entries }) => ({
    source: 'Event log',
    text: `${who} deleted ${entries} entries${before === undefined ? '' : ` before ${isoWithZone(before)}`}`,
});

export interface StoreStats {
    file: string;
    /** In `memory` (the disk has failed) and `waiting`, new data is lost if the process ends before the file is available. */
    mode: StoreMode;
    bytes: number;
    logEntries: number;
    openEpisodes: number;
    unsettledDeliveries: number;
    unfinishedJobs: number;
    mails: number;
}

/**
 * Journal, event log and mail queue of one site. All calls are synchronous, except for `flush` and the exports. Calls after
 * `close` still reach the file, one by one: see StoreHandle.
 */
export interface Store extends Journal, EventLog, PagedLog {
    /** Full path; stores with the same file are the same store. */
    readonly file: string;
    readonly mailQueue: MailQueueStore;
    /** Where the data is stored now. */
    readonly mode: StoreMode;
    /** Calls `listener` when this process has taken over the store of another one that has ended (`whenInUse` watch). */
    onTakenOver(listener: () => void): () => void;
    /** Calls `listener` when `mode` has changed, perhaps within a transaction. */
    onMode(listener: () => void): () => void;
    /** Newest first, by time. A filter that few entries answer to reads the whole log at once: see `searchLog`. */
    logEntries(query?: LogQuery): LogEntry[];
    /** The same without blocking the process, whatever the filter. */
    searchLog(query?: LogQuery): Promise<LogEntry[]>;
    /** Oldest first, by time: for what is read to its end, page by page. */
    oldestLogEntries(query: OldestFirst): LogEntry[];
    /** The occurrences of events, the latest first: also those that the journal has forgotten. */
    episodes(query?: EpisodeQuery): EpisodeView[];
    episode(episode: string): EpisodeView | undefined;
    /** The months of the log that have entries, the latest first. They are counted in slices. */
    logMonths(slices?: Slices): Promise<LogMonth[]>;
    /**
     * Deletes entries for good, and what the log knows of episodes that had ended by then; `before` (epoch ms) or all. One line of the log says
     * who did it. Failures that nobody has acknowledged stay. A kill or a close in its middle does not undo it: the rest goes at the next start.
     * @returns how many entries
     * @throws UpsError store-in-use, store-failed while the store is not on its file; nothing is deleted then
     */
    deleteLog(query: { before?: number }, who: string): Promise<number>;
    /** The failures that nobody has acknowledged. */
    readonly failures: Failures;
    /** The next entries after this id, oldest first: for programs that follow the log. */
    logEntriesAfter(id: number, limit: number): LogEntry[];
    /** The id of the newest entry; 0 if there is none. A store that returns to its file, or is taken over, may give its latest entries new ids. */
    newestLogId(): number;
    /** RFC 4180, oldest first. */
    logCsv(query?: LogQuery): string;
    /** The same without blocking the process: for more than some thousand entries. UTF-8 in pieces. */
    exportLogCsv(query?: LogQuery, slices?: Slices): Promise<Uint8Array[]>;
    /** The data log of earlier versions, for the series that take it over. */
    readonly oldDataLog: OldDataLog;
    /** A JSON array of `LogEntry`, oldest first. UTF-8 in pieces. */
    exportLogJson(query?: LogQuery, slices?: Slices): Promise<Uint8Array[]>;
    /** Calls `listener` with every log entry when it is committed. */
    subscribe(listener: (entry: LogEntry) => void): () => void;
    stats(): StoreStats;
    /** Resolves when all written data is on the disk (safe against a power loss), and not only passed to the operating system. */
    flush(): Promise<void>;
    /** Idempotent. The file is closed when all users of its directory have closed. */
    close(): void;
}

const DEFAULT_RETENTION: Retention = { logEntries: 100_000, journalDays: 7 };

/**
 * Opens the store of a directory; a directory that is opened twice in a process is one database. Damage and an unwritable disk are reported
 * through `onProblem`, and the store continues to work (see docs/store.md).
 * @throws UpsError store-in-use if another process has it open and the options say not to wait (`whenInUse`); store-failed if a newer
 * version of this package has written it
 */
export function openStore({
    onProblem = () => {},
    retention,
    whenInUse = 'throw',
    repeatText = inEnglish,
    deletionLine = lineInEnglish,
    site,
    ...where
}: StoreOptions): Store {
    // Each opening has its own listener, so that closing one does not remove another.
    const listener: ProblemListener = (problem) => onProblem(problem);
    const options = { ...where, retention: { ...DEFAULT_RETENTION, ...retention }, whenInUse };
    return new SqliteStore(new StoreHandle(options, listener), repeatText, deletionLine, site);
}

class SqliteStore extends SqliteJournal implements Store {
    readonly file: string;
    readonly mailQueue: MailQueueStore;
    private readonly shared: SharedStore;
    private readonly log: LogTable;
    readonly oldDataLog: OldDataLog;
    private readonly episodeLog: EpisodeTable;
    private readonly deletion: LogDeletion;
    private readonly repeats: RepeatSuppressor;
    readonly failures: Failures;
    private readonly unsubscribes = new Set<() => void>();
    private closed = false;

    constructor(
        private readonly hold: StoreHandle,
        repeatText: RepeatText,
        private readonly deletionLine: DeletionLine,
        private readonly site: string | undefined,
    ) {
        super(hold);
        this.shared = hold.shared;
        this.file = hold.shared.file;
        this.mailQueue = new MailTable(hold);
        this.failures = new Failures(hold);
        this.episodeLog = new EpisodeTable(hold);
        this.log = new LogTable(hold, hold.shared.retention.logEntries, this.episodeLog, () => this.shared.onlySite);
        if (site) this.shared.sites.set(this, site);
        const data = new DataTable(hold);
        const shared = hold.shared;
        this.oldDataLog = {
            get isOnDisk() {
                return shared.mode === 'disk' && !shared.isClosed;
            },
            dataAfter: (id, limit) => data.after(id, limit),
            dropData: (upToId, limit) => data.drop(upToId, limit),
        };
        const log = {
            insert: (entry: NewLogEntry) => this.write(entry),
            update: (id: number, entry: NewLogEntry) => this.log.replace(id, entry),
        };
        this.repeats = new RepeatSuppressor(hold.shared.clock, log, repeatText);
        this.deletion = new LogDeletion(hold, this.episodeLog, () => !this.closed && this.mode === 'disk');
        this.onMode(() => this.finishDeletion());
        this.finishDeletion();
    }

    append(given: NewLogEntry): void {
        const entry = limitEntry({ ...given, site: given.site ?? this.site });
        this.failures.note(entry);
        this.episodeLog.note(entry);
        if (this.closed || this.repeats.pass(entry)) this.write(entry);
    }

    private write(entry: NewLogEntry): number {
        const kept = this.log.append(entry);
        this.hold.whenCommitted(() => this.publish(kept));
        return kept.id;
    }

    logEntries(query?: LogQuery): LogEntry[] {
        return this.log.entries(query);
    }

    searchLog(query?: LogQuery): Promise<LogEntry[]> {
        return this.log.search(query);
    }

    oldestLogEntries(query: OldestFirst): LogEntry[] {
        return this.log.oldest(query);
    }

    countLog(query: LogQuery): number {
        return this.log.count(query);
    }

    episodes(query?: EpisodeQuery): EpisodeView[] {
        return this.episodeLog.page(query);
    }

    episode(episode: string): EpisodeView | undefined {
        return this.episodeLog.get(episode);
    }

    outageOf(entry: LogEntry): string | undefined {
        return this.episodeLog.outageOf(entry);
    }

    override endEpisode(episode: string, at: number, lastedMs?: number): void {
        super.endEpisode(episode, at);
        this.episodeLog.end(episode, at, lastedMs);
    }

    logMonths(slices?: Slices): Promise<LogMonth[]> {
        return this.shared.archive.all(this.hold, slices);
    }

    async deleteLog({ before }: { before?: number }, who: string): Promise<number> {
        if (this.deletion.isOpen) await this.deletion.finish();
        if (this.mode === 'waiting') throw new UpsError('store-in-use', { file: this.file });
        if (this.mode === 'memory')
            throw new UpsError('store-failed', { file: this.file, reason: said('store.nothingDeleted') });
        const entries = this.deletion.begin(before ?? Number.MAX_SAFE_INTEGER, (count) => {
            const line = this.deletionLine({ who, before, entries: count });
            this.append({ at: this.shared.clock.now(), kind: 'system', level: 'warning', site: '', ...line });
        });
        await this.deletion.finish();
        return entries;
    }

    /** Goes on with a deletion that was cut short by a kill, a close or a failing disk. */
    private finishDeletion(): void {
        this.deletion.finish().catch((error: unknown) => {
            this.shared.problems.report(asUpsError(error, 'store-failed', { file: this.file }));
        });
    }

    logEntriesAfter(id: number, limit: number): LogEntry[] {
        return this.log.after(id, limit);
    }

    newestLogId(): number {
        return this.log.newestId();
    }

    logCsv(query?: LogQuery): string {
        return this.log.csv(query);
    }

    exportLogCsv(query?: LogQuery, slices?: Slices): Promise<Uint8Array[]> {
        return this.log.csvInPages(query, slices);
    }

    exportLogJson(query?: LogQuery, slices?: Slices): Promise<Uint8Array[]> {
        return this.log.json(query, slices);
    }

    get mode(): StoreMode {
        return this.shared.mode;
    }

    subscribe(listener: (entry: LogEntry) => void): () => void {
        const own = (entry: LogEntry) => listener(entry);
        return this.listen(this.shared.logListeners, own);
    }

    onTakenOver(listener: () => void): () => void {
        const own = () => listener();
        return this.listen(this.shared.takeOverListeners, own);
    }

    onMode(listener: () => void): () => void {
        const own = () => listener();
        return this.listen(this.shared.modeListeners, own);
    }

    private listen<T>(listeners: Set<T>, own: T): () => void {
        const unsubscribe = () => {
            listeners.delete(own);
            this.unsubscribes.delete(unsubscribe);
        };
        listeners.add(own);
        this.unsubscribes.add(unsubscribe);
        return unsubscribe;
    }

    stats(): StoreStats {
        const { file, mode, bytes } = this.shared;
        const count = (rows: string) => Number(this.hold.get(`SELECT count(*) AS n FROM ${rows}`)?.n);
        return {
            file,
            mode,
            bytes,
            logEntries: count('log'),
            openEpisodes: count('episodes WHERE ended_at IS NULL'),
            unsettledDeliveries: count('deliveries WHERE settled = 0'),
            unfinishedJobs: count('jobs WHERE finished_at IS NULL'),
            mails: count('mails'),
        };
    }

    flush(): Promise<void> {
        return this.shared.flush();
    }

    close(): void {
        if (this.closed) return;
        this.repeats.flush();
        this.closed = true;
        this.shared.sites.delete(this);
        for (const unsubscribe of [...this.unsubscribes]) unsubscribe();
        this.hold.release();
    }

    /** A live view that fails must not fail the job that wrote the entry. */
    private publish(entry: LogEntry): void {
        for (const listener of [...this.shared.logListeners]) {
            try {
                listener(entry);
            } catch (error) {
                this.shared.problems.report(
                    asUpsError(error, 'store-failed', { file: this.shared.file, listener: true }),
                );
            }
        }
    }
}
