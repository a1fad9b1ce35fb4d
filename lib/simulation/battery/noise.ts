/** 32 bits that depend on every bit of the inputs (the finisher of MurmurHash3). */
function mix(hash: number): number {
    let h = hash;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    return (h ^ (h >>> 16)) >>> 0;
}

/**
 * Chance by a seed. A value belongs to what it is drawn for (a purpose, an index, a time), and not to how much was drawn before: the same seed gives the
 * same battery and the same measurements, however often somebody looks.
 */
export class Noise {
    constructor(private readonly seed: number) {}

    /** Evenly from 0 to below 1. */
    uniform(purpose: number, index: number, time = 0): number {
        return this.bits(purpose, index, time) / 2 ** 32;
    }

    /** Nearly normal, mean 0, deviation 1, never beyond ±3.5: the sum of four even values. */
    normal(purpose: number, index: number, time = 0): number {
        const a = this.bits(purpose, index, time);
        const b = mix(a ^ 0x9e3779b9);
        const sum = (a & 0xffff) + (a >>> 16) + (b & 0xffff) + (b >>> 16);
        return (sum / 65_536 - 2) * Math.sqrt(3);
    }

    private bits(purpose: number, index: number, time: number): number {
        const early = mix(Math.imul(this.seed | 0, 0x27d4eb2f) ^ purpose);
        return mix(mix(early ^ Math.imul(index + 1, 0x165667b1)) ^ Math.imul((time | 0) + 1, 0x9e3779b1));
    }
}
