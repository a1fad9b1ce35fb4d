import { Confirmed } from './codes';

/** BACnet/IP: the longest APDU (Annex J.1). */
export const LONGEST_APDU = 1476;

/** Number_Of_APDU_Retries: so often what is not answered is sent again. */
export const RETRIES = 3;

/** Clause 20.1.2.5, by the number in a request. Reserved numbers mean nothing that is known: the shortest. */
const MOST_APDU = [50, 128, 206, 480, 1024, LONGEST_APDU] as const;
/** Clause 20.1.2.4. 0: the client does not say; 7: more than 64. */
const MOST_SEGMENTS = [Infinity, 2, 4, 8, 16, 32, 64, Infinity] as const;

const TYPE = {
    confirmed: 0,
    unconfirmed: 1,
    simpleAck: 2,
    complexAck: 3,
    segmentAck: 4,
    error: 5,
    reject: 6,
    abort: 7,
} as const;

const SEGMENTED = 0x08;
const MORE_FOLLOWS = 0x04;
const TAKES_SEGMENTS = 0x02;
const FROM_SERVER = 0x01;

export interface ConfirmedRequest {
    kind: 'confirmed';
    isSegmented: boolean;
    /** Whether the answer may be segmented. */
    takesSegments: boolean;
    mostSegments: number;
    mostApdu: number;
    invokeId: number;
    service: number;
    parameters: Buffer;
}

export interface SegmentAck {
    kind: 'segment-ack';
    invokeId: number;
    /** The last segment that has arrived in its order. */
    sequence: number;
    window: number;
}

/** What clients send, clause 20.1. */
export type Apdu =
    | ConfirmedRequest
    | { kind: 'unconfirmed'; service: number; parameters: Buffer }
    | SegmentAck
    /** Of an answer that goes to the client in segments. */
    | { kind: 'abort-by-client'; invokeId: number }
    /** To a confirmed notification: taken, or not. */
    | { kind: 'answer'; invokeId: number };

/** Undefined: it is none, or one that this device has no use for. */
export function readApdu(bytes: Buffer): Apdu | undefined {
    if (bytes.length < 2) return undefined;
    const [first, second] = [bytes[0]!, bytes[1]!];
    switch (first >> 4) {
        case TYPE.confirmed: {
            const isSegmented = (first & SEGMENTED) !== 0;
            const at = isSegmented ? 5 : 3;
            if (bytes.length <= at) return undefined;
            return {
                kind: 'confirmed',
                isSegmented,
                takesSegments: (first & TAKES_SEGMENTS) !== 0,
                mostSegments: MOST_SEGMENTS[(second >> 4) & 7]!,
                mostApdu: MOST_APDU[second & 15] ?? MOST_APDU[0],
                invokeId: bytes[2]!,
                service: bytes[at]!,
                parameters: bytes.subarray(at + 1),
            };
        }
        case TYPE.unconfirmed:
            return { kind: 'unconfirmed', service: second, parameters: bytes.subarray(2) };
        case TYPE.segmentAck:
            if (bytes.length < 4 || first & FROM_SERVER) return undefined;
            return { kind: 'segment-ack', invokeId: second, sequence: bytes[2]!, window: bytes[3]! };
        case TYPE.abort:
            // The server of a notification is the client of its subscription.
            return first & FROM_SERVER
                ? { kind: 'answer', invokeId: second }
                : { kind: 'abort-by-client', invokeId: second };
        case TYPE.simpleAck:
        case TYPE.error:
        case TYPE.reject:
            return { kind: 'answer', invokeId: second };
        default:
            return undefined;
    }
}

export function simpleAck(invokeId: number, service: number): Buffer {
    return Buffer.of(TYPE.simpleAck << 4, invokeId, service);
}

export function complexAck(invokeId: number, service: number, content: Uint8Array): Buffer {
    return Buffer.concat([Buffer.of(TYPE.complexAck << 4, invokeId, service), content]);
}

/** Bytes of a segment before its content. */
export const SEGMENT_HEAD = 5;

/** @param sequence counts on beyond 255; @param window the one proposed */
export function ackSegment(
    { invokeId, service }: Pick<ConfirmedRequest, 'invokeId' | 'service'>,
    { sequence, window, hasMore, content }: { sequence: number; window: number; hasMore: boolean; content: Uint8Array },
): Buffer {
    const first = (TYPE.complexAck << 4) | SEGMENTED | (hasMore ? MORE_FOLLOWS : 0);
    return Buffer.concat([Buffer.of(first, invokeId, sequence & 0xff, window, service), content]);
}

export function errorAnswer(invokeId: number, service: number, errorClass: number, code: number): Buffer {
    return Buffer.of(TYPE.error << 4, invokeId, service, 0x91, errorClass, 0x91, code);
}

export function rejectAnswer(invokeId: number, reason: number): Buffer {
    return Buffer.of(TYPE.reject << 4, invokeId, reason);
}

export function abortAnswer(invokeId: number, reason: number): Buffer {
    return Buffer.of((TYPE.abort << 4) | FROM_SERVER, invokeId, reason);
}

export function unconfirmedRequest(service: number, parameters: Uint8Array): Buffer {
    return Buffer.concat([Buffer.of(TYPE.unconfirmed << 4, service), parameters]);
}

/** A confirmed notification; its answers are short and never segmented. */
export function covRequest(invokeId: number, parameters: Uint8Array): Buffer {
    return Buffer.concat([Buffer.of(TYPE.confirmed << 4, 5, invokeId, Confirmed.covNotification), parameters]);
}
