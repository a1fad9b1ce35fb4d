import { UpsError } from '../errors';
import { said } from '../language/sentence';
import type { EventLevel } from '../events/ids';

export const MARKER_LOGICS = ['and', 'or', 'n-of-m'] as const;

export type MarkerLogic = (typeof MARKER_LOGICS)[number];

export const MARKER_UNKNOWN = ['inactive', 'active', 'wait'] as const;

export interface MarkerConfig {
    logic: MarkerLogic;
    /** `n-of-m`: how many must be active. */
    count?: number;
    inverted?: boolean;
    /** Topics of the inputs, `<source>/<event>`. */
    inputs: readonly string[];
    /** How an unknown input counts: default `inactive`. `wait`: the marker keeps its state until all inputs are known. */
    unknown?: (typeof MARKER_UNKNOWN)[number];
    level?: EventLevel;
}

export const MOST_INPUTS = 256;

/** The result of the logic; undefined while it has to wait for an input. */
export function evaluate(config: MarkerConfig, known: ReadonlyMap<string, boolean>): boolean | undefined {
    const { inputs, inverted, unknown = 'inactive' } = config;
    if (unknown === 'wait' && inputs.some((topic) => !known.has(topic))) return undefined;
    const active = inputs.filter((topic) => known.get(topic) ?? unknown === 'active').length;
    return active >= neededOf(config) !== (inverted === true);
}

/** How many inputs must be active. */
export function neededOf({ logic, inputs, count }: MarkerConfig): number {
    return logic === 'and' ? inputs.length : logic === 'or' ? 1 : Number(count);
}

/** E.g. `not (2 of 3: Mains A/power-fail, Mains B/power-fail, Mains C/power-fail)`. */
export function describeMarker(
    { logic, inverted, inputs: topics, count }: MarkerConfig,
    label = (topic: string) => topic,
): string {
    const inputs = topics.map(label);
    const joined =
        logic === 'n-of-m'
            ? `${count} of ${inputs.length}: ${inputs.join(', ')}`
            : inputs.join(` ${logic.toUpperCase()} `);
    return inverted ? `not (${joined})` : joined;
}

/** @throws UpsError config-missing, config-invalid */
export function assertMarker({ logic, inputs, count }: MarkerConfig): void {
    if (!MARKER_LOGICS.includes(logic)) {
        throw new UpsError('config-invalid', { property: 'logic', value: logic, expected: MARKER_LOGICS.join(' ') });
    }
    if (inputs.length === 0) throw new UpsError('config-missing', { property: 'inputs' });
    if (inputs.length > MOST_INPUTS) {
        throw new UpsError('config-invalid', {
            property: 'inputs',
            value: inputs.length,
            expected: said('expected.atMost', { most: MOST_INPUTS }),
        });
    }
    const twice = inputs.find((topic, index) => inputs.indexOf(topic) !== index);
    if (twice !== undefined) {
        throw new UpsError('config-invalid', {
            property: 'inputs',
            value: twice,
            expected: said('expected.eachTopicOnce'),
        });
    }
    const n = Number(count);
    if (logic === 'n-of-m' && !(Number.isInteger(n) && n >= 1 && n <= inputs.length)) {
        throw new UpsError('config-invalid', {
            property: 'count',
            value: String(count),
            expected: said('expected.wholeBetween', { min: 1, max: inputs.length }),
        });
    }
}
