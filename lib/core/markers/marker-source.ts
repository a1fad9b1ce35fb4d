import { UpsError } from '../errors';
import { LocalSource, type LocalEdge, type LocalSourceOptions } from '../events/local-source';
import type { EventLevel } from '../events/ids';
import type { EventInfo } from '../messages';
import type { MarkerPart } from './loops';

export const MARKER_LOGICS = ['and', 'or', 'n-of-m'] as const;

export type MarkerLogic = (typeof MARKER_LOGICS)[number];

export interface MarkerConfig {
    logic: MarkerLogic;
    /** `n-of-m`: how many must be active. */
    count?: number;
    inverted?: boolean;
    /** Topics of the inputs, `<source>/<event>`. */
    inputs: readonly string[];
    /** How an input counts that nothing is known of: default `inactive`. `wait`: the marker stays as it is until all are known. */
    unknown?: 'inactive' | 'active' | 'wait';
    level?: EventLevel;
}

export interface MarkerSourceOptions extends LocalSourceOptions {
    config: MarkerConfig;
    text(active: boolean): string;
    /** Asks the source of an input's event, kept over a restart, whether it still holds; answers after it has returned. @returns cancels */
    decide(event: EventInfo, decided: (holds: boolean) => void): () => void;
}

/** One input, for the node's status and the sidebar. `active` is undefined when nothing is known of it. */
export interface MarkerInput {
    topic: string;
    active?: boolean;
}

const KEPT = 'inputs';
const KEPT_EVENTS = 'events';
const MOST_INPUTS = 256;

/**
 * A matrix marker (manual lines 3548-3724): events of other sources joined by AND, OR or N of M, optionally inverted, as a source
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

    /** @throws UpsError config-missing, config-invalid */
    constructor(private readonly options: MarkerSourceOptions) {
        super(options);
        assertMarker(options.config);
    }

    /** Takes up what the journal holds of its inputs and of itself. */
    start(): void {
        this.restore();
        const kept = (this.journal.getValue(this.id, KEPT) ?? {}) as Record<string, boolean>;
        const events = (this.journal.getValue(this.id, KEPT_EVENTS) ?? {}) as Record<string, EventInfo>;
        for (const topic of this.options.config.inputs) {
            if (typeof kept[topic] !== 'boolean') continue;
            this.known.set(topic, kept[topic]);
            if (events[topic]) this.ask(topic, events[topic]);
        }
        // A deploy may have changed the logic: what is known decides anew.
        this.decide('started');
        this.settle();
    }

    /** Whether the topic is one of the inputs; others change nothing. `event`: what told of it, if it was an event of a source. */
    take(topic: string, active: boolean, event?: EventInfo): boolean {
        if (!this.options.config.inputs.includes(topic) || this.ignored.has(topic)) return false;
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
            this.decide(topic);
        });
        this.settle();
        return true;
    }

    /** As a part of the graph of all markers; without the inputs that are ignored. */
    get part(): MarkerPart {
        const { inputs, inverted } = this.options.config;
        return {
            topic: `${this.name}/on`,
            inverted: inverted === true,
            inputs: inputs.filter((topic) => !this.ignored.has(topic)),
        };
    }

    /** This input stays unknown from now on. */
    ignore(topic: string): void {
        this.ignored.add(topic);
        this.known.delete(topic);
        this.events.delete(topic);
        if (this.forget(topic)) this.settle();
    }

    inputs(): MarkerInput[] {
        return this.options.config.inputs.map((topic) => ({ topic, active: this.known.get(topic) }));
    }

    override destroy(): void {
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

    /** What comes out, whatever the inputs that are only remembered turn out to be: one result, or both. */
    private results(): (boolean | undefined)[] {
        const either = [true, false].map((active) => {
            const supposed = [...this.remembered.keys()].map((topic) => [topic, active] as const);
            return evaluate(this.options.config, new Map([...this.known, ...supposed]));
        });
        return [...new Set(either)];
    }

    private decide(reason: string): void {
        const { config } = this.options;
        const [result, other] = this.results();
        if (result === undefined || other !== undefined) return;
        this.edge('on', result, {
            level: this.level,
            text: this.options.text(result),
            evidence: {
                rule: `${reason}: ${describeMarker(config)}`,
                values: Object.fromEntries(this.inputs().map(({ topic, active }) => [topic, active])),
                ageSeconds: 0,
            },
        });
    }
}

/** Undefined while it has to wait for an input. */
export function evaluate(config: MarkerConfig, known: ReadonlyMap<string, boolean>): boolean | undefined {
    const { inputs, logic, inverted, unknown = 'inactive' } = config;
    if (unknown === 'wait' && inputs.some((topic) => !known.has(topic))) return undefined;
    const active = inputs.filter((topic) => known.get(topic) ?? unknown === 'active').length;
    const needed = logic === 'and' ? inputs.length : logic === 'or' ? 1 : Number(config.count);
    return active >= needed !== (inverted === true);
}

/** E.g. `not (2 of 3: Mains A/power-fail, Mains B/power-fail, Mains C/power-fail)`. */
export function describeMarker({ logic, inverted, inputs, count }: MarkerConfig): string {
    const joined =
        logic === 'n-of-m'
            ? `${count} of ${inputs.length}: ${inputs.join(', ')}`
            : inputs.join(` ${logic.toUpperCase()} `);
    return inverted ? `not (${joined})` : joined;
}

function assertMarker({ logic, inputs, count }: MarkerConfig): void {
    if (!MARKER_LOGICS.includes(logic)) {
        throw new UpsError('config-invalid', { property: 'logic', value: logic, expected: MARKER_LOGICS.join(' ') });
    }
    if (inputs.length === 0) throw new UpsError('config-missing', { property: 'inputs' });
    if (inputs.length > MOST_INPUTS) {
        throw new UpsError('config-invalid', {
            property: 'inputs',
            value: inputs.length,
            expected: `at most ${MOST_INPUTS}`,
        });
    }
    const twice = inputs.find((topic, index) => inputs.indexOf(topic) !== index);
    if (twice !== undefined) {
        throw new UpsError('config-invalid', { property: 'inputs', value: twice, expected: 'each topic once' });
    }
    const n = Number(count);
    if (logic === 'n-of-m' && !(Number.isInteger(n) && n >= 1 && n <= inputs.length)) {
        throw new UpsError('config-invalid', {
            property: 'count',
            value: String(count),
            expected: `1 to ${inputs.length}`,
        });
    }
}
