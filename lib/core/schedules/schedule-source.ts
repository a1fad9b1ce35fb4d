import type { Clock, TimerHandle } from '../clock';
import { LocalSource, type LocalEdge } from '../events/local-source';
import type { CompanionUps } from '../events/source';
import type { EventLog } from '../journal/event-log';
import type { Journal } from '../journal/journal';
import { formatLocal, type Zone } from './local-time';
import { latestBefore, nextAfter, upcoming, windowAt, type Occurrence } from './occurrences';
import { ruleKey, SCHEDULE_EVENT, type Missed, type ParsedRule } from './rule';

export interface ScheduleSourceOptions {
    id: string;
    name: string;
    rule: ParsedRule;
    zone: Zone;
    missed: Missed;
    /** A missed run that is older is not run later; undefined: no limit. */
    maxAgeSeconds: number | undefined;
    clock: Clock;
    journal: Journal;
    log?: EventLog;
    /** The UPS whose values the messages of a schedule carry. */
    unit?: CompanionUps;
    /** The sentence for an edge, in the language of the site. */
    text(active: boolean): string;
    /** The sentence about a missed run that is not run later; `due` is in the local time of the zone. */
    skippedText(due: string): string;
    /** The sentence about a clock that is behind the time before the start (`seen`, in the local time of the zone). */
    clockText?(seen: string): string;
}

/** The state of a schedule, for its node's status. Epoch ms. */
export interface ScheduleView {
    active: boolean;
    /** End of the present run, if the wall clock or a duration ends it; Infinity: endless. */
    until?: number;
    next?: Occurrence;
    /** The wall clock is still behind the time that it showed before the start: until it has caught up, it begins and ends nothing. */
    clockBehind: boolean;
}

interface StoredState {
    rule: string;
    /** All runs that began until then have been handled. Epoch ms. */
    dealtWith: number;
    /** Begin of the run that was handled last: the same run never happens twice. Epoch ms. */
    last?: number;
    /** The last time that the wall clock showed. Epoch ms. */
    seen?: number;
    open?: { start: number; end?: number };
}

const KEPT = 'schedule';
/** How often the wall clock is read: a jump (NTP, suspend, by hand) is noticed within this time. */
const LOOK_MS = 15_000;
/** A restart that takes less time misses no run. */
const PUNCTUAL_MS = 60_000;
/** If the clock goes back further than this, it was wrong before, and so are the times that were stored with it. */
const WRONG_CLOCK_MS = 25 * 3600_000;
const HEARTBEAT_MS = 60_000;
/** A clock that is set by this much or less was not wrong. */
const CLOCK_TOLERANCE_MS = 60_000;
/** How long a machine that has lost its time may take to get it from the network. After that, the stored time may be the wrong one. */
const CLOCK_PATIENCE_MS = 3600_000;

/**
 * A schedule as a source of the event `schedule`. It uses no long timers: it reads the wall clock every few seconds and evaluates the rule
 * again, so that NTP, a suspend and a change of the clocks need no special handling. The handled runs and the present run are in the
 * journal: a restart within a window does not begin it again.
 */
export class ScheduleSource extends LocalSource {
    private readonly key: string;
    private kept: StoredState | undefined;
    /** Set while the clock is behind: the start, monotonic ms. */
    private untimely: { since: number } | undefined;
    private timer: TimerHandle;
    /** Between these moments of the wall clock no run begins. */
    private quiet = { from: Infinity, to: Infinity };
    private beatAt = 0;
    private destroyed = false;

    constructor(private readonly options: ScheduleSourceOptions) {
        super({ ...options, ups: options.unit });
        this.key = ruleKey(options.rule.rule, options.zone.id);
    }

    /** Restores its state from the journal, and runs or skips the missed runs. */
    start(): void {
        const before = this.journal.getValue(this.id, KEPT) as StoredState | undefined;
        this.restore();
        // The state of a schedule follows from the clock, so it is always known.
        this.confirmAll();
        this.kept = before;
        if (this.isBehind()) this.awaitClock();
        else this.settle(before);
        this.look();
    }

    /** A machine without a battery-backed clock boots with a time in the past, until it gets the time from the network. */
    private isBehind(): boolean {
        const seen = this.kept && (this.kept.seen ?? this.kept.dealtWith);
        return seen !== undefined && this.clock.now() < seen - CLOCK_TOLERANCE_MS;
    }

    private awaitClock(): void {
        const { log, clockText, zone } = this.options;
        this.untimely = { since: this.clock.monotonic() };
        const seen = formatLocal(zone.localOf(this.kept!.seen ?? this.kept!.dealtWith));
        const text = clockText?.(seen);
        if (!text) return;
        const at = this.clock.now();
        log?.append({ at, kind: 'system', level: 'warning', source: this.name, text, nodeId: this.id });
    }

    /** Continues with the stored state when the clock is right as far as it is known. */
    private settle(before: StoredState | undefined): void {
        const now = this.clock.now();
        this.untimely = undefined;
        // A new or changed rule does not run for times before this deploy; but see `takeOver`.
        const fresh: StoredState = { rule: this.key, dealtWith: now };
        this.kept = before?.rule === this.key ? { ...before } : fresh;
        if (this.kept === fresh) this.takeOver(before);
        if (!this.kept.open) this.end();
        if (this.kept === fresh) this.save();
    }

    override destroy(): void {
        if (this.destroyed) return;
        this.destroyed = true;
        this.clock.clearTimeout(this.timer);
        this.heartbeat(() => this.kept && this.save());
        super.destroy();
    }

    view(): ScheduleView {
        const { rule, zone } = this.options;
        const open = this.kept?.open;
        const now = this.clock.now();
        const next = upcoming(rule, zone, Math.max(now, this.kept?.dealtWith ?? now), 1).at(0);
        return {
            active: open !== undefined,
            until: open && now + this.leftMs(open, now),
            next,
            clockBehind: this.untimely !== undefined,
        };
    }

    protected override describeRestored(): Pick<LocalEdge, 'level' | 'text'> {
        return { level: 'info', text: this.options.text(true) };
    }

    /** A window that is open under the old rule stays open if the new rule has an open window now; nothing else of the old rule counts. */
    private takeOver(before: StoredState | undefined): void {
        const { rule, zone } = this.options;
        const now = this.clock.now();
        const open = windowAt(rule, zone, now);
        if (!open) return;
        if (before?.open && this.isActive(SCHEDULE_EVENT)) this.kept!.open = { start: open.start, end: open.end };
        // If the event was not on, e.g. at the first deploy, the begin of the open window counts as missed.
        else this.kept!.dealtWith = open.start - 1;
    }

    private look(): void {
        this.clock.clearTimeout(this.timer);
        if (this.destroyed) return;
        if (this.untimely) {
            const waited = this.clock.monotonic() - this.untimely.since;
            if (this.isBehind() && waited < CLOCK_PATIENCE_MS) return this.lookOnly();
            this.settle(this.kept);
        }
        const now = this.clock.now();
        this.distrust(now);
        this.endIfDue(now);
        if (now < this.quiet.from || now >= this.quiet.to) {
            this.beginIfDue(now);
            this.endIfDue(now);
            const next = nextAfter(this.options.rule, this.options.zone, Math.max(now, this.kept!.dealtWith));
            this.quiet = { from: now, to: next?.start ?? Infinity };
        }
        this.beat();
        this.timer = this.clock.setTimeout(() => this.look(), this.sleepMs(now));
        this.check();
    }

    /** While the clock is behind: a run with a duration still ends on time. */
    private lookOnly(): void {
        const open = this.kept!.open;
        if (open && open.end === undefined && this.leftMs(open, 0) <= 0) this.end();
        this.timer = this.clock.setTimeout(() => this.look(), LOOK_MS);
    }

    /** Handles a clock that was far ahead and has been set right. */
    private distrust(now: number): void {
        const { dealtWith, open } = this.kept!;
        if (open && open.start > now + WRONG_CLOCK_MS) this.end();
        if (dealtWith <= now + WRONG_CLOCK_MS) return;
        this.kept!.dealtWith = now;
        this.save();
    }

    private endIfDue(now: number): void {
        const open = this.kept!.open;
        if (!open || this.leftMs(open, now) > 0) return;
        const more = open.end === undefined ? undefined : windowAt(this.options.rule, this.options.zone, open.end);
        if (more?.end !== undefined && more.end > now) {
            // Windows that touch or overlap are joined.
            open.end = more.end;
            this.save();
            return;
        }
        this.end();
    }

    private beginIfDue(now: number): void {
        const { rule, zone, missed, maxAgeSeconds } = this.options;
        const kept = this.kept!;
        const isNew = (run: Occurrence | undefined) =>
            run && run.start > kept.dealtWith && run.start !== kept.last ? run : undefined;
        // Of several missed runs only one happens: a window that is still open, or else the latest run.
        const due = isNew(windowAt(rule, zone, now)) ?? isNew(latestBefore(rule, zone, now));
        if (!due) return;
        kept.dealtWith = Math.max(kept.dealtWith, now);
        kept.last = due.start;
        if (kept.open) {
            if (kept.open.end !== undefined && due.end !== undefined) kept.open.end = Math.max(kept.open.end, due.end);
            this.save();
            return;
        }
        const late = now - due.start;
        const over = due.end !== undefined && due.end <= now;
        const wanted = late <= PUNCTUAL_MS || (missed === 'run' && late <= (maxAgeSeconds ?? Infinity) * 1000);
        if (wanted && !over) this.begin(due);
        else this.skip(due, now);
    }

    private begin(due: Occurrence): void {
        const { rule, zone } = this.options;
        this.kept!.open = due.end === undefined ? { start: due.start } : { start: due.start, end: due.end };
        const lateSeconds = Math.max(0, Math.round((this.clock.now() - due.start) / 1000));
        const values = { due: formatLocal(zone.localOf(due.start)), lateSeconds, moved: due.moved };
        const evidence = { rule: `${rule.rule.repeat} ${zone.id}`, values, ageSeconds: 0 };
        this.edge(SCHEDULE_EVENT, true, { ...this.describeRestored(), evidence }, () => this.save());
    }

    private end(): void {
        delete this.kept!.open;
        this.edge(SCHEDULE_EVENT, false, { level: 'info', text: this.options.text(false) }, () => this.save());
    }

    private skip(due: Occurrence, now: number): void {
        const { log, zone } = this.options;
        this.journal.transaction(() => {
            this.save();
            log?.append({
                at: now,
                kind: 'system',
                level: 'warning',
                source: this.name,
                text: this.options.skippedText(formatLocal(zone.localOf(due.start))),
                eventId: SCHEDULE_EVENT,
                nodeId: this.id,
            });
        });
    }

    /** Time until the present run ends, ms: a window ends by the wall clock, a duration by the monotonic clock. */
    private leftMs(open: NonNullable<StoredState['open']>, now: number): number {
        if (open.end !== undefined) return open.end - now;
        const { elapsedMs } = this.stateOf(SCHEDULE_EVENT);
        return elapsedMs === undefined ? 0 : this.options.rule.durationMs - elapsedMs;
    }

    private sleepMs(now: number): number {
        const { open } = this.kept!;
        const until = Math.min(this.quiet.to - now, open ? this.leftMs(open, now) : Infinity);
        return Math.min(LOOK_MS, Math.max(1, until));
    }

    private beat(): void {
        const now = this.clock.monotonic();
        if (now - this.beatAt < HEARTBEAT_MS) return;
        this.beatAt = now;
        this.heartbeat(() => this.save());
    }

    private save(): void {
        if (!this.untimely) this.kept!.seen = this.clock.now();
        this.journal.setValue(this.id, KEPT, this.kept);
    }
}
