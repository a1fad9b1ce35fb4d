import { request, type IncomingMessage } from 'node:http';
import type { Clock } from '../../core/clock';
import { asUpsError, UpsError } from '../../core/errors';
import { said, SentenceError } from '../../core/language/sentence';

export interface WebPageOptions {
    clock: Clock;
    url: URL;
    /** For the whole answer, clock ms. */
    timeoutMs: number;
    /** A longer answer is not read to its end, bytes. */
    most: number;
    /** Log-in by Basic (RFC 7617); empty: none. */
    user?: string;
    password?: string;
}

/** A page, or a file, of the web server in a device. One request at a time; redirects are not followed: they would lead to another device. */
export class WebPage {
    private interrupt: (() => void) | undefined;

    constructor(private readonly options: WebPageOptions) {}

    /** For errors: host and path, without a log-in. */
    get place(): string {
        const { host, pathname } = this.options.url;
        return `${host}${pathname === '/' ? '' : pathname}`;
    }

    /** @throws UpsError device-silent, device-refused, access-denied, protocol, interrupted */
    get(): Promise<Uint8Array> {
        const { clock, url, timeoutMs } = this.options;
        return new Promise<Uint8Array>((resolve, reject) => {
            // Of the address the log-in is left out: it is a header of ours.
            const { hostname, port, pathname, search } = url;
            const asked = request({
                hostname: hostname.replace(/^\[|\]$/g, ''),
                port: port || 80,
                path: pathname + search,
                agent: false,
                headers: { accept: 'text/html, text/csv, */*', connection: 'close', ...this.authorization() },
            });
            let ended = false;
            const end = (settle: () => void) => {
                if (ended) return;
                ended = true;
                clock.clearTimeout(timer);
                this.interrupt = undefined;
                asked.destroy();
                settle();
            };
            const fail = (error: unknown) =>
                end(() => reject(asUpsError(error, 'device-silent', { host: this.place })));
            const timer = clock.setTimeout(
                () => fail(new SentenceError(said('noAnswerInMs', { ms: timeoutMs }))),
                timeoutMs,
            );
            this.interrupt = () => fail(new UpsError('interrupted'));
            asked.on('error', fail);
            asked.on('response', (response) => {
                const refusal = this.refusalOf(response);
                if (refusal) return fail(refusal);
                collect(response, this.options.most).then((bytes) => end(() => resolve(bytes)), fail);
            });
            asked.end();
        });
    }

    /** A request under way fails at once. */
    close(): void {
        this.interrupt?.();
    }

    private authorization(): Record<string, string> {
        const { user = '', password = '' } = this.options;
        if (!user) return {};
        return { authorization: `Basic ${Buffer.from(`${user}:${password}`).toString('base64')}` };
    }

    private refusalOf({ statusCode: status = 0 }: IncomingMessage): UpsError | undefined {
        const host = this.place;
        if (status === 200) return undefined;
        if (status === 401 || status === 403) return new UpsError('access-denied', { host });
        if (status >= 300 && status < 400)
            return new UpsError('device-refused', { host, reason: said('web.redirect', { status }) });
        return new UpsError('device-refused', { host, reason: said('web.status', { status }) });
    }
}

function collect(response: IncomingMessage, most: number): Promise<Uint8Array> {
    return new Promise((resolve, reject) => {
        const bytes = new GrowingBytes();
        response.on('data', (part: Buffer) => {
            if (bytes.length + part.length > most) reject(new UpsError('protocol', { reason: said('answerTooLong') }));
            else bytes.add(part);
        });
        response.on('end', () => resolve(bytes.all()));
        // Also where the connection ends before all has come.
        response.on('error', reject);
        response.on('aborted', () => reject(new SentenceError(said('brokeOff'))));
    });
}

const FIRST_BYTES = 64 * 1024;

/** Bytes that come in pieces, copied: each piece as it comes holds some hundred bytes more, and some come byte by byte. */
class GrowingBytes {
    private buffer = Buffer.alloc(FIRST_BYTES);
    length = 0;

    add(part: Uint8Array): void {
        const needed = this.length + part.length;
        if (needed > this.buffer.length) {
            const larger = Buffer.alloc(Math.max(needed, 2 * this.buffer.length));
            this.buffer.copy(larger, 0, 0, this.length);
            this.buffer = larger;
        }
        this.buffer.set(part, this.length);
        this.length = needed;
    }

    all(): Uint8Array {
        return this.buffer.subarray(0, this.length);
    }
}
