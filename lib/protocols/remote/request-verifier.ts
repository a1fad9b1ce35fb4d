import { parseCall, type RefusalReason, type RemoteCall, type RemoteReply } from './call';
import type { NonceStore } from './nonce-store';
import { CALLS_PATH, sameSignature, signatureOf, signReply, signRequest } from './signature';
import { isSentence, said, failureText, type Told } from '../../core/language/sentence';

/** A complete request. */
export interface IncomingRequest {
    method: string;
    /** Path and query, as in the request line. */
    path: string;
    headers: Readonly<Record<string, string | string[] | undefined>>;
    body: Uint8Array;
    /** IP address of the peer. */
    address: string;
}

export interface OutgoingReply {
    status: number;
    headers: Record<string, string>;
    body: Uint8Array;
}

/** A valid call that was not received before. */
export interface AdmittedCall {
    call: RemoteCall;
    address: string;
    nonce: string;
    /** Timestamp of the request, seconds since 1970. */
    timestamp: number;
}

export interface RequestVerifierOptions {
    secret: string;
    /** Largest difference of the two clocks, seconds; also how long a request is valid. */
    windowSeconds: number;
    nonces: NonceStore;
    callable: ReadonlySet<string>;
    /** Epoch ms. */
    now(): number;
    /** Whether a call with this id was accepted before. */
    wasAccepted(id: string): boolean;
    /**
     * Stores nonce and call, durable on return, and starts the call. A `duplicate` is only stored. Throws if storing fails.
     * @returns whether the receiving site is in dry run
     */
    accept(admitted: AdmittedCall, duplicate: boolean): boolean;
    refused(reason: RefusalReason, message: Told, address: string, call?: RemoteCall): void;
    /** The message of an answer in English, see docs/remote.md. */
    english(message: Told): string;
}

const STATUS: Record<RefusalReason, number> = {
    malformed: 400,
    unsigned: 401,
    'clock-skew': 401,
    replayed: 409,
    'not-callable': 403,
    'too-large': 413,
    'too-many': 429,
    'not-ready': 503,
};

/**
 * Checks requests: form, signature, clock, nonce, name, in this order. A stranger learns only that the signature is wrong, and
 * causes no write. Answers to signed requests are signed.
 */
export class RequestVerifier {
    constructor(private readonly options: RequestVerifierOptions) {}

    judge(request: IncomingRequest): OutgoingReply {
        const { secret, windowSeconds, nonces, callable, now, wasAccepted, accept } = this.options;
        const { address, body } = request;
        if (request.path !== CALLS_PATH || request.method !== 'POST') {
            return this.refuse('malformed', said('call.path', { path: `POST ${CALLS_PATH}` }), address, {
                status: request.path === CALLS_PATH ? 405 : 404,
            });
        }
        const signed = signatureOf(request.headers);
        if (!signed || !sameSignature(signed.signature, signRequest(secret, signed, body))) {
            return this.refuse('unsigned', said('call.noSignature'), address);
        }
        const { nonce } = signed;
        const timestamp = Number(signed.timestamp);
        const seconds = now() / 1000;
        if (Math.abs(seconds - timestamp) > windowSeconds) {
            const apart = said('call.clocks', {
                apart: { seconds: Math.abs(seconds - timestamp) },
                allowed: { seconds: windowSeconds },
            });
            return this.refuse('clock-skew', apart, address, { nonce });
        }
        const known = nonces.check(nonce, seconds);
        if (known === 'used') return this.refuse('replayed', said('call.nonce'), address, { nonce });
        if (known === 'full') return this.refuse('too-many', said('call.window'), address, { nonce });
        const call = parseCall(body);
        if (isSentence(call)) return this.refuse('malformed', call, address, { nonce });
        if (!callable.has(call.command)) {
            return this.refuse('not-callable', said('call.notHere', { command: call.command }), address, {
                nonce,
                call,
            });
        }
        const duplicate = wasAccepted(call.id);
        nonces.note(nonce, timestamp);
        let dryRun: boolean;
        try {
            dryRun = accept({ call, address, nonce, timestamp }, duplicate) || call.dryRun === true;
        } catch (error) {
            nonces.forget(nonce);
            return this.refuse('not-ready', failureText(error), address, { nonce, call });
        }
        const outcome = duplicate ? 'duplicate' : 'accepted';
        return this.reply(200, { id: call.id, outcome, ...(dryRun ? { dryRun } : {}) }, nonce);
    }

    /** The refusal of a request that is not judged: too large, too many. */
    refuse(
        reason: RefusalReason,
        message: Told,
        address: string,
        { nonce, call, status, after }: { nonce?: string; call?: RemoteCall; status?: number; after?: number } = {},
    ): OutgoingReply {
        const { refused, english } = this.options;
        refused(reason, message, address, call);
        const id = call ? { id: call.id } : {};
        const reply = this.reply(
            status ?? STATUS[reason],
            { ...id, outcome: 'refused', reason, message: english(message) },
            nonce,
        );
        if (after) reply.headers['retry-after'] = String(after);
        return reply;
    }

    private reply(status: number, words: Omit<RemoteReply, 'version' | 'time'>, nonce?: string): OutgoingReply {
        const time = Math.round(this.options.now() / 1000);
        const body = Buffer.from(JSON.stringify({ version: 1, ...words, time } satisfies RemoteReply));
        const headers: Record<string, string> = { 'content-type': 'application/json', 'cache-control': 'no-store' };
        if (nonce) headers['x-ridethrough-signature'] = signReply(this.options.secret, status, nonce, body);
        return { status, headers, body };
    }
}
