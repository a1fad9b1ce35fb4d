import type { IncomingMessage, ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import type { AskingRequest } from '../../../lib/door';
import { includes } from '../../../lib/views/access';
import { errorText } from '../words/texts';
import { accessOf, isSameOrigin, whoAsks } from './access';
import { apiRoutes, ApiError, ApiFile, type ApiCall, type ApiRouteEntry } from './api-route';
import { noteRefusal } from './command-log';
import { cutOffWhereStalled, sendPieces } from './send-pieces';

/** A header of ours: no page of another site can add it without a preflight, which we refuse. */
const OUR_HEADER = 'x-ridethrough';
const MOST_BODY = 64 * 1024;
const GONE = ['ERR_STREAM_PREMATURE_CLOSE', 'ECONNRESET', 'EPIPE'];
const METHODS: Readonly<Record<string, string>> = { GET: 'get', HEAD: 'get', POST: 'post', DELETE: 'delete' };

/** Answers one request behind the path of the API; never throws. */
export async function answerApi(RED: NodeAPI, request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? '/', 'http://api');
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('X-Content-Type-Options', 'nosniff');
    response.setHeader('Cross-Origin-Resource-Policy', 'same-origin');
    // An answer is data, also if somebody opens it as a page.
    response.setHeader(
        'Content-Security-Policy',
        "default-src 'none'; style-src 'unsafe-inline'; img-src data:; frame-ancestors 'self'",
    );
    const who = whoAsks(RED, request as AskingRequest);
    const writes = METHODS[request.method ?? ''] !== 'get';
    try {
        const found = findRoute(RED, request.method ?? '', url.pathname);
        const role = assertMay(RED, request, found.route);
        if (writes) assertOwnPage(request);
        const body = request.method === 'POST' ? await bodyOf(request) : {};
        const call: ApiCall = {
            RED,
            request,
            response,
            params: found.params,
            query: url.searchParams,
            body,
            role,
            who,
        };
        await send(response, await found.route.handler(call), request.method === 'HEAD');
    } catch (error) {
        const refusal = asApiError(RED, error);
        if (writes && error instanceof ApiError && error.status !== 409 && !error.noted)
            noteRefusal(RED, who, `${request.method} ${url.pathname.slice(0, 200)}`, refusal.code);
        if (response.headersSent) {
            response.destroy();
            return;
        }
        if (refusal.status === 405)
            response.setHeader('Allow', (refusal.data as { allowed: string[] }).allowed.join(', '));
        if (refusal.status === 429)
            response.setHeader('Retry-After', String((refusal.data as { retryAfter: number }).retryAfter));
        response.statusCode = refusal.status;
        json(response, { error: refusal.code, ...refusal.data });
    }
}

function findRoute(
    RED: NodeAPI,
    method: string,
    pathname: string,
): { route: ApiRouteEntry; params: Record<string, string> } {
    const parts = segmentsOf(pathname);
    const matching = [...apiRoutes(RED).values()].flatMap((route) => {
        const params = match(route.segments, parts);
        return params ? [{ route, params }] : [];
    });
    const known = METHODS[method];
    // Of `units/:id` and `units/all` the one that says it in words.
    const found = matching
        .filter(({ route }) => route.method === known)
        .sort((a, b) => Object.keys(a.params).length - Object.keys(b.params).length)[0];
    if (found) return found;
    if (matching.length === 0) throw new ApiError(404, 'not-found');
    throw new ApiError(405, 'method-not-allowed', { allowed: matching.map(({ route }) => route.method.toUpperCase()) });
}

function segmentsOf(pathname: string): string[] {
    try {
        return pathname.split('/').filter(Boolean).map(decodeURIComponent);
    } catch {
        throw new ApiError(400, 'bad-path', { expected: 'UTF-8, percent-encoded' });
    }
}

function match(segments: readonly string[], parts: readonly string[]): Record<string, string> | undefined {
    if (segments.length !== parts.length) return undefined;
    const params: [string, string][] = [];
    for (const [index, segment] of segments.entries()) {
        const part = parts[index]!;
        if (segment.startsWith(':')) params.push([segment.slice(1), part]);
        else if (segment !== part) return undefined;
    }
    return Object.fromEntries(params);
}

function assertMay(RED: NodeAPI, request: IncomingMessage, { role: needed }: ApiRouteEntry) {
    const asking = request as AskingRequest;
    const role = accessOf(RED).roleOf(RED, asking);
    if (includes(role, needed)) return role;
    const isKnown = asking.user !== undefined || asking.headers.authorization !== undefined;
    if (role === 'none' && !isKnown) throw new ApiError(401, 'not-logged-in', { needs: needed });
    throw new ApiError(403, 'not-allowed', { needs: needed, has: role });
}

function assertOwnPage(request: IncomingMessage): void {
    if (request.headers[OUR_HEADER] === '1' && isSameOrigin(request as AskingRequest)) return;
    throw new ApiError(403, 'foreign-page', { expected: 'X-Ridethrough: 1, and the origin of this server' });
}

async function bodyOf(request: IncomingMessage): Promise<Record<string, unknown>> {
    const value = request.readableEnded ? readBefore(request) : parsed(await textOf(request));
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
        throw new ApiError(400, 'bad-body', { expected: 'a JSON object' });
    }
    return value as Record<string, unknown>;
}

/** The admin API of Node-RED, if it has the same root, reads JSON and forms before us. */
function readBefore(request: IncomingMessage): unknown {
    if (/^application\/json\b/i.test(request.headers['content-type'] ?? ''))
        return (request as { body?: unknown }).body;
    if (request.headers['content-length'] === undefined || request.headers['content-length'] === '0') return {};
    throw new ApiError(400, 'bad-body', { expected: 'Content-Type: application/json' });
}

function parsed(text: string): unknown {
    if (text.trim() === '') return {};
    try {
        return JSON.parse(text);
    } catch {
        throw new ApiError(400, 'bad-body', { expected: 'a JSON object' });
    }
}

function textOf(request: IncomingMessage): Promise<string> {
    return new Promise((resolve, reject) => {
        const chunks: Buffer[] = [];
        let bytes = 0;
        request.on('data', (chunk: Buffer) => {
            bytes += chunk.length;
            if (bytes <= MOST_BODY) chunks.push(chunk);
            // The rest is read and dropped, so that the answer arrives.
        });
        request.on('end', () => {
            if (bytes > MOST_BODY) reject(new ApiError(413, 'too-long', { most: MOST_BODY }));
            else resolve(Buffer.concat(chunks).toString('utf8'));
        });
        request.on('error', reject);
        request.on('aborted', () => reject(new ApiError(400, 'bad-body', { expected: 'a whole request' })));
    });
}

async function send(response: ServerResponse, answer: unknown, headOnly: boolean): Promise<void> {
    if (response.headersSent) return;
    if (!(answer instanceof ApiFile)) return json(response, answer ?? {});
    const { type, name, content } = answer;
    // What fails at once is answered as an error.
    const made = isStream(content) && !headOnly ? await begun(content) : undefined;
    response.setHeader('Content-Type', type);
    if (name) response.setHeader('Content-Disposition', `attachment; filename="${name.replace(/[^\w.-]/g, '_')}"`);
    if (made) await sendStream(response, made);
    else if (isStream(content)) response.end();
    else if (typeof content === 'string' || content instanceof Uint8Array) response.end(content);
    else await sendPieces(response, content);
}

function isStream(content: ApiFile['content']): content is AsyncIterable<string> {
    return typeof content === 'object' && Symbol.asyncIterator in content;
}

/** The same pieces; the first of them is made already. */
async function begun(pieces: AsyncIterable<string>): Promise<AsyncIterable<string>> {
    const source = pieces[Symbol.asyncIterator]();
    let first: IteratorResult<string> | undefined = await source.next();
    const next = async () => {
        const piece = first ?? (await source.next());
        first = undefined;
        return piece;
    };
    const end = async () => (await source.return?.()) ?? { done: true as const, value: undefined };
    return { [Symbol.asyncIterator]: () => ({ next, return: end }) };
}

/** Sends as fast as the reader takes it; one that takes nothing for a minute is cut off. */
async function sendStream(response: ServerResponse, pieces: AsyncIterable<string>): Promise<void> {
    cutOffWhereStalled(response);
    try {
        await pipeline(Readable.from(pieces, { objectMode: false }), response);
    } catch (error) {
        // Who has gone away needs no answer, and did no wrong.
        if (!GONE.includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
}

function json(response: ServerResponse, value: unknown): void {
    response.setHeader('Content-Type', 'application/json; charset=utf-8');
    response.end(JSON.stringify(value));
}

function asApiError(RED: NodeAPI, error: unknown): ApiError {
    if (error instanceof ApiError) return error;
    if (error instanceof UpsError) return new ApiError(409, error.code, { text: errorText(RED, error) });
    RED.log.error(`ridethrough api: ${(error as Error).stack ?? String(error)}`);
    return new ApiError(502, 'failed');
}
