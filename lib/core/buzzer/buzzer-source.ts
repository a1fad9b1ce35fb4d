import type { TimerHandle } from '../clock';
import { LocalSource, type LocalEdge, type LocalSourceOptions } from '../events/local-source';
import type { EventMessage } from '../messages';
import { momentNow, msSince, type Stamp } from '../moment';

export const BUZZER_EVENT = 'buzzer-on';

/** What it sounds for. */
interface Cause {
    message: EventMessage;
    muted: boolean;
    /** Its limit has been reached. */
    over: boolean;
    /** What a restart counts from. */
    startedAt: Stamp;
    /** By the monotonic clock of this process. */
    started: number;
    /** Taken up from the journal, and not yet known to hold. */
    undecided: boolean;
}

type KeptCause = Pick<Cause, 'message' | 'muted' | 'over' | 'startedAt'>;

interface StoredState {
    causes: KeptCause[];
    mutedAll: boolean;
}

export interface BuzzerSourceOptions extends LocalSourceOptions {
    /** ms that one cause sounds at most; 0: until it ends. */
    limitMs: number;
    text(active: boolean, cause: string): string;
    /** Whether it is to be heard has changed; called after a restart, too. */
    sound(on: boolean, cause: EventMessage | undefined): void;
    /** Asks whether a message kept over a restart still holds. @returns cancels */
    decide(message: EventMessage, decided: (holds: boolean) => void): () => void;
}

const KEPT = 'buzzer';
/** More events at a time than anyone has. */
const MOST_CAUSES = 200;

/**
 * A buzzer (CS141 manual, "Buzzer"): sounds while any event that was wired to it lasts, unless that was muted or its time is over; is
 * itself a source of `buzzer-on`. A mute counts for the events that are on; the next one sounds again.
 */
export class BuzzerSource extends LocalSource {
    private readonly causes = new Map<string, Cause>();
    private readonly waits = new Set<() => void>();
    private mutedAll = false;
    private sounding = false;
    private timer: TimerHandle;

    constructor(private readonly options: BuzzerSourceOptions) {
        super(options);
    }

    get state(): 'sounding' | 'muted' | 'over' | 'silent' {
        if (this.sounding) return 'sounding';
        const causes = [...this.causes.values()].filter(({ undecided }) => !undecided);
        if (causes.some(({ muted }) => muted || this.mutedAll)) return 'muted';
        return causes.length ? 'over' : 'silent';
    }

    /** Takes up what was sounding when the process ended, as soon as it is known to go on. */
    start(): void {
        this.restore();
        const kept = this.journal.getValue(this.id, KEPT) as StoredState | null | undefined;
        this.mutedAll = kept?.mutedAll ?? false;
        for (const cause of kept?.causes ?? []) this.resume(cause);
        this.update();
    }

    /** An edge of an event. */
    take(message: EventMessage): void {
        const key = keyOf(message);
        const { active, replaces } = message.event;
        if (active && replaces) this.causes.delete(replaces);
        const known = this.causes.get(key);
        if (!active) this.causes.delete(key);
        // Said anew, it need not be asked for any more.
        else if (known) known.undecided = false;
        else {
            const cause = this.cause(essence(message), momentNow(this.clock));
            if (this.hasRoomFor(cause)) this.causes.set(key, cause);
        }
        this.update();
    }

    /** `episode`: what is on now, until it ends. `all`: everything, until unmuted. */
    mute(what: 'episode' | 'all'): void {
        if (what === 'all') this.mutedAll = true;
        else for (const cause of this.causes.values()) cause.muted = true;
        this.update();
    }

    unmute(): void {
        this.mutedAll = false;
        for (const cause of this.causes.values()) cause.muted = false;
        this.update();
    }

    override destroy(): void {
        this.clock.clearTimeout(this.timer);
        for (const cancel of this.waits) cancel();
        this.waits.clear();
        this.heartbeat();
        super.destroy();
    }

    protected override describeRestored(): Pick<LocalEdge, 'level' | 'text'> {
        return { level: 'info', text: this.options.text(true, '') };
    }

    private resume(kept: KeptCause): void {
        const cause = { ...this.cause(kept.message, kept.startedAt), ...kept };
        cause.undecided = true;
        const key = keyOf(kept.message);
        this.causes.set(key, cause);
        const cancel = this.options.decide(kept.message, (holds) => {
            this.waits.delete(cancel);
            // Meanwhile the event itself may have come anew, or have ended.
            if (this.causes.get(key) !== cause || !cause.undecided) return;
            cause.undecided = false;
            if (!holds) this.causes.delete(key);
            this.update();
        });
        this.waits.add(cancel);
    }

    /** Plain messages of ever new topics never end: of too many, the one that matters least gives way, which may be the new one. */
    private hasRoomFor(cause: Cause): boolean {
        if (this.causes.size < MOST_CAUSES) return true;
        let least: [string, Cause] | undefined;
        for (const entry of this.causes) if (!least || weightOf(entry[1]) < weightOf(least[1])) least = entry;
        if (!least || weightOf(least[1]) > weightOf(cause)) return false;
        return this.causes.delete(least[0]);
    }

    private cause(message: EventMessage, startedAt: Stamp): Cause {
        const started = this.clock.monotonic() - msSince(this.clock, startedAt) * this.clock.speed;
        return { message, muted: false, over: false, startedAt, started, undecided: false };
    }

    /** The one place where it is decided whether it sounds. */
    private update(): void {
        this.clock.clearTimeout(this.timer);
        const { limitMs } = this.options;
        const now = this.clock.monotonic();
        let heard: Cause | undefined;
        let next = Infinity;
        for (const cause of this.causes.values()) {
            const left = limitMs > 0 ? cause.started + limitMs - now : Infinity;
            if (left <= 0) cause.over = true;
            if (cause.over || cause.muted || cause.undecided || this.mutedAll) continue;
            heard ??= cause;
            next = Math.min(next, left);
        }
        if (Number.isFinite(next)) this.timer = this.clock.setTimeout(() => this.update(), next);
        const pending = [...this.causes.values()].some(({ undecided }) => undecided);
        if (!pending && !this.confirmed) this.confirmAll();
        this.tell(heard, pending);
        this.check();
    }

    private tell(heard: Cause | undefined, pending: boolean): void {
        const on = heard !== undefined;
        const note = () => this.save();
        // What was on before a restart stays on until all is decided: no off edge for a pause that was our own.
        const changes = on !== this.isActive(BUZZER_EVENT) && (on || !pending);
        if (!changes) note();
        else {
            const cause = heard?.message.event.text ?? '';
            this.edge(BUZZER_EVENT, on, { level: 'info', text: this.options.text(on, cause) }, note);
        }
        // What a kill has left sounding (a relay, the UPS) is silenced although this process never began it.
        if (on === this.sounding && !(changes && !on)) return;
        this.sounding = on;
        this.options.sound(on, heard?.message);
    }

    private save(): void {
        const causes = [...this.causes.values()].map(({ message, muted, over, startedAt }) => ({
            message,
            muted,
            over,
            startedAt,
        }));
        this.journal.setValue(this.id, KEPT, { causes, mutedAll: this.mutedAll } satisfies StoredState);
    }
}

const LEVELS = ['info', 'warning', 'alarm'];

/** Plain messages first, then what is heard no more, then by level; of equals the oldest gives way. */
function weightOf({ message, over, muted }: Cause): number {
    const { episode, level } = message.event;
    return (episode ? 100 : 0) + (over || muted ? 0 : 10) + LEVELS.indexOf(level);
}

/** What is kept of a message: no status, whose size nobody bounds, and no topic of more characters than anyone reads. */
function essence({ topic, payload, event: { evidence: _, ...event } }: EventMessage): EventMessage {
    const { id, source, text } = event;
    const named = { id: id.slice(0, LONGEST_TEXT), source: source.slice(0, LONGEST_TEXT) };
    return { topic: short(topic), payload, event: { ...event, ...named, text: text.slice(0, LONGEST_TEXT) } };
}

const LONGEST_TEXT = 200;
const LONGEST_TOPIC = 1000;
const short = (topic: string) => topic.slice(0, LONGEST_TOPIC);

/** An occurrence; messages of other nodes have none, and are told by their topic. */
function keyOf({ event, topic }: EventMessage): string {
    return event.episode || `${event.sourceId}|${short(topic)}`;
}
