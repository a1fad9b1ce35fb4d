import { request as httpRequest, type IncomingMessage, type RequestOptions } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { ConnectionOptions } from 'node:tls';
import type { Clock } from '../../core/clock';
import { asUpsError, UpsError } from '../../core/errors';
import { SentenceError, said } from '../../core/language/sentence';

export interface HttpAnswer {
    status: number;
    body: string;
    cookies: string[];
}

export interface HttpQuestion {
    method: 'GET' | 'POST';
    path: string;
    headers?: Record<string, string>;
    json?: unknown;
}

/** Time limit for requests after `close`, i.e. the log-out. */
const LOGOUT_MS = 1000;
/** A report with its alarms has some ten thousand bytes. */
const LONGEST_BODY = 1_000_000;

/** Requests to one web server, with limits for time and size. */
export class HttpClient {
    private readonly running = new Set<() => void>();
    private closing = false;

    constructor(
        private readonly clock: Clock,
        readonly base: URL,
        private readonly timeoutMs: number,
        private readonly tls?: ConnectionOptions,
    ) {}

    /** @throws UpsError device-silent, protocol, interrupted */
    ask({ method, path, headers, json }: HttpQuestion): Promise<HttpAnswer> {
        const { base } = this;
        const timeoutMs = this.closing ? LOGOUT_MS : this.timeoutMs;
        const body = json === undefined ? undefined : JSON.stringify(json);
        return new Promise<HttpAnswer>((resolve, reject) => {
            const options: RequestOptions = {
                method,
                agent: false,
                headers: {
                    accept: 'application/json',
                    ...(body === undefined
                        ? {}
                        : { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) }),
                    ...headers,
                },
            };
            const url = new URL(path, base);
            const request =
                url.protocol === 'https:'
                    ? httpsRequest(url, { ...options, ...(this.tls as object | undefined) })
                    : httpRequest(url, options);
            const fail = (error: unknown) => {
                end();
                request.destroy();
                reject(asUpsError(error, 'device-silent', { host: base.host }));
            };
            const timer = this.clock.setTimeout(
                () => fail(new SentenceError(said('noAnswerInMs', { ms: timeoutMs }))),
                timeoutMs,
            );
            const stop = () => fail(new UpsError('interrupted'));
            const end = () => {
                this.clock.clearTimeout(timer);
                this.running.delete(stop);
            };
            this.running.add(stop);
            request.on('error', fail);
            request.on('response', (response) => {
                collect(response, (error, text) => {
                    if (error) return fail(error);
                    end();
                    resolve({
                        status: response.statusCode ?? 0,
                        body: text,
                        cookies: (response.headers['set-cookie'] ?? []).map((cookie) => cookie.split(';')[0]!),
                    });
                });
            });
            request.end(body);
        });
    }

    /** Requests in progress fail at once; later ones get a short time limit. */
    close(): void {
        this.closing = true;
        for (const stop of [...this.running]) stop();
    }
}

function collect(response: IncomingMessage, done: (error: Error | undefined, body: string) => void): void {
    let body = '';
    response.setEncoding('utf8');
    response.on('data', (text: string) => {
        body += text;
        if (body.length > LONGEST_BODY) done(new UpsError('protocol', { reason: said('answerTooLong') }), '');
    });
    response.on('end', () => done(undefined, body));
    response.on('error', (error) => done(error, ''));
}
