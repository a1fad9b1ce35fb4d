import type { Clock } from '../../core/clock';
import { asUpsError, type UpsError } from '../../core/errors';
import type { LogEntry } from '../../core/journal/event-log';

/** The event log as who follows it sees it. */
export interface FollowedLog {
    /** Entries of a larger number, oldest first. */
    after(id: number, limit: number): LogEntry[];
    newestId(): number;
    /** Up to which entry the server has been told; undefined before the first time. Outlives the process. */
    position(): number | undefined;
    keepPosition(id: number): void;
}

export interface FollowerOptions {
    clock: Clock;
    log: FollowedLog;
    /** Sends entries, in order: all of them or none, as far as anybody can know. */
    send(entries: readonly LogEntry[], signal: AbortSignal): Promise<unknown>;
    /** Those of our own about this server: their failure must not lead to the next one. */
    isOwn(entry: LogEntry): boolean;
    /** `send`; `pass`: entries are not for the server (dry run); `wait`: another process sends them. */
    may(): 'send' | 'pass' | 'wait';
    events: FollowerEvents;
}

export interface FollowerEvents {
    /** How it stands: shown. `waiting` entries are not sent yet. */
    state(state: { error?: UpsError; waiting: boolean }): void;
    /** To be written down: the server is not reached. At most once in ten minutes, however often it comes and goes. */
    lost(error: UpsError): void;
    /** The server that was told as lost has all that came meanwhile. */
    found(entries: number): void;
}

/** At once when there is a backlog. */
const BATCH = 20;
const FIRST_PAUSE_MS = 2000;
const LONGEST_PAUSE_MS = 60_000;
const LOST_EVERY_MS = 600_000;
const END_PATIENCE_MS = 6000;
/** A Log job behind an event puts its own words into the entry of the event: it is not sent before that has had time to happen. */
const WORDING_MS = 500;
/** What was sent last is known again when the store has given it another number. */
const REMEMBERED = 1000;

/**
 * Sends every entry of an event log to one server, in order, each once: from the newest at the first start on, and after an outage of the server or
 * a restart from where it was. What waits is the log itself, so that it is bounded as the log is. An entry whose taking nobody has noted, because
 * the process was killed in that instant, goes again.
 */
export class LogFollower {
    private readonly abort = new AbortController();
    private running: Promise<void> | undefined;
    private again = false;
    private stopped = false;
    private endPause = () => {};
    private failures = 0;
    /** Sent since it was told as lost. */
    private late = 0;
    private lostAt: number | undefined;
    private toldLost = false;
    private readonly sent = new Set<string>();
    /** Entries up to this number may have been sent under another one. */
    private doubtful = 0;

    constructor(private readonly options: FollowerOptions) {}

    start(): void {
        const { log } = this.options;
        if (log.position() === undefined) log.keepPosition(log.newestId());
        this.nudge();
    }

    /** There may be something to send. */
    nudge(): void {
        this.again = true;
        if (this.stopped || this.running) return;
        this.running = this.run().finally(() => {
            this.running = undefined;
            if (this.again && !this.stopped) this.nudge();
        });
    }

    /** The log has moved to another place, perhaps with other numbers. */
    moved(): void {
        this.doubtful = this.options.log.newestId();
        this.nudge();
    }

    /** Lets what is under way come to its end, for some seconds. Idempotent. */
    async stop(): Promise<void> {
        this.stopped = true;
        this.endPause();
        const patience = this.options.clock.setTimeout(() => this.abort.abort(), END_PATIENCE_MS);
        await this.running;
        this.options.clock.clearTimeout(patience);
    }

    private async run(): Promise<void> {
        const { log, may, events } = this.options;
        for (;;) {
            this.again = false;
            if (this.stopped) return;
            const allowed = may();
            if (allowed === 'wait') return;
            const found = log.after(log.position() ?? 0, this.failures > 0 ? 1 : BATCH);
            const entries = this.worded(found);
            const last = entries.at(-1);
            if (!last && found.length > 0) {
                await this.pause(WORDING_MS);
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

    /** Those before the first whose words may still change. */
    private worded(entries: LogEntry[]): LogEntry[] {
        const now = this.options.clock.now();
        const fresh = entries.findIndex(({ kind, at }) => kind === 'event' && at <= now && now - at < WORDING_MS);
        return fresh < 0 ? entries : entries.slice(0, fresh);
    }

    private isWanted(entry: LogEntry): boolean {
        if (this.options.isOwn(entry)) return false;
        return entry.id > this.doubtful || !this.sent.has(fingerprint(entry));
    }

    private remember(entry: LogEntry): void {
        const key = fingerprint(entry);
        this.sent.delete(key);
        this.sent.add(key);
        if (this.sent.size > REMEMBERED) this.sent.delete(this.sent.values().next().value!);
    }

    /** @returns whether the server has them; else a pause has passed */
    private async deliver(entries: readonly LogEntry[]): Promise<boolean> {
        if (entries.length === 0) return true;
        const { send, events } = this.options;
        try {
            await send(entries, this.abort.signal);
        } catch (failure) {
            if (this.stopped) return false;
            const error = asUpsError(failure, 'host-unreachable');
            events.state({ error, waiting: true });
            this.tellLost(error);
            await this.pause(Math.min(FIRST_PAUSE_MS * 2 ** this.failures++, LONGEST_PAUSE_MS));
            return false;
        }
        this.failures = 0;
        if (this.toldLost) this.late += entries.length;
        return true;
    }

    private tellLost(error: UpsError): void {
        const now = this.options.clock.monotonic();
        if (this.toldLost || (this.lostAt !== undefined && now - this.lostAt < LOST_EVERY_MS)) return;
        this.lostAt = now;
        this.toldLost = true;
        this.late = 0;
        this.options.events.lost(error);
    }

    private caughtUp(): void {
        if (!this.toldLost) return;
        this.toldLost = false;
        this.options.events.found(this.late);
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
