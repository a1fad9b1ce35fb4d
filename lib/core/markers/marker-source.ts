import { LocalSource, type LocalEdge, type LocalSourceOptions } from '../events/local-source';
import type { EventLevel } from '../events/ids';
import type { EventInfo } from '../messages';
import type { EventState, RuntimeChoice } from '../events/source';
import { MarkerInputs, type MarkerSurroundings } from './inputs';
import type { MarkerPart } from './loops';
import { assertMarker, describeMarker, evaluate, neededOf, type MarkerConfig, type MarkerLogic } from './marker-logic';

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
    /**
     * Asks the source whether the event of an input, which was stored before a restart, is still active. The answer never comes before this
     * call returns. @returns cancels the question
     */
    decide(event: EventInfo, decided: (holds: boolean) => void): () => void;
    /** Finds the sources of its inputs; without it, inputs are identified by their topics. */
    around?: MarkerSurroundings;
}

/** One input, for the node's status and the sidebar. `active` is undefined if its state is not known. */
export interface MarkerInput {
    topic: string;
    active?: boolean;
}

const KEPT = 'inputs';
const KEPT_EVENTS = 'events';

/**
 * A matrix marker (CS141 manual, "Sensor matrix"): joins events of other sources by AND, OR or N of M, optionally inverted, and is a source
 * of the event `on`. The states of its inputs are kept in the journal, because sources report changes only. After a restart a stored state
 * counts only when the source of that input has confirmed it; until then the marker is confirmed only if its result does not depend on the
 * unconfirmed inputs.
 */
export class MarkerSource extends LocalSource {
    private readonly known = new Map<string, boolean>();
    /** The last event of an input, if its source can be asked about it. */
    private readonly events = new Map<string, EventInfo>();
    /** Inputs whose state is only stored and not confirmed yet, each with the function that cancels the question about it. */
    private readonly remembered = new Map<string, () => void>();
    private readonly ignored = new Set<string>();
    private readonly from: MarkerInputs;
    /** It is informing its followers, or is being asked: see `once`. */
    private hearing = false;
    private asking = false;

    /** @throws UpsError config-missing, config-invalid */
    constructor(private readonly options: MarkerSourceOptions) {
        super(options);
        assertMarker(options.config);
        this.from = new MarkerInputs(options.config.inputs, options.around);
    }

    /** Restores its inputs and its own state from the journal. */
    start(): void {
        this.from.start(() => this.heard());
        this.restore();
        const kept = (this.journal.getValue(this.id, KEPT) ?? {}) as Record<string, boolean>;
        const events = (this.journal.getValue(this.id, KEPT_EVENTS) ?? {}) as Record<string, EventInfo>;
        for (const [name, active] of Object.entries(kept)) {
            // Its source may have been renamed meanwhile.
            const topic = this.from.of(name, events[name]);
            if (topic === undefined || typeof active !== 'boolean') continue;
            this.known.set(topic, active);
            if (events[name]) this.ask(topic, events[name]);
        }
        // A deploy may have changed the logic, so the known inputs are evaluated again.
        this.decide('started');
        this.settle();
    }

    /**
     * Handles a message. @param event the event of a source that the message carries, if any @returns whether the message refers to one of
     * the inputs; other messages change nothing
     */
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

    /** Its place in the graph of all markers, when all of them exist; without the ignored inputs. */
    get part(): MarkerPart {
        this.from.find();
        const { inputs, inverted } = this.options.config;
        return {
            topic: this.options.around ? `${this.id}/on` : `${this.name}/on`,
            inverted: inverted === true,
            inputs: inputs.filter((topic) => !this.ignored.has(topic)).flatMap((topic) => this.from.keys(topic)),
        };
    }

    /** The input with this key in `part` stays unknown from now on. */
    ignore(key: string): void {
        for (const topic of this.options.config.inputs.filter((input) => this.from.keys(input).includes(key))) {
            this.ignored.add(topic);
            this.known.delete(topic);
            this.events.delete(topic);
            if (this.forget(topic)) this.settle();
        }
        this.from.lookAgain();
    }

    inputs(): MarkerInput[] {
        return this.options.config.inputs.map((topic) => ({
            topic: this.from.label(topic),
            active: this.from.isSilent(topic) ? undefined : (this.known.get(topic) ?? this.rest(topic)),
        }));
    }

    /** How its inputs are joined: at least `needed` of them must be active; `inverted`: must not. */
    get rule(): { logic: MarkerLogic; needed: number; inverted: boolean } {
        const { config } = this.options;
        return { logic: config.logic, needed: neededOf(config), inverted: config.inverted === true };
    }

    /** The shown state of an input without a message: off, if unknown inputs count as inactive and its source is at rest; otherwise unknown. */
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

    /** Whether its result depends on a source that is silent. */
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

    /** If its result depends on inputs whose timers are held, its own timings wait, too. */
    protected override held(): boolean {
        return this.once(false, () => this.hangsOn((topic) => this.from.isHeld(topic)));
    }

    /** The inputs for which it is on. For an inverted marker this may be any input. */
    private causes(): string[] {
        const { inputs, inverted } = this.options.config;
        return inverted ? [...inputs] : inputs.filter((topic) => this.known.get(topic) === true);
    }

    private keepPace(): void {
        this.from.keepPace(this.causes());
    }

    /** Called when one of the sources falls silent, answers again, or when its timings may be due. */
    private heard(): void {
        if (this.hearing) {
            this.from.lookAgain();
            return;
        }
        this.hearing = true;
        try {
            this.keepPace();
            this.decide('source');
            this.settle();
        } catch (error) {
            this.from.lookAgain();
            throw error;
        } finally {
            this.hearing = false;
        }
    }

    /** Markers that are inputs of each other would ask each other for ever: a nested call returns `nothing`. */
    private once<T>(nothing: T, ask: () => T): T {
        if (this.asking) return nothing;
        this.asking = true;
        try {
            return ask();
        } finally {
            this.asking = false;
        }
    }

    /** An active input has begun a new occurrence with a new outage, after the marker had begun: the marker begins a new occurrence, too. */
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

    /** @returns whether the state of the input was only stored and not confirmed */
    private forget(topic: string): boolean {
        this.remembered.get(topic)?.();
        return this.remembered.delete(topic);
    }

    private settle(): void {
        if (!this.confirmed && this.results().length === 1) this.confirmAll();
        this.check();
    }

    /** The possible results, for all states of the inputs that are unconfirmed or whose source is silent: one result, or both. */
    private results(): (boolean | undefined)[] {
        const { config } = this.options;
        const silent = config.inputs.filter((topic) => this.from.isSilent(topic));
        if (config.unknown === 'wait' && silent.length > 0) return [undefined];
        const known = new Map(this.known);
        // Silence never counts as an outage, even if other unknown inputs count as active.
        const taken = silent.filter((topic) => config.unknown === 'active' && !this.from.isOutage(topic));
        for (const topic of taken) known.set(topic, true);
        const rest = silent.filter((topic) => !taken.includes(topic) && known.get(topic) === true);
        const unsure = [...this.remembered.keys(), ...rest];
        return either(unsure, (supposed) => evaluate(config, new Map([...known, ...supposed])));
    }

    /** Whether the result could differ without these inputs. */
    private hangsOn(which: (topic: string) => boolean): boolean {
        const { config } = this.options;
        const these = config.inputs.filter((topic) => which(topic));
        if (these.length === 0) return false;
        return either(these, (supposed) => evaluate(config, new Map([...this.known, ...supposed]))).length > 1;
    }

    private decide(reason: string): void {
        const [result, other] = this.results();
        if (result === undefined || other !== undefined || result === this.isActive('on')) return;
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

/** The results if all `unsure` inputs are on, and if they are all off. */
function either<T>(unsure: readonly string[], result: (supposed: [string, boolean][]) => T): T[] {
    return [...new Set([true, false].map((active) => result(unsure.map((topic) => [topic, active]))))];
}
