/** Stands for an unknown value among differences. */
export const UNKNOWN = 0;

/** Whole numbers of any size up to 2^53 as a row of bytes, seven bits each, small ones short; and back. */
export class ByteWriter {
    private bytes: Buffer;
    private length = 0;

    constructor(size = 256) {
        this.bytes = Buffer.allocUnsafe(size);
    }

    /** @param value a whole number from 0 */
    uint(value: number): void {
        if (this.length + 8 > this.bytes.length) this.grow();
        while (value > 0x7fff_ffff) {
            this.bytes[this.length++] = (value % 128) | 128;
            value = Math.floor(value / 128);
        }
        while (value > 127) {
            this.bytes[this.length++] = (value & 127) | 128;
            value >>>= 7;
        }
        this.bytes[this.length++] = value;
    }

    /** @param value a whole number of either sign */
    int(value: number): void {
        this.uint(zigzag(value));
    }

    /** Whole numbers as differences, NaN as 0: a difference is its zigzag plus one. @param factor that all values are multiples of */
    differences(values: Float64Array, factor = 1): void {
        let previous = 0;
        for (let i = 0; i < values.length; i++) {
            if (Number.isNaN(values[i])) {
                this.uint(UNKNOWN);
                continue;
            }
            const value = values[i] / factor;
            this.uint(zigzag(value - previous) + 1);
            previous = value;
        }
    }

    /** Bytes so far. */
    get size(): number {
        return this.length;
    }

    take(): Buffer {
        return this.bytes.subarray(0, this.length);
    }

    private grow(): void {
        const larger = Buffer.allocUnsafe(this.bytes.length * 2);
        this.bytes.copy(larger, 0, 0, this.length);
        this.bytes = larger;
    }
}

/** @throws RangeError at the end of the bytes */
export class ByteReader {
    private at = 0;

    constructor(private readonly bytes: Uint8Array) {}

    /** Bytes that are read. */
    get position(): number {
        return this.at;
    }

    get done(): boolean {
        return this.at >= this.bytes.length;
    }

    uint(): number {
        let value = this.bytes[this.at];
        if (value < 128) {
            this.at++;
            return value;
        }
        value = 0;
        let factor = 1;
        for (;;) {
            if (this.at >= this.bytes.length) throw new RangeError();
            const byte = this.bytes[this.at++];
            value += (byte & 127) * factor;
            if (byte < 128) return value;
            factor *= 128;
        }
    }

    int(): number {
        return unzigzag(this.uint());
    }

    /** So many numbers that were written as differences. */
    differences(count: number, factor = 1): Float64Array {
        const values = new Float64Array(count);
        let previous = 0;
        for (let i = 0; i < count; i++) {
            const token = this.uint();
            if (token === UNKNOWN) {
                values[i] = NaN;
                continue;
            }
            previous += unzigzag(token - 1);
            values[i] = previous * factor;
        }
        return values;
    }
}

/** Small numbers of either sign become small numbers without one: 0, -1, 1, -2 become 0, 1, 2, 3. */
export function zigzag(value: number): number {
    return value < 0 ? -2 * value - 1 : 2 * value;
}

export function unzigzag(value: number): number {
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
}
