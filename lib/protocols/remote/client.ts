import { request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { Clock, TimerHandle } from '../../core/clock';
import type { Host } from '../shared/host';
import { parseReply, type RemoteCall, type RemoteReply } from './call';
import {
    CALLS_PATH,
    newNonce,
    NONCE_HEADER,
    sameSignature,
    SIGNATURE_HEADER,
    signReply,
    signRequest,
    TIMESTAMP_HEADER,
} from './signature';
import { said, SentenceError, type Told } from '../../core/language/sentence';

const MOST_ANSWER_BYTES = 16_384;
/** Status codes of a reverse proxy whose server is temporarily not available (RFC 9110 sections 15.6.3 to 15.6.5). */
const GATEWAY_ERRORS = [502, 503, 504];

export interface CallOptions {
    target: Host;
    secret: string;
    /** Undefined: plain HTTP. */
    tls: ConnectionOptions | undefined;
    timeoutMs: number;
    clock: Clock;
}

/** The result of one request. `silent`: no connection, or no answer in time. */
export type CallResult =
    | { kind: 'answered'; reply: RemoteReply; retryAfterSeconds?: number }
    | { kind: 'silent'; reason: Told }
    /** The peer does not know the secret, or is not a receiver. */
    | { kind: 'stranger'; reason: Told };

/** One request. `begun`: its first byte was sent. */
export interface OneCall {
    result: Promise<CallResult>;
    abort(): void;
    begun(): boolean;
}

/** Sends a call once, with a new nonce. Never rejects. */
export function callOnce(call: RemoteCall, options: CallOptions): OneCall {
    const { target, secret, tls, timeoutMs, clock } = options;
    const body = Buffer.from(JSON.stringify(call));
    const signed = { timestamp: String(Math.floor(clock.now() / 1000)), nonce: newNonce() };
    const settings = {
        host: target.host,
        port: target.port,
        method: 'POST',
        path: CALLS_PATH,
        agent: false,
        headers: {
            'content-type': 'application/json',
            'content-length': body.length,
            [TIMESTAMP_HEADER]: signed.timestamp,
            [NONCE_HEADER]: signed.nonce,
            [SIGNATURE_HEADER]: signRequest(secret, signed, body),
        },
    };
    let abort = () => {};
    let begun = false;
    const result = new Promise<CallResult>((resolve) => {
        const request = tls ? tlsRequest({ ...tls, ...settings }) : plainRequest(settings);
        const timer: TimerHandle = clock.setTimeout(
            () => finish({ kind: 'silent', reason: said('noAnswerInTime') }),
            timeoutMs,
        );
        const finish = (outcome: CallResult) => {
            clock.clearTimeout(timer);
            resolve(outcome);
            request.destroy();
        };
        abort = () => finish({ kind: 'silent', reason: said('givenUp') });
        request.on('error', (error: NodeJS.ErrnoException) => finish({ kind: 'silent', reason: reasonOf(error) }));
        // Node sends nothing before this event.
        request.on('socket', (socket) => socket.once(tls ? 'secureConnect' : 'connect', () => (begun = true)));
        request.on('response', (response) => {
            const chunks: Buffer[] = [];
            let size = 0;
            response.on('data', (chunk: Buffer) => {
                size += chunk.length;
                if (size > MOST_ANSWER_BYTES) finish({ kind: 'stranger', reason: said('answerTooLong') });
                else chunks.push(chunk);
            });
            response.on('error', (error: NodeJS.ErrnoException) => finish({ kind: 'silent', reason: reasonOf(error) }));
            response.on('end', () => {
                const given = response.headers[SIGNATURE_HEADER];
                const retryAfter = Number(response.headers['retry-after']);
                const status = response.statusCode ?? 0;
                finish(judge(status, Buffer.concat(chunks), typeof given === 'string' ? given : '', retryAfter));
            });
        });
        request.end(body);
    });

    /** An acceptance counts only if it is signed. An unsigned refusal counts: the receiver did not accept our signature. */
    function judge(status: number, answer: Buffer, given: string, retryAfter: number): CallResult {
        const reply = parseReply(answer);
        if (!reply && GATEWAY_ERRORS.includes(status))
            return { kind: 'silent', reason: said('call.proxy', { status }) };
        if (!reply) return { kind: 'stranger', reason: said('call.stranger', { status }) };
        const genuine = given !== '' && sameSignature(given, signReply(secret, status, signed.nonce, answer));
        if (!genuine && reply.outcome !== 'refused') return { kind: 'stranger', reason: said('call.unsignedAnswer') };
        const after = retryAfter > 0 ? { retryAfterSeconds: Math.min(retryAfter, 3600) } : {};
        return { kind: 'answered', reply, ...after };
    }

    return { result, abort: () => abort(), begun: () => begun };
}

function reasonOf(error: NodeJS.ErrnoException): Told {
    if (error instanceof SentenceError) return error.sentence;
    return error.code && !error.message.includes(error.code) ? `${error.message} (${error.code})` : error.message;
}
