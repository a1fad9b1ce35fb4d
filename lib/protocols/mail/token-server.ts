import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { rootCertificates, type ConnectionOptions } from 'node:tls';
import { names } from '../shared/names';
import { SentenceError, said } from '../../core/language/sentence';

export interface TokenAnswer {
    status: number;
    /** At most `LONGEST_ANSWER` characters. */
    body: string;
}

export interface FormRequest {
    url: URL;
    form: Record<string, string>;
    /** User and password for HTTP Basic, percent-encoded as by RFC 6749 section 2.3.1. */
    basic?: { user: string; password: string };
    /** Additional certificate authorities. */
    ca?: ConnectionOptions['ca'];
    signal: AbortSignal;
}

const LONGEST_ANSWER = 64 * 1024;

/**
 * Sends a form and reads the whole answer. Does not follow redirections, which would forward the secrets. Rejects with Node's own
 * errors.
 */
export function postForm({ url, form, basic, ca, signal }: FormRequest): Promise<TokenAnswer> {
    const body = new URLSearchParams(form).toString();
    const headers = {
        'content-type': 'application/x-www-form-urlencoded',
        'content-length': Buffer.byteLength(body),
        accept: 'application/json',
        ...(basic ? { authorization: `Basic ${basicOf(basic)}` } : {}),
    };
    const options = { method: 'POST', headers, signal, agent: false, lookup: names.lookup };
    return new Promise((resolve, reject) => {
        const answered = (answer: IncomingMessage) => {
            let text = '';
            answer.setEncoding('utf8');
            answer.on('data', (part: string) => {
                text += part;
                if (text.length > LONGEST_ANSWER) answer.destroy(new SentenceError(said('answerTooLong')));
            });
            answer.on('end', () => resolve({ status: answer.statusCode ?? 0, body: text }));
            answer.on('error', reject);
        };
        const request =
            url.protocol === 'https:'
                ? httpsRequest(
                      url,
                      { ...options, ...(ca ? { ca: [...rootCertificates, ...listOf(ca)] } : {}) },
                      answered,
                  )
                : httpRequest(url, options, answered);
        request.on('error', reject);
        request.end(body);
    });
}

function basicOf({ user, password }: { user: string; password: string }): string {
    return Buffer.from(`${encodeURIComponent(user)}:${encodeURIComponent(password)}`).toString('base64');
}

function listOf<T>(value: T | T[]): T[] {
    return Array.isArray(value) ? value : [value];
}
