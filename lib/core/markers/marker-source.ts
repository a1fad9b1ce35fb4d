import { UpsError } from '../errors';
import { LocalSource, type LocalEdge, type LocalSourceOptions } from '../events/local-source';
import type { EventLevel } from '../events/ids';
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
}

/** One input, for the node's status and the sidebar. `active` is undefined when nothing is known of it. */
export interface MarkerInput {
    topic: string;
    active?: boolean;
}

const KEPT = 'inputs';
const MOST_INPUTS = 256;

/**
 * A matrix marker (manual lines 3548-3724): events of other sources joined by AND, OR or N of M, optionally inverted, as a source
 * of the event `on`. What is known of its inputs is kept in the journal, because sources tell changes only.
 */
export class MarkerSource extends LocalSource {
    private readonly known = new Map<string, boolean>();
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
        for (const topic of this.options.config.inputs) {
            if (typeof kept[topic] === 'boolean') this.known.set(topic, kept[topic]);
        }
        // A deploy may have changed the logic: what is known decides anew.
        this.decide('started');
        this.confirmAll();
        this.check();
    }

    /** Whether the topic is one of the inputs; others change nothing. */
    take(topic: string, active: boolean): boolean {
        if (!this.options.config.inputs.includes(topic) || this.ignored.has(topic)) return false;
        if (this.known.get(topic) === active) return true;
        this.known.set(topic, active);
        this.journal.transaction(() => {
            this.journal.setValue(this.id, KEPT, Object.fromEntries(this.known));
            this.decide(topic);
        });
        this.check();
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
    }

    inputs(): MarkerInput[] {
        return this.options.config.inputs.map((topic) => ({ topic, active: this.known.get(topic) }));
    }

    override destroy(): void {
        this.heartbeat();
        super.destroy();
    }

    protected override describeRestored(): Pick<LocalEdge, 'level' | 'text'> {
        return { level: this.level, text: this.options.text(true) };
    }

    private get level(): EventLevel {
        return this.options.config.level ?? 'alarm';
    }

    private decide(reason: string): void {
        const { config } = this.options;
        const result = evaluate(config, this.known);
        if (result === undefined) return;
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
