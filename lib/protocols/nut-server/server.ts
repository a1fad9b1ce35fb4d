import { createServer, type AddressInfo, type Socket } from 'node:net';
import { TLSSocket, createSecureContext, type SecureContext, type SecureContextOptions } from 'node:tls';
import { plainAddress } from '../../core/addresses/ip';
import type { Clock } from '../../core/clock';
import type { UpsError } from '../../core/errors';
import type { Endpoint, Failed, Listener } from '../shared/listener';
import { ListenerKeeper } from '../shared/listener-keeper';
import { listenFailure } from '../shared/net-network';
import { placeFor, placeOfHalf } from '../shared/places';
import { RateLimit } from '../shared/rate-limit';
import { Stretches } from '../shared/stretches';
import type { NutServing } from './serving';
import { NutServerSession, type SessionHost } from './session';
import { Tracking } from './tracking';

/** A client that lets so many bytes of answers wait is cut off. */
const MOST_UNREAD = 65_536;
/** Wrong log-ins of one address in a minute. */
const WRONG_PER_MINUTE = 10;
/** Bytes of one client that are answered at a stretch: others, and the UPSs, come first then. */
const STRETCH = 256;
/** A client that was switched off hard is noticed by the network. */
const KEEP_ALIVE_MS = 60_000;
/** A client that was told the end and does not end is cut off. */
const LINGER_MS = 5000;
/** Where all places are taken, a client without a log-in keeps its own so long between two requests. */
const SPARED_MS = 2000;

export interface NutServerOptions {
    clock: Clock;
    at: Endpoint;
    /** Key and certificate for STARTTLS. Node's errors come out of the constructor. */
    tls?: SecureContextOptions;
    serving: NutServing;
    /** Whether it listens, its clients or their log-ins have changed. */
    changed: () => void;
    /** A request threw what no request should throw; its client is cut off. */
    failed: (error: unknown) => void;
}

/** A client as it is shown. */
export interface NutClientView {
    address: string;
    /** Epoch ms. */
    since: number;
    user?: string;
    /** The name that it has logged in to. */
    login?: string;
    encrypted: boolean;
    lastRequest: string;
}

/**
 * A server of RFC 9271 at one address and port. It outlives what it serves: a deploy puts another `serving` in, and no connection is touched,
 * because upsmon takes a lost connection in an outage for a reason to shut down (NUT 2.8.2 at once, others after DEADTIME).
 */
export class NutServer implements SessionHost {
    readonly clock: Clock;
    readonly tracking: Tracking;
    private readonly keeper: ListenerKeeper;
    private readonly sessions = new Map<Socket, NutServerSession>();
    private readonly stretches = new Stretches();
    private readonly wrongLogins: RateLimit;
    private readonly secure?: SecureContext;
    private current: NutServing;
    private stopped = false;

    constructor(private readonly options: NutServerOptions) {
        const { clock, tls, serving } = options;
        this.clock = clock;
        this.current = serving;
        this.tracking = new Tracking(clock);
        this.wrongLogins = new RateLimit(clock, WRONG_PER_MINUTE);
        if (tls) this.secure = createSecureContext(tls);
        this.keeper = new ListenerKeeper(
            clock,
            () => this.changed(),
            (failed) => this.listen(failed),
        );
    }

    start(): void {
        this.keeper.start();
    }

    /** Ends all connections. Idempotent. */
    async stop(): Promise<void> {
        this.stopped = true;
        await this.keeper.stop();
    }

    /** Where it listens, while it does. */
    get at(): Endpoint | undefined {
        return this.keeper.at;
    }

    /** Why it does not listen. */
    get error(): UpsError | undefined {
        return this.keeper.error;
    }

    get serving(): NutServing {
        return this.current;
    }

    /** Connections stay, but for clients that are not allowed any more, or whose log-in was. */
    serve(serving: NutServing): void {
        this.current = serving;
        for (const session of this.sessions.values()) {
            if (!serving.allows(session.address)) {
                session.close();
            } else if (session.login !== undefined && !session.mayStay()) {
                serving.refused(session.address, 'logged-out');
                session.close();
            }
        }
        this.changed();
    }

    get clients(): NutClientView[] {
        return [...this.sessions.values()].map((session) => {
            const { address, since, username: user, encrypted, lastRequest } = session;
            const login = this.loginOf(session);
            return {
                ...{ address, since, encrypted, lastRequest },
                ...(user !== undefined && { user }),
                ...(login !== undefined && { login }),
            };
        });
    }

    get clientCount(): number {
        return this.sessions.size;
    }

    get hasTls(): boolean {
        return this.secure !== undefined;
    }

    loggedIn(alias: string): string[] {
        const found: string[] = [];
        for (const session of this.sessions.values()) if (this.loginOf(session) === alias) found.push(session.address);
        return found;
    }

    /** What the client's log-in means now, by the name of the alias; undefined: it has not logged in, or its UPS is not served any more. */
    private loginOf({ login, address }: NutServerSession): string | undefined {
        return login === undefined ? undefined : this.current.alias(login, address)?.name;
    }

    changed(): void {
        if (!this.stopped) this.options.changed();
    }

    wrongLogin(address: string): boolean {
        return this.wrongLogins.take(address) === 0;
    }

    private listen(failed: Failed): Promise<Listener> {
        const { at } = this.options;
        const server = createServer({ noDelay: true, keepAlive: true, keepAliveInitialDelay: KEEP_ALIVE_MS });
        server.on('connection', (socket) => this.accept(socket));
        const close = () =>
            new Promise<void>((resolve) => {
                server.close(() => resolve());
                for (const socket of this.sessions.keys()) socket.destroy();
            });
        return new Promise((resolve, reject) => {
            const refused = (error: NodeJS.ErrnoException) => reject(listenFailure(error, at));
            server.once('error', refused);
            server.listen({ host: at.address, port: at.port, exclusive: true }, () => {
                server.off('error', refused);
                server.on('error', (error: NodeJS.ErrnoException) => {
                    void close().then(() => failed(error.code ?? error.message));
                });
                const { address, port } = server.address() as AddressInfo;
                resolve({ at: { address, port }, close });
            });
        });
    }

    private accept(socket: Socket): void {
        // An error of a connection ends this connection alone.
        socket.on('error', () => socket.destroy());
        const address = plainAddress(socket.remoteAddress ?? '');
        const { serving } = this;
        const refusal = !serving.allows(address) ? 'not-allowed' : !this.hasRoom(address) ? 'too-many' : undefined;
        if (refusal) {
            socket.destroy();
            serving.refused(address, refusal);
            return;
        }
        let stream: Socket = socket;
        const session: NutServerSession = new NutServerSession(this, {
            address,
            send: (text) => {
                stream.write(text);
                if (stream.writableLength <= MOST_UNREAD) return;
                socket.destroy();
                session.end();
                this.serving.refused(address, 'unread');
            },
            close: () => {
                stream.end();
                const timer = this.clock.setTimeout(() => socket.destroy(), LINGER_MS);
                socket.once('close', () => this.clock.clearTimeout(timer));
            },
            startTls: () => (stream = this.encrypt(socket, session)),
        });
        this.sessions.set(socket, session);
        this.read(socket, session);
        socket.once('close', () => {
            session.end();
            this.forget(socket, session);
        });
        this.changed();
    }

    /** Whether one more client may connect, also in the place of another one: who has logged in keeps his, but where one address has more than half of all. */
    private hasRoom(address: string): boolean {
        const { serving, sessions } = this;
        const { mostClients } = serving;
        if (sessions.size < mostClients) return true;
        const holders = [...sessions].map(([socket, session]) => {
            const { address: from, silentMs, login } = session;
            return { address: from, silentMs, login, socket, session };
        });
        const guests = holders.filter(({ login }) => login === undefined);
        const given = placeFor(address, guests, SPARED_MS) ?? placeOfHalf(address, holders, mostClients);
        if (!given) return false;
        given.session.end();
        given.socket.destroy();
        this.forget(given.socket, given.session);
        serving.refused(given.address, 'too-many');
        return true;
    }

    /** A connection is gone. */
    private forget(socket: Socket, session: NutServerSession): void {
        const login = this.loginOf(session);
        if (!this.sessions.delete(socket)) return;
        // One that is stopped loses its clients; they have not left.
        if (login !== undefined && !this.stopped && this.loggedIn(login).length === 0) {
            this.serving.allHaveLeft(login);
        }
        this.changed();
    }

    private encrypt(socket: Socket, session: NutServerSession): Socket {
        socket.removeAllListeners('data');
        const secure = new TLSSocket(socket, { isServer: true, secureContext: this.secure });
        secure.on('error', () => socket.destroy());
        this.read(secure, session);
        return secure;
    }

    /** Hands what comes to the session, in stretches. */
    private read(stream: Socket, session: NutServerSession): void {
        // Without a listener the connection is encrypted by now: what is left came in the clear.
        const isReading = () => !stream.destroyed && stream.listenerCount('data') > 0;
        stream.on('data', (chunk: Buffer) => {
            let from = 0;
            const stretch = () => {
                if (isReading()) this.guarded(stream, session, chunk.subarray(from, (from += STRETCH)));
                return from < chunk.length && isReading();
            };
            const isOver = this.stretches.run(stretch, () => isReading() && stream.resume());
            if (!isOver && isReading()) stream.pause();
        });
    }

    private guarded(stream: Socket, session: NutServerSession, bytes: Buffer): void {
        try {
            session.take(bytes);
        } catch (error) {
            stream.destroy();
            this.options.failed(error);
        }
    }
}
