import type { TimerHandle } from '../clock';
import { LocalSource, type LocalEdge, type LocalSourceOptions } from '../events/local-source';
import type { EventMessage } from '../messages';
import { momentNow, msSince, type Stamp } from '../moment';

export const BUZZER_EVENT = 'buzzer-on';

/** A reason for which the buzzer sounds. */
interface Cause {
    message: EventMessage;
    muted: boolean;
    /** It has sounded for `limitMs`. */
    over: boolean;
    /** The start of the sound, for the calculation after a restart. */
    startedAt: Stamp;
    /** The start, by the monotonic clock of this process, ms. */
    started: number;
    /** It comes from the journal, and nobody has confirmed yet that its event is still active. */
    undecided: boolean;
}

type KeptCause = Pick<Cause, 'message' | 'muted' | 'over' | 'startedAt'>;

interface StoredState {
    causes: KeptCause[];
    mutedAll: boolean;
}

export interface BuzzerSourceOptions extends LocalSourceOptions {
    /** Longest sound for one cause, ms; 0: until it ends. */
    limitMs: number;
    text(active: boolean, cause: string): string;
    /** Called when the buzzer must start or stop to sound; also called after a restart. */
    sound(on: boolean, cause: EventMessage | undefined): void;
    /** Asks whether the event of a message from before a restart is still active. @returns cancels the question */
    decide(message: EventMessage, decided: (holds: boolean) => void): () => void;
}

const KEPT = 'buzzer';
/** More events than any site has at a time. */
const MOST_CAUSES = 200;

/**
 * A buzzer (CS141 manual, "Buzzer"). It sounds while any event that is wired to it is active, unless somebody muted that event or its time
 * is over. It is also a source of the event `buzzer-on`. A mute applies to the events that are active now; the next event sounds again.
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

    /** Everything is muted, also what comes, until somebody unmutes it. */
    get isMutedAltogether(): boolean {
        return this.mutedAll;
    }

    /** `silent`: there is nothing to sound for. */
    get state(): 'sounding' | 'muted' | 'over' | 'silent' {
        if (this.sounding) return 'sounding';
        const causes = [...this.causes.values()].filter(({ undecided }) => !undecided);
        if (this.mutedAll || causes.some(({ muted }) => muted)) return 'muted';
        return causes.length ? 'over' : 'silent';
    }

    /** The sentences of the events for which it sounds, or would sound if it were not muted or over its time. */
    causesNow(): string[] {
        return [...this.causes.values()].filter(({ undecided }) => !undecided).map(({ message }) => message.event.text);
    }

    /** Continues with the causes that sounded when the process ended, as soon as each is confirmed. */
    start(): void {
        this.restore();
        const kept = this.journal.getValue(this.id, KEPT) as StoredState | null | undefined;
        this.mutedAll = kept?.mutedAll ?? false;
        for (const cause of kept?.causes ?? []) this.resume(cause);
        this.update();
    }

    /** Handles an edge of an event. */
    take(message: EventMessage): void {
        const key = keyOf(message);
        const { active, replaces } = message.event;
        if (active && replaces) this.causes.delete(replaces);
        const known = this.causes.get(key);
        if (!active) this.causes.delete(key);
        // The event came again, so it needs no confirmation any more.
        else if (known) known.undecided = false;
        else {
            const cause = this.cause(essence(message), momentNow(this.clock));
            if (this.hasRoomFor(cause)) this.causes.set(key, cause);
        }
        this.update();
    }

    /** `episode`: the causes that are active now, until they end. `all`: everything, until somebody unmutes it. */
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
            // The event itself may have come again or have ended meanwhile.
            if (this.causes.get(key) !== cause || !cause.undecided) return;
            cause.undecided = false;
            if (!holds) this.causes.delete(key);
            this.update();
        });
        this.waits.add(cancel);
    }

    /**
     * Plain messages with ever new topics never end. If there are too many causes, the least important one is removed; that may be the new
     * one.
     */
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

    /** The only place that decides whether the buzzer sounds. */
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
        // What was on before a restart stays on until every cause is decided: an interruption of our own must not cause an off edge.
        const changes = on !== this.isActive(BUZZER_EVENT) && (on || !pending);
        if (!changes) note();
        else {
            const cause = heard?.message.event.text ?? '';
            this.edge(BUZZER_EVENT, on, { level: 'info', text: this.options.text(on, cause) }, note);
        }
        // After a kill, a relay or the UPS may still sound: it is silenced although this process did not start the sound.
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

/** The order in which causes are removed: first plain messages, then causes that no longer sound, then by level; among equals the oldest. */
function weightOf({ message, over, muted }: Cause): number {
    const { episode, level } = message.event;
    return (episode ? 100 : 0) + (over || muted ? 0 : 10) + LEVELS.indexOf(level);
}

/** The stored part of a message: without the status, whose size has no limit, and with a shortened topic. */
function essence({ topic, payload, event: { evidence: _, ...event } }: EventMessage): EventMessage {
    const { id, source, text } = event;
    const named = { id: id.slice(0, LONGEST_TEXT), source: source.slice(0, LONGEST_TEXT) };
    return { topic: short(topic), payload, event: { ...event, ...named, text: text.slice(0, LONGEST_TEXT) } };
}

const LONGEST_TEXT = 200;
const LONGEST_TOPIC = 1000;
const short = (topic: string) => topic.slice(0, LONGEST_TOPIC);

/** The key of an occurrence. Messages of other nodes have no episode, and are identified by their topic. */
function keyOf({ event, topic }: EventMessage): string {
    return event.episode || `${event.sourceId}|${short(topic)}`;
}
