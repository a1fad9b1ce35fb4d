import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { NextFunction, RequestHandler } from 'express';
import type { NodeAPI } from 'node-red';
import { CONTENT_TYPES, formatFor, type MetricFormat } from '../../../lib/protocols/metrics/exposition';
import type { AllowedSenders } from '../../../lib/protocols/shared/senders';
import { clientAddresses } from './client-addresses';

/** Where DRuggeri's nut_exporter serves its page. */
export const EXPORTER_PATH = '/ups_metrics';

export type WhyRefused = 'client' | 'token';

/** One node that serves metrics. */
export interface MetricsEndpoint {
    /** Behind `httpNodeRoot`, without a slash at its end. */
    path: string;
    clients: AllowedSenders;
    /** Empty: none is needed. */
    token: string;
    /** The page of all its UPSs. */
    page(format: MetricFormat): string;
    /** The page of one UPS, see `nut-exporter.ts`; `stale`: nothing is known of it now; `unknown`: it has none of that name; `which`: no name, and it has several. */
    exported(ups: string, format: MetricFormat): { page: string } | 'stale' | 'unknown' | 'which';
    refused(address: string, why: WhyRefused): void;
    /** A client that is allowed asks this endpoint. @param request without secrets */
    asked(address: string, request: string): void;
    /** Whether it serves its path, or another node does. */
    serves(isFirst: boolean): void;
}

const mounted = new WeakMap<object, MetricsEndpoints>();

/** The endpoints of this Node-RED; the first call mounts them, behind what guards its http nodes. They stay mounted over deploys. */
export function metricsEndpoints(RED: NodeAPI): MetricsEndpoints {
    const known = mounted.get(RED.httpNode);
    if (known) return known;
    const made = new MetricsEndpoints((error) => RED.log.error(`ups-metrics: ${error.stack ?? error.message}`));
    mounted.set(RED.httpNode, made);
    const { httpNodeMiddleware } = RED.settings as { httpNodeMiddleware?: RequestHandler | RequestHandler[] };
    const guards = [httpNodeMiddleware].flat().filter((each): each is RequestHandler => typeof each === 'function');
    RED.httpNode.use((request, response, next: NextFunction) => {
        if (!made.has(request.path)) return next();
        const steps = [...guards];
        const step = (error?: unknown): void => {
            if (error !== undefined) return next(error);
            const guard = steps.shift();
            if (guard) guard(request, response, step as NextFunction);
            else made.answer(request.path, request, response);
        };
        step();
    });
    return made;
}

export class MetricsEndpoints {
    /** The first one of a path serves it. */
    private readonly all: MetricsEndpoint[] = [];

    constructor(private readonly problem: (error: Error) => void) {}

    /** @returns takes it away; idempotent */
    add(endpoint: MetricsEndpoint): () => void {
        this.all.push(endpoint);
        endpoint.serves(this.of(endpoint.path)[0] === endpoint);
        return () => {
            const index = this.all.indexOf(endpoint);
            if (index < 0) return;
            const wasFirst = this.of(endpoint.path)[0] === endpoint;
            this.all.splice(index, 1);
            if (wasFirst) this.of(endpoint.path)[0]?.serves(true);
        };
    }

    has(path: string): boolean {
        const plain = withoutSlash(path);
        return plain === EXPORTER_PATH ? this.all.length > 0 : this.of(plain).length > 0;
    }

    /** Answers a request to a path of ours; never throws. */
    answer(path: string, request: IncomingMessage, response: ServerResponse): void {
        try {
            this.answerTo(withoutSlash(path), request, response);
        } catch (error) {
            this.problem(error as Error);
            if (response.headersSent) response.destroy();
            else say(response, 500, 'the metrics could not be made');
        }
    }

    private answerTo(path: string, request: IncomingMessage, response: ServerResponse): void {
        const isExporter = path === EXPORTER_PATH;
        // Who asks nut_exporter's path names a UPS, not a node: any node that lets him in may have it.
        const candidates = isExporter ? this.all : this.of(path).slice(0, 1);
        const refusals = candidates.map((each) => refusal(each, request));
        const open = candidates.filter((_, index) => refusals[index] === undefined);
        if (open.length === 0) {
            const [first] = candidates;
            // Whose address is known lacks the token only.
            const why = refusals.includes('token') ? 'token' : 'client';
            const by = candidates[refusals.indexOf(why)] ?? first!;
            by.refused(addressOf(request), why);
            if (why === 'token') response.setHeader('WWW-Authenticate', 'Bearer realm="ridethrough"');
            return say(response, why === 'token' ? 401 : 403, why === 'token' ? 'bearer token needed' : 'not allowed');
        }
        if (request.method !== 'GET' && request.method !== 'HEAD') {
            response.setHeader('Allow', 'GET, HEAD');
            return say(response, 405, 'GET or HEAD');
        }
        const format = formatFor(request.headers.accept);
        const asked = `${request.method} ${path}`;
        if (!isExporter) {
            open[0]!.asked(addressOf(request), asked);
            return send(response, open[0]!.page(format), format);
        }
        const ups = queryOf(request.url).get('ups') ?? '';
        const answers = open.map((each) => each.exported(ups, format));
        const found = answers.find((each) => typeof each === 'object');
        const by = answers.findIndex((each) => each === (found ?? 'stale'));
        open[by]?.asked(addressOf(request), ups === '' ? asked : `${asked}?ups=${ups}`);
        if (found) return send(response, found.page, format);
        if (answers.includes('stale')) return say(response, 503, 'data stale');
        if (answers.includes('which')) return say(response, 400, 'several UPSs: add ?ups=<name>');
        return say(response, 404, 'no such UPS');
    }

    private of(path: string): MetricsEndpoint[] {
        return this.all.filter((each) => each.path === path);
    }
}

/** A request may name any host before its path, also an impossible one. */
function queryOf(url = ''): URLSearchParams {
    const from = url.indexOf('?');
    return new URLSearchParams(from < 0 ? '' : url.slice(from + 1));
}

function withoutSlash(path: string): string {
    return path.length > 1 && path.endsWith('/') ? path.slice(0, -1) : path;
}

/** As it is shown. */
function addressOf(request: IncomingMessage): string {
    return clientAddresses(request).join(', ');
}

function refusal({ clients, token }: MetricsEndpoint, request: IncomingMessage): WhyRefused | undefined {
    const addresses = clientAddresses(request);
    if (addresses.length === 0 || !addresses.every((each) => clients.allows(each))) return 'client';
    if (token === '') return undefined;
    const [, given = ''] = /^Bearer +(.{1,4096})$/i.exec(request.headers.authorization ?? '') ?? [];
    return isSame(given, token) ? undefined : 'token';
}

/** In a time that tells nothing of either. */
function isSame(given: string, secret: string): boolean {
    const digest = (text: string) => createHash('sha256').update(text, 'utf8').digest();
    return timingSafeEqual(digest(given), digest(secret));
}

function send(response: ServerResponse, page: string, format: MetricFormat): void {
    const bytes = Buffer.from(page, 'utf8');
    response.statusCode = 200;
    headers(response, CONTENT_TYPES[format], bytes.length);
    response.end(bytes);
}

function say(response: ServerResponse, status: number, text: string): void {
    response.statusCode = status;
    headers(response, 'text/plain; charset=utf-8', Buffer.byteLength(text) + 1);
    response.end(`${text}\n`);
}

function headers(response: ServerResponse, type: string, length: number): void {
    response.setHeader('Content-Type', type);
    response.setHeader('Content-Length', length);
    response.setHeader('Cache-Control', 'no-store');
    response.setHeader('Vary', 'Accept');
    response.setHeader('X-Content-Type-Options', 'nosniff');
}
