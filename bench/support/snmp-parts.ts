/** An SNMP message of version 1 or 2c as far as two that ask or say the same differ (RFC 3416, section 3). */
export interface SnmpParts {
    /** 0 = v1, 1 = v2c */
    version: number;
    community: Buffer;
    /** The tag of the PDU: 0xa0 = GET, 0xa1 = GETNEXT, 0xa2 = response, 0xa5 = GETBULK. */
    type: number;
    id: number;
    /** What follows the request id, encoded. */
    rest: Buffer;
}

const SEQUENCE = 0x30;
const INTEGER = 0x02;
const OCTET_STRING = 0x04;

/** @throws Error if it is no such message */
export function parseMessage(message: Buffer): SnmpParts {
    const [outer] = fields(message);
    const [version, community, pdu] = fields(outer.content);
    if (outer.tag !== SEQUENCE || !pdu) throw new Error('no SNMP message');
    const [id, next] = fields(pdu.content);
    return {
        version: version.content.readUIntBE(0, version.content.length),
        community: community.content,
        type: pdu.tag,
        id: id.content.readIntBE(0, id.content.length),
        rest: pdu.content.subarray(next.start),
    };
}

export function messageOf({ version, community, type, id, rest }: SnmpParts): Buffer {
    const pdu = encoded(type, integer(id), rest);
    return encoded(SEQUENCE, integer(version), encoded(OCTET_STRING, community), pdu);
}

interface Field {
    tag: number;
    /** Where it begins, its tag included. */
    start: number;
    content: Buffer;
}

function fields(bytes: Buffer): Field[] {
    const found: Field[] = [];
    for (let at = 0; at < bytes.length;) {
        const start = at;
        let length = bytes[at + 1];
        at += 2;
        if (length > 0x7f) {
            const size = length & 0x7f;
            length = bytes.readUIntBE(at, size);
            at += size;
        }
        found.push({ tag: bytes[start], start, content: bytes.subarray(at, at + length) });
        at += length;
    }
    return found;
}

function encoded(tag: number, ...contents: Buffer[]): Buffer {
    const length = contents.reduce((sum, { length: each }) => sum + each, 0);
    const head =
        length < 0x80
            ? [tag, length]
            : length < 0x100
              ? [tag, 0x81, length]
              : [tag, 0x82, Math.floor(length / 256), length % 256];
    return Buffer.concat([Buffer.from(head), ...contents]);
}

/** BER asks for the shortest form; decoders take the long one, too. */
function integer(value: number): Buffer {
    if (value >= 0 && value < 0x80) return Buffer.from([INTEGER, 1, value]);
    const bytes = Buffer.from([INTEGER, 4, 0, 0, 0, 0]);
    bytes.writeInt32BE(value, 2);
    return bytes;
}
