/** Each part grows for itself, in steps that nobody notices. These are powers of two. */
const PARTS = 256;
const FIRST_PLACES = 16;

/** Rows that were met in one file, known by 53 bits of each: a file has up to a million. */
export class RowSet {
    private readonly parts = Array.from({ length: PARTS }, () => new Hashes());
    size = 0;

    /** Whether it was not in the set before. */
    add(row: string): boolean {
        const hash = hashOf(row);
        if (!this.parts[hash & (PARTS - 1)]!.add(Math.floor(hash / PARTS))) return false;
        this.size++;
        return true;
    }
}

/** A set of numbers in a plain array, at most half of whose places are taken: eight times as small as `Set`, and nothing to be collected. */
class Hashes {
    /** 0: free. */
    private places = new Float64Array(FIRST_PLACES);
    private taken = 0;

    add(hash: number): boolean {
        const value = hash + 1;
        const place = this.placeOf(value);
        if (this.places[place] === value) return false;
        this.places[place] = value;
        if (2 * ++this.taken > this.places.length) this.grow();
        return true;
    }

    /** Where it is, or would be. */
    private placeOf(value: number): number {
        const { places } = this;
        const mask = places.length - 1;
        let place = value & mask;
        while (places[place] !== 0 && places[place] !== value) place = (place + 1) & mask;
        return place;
    }

    private grow(): void {
        const before = this.places;
        this.places = new Float64Array(2 * before.length);
        for (const value of before) if (value !== 0) this.places[this.placeOf(value)] = value;
    }
}

/** Two hashes of 32 bits side by side (multiplied as in MurmurHash3); cheap, and no protection against who wants two rows to be one. */
function hashOf(row: string): number {
    let high = 0x9e3779b9;
    let low = 0x85ebca6b;
    for (let at = 0; at < row.length; at++) {
        const code = row.charCodeAt(at);
        high = Math.imul(high ^ code, 0x9e3779b1);
        low = Math.imul(low ^ code, 0x5f356495);
    }
    high = Math.imul(high ^ (high >>> 16), 0x85ebca6b) ^ Math.imul(low ^ (low >>> 13), 0xc2b2ae35);
    low = Math.imul(low ^ (low >>> 16), 0x85ebca6b) ^ Math.imul(high ^ (high >>> 13), 0xc2b2ae35);
    return (high & 0x1fffff) * 2 ** 32 + (low >>> 0);
}
