/** Pseudo-random numbers from a seed (sfc32): the same on every machine and for ever. Each stream of a seed is independent of the others. */
export class Prng {
    private a: number;
    private b: number;
    private c: number;
    private counter = 1;

    constructor(
        private readonly seed: number,
        private readonly stream = '',
    ) {
        this.a = hash(`${stream}/${seed}`);
        this.b = seed >>> 0;
        this.c = Math.floor(seed / 2 ** 32) >>> 0;
        for (let turn = 0; turn < 15; turn++) this.next();
    }

    /** Another stream of the same seed: who draws more from one shifts nothing in the others. */
    fork(name: string): Prng {
        return new Prng(this.seed, `${this.stream}/${name}`);
    }

    /** From 0 up to, and without, 1. */
    next(): number {
        const sum = (this.a + this.b + this.counter) | 0;
        this.counter = (this.counter + 1) | 0;
        this.a = this.b ^ (this.b >>> 9);
        this.b = (this.c + (this.c << 3)) | 0;
        this.c = (((this.c << 21) | (this.c >>> 11)) + sum) | 0;
        return (sum >>> 0) / 2 ** 32;
    }

    /** A whole number from 0 up to, and without, `limit`. */
    below(limit: number): number {
        return Math.floor(this.next() * limit);
    }

    /** A whole number from `least` to `most`, both included. */
    between(least: number, most: number): number {
        return least + this.below(most - least + 1);
    }

    pick<T>(list: readonly T[]): T {
        return list[this.below(list.length)]!;
    }

    chance(part: number): boolean {
        return this.next() < part;
    }
}

/** FNV-1a, 32 bits. */
function hash(text: string): number {
    let value = 0x811c9dc5;
    for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193);
    return value >>> 0;
}
