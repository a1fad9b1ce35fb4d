import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { refusalOf, type ModemRefusal } from './error-codes';

const LONGEST_LINE = 2048;
const MOST_LINES = 64;
/**
 * Time limit for the OK after the answer to a text. Some modems omit it although the text was sent: after a longer wait, the text
 * would be sent again [inferred].
 */
const ANSWERED_MS = 2000;
const CTRL_Z = '\x1a';
export const ESC = '\x1b';

/** The modem refused one command; the connection itself is fine. */
export class AtRefusal extends UpsError {
    constructor(
        host: string,
        readonly refusal: ModemRefusal,
    ) {
        super('device-refused', { host, reason: refusal.words });
    }
}

export interface AtCommand {
    /** The command without the carriage return. */
    text: string;
    /** Prefix of the answer lines, e.g. `+CSQ:`; all other lines are unsolicited. */
    prefix?: string;
    timeoutMs: number;
    /** Sent after the `>` prompt, followed by Ctrl-Z. */
    body?: string;
    /** Name for errors if `text` contains a secret. */
    name?: string;
}

interface Pending extends AtCommand {
    lines: string[];
    prompted: boolean;
    resolve(lines: string[]): void;
    reject(error: Error): void;
    timer: TimerHandle;
}

/**
 * AT commands and answers on one connection (V.250, 3GPP TS 27.007). One command at a time; echoes are dropped, unsolicited lines
 * are handed on. A missing answer ends the channel: a late answer would be taken for the next one.
 */
export class AtChannel {
    private buffer = '';
    private pending: Pending | undefined;
    private failure: UpsError | undefined;

    /** @param unsolicited called with lines that are not an answer */
    constructor(
        private readonly write: (text: string) => void,
        private readonly clock: Clock,
        private readonly host: string,
        private readonly unsolicited: (line: string) => void = () => {},
    ) {}

    /** @throws UpsError device-refused (AtRefusal), device-silent, interrupted */
    command(command: AtCommand): Promise<string[]> {
        if (this.failure) return Promise.reject(this.failure);
        if (this.pending) return Promise.reject(new UpsError('protocol', { reason: said('gsm.two') }));
        return new Promise<string[]>((resolve, reject) => {
            const timer = this.clock.setTimeout(() => this.expire(), command.timeoutMs);
            this.pending = { ...command, lines: [], prompted: false, resolve, reject, timer };
            this.write(`${command.text}\r`);
        });
    }

    /** Receives bytes in chunks of any size. */
    take(bytes: Uint8Array): void {
        this.buffer += Buffer.from(bytes).toString('latin1');
        for (;;) {
            const end = this.buffer.search(/[\r\n]/);
            if (end < 0) break;
            const line = this.buffer.slice(0, end).trim();
            this.buffer = this.buffer.slice(end + 1);
            if (line) this.line(line);
        }
        if (/^ *>/.test(this.buffer) && this.prompt()) this.buffer = this.buffer.replace(/^ *> ?/, '');
        if (this.buffer.length > LONGEST_LINE) this.buffer = '';
    }

    /** Ends the channel; the pending command is rejected with `error`. Idempotent. */
    fail(error: UpsError): void {
        this.failure ??= error;
        this.settle()?.reject(this.failure);
    }

    /** Rejects the pending command without ending the channel. Used only while the modem may still be asleep. */
    abandon(): void {
        this.settle()?.reject(new UpsError('device-silent', { host: this.host, reason: said('noAnswer') }));
    }

    /** Sends the body of the pending command. Returns false if no body is pending. */
    private prompt(): boolean {
        const { pending } = this;
        if (pending?.body === undefined || pending.prompted) return false;
        pending.prompted = true;
        this.write(`${pending.body}${CTRL_Z}`);
        return true;
    }

    private line(line: string): void {
        const { pending } = this;
        if (!pending) return this.unsolicited(line);
        if (line.startsWith('>')) {
            // The prompt with a line end or other text after it; or the echo of the body after the prompt.
            const rest = line.slice(1).trim();
            if (this.prompt() && rest) this.line(rest);
            return;
        }
        // Echo of the command.
        if (line === pending.text) return;
        if (pending.body !== undefined && line.replace(CTRL_Z, '') === pending.body) return;
        const refusal = refusalOf(line);
        if (line === 'OK') this.settle()?.resolve(pending.lines);
        else if (refusal) this.settle()?.reject(new AtRefusal(this.host, refusal));
        else if (pending.prefix && line.startsWith(pending.prefix)) {
            if (pending.lines.length < MOST_LINES) pending.lines.push(line.slice(pending.prefix.length).trim());
            if (pending.prompted) this.answered(pending);
        } else this.unsolicited(line);
    }

    private answered(pending: Pending): void {
        this.clock.clearTimeout(pending.timer);
        pending.timer = this.clock.setTimeout(() => this.settle()?.resolve(pending.lines), ANSWERED_MS);
    }

    private expire(): void {
        const { pending } = this;
        if (!pending) return;
        // Cancels the text: a modem that still waits for it would take the next command for it.
        if (pending.body !== undefined) this.write(ESC);
        const reason = said('gsm.noAnswer', { command: pending.name ?? pending.text, s: pending.timeoutMs / 1000 });
        this.fail(new UpsError('device-silent', { host: this.host, reason }));
    }

    private settle(): Pending | undefined {
        const { pending } = this;
        this.pending = undefined;
        this.clock.clearTimeout(pending?.timer);
        return pending;
    }
}
