import type { AnyAuthMethod, AuthenticationType, ParsedKey } from 'ssh2';
import { asksForPassword, shownPrompt, type Prompt } from './prompts';
import { said, type Told } from '../../core/language/sentence';

export interface LogInWith {
    user: string;
    host: string;
    password?: string;
    key?: ParsedKey;
}

/** Disconnect codes that concern the host and not the log-in (RFC 4253, section 11.1). */
const NO_REFUSAL = [7, 10, 12];
/** Errors of the network. A reset is not among them: a host that refuses a log-in may cause one by closing with unread data. */
const NETWORK = ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN'];

/**
 * One log-in that counts as one attempt: the key is shown once and the password is sent once, by whichever method the host
 * accepts. Hosts lock accounts after a few failures, and some count each method.
 */
export class LogIn {
    private readonly tried: AuthenticationType[] = [];
    private passwordGiven = false;

    /** @param refused called with the reason when no method is left */
    constructor(
        private readonly using: LogInWith,
        private readonly refused: (reason: Told) => void,
    ) {}

    /**
     * The next method to try. @param left methods that the host accepts; null before the host has listed them
     * @param partial the last method succeeded, and the host requires a further one
     */
    next(left: readonly AuthenticationType[] | null, partial: boolean | null): AnyAuthMethod | undefined {
        const { user: username, password, key } = this.using;
        if (left === null) return { type: 'none', username };
        // The password was right: if the host asks for it by another method, it may be sent again.
        if (partial) this.passwordGiven = false;
        const open = (type: AuthenticationType) => left.includes(type) && !this.tried.includes(type);
        if (key && open('publickey')) return this.begin({ type: 'publickey', username, key: key as never });
        if (password !== undefined && !this.passwordGiven) {
            // Before `password`, as in OpenSSH: a refusal before the question means that the password was not sent yet.
            if (open('keyboard-interactive')) {
                const prompt = (...[, , , prompts, answer]: AskedBy) => this.answer(prompts, answer);
                return this.begin({ type: 'keyboard-interactive', username, prompt: prompt as never });
            }
            if (open('password')) {
                this.passwordGiven = true;
                return this.begin({ type: 'password', username, password });
            }
        }
        const wanted = left.length ? said('ssh.only', { ways: left.join(', ') }) : said('ssh.nothing');
        this.refused(this.tried.length ? said('ssh.refused', { ways: this.tried.join(', ') }) : wanted);
        return undefined;
    }

    /** The reason if a connection that ends with `error` before the log-in is complete means a refusal; otherwise undefined. */
    refusalBy(error: { code?: string | number; message?: string } | undefined): Told | undefined {
        const last = this.tried.at(-1);
        const other = typeof error?.code === 'number' ? NO_REFUSAL : (NETWORK as unknown[]);
        if (!last || (other as unknown[]).includes(error?.code)) return undefined;
        const words = typeof error?.code === 'number' && error.message ? shownPrompt(error.message) : undefined;
        return words === undefined ? said('ssh.hungUp', { way: last }) : said('ssh.hungUpSaying', { way: last, words });
    }

    private begin(method: AnyAuthMethod): AnyAuthMethod {
        this.tried.push(method.type);
        return method;
    }

    private answer(prompts: readonly Prompt[], answer: (answers: string[]) => void): void {
        const { user, host, password = '' } = this.using;
        const other = prompts.find((prompt) => !asksForPassword(prompt, user, host));
        if (!other && prompts.length === 1 && !this.passwordGiven) {
            this.passwordGiven = true;
            answer([password]);
            return;
        }
        const asked = shownPrompt((other ?? prompts[0])!.prompt);
        this.refused(this.passwordGiven && !other ? said('ssh.again') : said('ssh.asks', { question: asked }));
    }
}

type AskedBy = [
    name: string,
    instructions: string,
    language: string,
    prompts: readonly Prompt[],
    answer: (answers: string[]) => void,
];
