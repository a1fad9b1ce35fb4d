/** The little of BER (X.690) that SNMP v1 and v2c need; of our own, so that the tests share no codec with what they test. */

export type BerValue =
    | { integer: number }
    | { gauge: number }
    | { ticks: number }
    | { text: string }
    | { oid: string }
    | { exception: 'noSuchObject' | 'endOfMib' }
    | { nothing: true };

export interface Tlv {
    tag: number;
    body: Buffer;
}

export function tlv(tag: number, ...parts: Buffer[]): Buffer {
    const length = parts.reduce((sum, part) => sum + part.length, 0);
    const head = length < 128 ? [tag, length] : [tag, 0x82, length >> 8, length & 255];
    return Buffer.concat([Buffer.from(head), ...parts]);
}

export function encodeInteger(value: number, tag = 0x02): Buffer {
    const bytes: number[] = [];
    let rest = Math.round(value);
    do {
        bytes.unshift(((rest % 256) + 256) % 256);
        rest = Math.floor(rest / 256);
    } while (rest !== 0 && rest !== -1);
    // The first bit is the sign.
    if (rest === 0 && bytes[0]! > 127) bytes.unshift(0);
    if (rest === -1 && bytes[0]! < 128) bytes.unshift(255);
    return tlv(tag, Buffer.from(bytes));
}

const encoded = new Map<string, Buffer>();

export function encodeOid(oid: string): Buffer {
    let found = encoded.get(oid);
    if (!found) encoded.set(oid, (found = encodedOid(oid)));
    return found;
}

function encodedOid(oid: string): Buffer {
    const [first, second, ...rest] = oid.split('.').map(Number);
    const bytes = [first! * 40 + second!];
    for (const part of rest) {
        const sevens = [part % 128];
        for (let left = Math.floor(part / 128); left > 0; left = Math.floor(left / 128))
            sevens.unshift((left % 128) + 128);
        bytes.push(...sevens);
    }
    return tlv(0x06, Buffer.from(bytes));
}

export function encodeValue(value: BerValue): Buffer {
    if ('integer' in value) return encodeInteger(value.integer);
    if ('gauge' in value) return encodeInteger(value.gauge, 0x42);
    if ('ticks' in value) return encodeInteger(value.ticks, 0x43);
    if ('text' in value) return tlv(0x04, Buffer.from(value.text, 'utf8'));
    if ('oid' in value) return encodeOid(value.oid);
    if ('exception' in value) return tlv(value.exception === 'endOfMib' ? 0x82 : 0x80);
    return tlv(0x05);
}

/** The elements that stand in `bytes` one after the other. @throws RangeError when one is cut short */
export function elements(bytes: Buffer): Tlv[] {
    const found: Tlv[] = [];
    for (let at = 0; at < bytes.length;) {
        const tag = bytes.readUInt8(at);
        let length = bytes.readUInt8(at + 1);
        at += 2;
        if (length > 127) {
            const size = length - 128;
            length = bytes.readUIntBE(at, size);
            at += size;
        }
        if (at + length > bytes.length) throw new RangeError('an element is cut short');
        found.push({ tag, body: bytes.subarray(at, at + length) });
        at += length;
    }
    return found;
}

export function decodeInteger({ body }: Tlv): number {
    return body.readIntBE(0, body.length);
}

export function decodeOid({ body }: Tlv): string {
    const parts: number[] = [];
    let value = 0;
    for (const byte of body) {
        value = value * 128 + (byte & 127);
        if (byte > 127) continue;
        parts.push(value);
        value = 0;
    }
    const [first = 0, ...rest] = parts;
    const root = Math.min(2, Math.floor(first / 40));
    return [root, first - root * 40, ...rest].join('.');
}

const partsOf = new Map<string, readonly number[]>();

/** Split once, and above encoded once: a card is asked for the same objects again and again. */
function parts(oid: string): readonly number[] {
    let found = partsOf.get(oid);
    if (!found) partsOf.set(oid, (found = oid.split('.').map(Number)));
    return found;
}

/** For walks: the parts as numbers, the shorter before the longer. */
export function compareOids(one: string, other: string): number {
    const a = parts(one);
    const b = parts(other);
    for (let at = 0; at < Math.max(a.length, b.length); at++) {
        const difference = (a[at] ?? -1) - (b[at] ?? -1);
        if (difference !== 0) return difference;
    }
    return 0;
}
