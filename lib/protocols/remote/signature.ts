import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';

/** The only path of the protocol, for POST requests. */
export const CALLS_PATH = '/ridethrough/v1/calls';

export const TIMESTAMP_HEADER = 'x-ridethrough-timestamp';
export const NONCE_HEADER = 'x-ridethrough-nonce';
export const SIGNATURE_HEADER = 'x-ridethrough-signature';

const NONCE = /^[A-Za-z0-9_-]{16,64}$/;
const TIMESTAMP = /^\d{1,12}$/;
const SIGNATURE = /^v1=[0-9a-f]{64}$/;

/** The signed parts besides the body. */
export interface SignedParts {
    /** Seconds since 1970, as in the header. */
    timestamp: string;
    nonce: string;
}

/**
 * `v1=` and the hex HMAC-SHA256 over method, path, timestamp and nonce, one line each, and the body as sent. None of the four can
 * contain a line end, so two different requests never have the same input.
 */
export function signRequest(secret: string, { timestamp, nonce }: SignedParts, body: Uint8Array): string {
    return hmac(secret, `POST\n${CALLS_PATH}\n${timestamp}\n${nonce}\n`, body);
}

/** Signature of an answer: it contains the nonce of the request, and its first line differs from that of a request. */
export function signReply(secret: string, status: number, nonce: string, body: Uint8Array): string {
    return hmac(secret, `REPLY\n${status}\n${nonce}\n`, body);
}

/** Compares in constant time. */
export function sameSignature(given: string, expected: string): boolean {
    const digest = (text: string) => createHash('sha256').update(text).digest();
    return timingSafeEqual(digest(given), digest(expected));
}

export function newNonce(): string {
    return randomBytes(18).toString('base64url');
}

/** The signature headers of a request if they are well-formed; they are not verified here. */
export function signatureOf(
    headers: Readonly<Record<string, string | string[] | undefined>>,
): (SignedParts & { signature: string }) | undefined {
    const one = (name: string, shape: RegExp) => {
        const value = headers[name];
        return typeof value === 'string' && shape.test(value) ? value : undefined;
    };
    const timestamp = one(TIMESTAMP_HEADER, TIMESTAMP);
    const nonce = one(NONCE_HEADER, NONCE);
    const signature = one(SIGNATURE_HEADER, SIGNATURE);
    return timestamp && nonce && signature ? { timestamp, nonce, signature } : undefined;
}

function hmac(secret: string, head: string, body: Uint8Array): string {
    return `v1=${createHmac('sha256', secret).update(head).update(body).digest('hex')}`;
}
