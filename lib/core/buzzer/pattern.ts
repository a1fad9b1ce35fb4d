/** A rhythm: ms on, ms off, ms on, …, repeated from the start; a single number sounds without pause. */
export type BuzzerPattern = readonly number[];

export const BUZZER_PATTERNS = {
    steady: [1000],
    slow: [1000, 1000],
    fast: [250, 250],
    double: [200, 150, 200, 1450],
    triple: [200, 150, 200, 150, 200, 1100],
    /** One short sound per minute: a reminder. */
    reminder: [500, 59_500],
    own: [],
} as const satisfies Record<string, BuzzerPattern>;

export type BuzzerPatternName = keyof typeof BUZZER_PATTERNS;

export const BUZZER_PATTERN_NAMES = Object.keys(BUZZER_PATTERNS) as BuzzerPatternName[];

/** Bounds of one step, ms. */
export const RHYTHM_BOUNDS = { min: 50, max: 3_600_000 } as const;
const MOST_STEPS = 64;

/** Reads a typed rhythm: `500 500 1500 500`, in ms, on and off in turn; undefined if it is invalid. */
export function readRhythm(typed: string): BuzzerPattern | undefined {
    const steps = typed
        .split(/[\s,;]+/)
        .filter(Boolean)
        .map(Number);
    const { min, max } = RHYTHM_BOUNDS;
    const fits = steps.every((step) => step >= min && step <= max);
    // With an odd number of steps, the last sound and the first sound of the repetition would join.
    const even = steps.length === 1 || (steps.length > 0 && steps.length % 2 === 0);
    return fits && even && steps.length <= MOST_STEPS ? steps : undefined;
}

/** The rhythm of a name; for `own` the typed one. */
export function buzzerPattern(name: BuzzerPatternName, typed: string): BuzzerPattern {
    return name === 'own' ? (readRhythm(typed) ?? []) : BUZZER_PATTERNS[name];
}
