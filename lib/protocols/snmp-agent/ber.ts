/** The few forms of BER (X.690) that headers and reports of SNMP need, definite lengths only. */

export const INTEGER = 0x02;
export const OCTETS = 0x04;
export const OID = 0x06;
export const SEQUENCE = 0x30;
export const COUNTER32 = 0x41;
export const REPORT = 0xa8;

/** Reads values one after the other. Undefined: not there, or cut off. */
export class BerReader {
    private at: number;

    constructor(
        readonly bytes: Buffer,
        start = 0,
        private readonly end = bytes.length,
    ) {
        this.at = start;
    }

    /** The contents of the next value, if it has this tag. */
    take(tag: number): Buffer | undefined {
        const span = this.span(tag);
        return span && this.bytes.subarray(...span);
    }

    /** A reader of the contents of the next value. */
    enter(tag: number): BerReader | undefined {
        const span = this.span(tag);
        return span && new BerReader(this.bytes, ...span);
    }

    /** Up to 32 bits. */
    integer(): number | undefined {
        const value = this.take(INTEGER);
        return value && value.length >= 1 && value.length <= 4 ? value.readIntBE(0, value.length) : undefined;
    }

    private span(tag: number): [number, number] | undefined {
        if (this.at + 2 > this.end || this.bytes[this.at] !== tag) return undefined;
        let length = this.bytes[this.at + 1]!;
        let start = this.at + 2;
        if (length >= 0x80) {
            const octets = length - 0x80;
            if (octets < 1 || octets > 3 || start + octets > this.end) return undefined;
            length = this.bytes.readUIntBE(start, octets);
            start += octets;
        }
        if (start + length > this.end) return undefined;
        this.at = start + length;
        return [start, start + length];
    }
}

export function tlv(tag: number, ...contents: readonly Buffer[]): Buffer {
    const content = Buffer.concat(contents);
    const { length } = content;
    const head =
        length < 0x80
            ? [tag, length]
            : length < 0x100
              ? [tag, 0x81, length]
              : [tag, 0x82, Math.floor(length / 256), length % 256];
    return Buffer.concat([Buffer.from(head), content]);
}

/** @param value 0 to 2^31 - 1 */
export function integer(value: number, tag = INTEGER): Buffer {
    const bytes = Buffer.alloc(4);
    bytes.writeInt32BE(value);
    let start = 0;
    while (start < 3 && bytes[start] === 0 && bytes[start + 1]! < 0x80) start++;
    return tlv(tag, bytes.subarray(start));
}
