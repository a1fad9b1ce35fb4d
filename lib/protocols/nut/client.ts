import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError, asUpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { quote } from './line';
import { NutRefusal } from './refusals';
import { NutSession } from './session';
import type { NutTransport } from './transport';

export interface NutClientOptions {
    clock: Clock;
    transport: NutTransport;
    /** For errors and people. */
    host: string;
    upsName: string;
    user?: string;
    password?: string;
    /** STARTTLS comes first; if upsd refuses it, nothing else is sent. */
    tls: boolean;
    /** Milliseconds for each answer. */
    timeoutMs: number;
}

/** What upsd says of a writable variable (GET TYPE, LIST ENUM, LIST RANGE; RFC 9271 sections 4.2.2 and 4.2.7). */
export interface VariableType {
    writable: boolean;
    number: boolean;
    /** Characters; for texts only. */
    maxLength?: number;
    choices?: string[];
    ranges?: { min: number; max: number }[];
}

export type Outcome = 'done' | 'accepted';

const FIRST_BACKOFF_MS = 1000;
const LONGEST_BACKOFF_MS = 30_000;
const TRACKING_MS = 250;
const TRACKING_TRIES = 40;

/**
 * A client of upsd on one connection, kept open, opened again with growing pauses. Requests wait for each other. Login is
 * tried when there is a user; a refused login does not prevent reading, for which upsd asks no rights: see `loginDenied`.
 */
export class NutClient {
    /** upsd refused user and password at LOGIN. */
    loginDenied = false;
    private session?: NutSession;
    private tracking = false;
    private queue: Promise<unknown> = Promise.resolve();
    private backoffMs = 0;
    private retryAt = -Infinity;
    private lastFailure?: UpsError;
    private closed = false;
    private readonly pauses = new Map<() => void, TimerHandle>();

    constructor(private readonly options: NutClientOptions) {}

    /** Every variable of the UPS, as upsd tells it. @throws UpsError */
    async variables(): Promise<Map<string, string>> {
        const rows = await this.run((session) => session.list(`VAR ${this.options.upsName}`));
        return new Map(rows.filter((row) => row[0] === 'VAR' && row.length >= 4).map((row) => [row[2]!, row[3]!]));
    }

    /** Names of the UPSs that upsd has. @throws UpsError */
    async names(): Promise<string[]> {
        const rows = await this.run((session) => session.list('UPS'));
        return rows.filter((row) => row[0] === 'UPS' && row.length >= 2).map((row) => row[1]!);
    }

    /** As it was configured. */
    get upsName(): string {
        return this.options.upsName;
    }

    /** Names of the variables that can be set. @throws UpsError */
    async writable(): Promise<Set<string>> {
        const rows = await this.run((session) => session.list(`RW ${this.options.upsName}`));
        return new Set(rows.filter((row) => row[0] === 'RW' && row.length >= 3).map((row) => row[2]!));
    }

    /** Names of the instant commands. @throws UpsError */
    async commands(): Promise<Set<string>> {
        const rows = await this.run((session) => session.list(`CMD ${this.options.upsName}`));
        return new Set(rows.filter((row) => row[0] === 'CMD' && row.length >= 3).map((row) => row[2]!));
    }

    /** @throws UpsError not-supported when the UPS lacks it */
    async get(variable: string): Promise<string> {
        const [row] = await this.run((session) => session.ask(`GET VAR ${this.options.upsName} ${variable}`));
        if (row?.[0] !== 'VAR' || row[2] !== variable || row[3] === undefined) {
            throw new UpsError('protocol', { reason: said('nut.noValue', { name: variable }) });
        }
        return row[3];
    }

    /** @throws UpsError not-supported when the UPS lacks it */
    async typeOf(variable: string): Promise<VariableType> {
        const place = `${this.options.upsName} ${variable}`;
        const [row] = await this.run((session) => session.ask(`GET TYPE ${place}`));
        if (row?.[0] !== 'TYPE') throw new UpsError('protocol', { reason: said('nut.noType', { name: variable }) });
        const words = row.slice(3);
        const length = words.find((word) => word.startsWith('STRING:'))?.slice('STRING:'.length);
        return {
            writable: words.includes('RW'),
            number: words.includes('NUMBER') || words.includes('RANGE'),
            ...(length ? { maxLength: Number(length) } : {}),
            ...(words.includes('ENUM') ? { choices: await this.choices(place) } : {}),
            ...(words.includes('RANGE') ? { ranges: await this.ranges(place) } : {}),
        };
    }

    /** `done` when upsd tracked it to the driver's success, else `accepted`. @throws UpsError */
    set(variable: string, value: string): Promise<Outcome> {
        return this.order(`SET VAR ${this.options.upsName} ${variable} ${quote(value)}`, `SET ${variable}`);
    }

    /** As `set`. */
    instantCommand(command: string): Promise<Outcome> {
        return this.order(`INSTCMD ${this.options.upsName} ${command}`, command);
    }

    /** Milliseconds of the client's clock; ends early, without an error, when the client closes. */
    pause(ms: number): Promise<void> {
        if (this.closed) return Promise.resolve();
        return new Promise((resolve) => {
            const end = () => {
                this.options.clock.clearTimeout(this.pauses.get(end));
                this.pauses.delete(end);
                resolve();
            };
            this.pauses.set(end, this.options.clock.setTimeout(end, ms));
        });
    }

    /** Logs out and closes. Idempotent. */
    close(): void {
        this.closed = true;
        this.session?.close();
        for (const end of [...this.pauses.keys()]) end();
    }

    private async choices(place: string): Promise<string[]> {
        const rows = await this.run((session) => session.list(`ENUM ${place}`));
        return rows.map((row) => row[3] ?? '');
    }

    private async ranges(place: string): Promise<{ min: number; max: number }[]> {
        const rows = await this.run((session) => session.list(`RANGE ${place}`));
        return rows.map((row) => ({ min: Number(row[3]), max: Number(row[4]) }));
    }

    private async order(request: string, name: string): Promise<Outcome> {
        const [answer] = await this.run((session) => session.ask(request));
        if (answer?.[0] !== 'OK') throw new UpsError('protocol', { reason: said('nut.noOk', { command: name }) });
        const id = answer[1] === 'TRACKING' ? answer[2] : undefined;
        return id ? this.follow(id, name) : 'accepted';
    }

    private async follow(id: string, name: string): Promise<Outcome> {
        for (let tries = 0; tries < TRACKING_TRIES && !this.closed; tries++) {
            const [answer] = await this.run((session) => session.ask(`GET TRACKING ${id}`)).catch((error: unknown) => {
                // The driver's own verdict, as against upsd's: RFC 9271 section 4.2.6 sends it as ERR, too.
                if (error instanceof NutRefusal) {
                    throw new UpsError('command-failed', { command: name, reason: error.nutCode }, { cause: error });
                }
                throw error;
            });
            if (answer?.[0] === 'SUCCESS') return 'done';
            await this.pause(TRACKING_MS);
        }
        return 'accepted';
    }

    private run<T>(work: (session: NutSession) => Promise<T>): Promise<T> {
        const turn = this.queue.then(async () => work(await this.connected()));
        this.queue = turn.catch(() => undefined);
        return turn;
    }

    private async connected(): Promise<NutSession> {
        if (this.closed) throw new UpsError('interrupted');
        if (this.session?.alive) return this.session;
        const { clock, transport, host, timeoutMs } = this.options;
        if (this.lastFailure && clock.monotonic() < this.retryAt) throw this.lastFailure;
        const session = new NutSession(transport, clock, host, timeoutMs);
        this.session = session;
        try {
            await session.opened();
            if (this.options.tls) await session.startTls();
            await this.login(session);
            this.backoffMs = 0;
            this.lastFailure = undefined;
            return session;
        } catch (error) {
            session.close();
            this.lastFailure = asUpsError(error, 'device-silent', { host });
            this.backoffMs = Math.min(LONGEST_BACKOFF_MS, this.backoffMs * 2 || FIRST_BACKOFF_MS);
            this.retryAt = clock.monotonic() + this.backoffMs;
            throw this.lastFailure;
        }
    }

    private async login(session: NutSession): Promise<void> {
        const { user, password, upsName } = this.options;
        this.tracking = false;
        this.loginDenied = false;
        if (user) {
            await session.ask(`USERNAME ${quote(user)}`);
            await session.ask(`PASSWORD ${quote(password ?? '')}`);
            this.loginDenied = await refused(
                session.ask(`LOGIN ${upsName}`),
                (refusal) => refusal.code === 'access-denied',
            );
        }
        // upsd before 2.8 does not know tracking: then it only says that it has accepted an order.
        this.tracking = !(await refused(session.ask('SET TRACKING ON')));
    }

    /** Whether upsd reports the driver's answer to an order. */
    get tracked(): boolean {
        return this.tracking;
    }
}

/** Whether upsd refused; a refusal that `counts` does not pick is no news (e.g. DATA-STALE at LOGIN). @throws what is no refusal */
async function refused(
    request: Promise<unknown>,
    counts: (refusal: NutRefusal) => boolean = () => true,
): Promise<boolean> {
    try {
        await request;
        return false;
    } catch (error) {
        if (error instanceof NutRefusal) return counts(error);
        throw error;
    }
}
