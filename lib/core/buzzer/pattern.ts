import { UpsError } from '../errors';
import { said } from '../language/sentence';

/** A rhythm: ms on, ms off, ms on, …, from the start again when it ends; a single figure never pauses. */
export type BuzzerPattern = readonly number[];

export const BUZZER_PATTERNS = {
    steady: [1000],
    slow: [1000, 1000],
    fast: [250, 250],
    double: [200, 150, 200, 1450],
    triple: [200, 150, 200, 150, 200, 1100],
    /** Once in a minute: it reminds rather than alarms. */
    reminder: [500, 59_500],
    own: [],
} as const satisfies Record<string, BuzzerPattern>;

export type BuzzerPatternName = keyof typeof BUZZER_PATTERNS;

const SHORTEST_MS = 50;
const LONGEST_MS = 3_600_000;
const MOST_STEPS = 64;

/**
 * The rhythm of a name, or for `own` of what was typed: `500 500 1500 500`, in ms, on and off in turn.
 * @throws UpsError config-missing, config-invalid
 */
export function buzzerPattern(name: string, typed = ''): BuzzerPattern {
    if (!Object.hasOwn(BUZZER_PATTERNS, name)) {
        const expected = Object.keys(BUZZER_PATTERNS).join(' ');
        throw new UpsError('config-invalid', { property: 'pattern', value: name, expected });
    }
    if (name !== 'own') return BUZZER_PATTERNS[name as BuzzerPatternName];
    const words = typed.split(/[\s,;]+/).filter(Boolean);
    if (!words.length) throw new UpsError('config-missing', { property: 'rhythm' });
    const steps = words.map(Number);
    const fits = steps.every((step) => Number.isFinite(step) && step >= SHORTEST_MS && step <= LONGEST_MS);
    // An odd number of steps would sound two on in a row.
    const even = steps.length === 1 || steps.length % 2 === 0;
    if (!fits || !even || steps.length > MOST_STEPS) {
        const expected = said('expected.rhythm', { min: SHORTEST_MS, max: LONGEST_MS });
        throw new UpsError('config-invalid', { property: 'rhythm', value: typed, expected });
    }
    return steps;
}
