import type { NodeAPI } from 'node-red';
import type { AskingRequest, RoleOf } from '../../../lib/door';
import { ROLES, type Role } from '../../../lib/views/access';
import { onePerFlow } from '../runtime/flow-of';

/** What everyone may do as long as nobody decides it. */
const EVERYONE: Role = 'view';
/** What who sits at this machine may do as long as nobody decides it. */
const AT_THIS_MACHINE: Role = 'admin';

/** Headers by which a proxy shows itself: a request with one of them comes from elsewhere, whatever its address says. */
const OF_PROXIES = ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-forwarded-proto', 'x-real-ip', 'via'];
const LONGEST_NAME = 100;

interface OurSettings {
    ridethrough?: { roleOf?: RoleOf };
    httpNodeAuth?: unknown;
}

/** Who may do what. A later log-in takes the place of the built-in rule. */
class Access {
    private readonly deciders = new Set<{ roleOf: RoleOf }>();

    set(roleOf: RoleOf): () => void {
        const own = { roleOf };
        this.deciders.add(own);
        return () => void this.deciders.delete(own);
    }

    /** The role by the latest log-in, or else by `ridethrough.roleOf` of settings.js, or else by the built-in rule. */
    roleOf(RED: NodeAPI, request: AskingRequest): Role {
        const { ridethrough } = RED.settings as OurSettings;
        const all = [...this.deciders].reverse().map(({ roleOf }) => roleOf);
        if (typeof ridethrough?.roleOf === 'function') all.push(ridethrough.roleOf);
        for (const decide of all) {
            try {
                const role = decide(request);
                if (role !== undefined) return ROLES.includes(role) ? role : 'none';
            } catch (error) {
                // Whoever decides and fails lets nobody in.
                RED.log.error(`ridethrough roleOf: ${(error as Error).message}`);
                return 'none';
            }
        }
        return isAtThisMachine(request) ? AT_THIS_MACHINE : EVERYONE;
    }
}

export const accessOf = onePerFlow(() => new Access());

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
