/** Chance by a seed: the same each time. */
export interface Chance {
    /** Even in [0, 1). */
    next(): number;
    /** Normal, of mean 0 and deviation 1. */
    normal(): number;
}

/** Mulberry32, and Box and Muller. */
export function chanceOf(seed: number): Chance {
    let state = seed >>> 0;
    const next = () => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
    };
    return { next, normal: () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next()) };
}
