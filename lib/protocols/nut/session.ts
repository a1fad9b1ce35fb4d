import type { Clock } from '../../core/clock';
import { UpsError, asUpsError } from '../../core/errors';
import { said, failureText } from '../../core/language/sentence';
import { reasonOf } from '../../core/reasons';
import { LineReader, splitLine } from './line';
import { NutRefusal } from './refusals';
import type { NutConnection, NutTransport } from './transport';

/** Lines and characters: a list of 10,000 outlets is long, and a server that never ends its list must not fill the memory. */
const LONGEST_LIST = 100_000;
const LARGEST_LIST = 32 * 1024 * 1024;
/** A long list may take so many time limits as a whole, if each of its parts comes in time. */
const LIST_PATIENCE = 12;

interface Pending {
    request: string;
    list: string[][] | undefined;
    begun: boolean;
    characters: number;
    /** Another part of the answer has come. */
    goesOn(): void;
    resolve(rows: string[][]): void;
    reject(error: UpsError): void;
}

/** One connection to upsd: one request at a time, each with a deadline. Any breach of the protocol ends it. */
export class NutSession {
    private readonly connection: NutConnection;
    private readonly lines = new LineReader();
    private pending?: Pending;
    private failure?: UpsError;

    constructor(
        transport: NutTransport,
        private readonly clock: Clock,
        private readonly host: string,
        private readonly timeoutMs: number,
    ) {
        this.connection = transport.open({
            data: (bytes) => this.take(bytes),
            closed: (reason) => {
                const why = reasonOf(reason) ?? 'cut';
                this.fail(
                    new UpsError('device-silent', {
                        host,
                        why,
                        reason: reason ? failureText(reason) : said('nut.closed'),
                    }),
                );
            },
        });
    }

    get alive(): boolean {
        return !this.failure;
    }

    /** @throws UpsError device-silent */
    opened(): Promise<void> {
        return this.inTime(this.connection.opened, 'device-silent');
    }

    /** Switches to TLS; if this throws, the caller sends nothing unencrypted. @throws UpsError device-refused, device-silent */
    async startTls(): Promise<void> {
        const [answer] = await this.ask('STARTTLS');
        if (answer?.[0] !== 'OK') throw this.fail(new UpsError('protocol', { reason: said('nut.noStarttls') }));
        await this.inTime(this.connection.startTls(), 'device-refused');
    }

    /** The words of the one line that answers `request`. @throws UpsError */
    async ask(request: string): Promise<string[][]> {
        return this.send(request, undefined);
    }

    /** The rows between BEGIN LIST and END LIST. @throws UpsError */
    async list(what: string): Promise<string[][]> {
        return this.send(`LIST ${what}`, []);
    }

    /** Sends LOGOUT if the connection is still open. Idempotent. */
    close(): void {
        if (this.alive) this.connection.write('LOGOUT\n');
        this.fail(new UpsError('interrupted'));
    }

    private send(request: string, list: string[][] | undefined): Promise<string[][]> {
        if (this.failure) return Promise.reject(this.failure);
        const answer = new Promise<string[][]>((resolve, reject) => {
            this.pending = { request, list, begun: false, characters: 0, goesOn: () => undefined, resolve, reject };
        });
        this.connection.write(`${request}\n`);
        return this.inTime(answer, 'device-silent', this.pending);
    }

    /** Rejects, and ends the connection, when `work` is not done in time; each part of a `list` that comes begins the time anew, within bounds. */
    private async inTime<T>(work: Promise<T>, code: 'device-silent' | 'device-refused', list?: Pending): Promise<T> {
        let expire: (error: UpsError) => void = () => undefined;
        const late = () => {
            const reason = said('noAnswerInTime');
            expire(this.fail(new UpsError('device-silent', { host: this.host, why: 'timeout', reason })));
        };
        const since = this.clock.monotonic();
        let timer = this.clock.setTimeout(late, this.timeoutMs);
        if (list) {
            list.goesOn = () => {
                if (this.clock.monotonic() - since > LIST_PATIENCE * this.timeoutMs) return;
                this.clock.clearTimeout(timer);
                timer = this.clock.setTimeout(late, this.timeoutMs);
            };
        }
        try {
            return await Promise.race([work, new Promise<never>((_, reject) => (expire = reject))]);
        } catch (error) {
            if (error instanceof UpsError) throw this.failure?.code === 'interrupted' ? this.failure : error;
            throw this.fail(asUpsError(error, code, { host: this.host }));
        } finally {
            this.clock.clearTimeout(timer);
        }
    }

    private take(bytes: Buffer): void {
        try {
            for (const line of this.lines.push(bytes)) this.line(line);
            if (this.pending?.begun) this.pending.goesOn();
        } catch (error) {
            this.fail(asUpsError(error, 'protocol', {}));
        }
    }

    /** Leaves out a row with broken quotes, and keeps the other rows. */
    private line(line: string): void {
        const { pending } = this;
        if (pending) pending.characters += line.length;
        let words: string[];
        try {
            words = splitLine(line);
        } catch (error) {
            if (pending?.begun && !line.startsWith('END ')) return;
            throw error;
        }
        this.answer(words);
    }

    private answer(words: string[]): void {
        const { pending } = this;
        if (!pending) throw new UpsError('protocol', { reason: `unasked: ${words.slice(0, 2).join(' ')}` });
        if (words[0] === 'ERR') {
            this.pending = undefined;
            pending.reject(new NutRefusal(words[1] ?? 'UNKNOWN', this.host, nameOf(pending.request)));
        } else if (!pending.list) {
            this.pending = undefined;
            pending.resolve([words]);
        } else this.row(pending, pending.list, words);
    }

    private row(pending: Pending, list: string[][], words: string[]): void {
        const is = (edge: string) =>
            words[0] === edge && splitLine(pending.request).every((word, index) => words[index + 1] === word);
        if (!pending.begun) {
            if (!is('BEGIN')) throw new UpsError('protocol', { reason: said('nut.noList', { line: words[0] ?? '' }) });
            pending.begun = true;
        } else if (is('END')) {
            this.pending = undefined;
            pending.resolve(list);
        } else if (list.length >= LONGEST_LIST || pending.characters > LARGEST_LIST) {
            throw new UpsError('protocol', { reason: said('nut.endless', { n: list.length }) });
        } else list.push(words);
    }

    /** Only the first failure counts. */
    private fail(error: UpsError): UpsError {
        this.failure ??= error;
        this.connection.close();
        const { pending } = this;
        this.pending = undefined;
        pending?.reject(this.failure);
        return this.failure;
    }
}

/** A request for people: its first words, never a value, which may be secret. */
function nameOf(request: string): string {
    return request
        .replace(/^PASSWORD .*/, 'PASSWORD')
        .split(' ')
        .slice(0, 4)
        .join(' ');
}
