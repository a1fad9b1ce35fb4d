import { LocalSource, type LocalEdge, type LocalSourceOptions } from '../events/local-source';
import type { EventLevel } from '../events/ids';
import type { EventInfo } from '../messages';
import type { EventState, RuntimeChoice } from '../events/source';
import { MarkerInputs, type MarkerSurroundings } from './inputs';
import type { MarkerPart } from './loops';
import { assertMarker, describeMarker, evaluate, type MarkerConfig } from './marker-logic';

export {
    describeMarker,
    evaluate,
    MARKER_LOGICS,
    MARKER_UNKNOWN,
    type MarkerConfig,
    type MarkerLogic,
} from './marker-logic';

export interface MarkerSourceOptions extends LocalSourceOptions {
    config: MarkerConfig;
    text(active: boolean): string;
    /** Asks the source of an input's event, kept over a restart, whether it still holds; answers after it has returned. @returns cancels */
    decide(event: EventInfo, decided: (holds: boolean) => void): () => void;
    /** Where the sources of its inputs are; without, its inputs are known by their topics alone. */
    around?: MarkerSurroundings;
}

/** One input, for the node's status and the sidebar. `active` is undefined when nothing is known of it. */
export interface MarkerInput {
    topic: string;
    active?: boolean;
}

const KEPT = 'inputs';
const KEPT_EVENTS = 'events';

/**
 * A matrix marker (CS141 manual, "Sensor matrix"): events of other sources joined by AND, OR or N of M, optionally inverted, as a source
 * of the event `on`. What is known of its inputs is kept in the journal, because sources tell changes only. After a restart it is a memory
 * until the source of each input has said how it stands: till then the marker is confirmed only if it is as it is in either case.
 */
export class MarkerSource extends LocalSource {
    private readonly known = new Map<string, boolean>();
    /** The event that last told of an input, if it was one that can be asked for again. */
    private readonly events = new Map<string, EventInfo>();
    /** Inputs that are no more than remembered, and what ends the question about them. */
    private readonly remembered = new Map<string, () => void>();
    private readonly ignored = new Set<string>();
    private readonly from: MarkerInputs;
    /** Tells its followers, or is being asked: see `once`. */
    private hearing = false;
    private asking = false;

    /** @throws UpsError config-missing, config-invalid */
    constructor(private readonly options: MarkerSourceOptions) {
        super(options);
        assertMarker(options.config);
        this.from = new MarkerInputs(options.config.inputs, options.around);
    }

    /** Takes up what the journal holds of its inputs and of itself. */
    start(): void {
        this.from.start(() => this.heard());
        this.restore();
        const kept = (this.journal.getValue(this.id, KEPT) ?? {}) as Record<string, boolean>;
        const events = (this.journal.getValue(this.id, KEPT_EVENTS) ?? {}) as Record<string, EventInfo>;
        for (const [name, active] of Object.entries(kept)) {
            // Its source may have been renamed since.
            const topic = this.from.of(name, events[name]);
            if (topic === undefined || typeof active !== 'boolean') continue;
            this.known.set(topic, active);
            if (events[name]) this.ask(topic, events[name]);
        }
        // A deploy may have changed the logic: what is known decides anew.
        this.decide('started');
        this.settle();
    }

    /** Whether a message is about one of the inputs; others change nothing. `event`: what told of it, if it was an event of a source. */
    take(name: string, active: boolean, event?: EventInfo): boolean {
        const topic = this.from.of(name, event);
        if (topic === undefined || this.ignored.has(topic)) return false;
        this.keepPace();
        const asked = this.forget(topic);
        const lasting = event?.sourceId && event.episode ? event : undefined;
        const same = this.known.get(topic) === active && this.events.get(topic)?.episode === lasting?.episode;
        if (same && !asked) return true;
        this.known.set(topic, active);
        if (lasting) this.events.set(topic, lasting);
        else this.events.delete(topic);
        this.journal.transaction(() => {
            this.journal.setValue(this.id, KEPT, Object.fromEntries(this.known));
            this.journal.setValue(this.id, KEPT_EVENTS, Object.fromEntries(this.events));
            const was = this.isActive('on');
            this.decide(this.from.label(topic));
            if (was && active && event?.replaces) this.beginAnew(topic, event);
        });
        this.settle();
        return true;
    }

    /** As a part of the graph of all markers, once all of them are there; without the inputs that are ignored. */
    get part(): MarkerPart {
        this.from.find();
        const { inputs, inverted } = this.options.config;
        return {
            topic: this.options.around ? `${this.id}/on` : `${this.name}/on`,
            inverted: inverted === true,
            inputs: inputs.filter((topic) => !this.ignored.has(topic)).flatMap((topic) => this.from.keys(topic)),
        };
    }

    /** This input, by its key in `part`, stays unknown from now on. */
    ignore(key: string): void {
        for (const topic of this.options.config.inputs.filter((input) => this.from.keys(input).includes(key))) {
            this.ignored.add(topic);
            this.known.delete(topic);
            this.events.delete(topic);
            if (this.forget(topic)) this.settle();
        }
    }

    inputs(): MarkerInput[] {
        return this.options.config.inputs.map((topic) => ({
            topic: this.from.label(topic),
            active: this.from.isSilent(topic) ? undefined : (this.known.get(topic) ?? this.rest(topic)),
        }));
    }

    /** Of an input that no message has told of: what is at rest counts as off anyway, unless unknown ones are waited for, or count as on. */
    private rest(topic: string): false | undefined {
        return (this.options.config.unknown ?? 'inactive') === 'inactive' && this.from.isAtRest(topic)
            ? false
            : undefined;
    }

    override outage(): EventState | undefined {
        return this.once(undefined, () => this.from.outage(this.causes()));
    }

    override remainingSeconds(choice: RuntimeChoice): number | undefined {
        return this.once(undefined, () => this.from.remainingSeconds(this.causes(), choice));
    }

    override secondsOnBattery(): number | undefined {
        return this.once(undefined, () => this.from.secondsOnBattery(this.causes()));
    }

    /** While what is known of it hangs on a source that is silent. */
    override unheard(): boolean {
        return this.once(false, () => this.hangsOn((topic) => this.from.isSilent(topic)));
    }

    override destroy(): void {
        this.from.destroy();
        for (const cancel of this.remembered.values()) cancel();
        this.heartbeat();
        super.destroy();
    }

    protected override describeRestored(): Pick<LocalEdge, 'level' | 'text'> {
        return { level: this.level, text: this.options.text(true) };
    }

    private get level(): EventLevel {
        return this.options.config.level ?? 'alarm';
    }

    /** As the UPSs of its inputs: if it would not be on without those that hold their timers, its timings wait, too. */
    protected override held(): boolean {
        return this.once(false, () => this.hangsOn((topic) => this.from.isHeld(topic)));
    }

    /** What it is on for. Of an inverted one, any input may be. */
    private causes(): string[] {
        const { inputs, inverted } = this.options.config;
        return inverted ? [...inputs] : inputs.filter((topic) => this.known.get(topic) === true);
    }

    private keepPace(): void {
        this.from.keepPace(this.causes());
    }

    /** One of the sources has said something: that it is silent, that it is heard again, or that its timings may be due. */
    private heard(): void {
        if (this.hearing) return;
        this.hearing = true;
        this.keepPace();
        this.decide('source');
        this.settle();
        this.hearing = false;
    }

    /** Markers that are inputs of each other would ask each other without end: what comes back to where it began is told nothing. */
    private once<T>(nothing: T, ask: () => T): T {
        if (this.asking) return nothing;
        this.asking = true;
        try {
            return ask();
        } finally {
            this.asking = false;
        }
    }

    /** An input that was on already has begun anew, with a new outage, after the marker did: so does the marker. */
    private beginAnew(topic: string, event: EventInfo): void {
        const [own] = this.activeEvents();
        if (!own || this.options.config.inverted || event.since <= own.since) return;
        this.renew('on', this.describeEdge(true, `${this.from.label(topic)} began anew`));
    }

    private ask(topic: string, event: EventInfo): void {
        this.events.set(topic, event);
        const cancel = this.options.decide(event, (holds) => {
            const active = event.active && holds;
            if (this.remembered.get(topic) === cancel) this.take(topic, active, { ...event, active });
        });
        this.remembered.set(topic, cancel);
    }

    /** Returns whether the input was only remembered. */
    private forget(topic: string): boolean {
        this.remembered.get(topic)?.();
        return this.remembered.delete(topic);
    }

    private settle(): void {
        if (!this.confirmed && this.results().length === 1) this.confirmAll();
        this.check();
    }

    /** What comes out, whatever the inputs that are only remembered, or whose source is silent, turn out to be: one result, or both. */
    private results(): (boolean | undefined)[] {
        const { config } = this.options;
        const silent = config.inputs.filter((topic) => this.from.isSilent(topic));
        if (config.unknown === 'wait' && silent.length > 0) return [undefined];
        const known = new Map(this.known);
        // Silence is never taken for an outage, whatever else unknown inputs count as.
        const taken = silent.filter((topic) => config.unknown === 'active' && !this.from.isOutage(topic));
        for (const topic of taken) known.set(topic, true);
        const rest = silent.filter((topic) => !taken.includes(topic) && known.get(topic) === true);
        const unsure = [...this.remembered.keys(), ...rest];
        return either(unsure, (supposed) => evaluate(config, new Map([...known, ...supposed])));
    }

    /** Whether it might be otherwise if it were not for these inputs. */
    private hangsOn(which: (topic: string) => boolean): boolean {
        const { config } = this.options;
        const these = config.inputs.filter((topic) => which(topic));
        if (these.length === 0) return false;
        return either(these, (supposed) => evaluate(config, new Map([...this.known, ...supposed]))).length > 1;
    }

    private decide(reason: string): void {
        const [result, other] = this.results();
        if (result === undefined || other !== undefined) return;
        this.edge('on', result, this.describeEdge(result, reason));
    }

    private describeEdge(active: boolean, reason: string): LocalEdge {
        const { config, text } = this.options;
        return {
            level: this.level,
            text: text(active),
            evidence: {
                rule: `${reason}: ${describeMarker(config, (topic) => this.from.label(topic))}`,
                values: Object.fromEntries(this.inputs().map((input) => [input.topic, input.active])),
                ageSeconds: 0,
            },
        };
    }
}

/** What comes out if `unsure` inputs are all on, and if they are all off. */
function either<T>(unsure: readonly string[], result: (supposed: [string, boolean][]) => T): T[] {
    return [...new Set([true, false].map((active) => result(unsure.map((topic) => [topic, active]))))];
}
