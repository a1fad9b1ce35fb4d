import type { Clock } from '../../core/clock';
import { UpsError, asUpsError } from '../../core/errors';
import { LineReader, splitLine } from './line';
import { NutRefusal } from './refusals';
import type { NutConnection, NutTransport } from './transport';

/** More than any list of a real UPS; a server that never ends its list must not fill the memory. */
const LONGEST_LIST = 4096;

interface Pending {
    request: string;
    list: string[][] | undefined;
    begun: boolean;
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
            closed: (reason) =>
                this.fail(new UpsError('device-silent', { host, reason: reason?.message ?? 'upsd closed' })),
        });
    }

    get alive(): boolean {
        return !this.failure;
    }

    /** @throws UpsError device-silent */
    opened(): Promise<void> {
        return this.inTime(this.connection.opened, 'device-silent');
    }

    /** STARTTLS, and never on in the clear without it. @throws UpsError device-refused, device-silent */
    async startTls(): Promise<void> {
        const [answer] = await this.ask('STARTTLS');
        if (answer?.[0] !== 'OK') throw this.fail(new UpsError('protocol', { reason: 'no answer to STARTTLS' }));
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

    /** Says goodbye where that is still possible. Idempotent. */
    close(): void {
        if (this.alive) this.connection.write('LOGOUT\n');
        this.fail(new UpsError('interrupted'));
    }

    private send(request: string, list: string[][] | undefined): Promise<string[][]> {
        if (this.failure) return Promise.reject(this.failure);
        const answer = new Promise<string[][]>((resolve, reject) => {
            this.pending = { request, list, begun: false, resolve, reject };
        });
        this.connection.write(`${request}\n`);
        return this.inTime(answer, 'device-silent');
    }

    private async inTime<T>(work: Promise<T>, code: 'device-silent' | 'device-refused'): Promise<T> {
        const timer = this.clock.setTimeout(() => {
            const failure = this.fail(new UpsError('device-silent', { host: this.host, reason: 'no answer in time' }));
            expire(failure);
        }, this.timeoutMs);
        let expire: (error: UpsError) => void = () => undefined;
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
            for (const line of this.lines.push(bytes)) this.answer(splitLine(line));
        } catch (error) {
            this.fail(asUpsError(error, 'protocol', {}));
        }
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
        const what = splitLine(pending.request);
        const is = (edge: string) => words[0] === edge && what.every((word, index) => words[index + 1] === word);
        if (!pending.begun) {
            if (!is('BEGIN')) throw new UpsError('protocol', { reason: `expected a list, got ${words[0] ?? ''}` });
            pending.begun = true;
        } else if (is('END')) {
            this.pending = undefined;
            pending.resolve(list);
        } else if (list.length >= LONGEST_LIST) {
            throw new UpsError('protocol', { reason: `a list of more than ${LONGEST_LIST} lines` });
        } else list.push(words);
    }

    /** The first failure is the one that counts. */
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
