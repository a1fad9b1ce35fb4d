import { Buffer } from 'node:buffer';

// The encoding of Protocol Buffers ("Encoding", protobuf.dev), as far as Sparkplug B needs it. Numbers are whole and at most 2^53 - 1.

export const VARINT = 0;
const FIXED64 = 1;
export const BYTES = 2;
const FIXED32 = 5;

const HIGH = 2 ** 32;
/** A 64-bit number has ten octets of seven bits at most. */
const LONGEST_VARINT = 10;

/** Writes fields into a buffer that grows. */
export class WireWriter {
    private buffer: Buffer;
    private length = 0;

    constructor(size = 256) {
        this.buffer = Buffer.allocUnsafe(size);
    }

    /** @param value whole, from 0 on */
    varint(field: number, value: number): void {
        this.raw(field * 8 + VARINT);
        this.raw(value);
    }

    double(field: number, value: number): void {
        this.raw(field * 8 + FIXED64);
        this.room(8);
        this.length = this.buffer.writeDoubleLE(value, this.length);
    }

    text(field: number, value: string): void {
        this.raw(field * 8 + BYTES);
        const size = Buffer.byteLength(value);
        this.raw(size);
        this.room(size);
        this.length += this.buffer.write(value, this.length);
    }

    message(field: number, inner: Uint8Array): void {
        this.raw(field * 8 + BYTES);
        this.raw(inner.length);
        this.room(inner.length);
        this.buffer.set(inner, this.length);
        this.length += inner.length;
    }

    /** What was written; the next write may overwrite it unless it is copied. */
    get written(): Buffer {
        return this.buffer.subarray(0, this.length);
    }

    clear(): void {
        this.length = 0;
    }

    private raw(value: number): void {
        this.room(LONGEST_VARINT);
        let rest = value;
        while (rest > 0x7f) {
            this.buffer[this.length++] = (rest % 0x80) + 0x80;
            rest = Math.floor(rest / 0x80);
        }
        this.buffer[this.length++] = rest;
    }

    private room(more: number): void {
        if (this.length + more <= this.buffer.length) return;
        const larger = Buffer.allocUnsafe(Math.max(this.buffer.length * 2, this.length + more));
        this.buffer.copy(larger, 0, 0, this.length);
        this.buffer = larger;
    }
}

/** A field of a message: its number, and its value as a number (varint, fixed) or as octets. */
export interface WireField {
    field: number;
    type: number;
    /** Of a varint: undefined above 2^53 - 1, unless it is a negative number of 64 bits. */
    number?: number;
    bytes?: Uint8Array;
}

/** Reads the fields of a message from outside. `undefined` is no protobuf. */
export function readFields(bytes: Uint8Array, most: number): WireField[] | undefined {
    const fields: WireField[] = [];
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    /** @returns low and high 32 bits */
    const varint = (): [number, number] | undefined => {
        let low = 0;
        let high = 0;
        for (let n = 0; n < LONGEST_VARINT; n++) {
            if (at >= bytes.length) return undefined;
            const octet = bytes[at++]!;
            const bits = octet & 0x7f;
            if (n < 4) low += bits * 2 ** (7 * n);
            else if (n === 4) {
                low += (bits & 0xf) * 2 ** 28;
                high += bits >> 4;
            } else high += bits * 2 ** (7 * n - 32);
            if (octet < 0x80) return [low, high % HIGH];
        }
        return undefined;
    };
    while (at < bytes.length) {
        if (fields.length >= most) return undefined;
        const tag = varint();
        if (!tag || tag[1] !== 0) return undefined;
        const field = Math.floor(tag[0] / 8);
        const type = tag[0] % 8;
        if (field === 0) return undefined;
        if (type === VARINT) {
            const value = varint();
            if (!value) return undefined;
            fields.push({ field, type, ...numberOf(value) });
        } else if (type === FIXED64 || type === FIXED32) {
            const size = type === FIXED64 ? 8 : 4;
            if (at + size > bytes.length) return undefined;
            fields.push({ field, type, number: size === 8 ? view.getFloat64(at, true) : view.getFloat32(at, true) });
            at += size;
        } else if (type === BYTES) {
            const size = varint();
            if (!size || size[1] !== 0 || at + size[0] > bytes.length) return undefined;
            fields.push({ field, type, bytes: bytes.subarray(at, at + size[0]) });
            at += size[0];
        } else return undefined;
    }
    return fields;
}

function numberOf([low, high]: [number, number]): { number?: number } {
    if (high < 2 ** 21) return { number: high * HIGH + low };
    // A negative one in two's complement.
    if (high >= 2 ** 32 - 2 ** 20) return { number: (high - HIGH) * HIGH + low };
    return {};
}
