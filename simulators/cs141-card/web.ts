import { randomBytes } from 'node:crypto';
import type { IncomingMessage, ServerResponse } from 'node:http';
import type { Clock } from '../../lib/core/clock';
import type { ModbusFaults } from '../../lib/protocols/modbus-server/faults';
import { WebServer } from '../shared/web-server';

/** An idle session ends after this time, ms. The real card's time is unknown. */
const SESSION_MS = 10 * 60_000;
const MOST_SESSIONS = 32;

export type ValueTable = Record<string, string | number | string[] | number[]>;

export interface Cs141WebOptions {
    clock: Clock;
    values: () => ValueTable;
    faults: ModbusFaults;
    /** 0 (default): any free port. */
    port?: number;
    address?: string;
    user?: string;
    password?: string;
    /** Refuses a second log-in while a session exists. Default false. */
    oneLogin?: boolean;
}

/**
 * The card's web interface as used by other clients: log in, report, log out. The CS141 manual does not document it. The answers
 * 401 without a session and 403 to a second log-in are inferred.
 */
export class Cs141Web {
    /** Number of reports sent. */
    reports = 0;
    /** Number of successful and of refused log-ins. */
    logins = 0;
    refusals = 0;
    private readonly server: WebServer;
    /** Token, and monotonic ms of its last use. */
    private readonly sessionsByToken = new Map<string, number>();

    constructor(private readonly options: Cs141WebOptions) {
        const { clock, faults, port = 0, address = '127.0.0.1' } = options;
        this.server = new WebServer({
            clock,
            port,
            address,
            faults: () => faults,
            answer: (request, body, response) => this.answer(request, body, response),
        });
    }

    get port(): number {
        return this.server.port;
    }

    /** Number of open sessions. */
    get sessions(): number {
        this.forgetOld();
        return this.sessionsByToken.size;
    }

    /** @throws UpsError port-in-use, port-forbidden */
    start(): Promise<void> {
        return this.server.start();
    }

    /** Ends all sessions, like a restart of the card. */
    endSessions(): void {
        this.sessionsByToken.clear();
    }

    /** Idempotent. */
    stop(): Promise<void> {
        return this.server.stop();
    }

    private answer(request: IncomingMessage, body: string, response: ServerResponse): void {
        const route = `${request.method} ${(request.url ?? '').split('?')[0]}`;
        if (route === 'POST /api/login') return this.logIn(body, response);
        if (route === 'POST /api/logout') {
            this.sessionsByToken.delete(tokenOf(request));
            return this.say(response, 200, {});
        }
        if (route !== 'GET /api/devices/ups/report') return this.say(response, 404, { error: 'not found' });
        const token = tokenOf(request);
        this.forgetOld();
        if (!this.sessionsByToken.has(token)) return this.say(response, 401, { error: 'not logged in' });
        this.sessionsByToken.set(token, this.options.clock.monotonic());
        this.reports++;
        const time = new Date(this.options.clock.now()).toISOString();
        this.say(response, 200, {
            report: { time, refresh: 5, _platform: 'cs141' },
            ups: { _oemViewName: 'default', _selected_ups_id: 1, valtable: this.options.values() },
        });
    }

    private logIn(body: string, response: ServerResponse): void {
        const { user = 'admin', password = 'cs141-snmp', oneLogin = false, clock } = this.options;
        const given = credentialsOf(body);
        const refuse = (status: number, error: string) => {
            this.refusals++;
            this.say(response, status, { error });
        };
        if (given.userName !== user || given.password !== password) return refuse(401, 'wrong user or password');
        if (this.sessions >= (oneLogin ? 1 : MOST_SESSIONS)) return refuse(403, 'somebody is logged in');
        const accessToken = randomBytes(16).toString('hex');
        this.sessionsByToken.set(accessToken, clock.monotonic());
        this.logins++;
        response.setHeader('Set-Cookie', `accessToken=${accessToken}; Path=/; HttpOnly`);
        this.say(response, 200, { accessToken, userName: user });
    }

    private say(response: ServerResponse, status: number, content: object): void {
        const bytes = Buffer.from(JSON.stringify(content));
        response.writeHead(status, { 'Content-Type': 'application/json', 'Content-Length': bytes.length });
        const { stallAfter } = this.options.faults;
        if (stallAfter === undefined) response.end(bytes);
        else response.write(bytes.subarray(0, Math.min(stallAfter, bytes.length - 1)));
    }

    private forgetOld(): void {
        const oldest = this.options.clock.monotonic() - SESSION_MS;
        for (const [token, used] of this.sessionsByToken) if (used < oldest) this.sessionsByToken.delete(token);
    }
}

function tokenOf(request: IncomingMessage): string {
    return /(?:^|;\s*)accessToken=([0-9a-f]+)/.exec(request.headers.cookie ?? '')?.[1] ?? '';
}

/** Clients send JSON or a form. */
function credentialsOf(body: string): { userName?: unknown; password?: unknown } {
    if (!body.trimStart().startsWith('{')) return Object.fromEntries(new URLSearchParams(body));
    try {
        return JSON.parse(body) as { userName?: unknown; password?: unknown };
    } catch {
        return {};
    }
}
