import type { Clock, TimerHandle } from '../../core/clock';
import { asUpsError, UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import type { SettingValue } from '../../core/status/status';
import type { HttpAnswer, HttpClient } from './http-client';

/** Values from the card's web interface. */
export interface ReportValues {
    model?: string;
    manufacturer?: string;
    values: ReadonlyMap<string, SettingValue>;
}

export interface CardReportOptions {
    clock: Clock;
    client: HttpClient;
    user: string;
    password: string;
    intervalMs: number;
    /** Some cards allow one log-in at a time: the nodes of one card use this queue. */
    queue: KeyedQueue;
}

/** Runs work with the same key one after the other. */
export class KeyedQueue {
    private readonly tails = new Map<string, Promise<unknown>>();

    run<T>(key: string, work: () => Promise<T>): Promise<T> {
        const turn = (this.tails.get(key) ?? Promise.resolve()).then(work, work);
        const tail = turn.then(
            () => undefined,
            () => undefined,
        );
        this.tails.set(key, tail);
        void tail.then(() => {
            if (this.tails.get(key) === tail) this.tails.delete(key);
        });
        return turn;
    }
}

/** A report with more values is not a report of a UPS. */
const MOST_VALUES = 500;
const LONGEST_TEXT = 200;
const NAME = /^[A-Za-z][\w .-]{0,63}$/;

/**
 * Reads the card's report over HTTP: log in, read, log out. The protocol is not documented; several other clients use it in this
 * way. It may differ with another firmware: only additional values depend on it.
 */
export class CardReport {
    private newest: { values: ReportValues; at: number } | undefined;
    private timer: TimerHandle;
    private running: Promise<void> = Promise.resolve();
    private warn: (error: unknown) => void = () => {};
    private lastTrouble: string | undefined;
    private stopped = true;
    private fetching = false;

    constructor(private readonly options: CardReportOptions) {}

    /** The last report; undefined if it is older than two intervals. */
    get latest(): ReportValues | undefined {
        const { clock, intervalMs } = this.options;
        if (!this.newest || clock.monotonic() > this.newest.at + 2 * intervalMs + 1000) return undefined;
        return this.newest.values;
    }

    /** @param warn receives each problem once, and again only after it was over or has changed */
    start(warn: (error: unknown) => void): void {
        if (!this.stopped) return;
        this.stopped = false;
        this.warn = warn;
        this.next(0);
    }

    async stop(): Promise<void> {
        if (this.stopped) return;
        this.stopped = true;
        this.options.clock.clearTimeout(this.timer);
        this.options.client.close();
        // A round that still waits in the queue ends when it sees `stopped`.
        if (this.fetching) await this.running;
    }

    private next(afterMs: number): void {
        if (this.stopped) return;
        this.timer = this.options.clock.setTimeout(() => {
            this.running = this.round();
        }, afterMs);
    }

    private async round(): Promise<void> {
        const { clock, client, intervalMs, queue: turns } = this.options;
        try {
            const values = await turns.run(client.base.host, () => this.fetch());
            this.newest = { values, at: clock.monotonic() };
            this.lastTrouble = undefined;
        } catch (error) {
            const failure = asUpsError(error, 'protocol', { host: client.base.host });
            if (failure.code !== 'interrupted' && failure.code !== this.lastTrouble) {
                this.lastTrouble = failure.code;
                this.warn(failure);
            }
        }
        this.next(intervalMs);
    }

    private async fetch(): Promise<ReportValues> {
        if (this.stopped) throw new UpsError('interrupted');
        this.fetching = true;
        try {
            return await this.session();
        } finally {
            this.fetching = false;
        }
    }

    private async session(): Promise<ReportValues> {
        const { client, user, password } = this.options;
        const login = await client.ask({
            method: 'POST',
            path: '/api/login',
            json: { userName: user, password },
        });
        const { host } = client.base;
        if (login.status === 401 || login.status === 403) throw new UpsError('access-denied', { host });
        requireOk(login, host, 'log-in');
        const headers = sessionOf(login);
        try {
            const report = await client.ask({ method: 'GET', path: '/api/devices/ups/report', headers });
            requireOk(report, host, 'report');
            return valuesOf(parse(report.body, host), host);
        } finally {
            // Frees the only session that some cards have; a failed log-out must not lose the report.
            await client.ask({ method: 'POST', path: '/api/logout', headers, json: {} }).catch(() => undefined);
        }
    }
}

function requireOk({ status }: HttpAnswer, host: string, step: string): void {
    if (status >= 200 && status < 300) return;
    throw new UpsError('device-refused', { host, reason: said('cs141.status', { status, path: step }) });
}

/** Cookies, and a token for firmware that expects it in a header [seen in other clients; the firmware versions are unknown]. */
function sessionOf({ cookies, body }: HttpAnswer): Record<string, string> {
    const headers: Record<string, string> = {};
    if (cookies.length) headers.cookie = cookies.join('; ');
    const token = /"accessToken"\s*:\s*"([\w.~+/=-]{1,4096})"/.exec(body)?.[1];
    if (token !== undefined) headers.authorization = `Bearer ${token}`;
    return headers;
}

function parse(body: string, host: string): unknown {
    try {
        return JSON.parse(body);
    } catch (error) {
        throw new UpsError('protocol', { host, reason: said('cs141.notJson') }, { cause: error });
    }
}

/** @throws UpsError protocol if the report has no table of values */
function valuesOf(report: unknown, host: string): ReportValues {
    const { ups } = (report ?? {}) as { ups?: { valtable?: unknown } & Record<string, unknown> };
    const table = ups?.valtable;
    if (typeof table !== 'object' || table === null || Array.isArray(table)) {
        throw new UpsError('protocol', { host, reason: said('cs141.noTable') });
    }
    const values = new Map<string, SettingValue>();
    for (const [name, value] of Object.entries(table)) {
        if (values.size >= MOST_VALUES) break;
        for (const [part, single] of Array.isArray(value) ? numbered(name, value) : [[name, value] as const]) {
            const known = NAME.test(part) ? settingOf(single) : undefined;
            if (known !== undefined) values.set(part, known);
        }
    }
    return { model: text(ups!.model), manufacturer: text(ups!.manufacturer), values };
}

/** A list has one value for each phase: the names become those of the Modbus maps, INVOLT0, INVOLT1, ... [inferred] */
function numbered(name: string, list: readonly unknown[]): (readonly [string, unknown])[] {
    return list.slice(0, 32).map((value, index) => [`${name}${index}`, value] as const);
}

function settingOf(value: unknown): SettingValue | undefined {
    if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
    if (typeof value === 'boolean') return value;
    if (typeof value !== 'string') return undefined;
    const trimmed = value.trim();
    return /^[+-]?\d+(\.\d+)?$/.test(trimmed) ? Number(trimmed) : trimmed.slice(0, LONGEST_TEXT) || undefined;
}

function text(value: unknown): string | undefined {
    return typeof value === 'string' ? value.trim().slice(0, LONGEST_TEXT) || undefined : undefined;
}
