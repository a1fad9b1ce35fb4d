import type { AnyAuthMethod, AuthenticationType, ParsedKey } from 'ssh2';
import { asksForPassword, shownPrompt, type Prompt } from './prompts';
import { said, type Told } from '../../core/language/sentence';

export interface LogInWith {
    user: string;
    host: string;
    password?: string;
    key?: ParsedKey;
}

/** Of what a host says when it hangs up, what speaks of the host and not of the log-in (RFC 4253, section 11.1). */
const NO_REFUSAL = [7, 10, 12];
/** What the network tells of itself. Not a reset: so ends a host that hangs up on what it has not read. */
const NETWORK = ['ETIMEDOUT', 'EHOSTUNREACH', 'ENETUNREACH', 'ENETDOWN', 'EHOSTDOWN'];

/**
 * One log-in, such that it counts as one: the key is shown once and the password goes out once, by whichever way the host takes. Hosts lock
 * accounts after a few failures, and some count each way.
 */
export class LogIn {
    private readonly tried: AuthenticationType[] = [];
    private passwordGiven = false;

    /** @param refused tells why it cannot go on */
    constructor(
        private readonly using: LogInWith,
        private readonly refused: (reason: Told) => void,
    ) {}

    /**
     * The next way to try. @param left what the host takes; null before it has said so
     * @param partial the last way was right, and another is wanted beside it
     */
    next(left: readonly AuthenticationType[] | null, partial: boolean | null): AnyAuthMethod | undefined {
        const { user: username, password, key } = this.using;
        if (left === null) return { type: 'none', username };
        // It was right: the host asks for it anew by another way, or never.
        if (partial) this.passwordGiven = false;
        const open = (type: AuthenticationType) => left.includes(type) && !this.tried.includes(type);
        if (key && open('publickey')) return this.begin({ type: 'publickey', username, key: key as never });
        if (password !== undefined && !this.passwordGiven) {
            // First, as OpenSSH does: who refuses it before a question has not seen the password yet.
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

    /** Whether a connection that ends so before the host has let us in means that it refused; then why. */
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
