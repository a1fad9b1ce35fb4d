import type { Client, ClientChannel, ConnectConfig, ServerHostKeyAlgorithm } from 'ssh2';
import type { Clock } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { ssh2 } from '../shared/packages';
import { DONE_BY_GOING_DOWN, LOST_SESSION, ONLY_ZERO, isDone, parseDoneBy, type DoneBy } from './done-by';
import { fingerprintOf, type KnownHosts } from './known-hosts';
import { OutputHead } from './output-head';
import { targetKey, type SshTarget } from './targets';

export interface SshLogin {
    password?: string;
    /** PEM or OpenSSH format. */
    privateKey?: string;
    passphrase?: string;
}

export interface SshOptions {
    command: string;
    login: SshLogin;
    /** Undefined: any host key will do. */
    knownHosts: KnownHosts | undefined;
    /** For everything: connect, log-in, command. */
    timeoutMs: number;
    /** A connection that breaks after the host has taken the command is how a shutdown ends. */
    dropIsSuccess: boolean;
    /** Ends that mean success beside exit code 0. Default: with `dropIsSuccess` those of a host that goes down, else none. */
    doneBy?: DoneBy;
    /** Of each output; what is above is counted and dropped. */
    maxOutputBytes: number;
    /** The host has taken the command. It must not be given again. */
    onAccepted(): void;
}

/** What came of a command on one host. */
export interface SshResult {
    ok: boolean;
    /** The host took the command. */
    accepted: boolean;
    exitCode?: number;
    /** Name of the signal that ended it, e.g. `KILL`. */
    signal?: string;
    stdout: string;
    stderr: string;
    /** Bytes of output beyond what is kept. */
    dropped: number;
    /** The connection broke, or the host fell silent, after it had taken the command. */
    disconnected: boolean;
    error?: UpsError;
}

const GOING_DOWN = parseDoneBy(DONE_BY_GOING_DOWN);
/** A host that has switched itself off says nothing; it is asked so often, so many times. */
const KEEPALIVE_MS = 5000;
const KEEPALIVE_TRIES = 3;
/** For the connection to break behind a session that is told as lost. */
const DROP_GRACE_MS = 2000;

/** One command on one host, over one connection. The result never rejects. */
export class SshSession {
    readonly result: Promise<SshResult>;
    private readonly client: Client = new (ssh2().Client)();
    private readonly stdout: OutputHead;
    private readonly stderr: OutputHead;
    private readonly timer: unknown;
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
        this.stdout = new OutputHead(options.maxOutputBytes);
        this.stderr = new OutputHead(options.maxOutputBytes);
        this.result = new Promise((resolve) => (this.resolve = resolve));
        this.timer = clock.setTimeout(() => this.timedOut(), options.timeoutMs);
        this.client
            .on('ready', () => this.execute())
            .on('error', (error) => this.broken(error))
            .on('close', () => this.broken(undefined))
            .on('keyboard-interactive', (_name, _instructions, _language, prompts, answer) =>
                // Many a server asks for the password this way only.
                answer(prompts.map(() => options.login.password ?? '')),
            );
        try {
            this.client.connect(this.config());
        } catch (error) {
            // Thrown for keys that cannot be read; its text does not hold the key.
            this.finish({
                ok: false,
                error: new UpsError(
                    'login-refused',
                    { host: this.name, reason: reasonOf(error) },
                    { cause: error as Error },
                ),
            });
        }
    }

    /** Gives up; the result is not settled any more. */
    abort(): void {
        this.over = true;
        this.clock.clearTimeout(this.timer);
        this.clock.clearTimeout(this.grace);
        this.client.destroy();
    }

    private get name(): string {
        return targetKey(this.target);
    }

    private config(): ConnectConfig {
        const { login, knownHosts } = this.options;
        const { host, port, user } = this.target;
        const types = knownHosts?.typesOf(host, port) ?? [];
        return {
            host,
            port,
            username: user,
            readyTimeout: 0,
            keepaliveInterval: KEEPALIVE_MS,
            keepaliveCountMax: KEEPALIVE_TRIES,
            tryKeyboard: login.password !== undefined,
            ...login,
            ...(types.length ? { algorithms: { serverHostKey: algorithmsFor(types) } } : {}),
            hostVerifier: (key: Buffer) => this.verify(key),
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

    /** Whether the command has left: the host may act on it from now on. */
    get commanded(): boolean {
        return this.given;
    }

    private execute(): void {
        if (this.over) return;
        this.given = true;
        this.client.exec(this.options.command, (error, channel) => {
            if (this.over) return;
            if (error) {
                this.finish({
                    ok: false,
                    error: new UpsError(
                        'remote-command-failed',
                        { host: this.name, reason: error.message },
                        { cause: error },
                    ),
                });
                return;
            }
            this.accepted = true;
            this.follow(channel);
            try {
                this.options.onAccepted();
            } catch (failure) {
                this.finish({
                    ok: false,
                    error: new UpsError('store-failed', { reason: reasonOf(failure) }, { cause: failure }),
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
        // Nothing will come by it; some commands wait for its end.
        channel.end();
    }

    /** By how the command ended. */
    private judge(): void {
        const ended = this.ended!;
        if (isDone(ended, this.doneBy)) return this.finish({ ok: true });
        const { exitCode, signal } = ended;
        const reason = signal ? `ended by signal ${signal}` : `exit code ${exitCode ?? 'none'}`;
        this.finish({ ok: false, error: new UpsError('remote-command-failed', { host: this.name, reason }) });
    }

    private get doneBy(): DoneBy {
        return this.options.doneBy ?? (this.options.dropIsSuccess ? GOING_DOWN : ONLY_ZERO);
    }

    /** Only how the connection goes on can tell whether the host is going down. */
    private mayBeLost(ended: { exitCode?: number }): boolean {
        return ended.exitCode === LOST_SESSION && this.options.dropIsSuccess && !isDone(ended, this.doneBy);
    }

    private timedOut(): void {
        if (this.accepted) {
            const reason = `no end within ${this.options.timeoutMs / 1000} s`;
            this.finish({ ok: false, error: new UpsError('remote-command-failed', { host: this.name, reason }) });
        } else {
            this.finish({ ok: false, error: new UpsError('device-silent', { host: this.name }) });
        }
    }

    private broken(error: (Error & { level?: string; code?: string }) | undefined): void {
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
                    : new UpsError('remote-command-failed', { host: this.name, reason: 'the connection broke' }),
            });
        }
        const host = this.name;
        if (error?.level === 'client-authentication') {
            return this.finish({ ok: false, error: new UpsError('login-refused', { host, reason: error.message }) });
        }
        const reason = error?.code ?? error?.message ?? 'connection closed';
        this.finish({ ok: false, error: new UpsError('host-unreachable', { host, reason }) });
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

/** RSA keys sign in several ways (RFC 8332). */
const ALGORITHMS: Record<string, ServerHostKeyAlgorithm[]> = {
    'ssh-ed25519': ['ssh-ed25519'],
    'ecdsa-sha2-nistp256': ['ecdsa-sha2-nistp256'],
    'ecdsa-sha2-nistp384': ['ecdsa-sha2-nistp384'],
    'ecdsa-sha2-nistp521': ['ecdsa-sha2-nistp521'],
    'ssh-rsa': ['rsa-sha2-512', 'rsa-sha2-256', 'ssh-rsa'],
};

/** What to ask a host for, so that it shows a key of a type that is known of it, if it has one. */
function algorithmsFor(known: readonly string[]): ServerHostKeyAlgorithm[] {
    const types = [...new Set([...known, ...Object.keys(ALGORITHMS)])];
    return types.flatMap((type) => ALGORITHMS[type] ?? []);
}

function reasonOf(error: unknown): string {
    return error instanceof Error ? error.message : String(error);
}
