/** How many damaged inputs a spec tries: 20000 where each takes some microseconds, or `FUZZ_RUNS` (100000 for a soak). @param share of it, where each takes longer */
export function fuzzRuns(share = 1): number {
    return Math.max(1, Math.round(Number(process.env.FUZZ_RUNS ?? 20_000) * share));
}

/** Runs many attempts, whose failures are thrown by the hundred thousand: without their stacks, each of them takes half the time. */
export function withoutStacks<T>(run: () => T): T {
    const limit = Error.stackTraceLimit;
    Error.stackTraceLimit = 0;
    try {
        return run();
    } finally {
        Error.stackTraceLimit = limit;
    }
}

/** No damaged input may take longer, ms. */
const MOST_MS = 50;

/** Times each attempt by the processor that its thread takes: what else the machine does is none of it. */
export class Attempts {
    private longest = 0;

    take<T>(attempt: () => T): T {
        const before = process.threadCpuUsage();
        try {
            return attempt();
        } finally {
            const { user, system } = process.threadCpuUsage(before);
            this.longest = Math.max(this.longest, (user + system) / 1000);
        }
    }

    /** @throws one took longer than any may */
    judge(): void {
        if (process.env.FUZZ_RUNS) console.log(`      longest: ${this.longest.toFixed(2)} ms`);
        if (this.longest > MOST_MS) throw new Error(`one input took ${this.longest} ms, more than ${MOST_MS}`);
    }
}

/** Whole numbers from 0 to `below` - 1, the same ones for the same seed (mulberry32). `FUZZ_SEED` makes others. */
export type Dice = (below: number) => number;

export function seededDice(seed: number): Dice {
    let state = (seed + 1000 * Number(process.env.FUZZ_SEED ?? 0)) >>> 0;
    return (below) => {
        state = (state + 0x6d2b79f5) >>> 0;
        let mixed = Math.imul(state ^ (state >>> 15), state | 1);
        mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
        return Math.floor((((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32) * below);
    };
}

/**
 * A damaged copy: bytes turned, lost, doubled, moved, cut off, or put in.
 * @param pieces what is put in, beside bytes that are anything
 * @param most how often
 */
export function damaged(bytes: Uint8Array, dice: Dice, pieces: readonly string[], most = 3): Buffer {
    let copy = Buffer.from(bytes);
    for (let times = 1 + dice(most); times > 0; times--) {
        const at = dice(copy.length + 1);
        const end = Math.min(copy.length, at + 1 + dice(dice(4) ? 8 : copy.length + 1));
        const [before, middle, after] = [copy.subarray(0, at), copy.subarray(at, end), copy.subarray(end)];
        const strange = Buffer.from(dice(2) ? pieces[dice(pieces.length)]! : Uint8Array.of(dice(256), dice(256)));
        const copies = [
            () => Buffer.concat([before, after]),
            () => Buffer.concat([before, middle, middle, after]),
            () => Buffer.concat([before, strange, middle, after]),
            () => Buffer.concat([before, strange, after]),
            () => Buffer.concat([after, middle, before]),
            () => Buffer.concat([before, Buffer.from(middle).reverse(), after]),
        ];
        // Cutting it off each time would leave nothing to read.
        copy = dice(12) ? copies[dice(copies.length)]!() : Buffer.from(before);
    }
    return copy;
}
