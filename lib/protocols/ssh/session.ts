import { connect } from 'node:net';
import type { Client, ClientChannel, ConnectConfig, ParsedKey } from 'ssh2';
import type { Clock } from '../../core/clock';
import { reasonFor, UpsError } from '../../core/errors';
import { plainText, said, SentenceError, failureText, type Told } from '../../core/language/sentence';
import { names } from '../shared/names';
import { ssh2 } from '../shared/packages';
import { algorithmsFor } from './algorithms';
import {
    EXITS_OF_SHUTDOWN,
    LOST_SESSION,
    EXIT_ZERO_ONLY,
    isSuccess,
    parseSuccessExits,
    type SuccessExits,
} from './success-exits';
import { fingerprintOf, type KnownHosts } from './known-hosts';
import { LogIn } from './log-in';
import { BoundedOutput } from './bounded-output';
import { readPrivateKey } from './private-key';
import { targetKey, type SshTarget } from './targets';

export interface SshLogin {
    password?: string;
    /** As pasted (see `readPrivateKey`), or already read. */
    privateKey?: string | ParsedKey;
    passphrase?: string;
}

export interface SshOptions {
    command: string;
    /** Allocates a terminal: some commands need one, e.g. `sudo` on some systems and the prompts of switches. */
    terminal?: boolean;
    /** Input of the command, as if typed: lines separated by `\n`. */
    input?: string;
    login: SshLogin;
    /** Undefined: accepts any host key. */
    knownHosts: KnownHosts | undefined;
    /** Time limit for connection, log-in and command together. */
    timeoutMs: number;
    /** A connection that breaks after the command has started counts as success: a shutdown ends this way. */
    dropIsSuccess: boolean;
    /**
     * Results that count as success besides exit code 0. Default: with `dropIsSuccess`, those of a host that shuts down; else
     * none.
     */
    doneBy?: SuccessExits;
    /** Limit for each output; further bytes are counted and dropped. */
    maxOutputBytes: number;
    /** Called when the host has started the command, which must not be sent again. */
    onAccepted(): void;
}

/** The result of a command on one host. */
export interface SshResult {
    ok: boolean;
    /** The host has started the command. */
    accepted: boolean;
    exitCode?: number;
    /** Name of the signal that ended the command, e.g. `KILL`. */
    signal?: string;
    stdout: string;
    stderr: string;
    /** Number of output bytes beyond the kept ones. */
    dropped: number;
    /** The connection broke, or the host fell silent, after the command had started. */
    disconnected: boolean;
    error?: UpsError;
}

const SHUTDOWN_EXITS = parseSuccessExits(EXITS_OF_SHUTDOWN);
/** A host that has switched off does not close the connection: keepalive requests detect it. */
const KEEPALIVE_MS = 5000;
const KEEPALIVE_TRIES = 3;
/** After sshd has reported a lost session: time for the connection to break. */
const DROP_GRACE_MS = 2000;

/** One command on one host over one connection. `result` never rejects. */
export class SshSession {
    readonly result: Promise<SshResult>;
    private readonly client: Client = new (ssh2().Client)();
    private readonly stdout: BoundedOutput;
    private readonly stderr: BoundedOutput;
    private readonly timer: unknown;
    private logIn: LogIn | undefined;
    private ready = false;
    private resolve!: (result: SshResult) => void;
    private given = false;
    private accepted = false;
    private ended: { exitCode?: number; signal?: string } | undefined;
    private hostKeyError: UpsError | undefined;
    private over = false;
    private grace: unknown;

    constructor(
        private readonly clock: Clock,
        private readonly target: SshTarget,
        private readonly options: SshOptions,
    ) {
        this.stdout = new BoundedOutput(options.maxOutputBytes);
        this.stderr = new BoundedOutput(options.maxOutputBytes);
        this.result = new Promise((resolve) => (this.resolve = resolve));
        this.timer = clock.setTimeout(() => this.timedOut(), options.timeoutMs);
        this.client
            .on('ready', () => this.execute())
            .on('error', (error) => this.broken(error))
            .on('close', () => this.broken(undefined))
            .on('change password', () => this.refused(said('ssh.expired')));
        try {
            this.client.connect(this.config(this.prepared()));
        } catch (error) {
            this.refused(reasonFor(error));
        }
    }

    /** Closes the connection; `result` stays pending. */
    abort(): void {
        this.over = true;
        this.clock.clearTimeout(this.timer);
        this.clock.clearTimeout(this.grace);
        this.client.destroy();
    }

    private get name(): string {
        return targetKey(this.target);
    }

    /** @throws UpsError if the private key cannot be read */
    private prepared(): LogIn {
        const { password, privateKey, passphrase } = this.options.login;
        const key = typeof privateKey === 'string' ? readPrivateKey(privateKey, passphrase) : privateKey;
        this.logIn = new LogIn({ ...this.target, password, key }, (reason) => this.refused(reason));
        return this.logIn;
    }

    private config(logIn: LogIn): ConnectConfig {
        const { host, port, user, old = false } = this.target;
        const types = this.options.knownHosts?.typesOf(host, port) ?? [];
        return {
            sock: connect({ host, port, lookup: names.lookup }),
            host,
            port,
            username: user,
            readyTimeout: 0,
            keepaliveInterval: KEEPALIVE_MS,
            keepaliveCountMax: KEEPALIVE_TRIES,
            algorithms: algorithmsFor(types, old),
            hostVerifier: (key: Buffer) => this.verify(key),
            authHandler: (left, partial, next) => {
                const method = this.over ? undefined : logIn.next(left, partial);
                if (method) next(method);
            },
        };
    }

    private verify(key: Buffer): boolean {
        const { knownHosts } = this.options;
        if (!knownHosts) return true;
        const { host, port } = this.target;
        const verdict = knownHosts.verdict(host, port, key);
        if (verdict === 'trusted') return true;
        const fingerprint = fingerprintOf(key);
        const code = verdict === 'unknown' ? 'host-key-unknown' : 'host-key-changed';
        const name = port === 22 ? host : `[${host}]:${port}`;
        this.hostKeyError = new UpsError(code, { host: name, fingerprint });
        return false;
    }

    /** Whether the command was sent: the host may execute it from now on. */
    get commanded(): boolean {
        return this.given;
    }

    private execute(): void {
        if (this.over) return;
        this.ready = true;
        this.given = true;
        this.client.exec(this.options.command, this.options.terminal ? { pty: true } : {}, (error, channel) => {
            if (this.over) return;
            if (error) {
                this.failed(failureText(error), error);
                return;
            }
            this.accepted = true;
            this.follow(channel);
            try {
                this.options.onAccepted();
            } catch (failure) {
                this.finish({
                    ok: false,
                    error: new UpsError('store-failed', { reason: reasonFor(failure) }, { cause: failure }),
                });
            }
        });
    }

    private follow(channel: ClientChannel): void {
        channel.on('data', (bytes: Buffer) => this.stdout.add(bytes));
        channel.stderr.on('data', (bytes: Buffer) => this.stderr.add(bytes));
        channel.on('error', (error: Error) => this.broken(error));
        channel.on('exit', (code: number | null, signal?: string) => {
            this.ended = { exitCode: code ?? undefined, signal: signal || undefined };
        });
        channel.on('close', () => {
            if (!this.ended) return this.broken(undefined);
            if (this.mayBeLost(this.ended) && !this.over) {
                this.grace = this.clock.setTimeout(() => this.judge(), DROP_GRACE_MS);
            } else this.judge();
        });
        this.type(channel);
    }

    /** Some commands wait for the end of their input. At a terminal the input stays open: some commands treat its end as a hang-up. */
    private type(channel: ClientChannel): void {
        const { input, terminal } = this.options;
        if (input === undefined) {
            if (!terminal) channel.end();
            return;
        }
        const lines = input.endsWith('\n') ? input : `${input}\n`;
        // The Enter key of a terminal sends a carriage return.
        if (terminal) channel.write(lines.replace(/\n/g, '\r'));
        else channel.end(lines);
    }

    /** Decides on success by exit code or signal. */
    private judge(): void {
        const ended = this.ended!;
        const asked = ended.exitCode === 0 && this.options.input === undefined ? this.question : undefined;
        if (asked) return this.failed(said('ssh.asked', { question: asked }));
        if (isSuccess(ended, this.doneBy)) return this.finish({ ok: true });
        const { exitCode, signal } = ended;
        this.failed(
            signal
                ? said('ssh.signal', { signal })
                : exitCode === undefined
                  ? said('ssh.noExitCode')
                  : said('exitCode', { code: exitCode }),
        );
    }

    /** The yes/no question that the command ended with: it did nothing. */
    private get question(): string | undefined {
        return this.stdout.question ?? this.stderr.question;
    }

    private get doneBy(): SuccessExits {
        return this.options.doneBy ?? (this.options.dropIsSuccess ? SHUTDOWN_EXITS : EXIT_ZERO_ONLY);
    }

    /** Exit code 255 may mean that the host shuts down: whether the connection breaks decides. */
    private mayBeLost(ended: { exitCode?: number }): boolean {
        return ended.exitCode === LOST_SESSION && this.options.dropIsSuccess && !isSuccess(ended, this.doneBy);
    }

    private timedOut(): void {
        if (this.accepted) {
            this.failed(said('ssh.noEnd', { s: this.options.timeoutMs / 1000 }));
        } else {
            this.finish({ ok: false, error: new UpsError('device-silent', { host: this.name }) });
        }
    }

    private broken(error: (Error & { level?: string; code?: string | number }) | undefined): void {
        if (this.over) return;
        if (this.ended && this.mayBeLost(this.ended)) return this.finish({ ok: true, disconnected: true });
        if (this.ended) return this.judge();
        if (this.hostKeyError) return this.finish({ ok: false, error: this.hostKeyError });
        if (this.accepted) {
            return this.finish({
                ok: this.options.dropIsSuccess,
                disconnected: true,
                error: this.options.dropIsSuccess
                    ? undefined
                    : new UpsError('remote-command-failed', { host: this.name, reason: said('broke') }),
            });
        }
        const refusal = error?.level === 'client-authentication' ? error.message : this.logIn?.refusalBy(error);
        if (refusal && !this.ready) return this.refused(refusal);
        const { name: host } = this;
        const reason = wordsOf(error);
        const strange = /no matching/.test(plainText(reason)) && !this.target.old;
        this.finish({
            ok: false,
            error: new UpsError(strange ? 'no-common-algorithm' : 'host-unreachable', { host, reason }),
        });
    }

    private refused(reason: Told): void {
        this.finish({ ok: false, error: new UpsError('login-refused', { host: this.name, reason }) });
    }

    private failed(reason: Told, cause?: Error): void {
        this.finish({
            ok: false,
            error: new UpsError('remote-command-failed', { host: this.name, reason }, { cause }),
        });
    }

    private finish(part: Pick<SshResult, 'ok' | 'error'> & { disconnected?: boolean }): void {
        if (this.over) return;
        this.abort();
        this.resolve({
            disconnected: false,
            ...part,
            accepted: this.accepted,
            ...this.ended,
            stdout: this.stdout.text,
            stderr: this.stderr.text,
            dropped: this.stdout.dropped + this.stderr.dropped,
        });
    }
}

/** Why a connection ended before the command was started. */
function wordsOf(error: (Error & { code?: string | number }) | undefined): Told {
    if (!error) return said('closed');
    return error instanceof SentenceError || typeof error.code !== 'string' ? failureText(error) : error.code;
}
