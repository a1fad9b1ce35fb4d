import type { Clock } from '../../core/clock';
import { asUpsError, type UpsError } from '../../core/errors';
import type { LogEntry } from '../../core/journal/event-log';

/** The event log as seen by a follower. */
export interface FollowedLog {
    /** Entries with a higher id, oldest first. */
    after(id: number, limit: number): LogEntry[];
    newestId(): number;
    /** Id of the last entry that was sent to the server; undefined before the first start. Survives the process. */
    position(): number | undefined;
    keepPosition(id: number): void;
}

export interface FollowerOptions {
    clock: Clock;
    log: FollowedLog;
    /** Sends entries in order; rejects unless all of them were sent, as far as this can be known. */
    send(entries: readonly LogEntry[], signal: AbortSignal): Promise<unknown>;
    /** Whether the entry is our own report about this server: a failure to send it must not cause another entry. */
    isOwn(entry: LogEntry): boolean;
    /** `send`; `pass`: entries are not meant for the server (dry run); `wait`: another process sends them. */
    mode(): 'send' | 'pass' | 'wait';
    events: FollowerEvents;
}

export interface FollowerEvents {
    /** The state to show. `waiting`: there are unsent entries. */
    state(state: { error?: UpsError; waiting: boolean }): void;
    /** The server is unreachable; to be written to the log. At most once in ten minutes. */
    lost(error: UpsError): void;
    /** The server that was reported as lost is back and has received all entries since. */
    found(entries: number): void;
}

/** Most entries sent at once from a backlog. */
const BATCH = 20;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 60_000;
const LOST_REPORT_INTERVAL_MS = 600_000;
const END_PATIENCE_MS = 6000;
/** A Log job behind an event may replace the text of the event's entry: the entry is sent only after this time. */
const TEXT_CHANGE_MS = 500;
/** Number of sent entries remembered by content, to recognise them when a store has assigned other ids. */
const REMEMBERED = 1000;

/**
 * Sends every entry of an event log to one server, in order, each once. The first start begins after the newest entry; after an
 * outage of the server, or a restart, it continues where it was. The backlog is the log itself, and has the log's limits. If the
 * process is killed between sending an entry and storing the position, the entry is sent again.
 */
export class LogFollower {
    private readonly abort = new AbortController();
    private running: Promise<void> | undefined;
    private again = false;
    private stopped = false;
    private endPause = () => {};
    private failures = 0;
    /** Number of entries sent since the server was reported as lost. */
    private sentSinceLost = 0;
    private lostAt: number | undefined;
    private reportedLost = false;
    private readonly sent = new Set<string>();
    /** Entries up to this id may have been sent with another id. */
    private possiblySentUpTo = 0;

    constructor(private readonly options: FollowerOptions) {}

    start(): void {
        const { log } = this.options;
        if (log.position() === undefined) log.keepPosition(log.newestId());
        this.checkNow();
    }

    /** Checks for new entries. */
    checkNow(): void {
        this.again = true;
        if (this.stopped || this.running) return;
        this.running = this.run().finally(() => {
            this.running = undefined;
            if (this.again && !this.stopped) this.checkNow();
        });
    }

    /** The log is now in another store, perhaps with other ids. */
    storeReplaced(): void {
        this.possiblySentUpTo = this.options.log.newestId();
        this.checkNow();
    }

    /** Lets a transmission in progress finish, within a time limit. Idempotent. */
    async stop(): Promise<void> {
        this.stopped = true;
        this.endPause();
        const patience = this.options.clock.setTimeout(() => this.abort.abort(), END_PATIENCE_MS);
        await this.running;
        this.options.clock.clearTimeout(patience);
    }

    private async run(): Promise<void> {
        const { log, mode, events } = this.options;
        for (;;) {
            this.again = false;
            if (this.stopped) return;
            const allowed = mode();
            if (allowed === 'wait') return;
            const found = log.after(log.position() ?? 0, this.failures > 0 ? 1 : BATCH);
            const entries = this.finalEntries(found);
            const last = entries.at(-1);
            if (!last && found.length > 0) {
                await this.pause(TEXT_CHANGE_MS);
                continue;
            }
            if (!last) {
                this.caughtUp();
                events.state({ waiting: false });
                return;
            }
            const wanted = allowed === 'send' ? entries.filter((entry) => this.isWanted(entry)) : [];
            if (!(await this.deliver(wanted))) continue;
            for (const entry of wanted) this.remember(entry);
            log.keepPosition(last.id);
        }
    }

    /** The entries before the first one whose text may still change. */
    private finalEntries(entries: LogEntry[]): LogEntry[] {
        const now = this.options.clock.now();
        const fresh = entries.findIndex(({ kind, at }) => kind === 'event' && at <= now && now - at < TEXT_CHANGE_MS);
        return fresh < 0 ? entries : entries.slice(0, fresh);
    }

    private isWanted(entry: LogEntry): boolean {
        if (this.options.isOwn(entry)) return false;
        return entry.id > this.possiblySentUpTo || !this.sent.has(fingerprint(entry));
    }

    private remember(entry: LogEntry): void {
        const key = fingerprint(entry);
        this.sent.delete(key);
        this.sent.add(key);
        if (this.sent.size > REMEMBERED) this.sent.delete(this.sent.values().next().value!);
    }

    /** @returns whether the server has the entries; false after a pause */
    private async deliver(entries: readonly LogEntry[]): Promise<boolean> {
        if (entries.length === 0) return true;
        const { send, events } = this.options;
        try {
            await send(entries, this.abort.signal);
        } catch (failure) {
            if (this.stopped) return false;
            const error = asUpsError(failure, 'host-unreachable');
            events.state({ error, waiting: true });
            this.reportLost(error);
            await this.pause(Math.min(FIRST_PAUSE_MS * 2 ** this.failures++, LONGEST_PAUSE_MS));
            return false;
        }
        this.failures = 0;
        if (this.reportedLost) this.sentSinceLost += entries.length;
        return true;
    }

    private reportLost(error: UpsError): void {
        const now = this.options.clock.monotonic();
        if (this.reportedLost || (this.lostAt !== undefined && now - this.lostAt < LOST_REPORT_INTERVAL_MS)) return;
        this.lostAt = now;
        this.reportedLost = true;
        this.sentSinceLost = 0;
        this.options.events.lost(error);
    }

    private caughtUp(): void {
        if (!this.reportedLost) return;
        this.reportedLost = false;
        this.options.events.found(this.sentSinceLost);
    }

    private pause(ms: number): Promise<void> {
        return new Promise((resolve) => {
            this.endPause = () => {
                this.options.clock.clearTimeout(timer);
                this.endPause = () => {};
                resolve();
            };
            const timer = this.options.clock.setTimeout(() => this.endPause(), ms);
        });
    }
}

function fingerprint({ at, kind, source, text }: LogEntry): string {
    return [at, kind, source, text].join('\n');
}
