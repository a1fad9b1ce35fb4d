import type { NodeAPI } from 'node-red';
import type { Clock } from '../../../lib/core/clock';
import type { AskingRequest, RoleOf } from '../../../lib/door';
import { ROLES, type Role } from '../../../lib/views/access';
import { onePerFlow } from '../runtime/flow-of';
import { statusText } from '../words/texts';

/** What everyone may do as long as nobody decides it. */
const EVERYONE: Role = 'view';
/** What who sits at this machine may do as long as nobody decides it. */
const AT_THIS_MACHINE: Role = 'admin';

/** Headers by which a proxy shows itself: a request with one of them comes from elsewhere, whatever its address says. */
const OF_PROXIES = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];
const LONGEST_NAME = 100;
const TOLD_EACH_MS = 60_000;

interface OurSettings {
    ridethrough?: { roleOf?: RoleOf };
    httpNodeAuth?: unknown;
}

/** Who may do what. A later log-in takes the place of the built-in rule. */
class Access {
    /** What the log of Node-RED was told, and when, monotonic ms: whoever asks again and again must not flood it. */
    private readonly told = new Map<string, number>();
    private readonly deciders = new Set<{ roleOf: RoleOf }>();

    constructor(private readonly clock: Clock) {}

    set(roleOf: RoleOf): () => void {
        const own = { roleOf };
        this.deciders.add(own);
        return () => void this.deciders.delete(own);
    }

    /** The role by the latest log-in, or else by `ridethrough.roleOf` of settings.js, or else by the built-in rule. */
    roleOf(RED: NodeAPI, request: AskingRequest): Role {
        const { ridethrough } = RED.settings as OurSettings;
        const all = [...this.deciders].reverse().map(({ roleOf }) => roleOf);
        if (ridethrough?.roleOf !== undefined) all.push(ridethrough.roleOf);
        for (const decide of all) {
            let role: unknown;
            try {
                role = decide(request);
            } catch (error) {
                return this.nobody(RED, 'roleOfFailed', {
                    reason: error instanceof Error ? error.message : String(error),
                });
            }
            if (ROLES.includes(role as Role)) return role as Role;
            if (typeof (role as PromiseLike<unknown> | null | undefined)?.then === 'function') {
                // That nobody waits for it must not end Node-RED.
                Promise.resolve(role).catch(() => {});
                return this.nobody(RED, 'roleOfAsync');
            }
            if (role !== undefined)
                return this.nobody(RED, 'roleOfWrong', { role: shown(role), roles: ROLES.join(', ') });
        }
        return isAtThisMachine(request) ? AT_THIS_MACHINE : EVERYONE;
    }

    /** Whoever decides and fails lets nobody in. */
    private nobody(RED: NodeAPI, key: string, data: Record<string, string> = {}): Role {
        const now = this.clock.monotonic();
        if (now - (this.told.get(key) ?? -Infinity) >= TOLD_EACH_MS) {
            this.told.set(key, now);
            RED.log.error(statusText(RED, key, data));
        }
        return 'none';
    }
}

export const accessOf = onePerFlow(({ clock }) => new Access(clock));

/**
 * Whether a request comes from this machine itself. A proxy on this machine has a loopback address too: it shows itself by its headers, or
 * by HTTP/1.0. A page of another site that rebinds its name to this machine shows itself by the name.
 */
export function isAtThisMachine({ headers, socket, httpVersion }: AskingRequest): boolean {
    if (!isLoopback(socket?.remoteAddress ?? '')) return false;
    if (httpVersion === '1.0' || OF_PROXIES.some((name) => headers[name] !== undefined)) return false;
    return isOwnName(hostName(headers.host));
}

/**
 * Whether a request that changes something comes from a page of this server, or from no page at all. A browser tells the page's origin with
 * each POST; behind a proxy the server is known by the name that the proxy was asked for.
 */
export function isSameOrigin({ headers }: AskingRequest): boolean {
    const { origin, host, 'x-forwarded-host': forwarded, 'sec-fetch-site': site } = headers;
    if (site !== undefined && site !== 'same-origin' && site !== 'none') return false;
    if (origin === undefined) return true;
    const own = [host, ...String(forwarded ?? '').split(',')].map((each) =>
        String(each ?? '')
            .trim()
            .toLowerCase(),
    );
    try {
        return own.filter(Boolean).includes(new URL(String(origin)).host.toLowerCase());
    } catch {
        // `null`: a page without an origin, such as a sandboxed frame.
        return false;
    }
}

/** Who asks, for the event log. A name is told only by a log-in that has let the request through. */
export function whoAsks(RED: NodeAPI, request: AskingRequest): string {
    const { httpNodeAuth } = RED.settings as OurSettings;
    const name = nameIn(request.user) ?? (httpNodeAuth ? basicName(request.headers.authorization) : undefined);
    const address = (request.socket?.remoteAddress ?? '?').replace(/^::ffff:/, '');
    const through = request.headers['x-forwarded-for'];
    return clean(name ?? (through === undefined ? address : `${String(through)} (${address})`));
}

/** A value, so far as it can be shown. */
function shown(value: unknown): string {
    try {
        return (JSON.stringify(value) ?? typeof value).slice(0, LONGEST_NAME);
    } catch {
        return typeof value;
    }
}

function nameIn(user: unknown): string | undefined {
    if (typeof user === 'string') return user || undefined;
    const { username, name, email } = (user ?? {}) as Record<string, unknown>;
    return [username, name, email].find((each): each is string => typeof each === 'string' && each !== '');
}

function basicName(authorization: unknown): string | undefined {
    const [, encoded] = /^Basic ([\w+/=-]+)$/i.exec(String(authorization ?? '')) ?? [];
    const [name] = encoded ? Buffer.from(encoded, 'base64').toString('utf8').split(':') : [];
    return name || undefined;
}

function clean(name: string): string {
    return name.replace(/[\u0000-\u001f\u007f]/g, ' ').slice(0, LONGEST_NAME);
}

function isLoopback(address: string): boolean {
    return /^(::ffff:)?127\.\d+\.\d+\.\d+$/.test(address) || address === '::1';
}

function hostName(host: unknown): string {
    return String(host ?? '')
        .trim()
        .toLowerCase()
        .replace(/:\d+$/, '');
}

function isOwnName(name: string): boolean {
    return name === 'localhost' || name === '[::1]' || /^127\.\d+\.\d+\.\d+$/.test(name);
}
