import { UpsError } from '../../core/errors';
import { septetsOf, textOfSeptets } from '../../core/sms/gsm-alphabet';
import type { SmsAlphabet, SmsPart } from '../../core/sms/parts';
import { packSeptets, unpackSeptets } from './gsm7';

/** SMS-SUBMIT of 3GPP TS 23.040 section 9.2.2.2. */

const SUBMIT = 0x01;
const RELATIVE_VALIDITY = 0x10;
const HAS_HEADER = 0x40;
/** 24 hours (section 9.2.3.12.1): after a day, the report of a mains failure is out of date. */
const VALIDITY_24_H = 167;
const DCS: Record<SmsAlphabet, number> = { gsm7: 0x00, ucs2: 0x08 };
const CONCATENATED_8_BIT = 0x00;

/** A submit PDU in hexadecimal for AT+CMGS. Its service centre address is empty, so the modem uses its own. */
export interface SubmitPdu {
    hex: string;
    /** Number of octets without the service centre address: the parameter of AT+CMGS (3GPP TS 27.005 section 4.3). */
    length: number;
}

/** @param reference 0 to 255, the same for all parts of one message to one recipient */
export function encodeSubmit(to: string, part: SmsPart, reference: number): SubmitPdu {
    const header = part.total > 1 ? Buffer.from([5, 0, 3, reference & 0xff, part.total, part.number]) : Buffer.alloc(0);
    const { length, data } = userData(part, header);
    const pdu = Buffer.concat([
        Buffer.from([SUBMIT | RELATIVE_VALIDITY | (header.length ? HAS_HEADER : 0), 0]),
        encodeAddress(to),
        Buffer.from([0, DCS[part.alphabet], VALIDITY_24_H, length]),
        data,
    ]);
    return { hex: `00${pdu.toString('hex').toUpperCase()}`, length: pdu.length };
}

function userData({ alphabet, text }: SmsPart, header: Buffer): { length: number; data: Buffer } {
    if (alphabet === 'ucs2') {
        const data = Buffer.concat([header, ucs2(text)]);
        return { length: data.length, data };
    }
    const septets = [...text].flatMap((char) => septetsOf(char) ?? septetsOf('?') ?? []);
    // The text starts at a septet boundary, counted from the start of the header.
    const headerSeptets = Math.ceil((header.length * 8) / 7);
    const packed = packSeptets(septets, headerSeptets * 7 - header.length * 8);
    return { length: headerSeptets + septets.length, data: Buffer.concat([header, packed]) };
}

export function ucs2(text: string): Buffer {
    return Buffer.from(text, 'utf16le').swap16();
}

/** Number of digits, type of address, digits in swapped pairs (section 9.1.2.5). */
function encodeAddress(number: string): Buffer {
    const digits = number.replace(/^\+/, '');
    const pairs = digits.padEnd(digits.length + (digits.length % 2), 'F').match(/../g) ?? [];
    const swapped = pairs.map(([first, second]) => `${second}${first}`).join('');
    return Buffer.concat([
        Buffer.from([digits.length, number.startsWith('+') ? 0x91 : 0x81]),
        Buffer.from(swapped, 'hex'),
    ]);
}

export interface DecodedSubmit {
    to: string;
    alphabet: SmsAlphabet;
    text: string;
    concatenated?: { reference: number; total: number; number: number };
    /** Octets without the service centre address. */
    length: number;
}

/** Decodes a submit PDU; used by the simulated modem. @throws UpsError protocol */
export function decodeSubmit(hex: string): DecodedSubmit {
    if (!/^([0-9a-f]{2})+$/i.test(hex)) throw new UpsError('protocol', { reason: 'the PDU is not hexadecimal' });
    const bytes = new Bytes(Buffer.from(hex, 'hex'));
    bytes.take(bytes.octet());
    const length = bytes.left;
    const first = bytes.octet();
    if ((first & 0x03) !== SUBMIT)
        throw new UpsError('protocol', { reason: `the PDU is not an SMS-SUBMIT (${first})` });
    bytes.octet();
    const to = decodeAddress(bytes);
    bytes.octet();
    const dcs = bytes.octet();
    const validity = (first >> 3) & 0x03;
    bytes.take(validity === 0 ? 0 : validity === 2 ? 1 : 7);
    const announced = bytes.octet();
    const alphabet: SmsAlphabet = (dcs & 0x0c) === 0x08 ? 'ucs2' : 'gsm7';
    const data = bytes.take(alphabet === 'ucs2' ? announced : Math.ceil((announced * 7) / 8));
    const headerLength = first & HAS_HEADER ? (data[0] ?? 0) + 1 : 0;
    const concatenated = headerLength ? readHeader(data.subarray(1, headerLength)) : undefined;
    return {
        to,
        alphabet,
        length,
        text: readText(data, alphabet, announced, headerLength),
        ...(concatenated && { concatenated }),
    };
}

function readText(data: Buffer, alphabet: SmsAlphabet, announced: number, headerLength: number): string {
    const body = data.subarray(headerLength);
    if (alphabet === 'ucs2')
        return Buffer.from(body.subarray(0, body.length & ~1))
            .swap16()
            .toString('utf16le');
    const headerSeptets = Math.ceil((headerLength * 8) / 7);
    return textOfSeptets(unpackSeptets(body, announced - headerSeptets, headerSeptets * 7 - headerLength * 8));
}

/** Concatenation with an 8-bit or a 16-bit reference (sections 9.2.3.24.1 and .8). */
function readHeader(header: Buffer): DecodedSubmit['concatenated'] {
    for (let at = 0; at + 1 < header.length; at += 2 + (header[at + 1] ?? 0)) {
        const id = header[at];
        const value = header.subarray(at + 2, at + 2 + (header[at + 1] ?? 0));
        if (id === CONCATENATED_8_BIT && value.length === 3)
            return { reference: value[0], total: value[1], number: value[2] };
        if (id === 0x08 && value.length === 4)
            return { reference: value.readUInt16BE(0), total: value[2], number: value[3] };
    }
    return undefined;
}

function decodeAddress(bytes: Bytes): string {
    const digits = bytes.octet();
    const type = bytes.octet();
    const swapped = bytes.take(Math.ceil(digits / 2)).toString('hex');
    const number = (swapped.match(/../g) ?? []).map(([first, second]) => `${second}${first}`).join('');
    return `${(type & 0x70) === 0x10 ? '+' : ''}${number.slice(0, digits)}`;
}

class Bytes {
    private at = 0;
    constructor(private readonly bytes: Buffer) {}

    get left(): number {
        return this.bytes.length - this.at;
    }

    octet(): number {
        return this.take(1)[0];
    }

    take(count: number): Buffer {
        if (count > this.left) throw new UpsError('protocol', { reason: 'the PDU is too short' });
        this.at += count;
        return this.bytes.subarray(this.at - count, this.at);
    }
}
