import snmp from 'net-snmp';
import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError } from '../../core/errors';
import { deferred } from '../shared/deferred';
import type { SnmpUser } from './config';
import { guardedDgram } from './guarded-dgram';
import type { HostAddress } from './host-address';
import { trapOid, type TrapPdu } from './trap-oid';
import { TrapThrottle } from './trap-throttle';
import { RateLimit } from '../shared/rate-limit';
import { netSnmpUser } from './net-snmp-user';

/** A device that is polled when it sends a trap. */
export interface TrapListener {
    port: number;
    /** Local address to listen on; default: all addresses, or that of this machine alone as long as all devices of the port are on it. */
    address?: string;
    /** The device; traps of other senders are dropped unread. */
    from: HostAddress;
    /** For SNMPv3 traps and informs. */
    user?: SnmpUser;
    hint(): void;
    /** The object identifier of a trap that could be read, see `trapOid`. Nobody has checked who sent it: it is for people only. */
    named?(oid: string): void;
    /** port-in-use, port-forbidden: no traps are received; polling continues. */
    warning(error: UpsError): void;
}

export interface TrapSubscription {
    /**
     * Resolves when the port is bound and the device's address is known, so that its next trap is received. Stays pending while
     * the port cannot be bound (`warning` reports it), and after `cancel`.
     */
    readonly listening: Promise<void>;
    /** Idempotent. */
    cancel(): void;
}

interface NetSnmpReceiver {
    getAuthorizer(): { addUser(user: snmp.User): void; deleteUser(name: string): void };
    close(): void;
}

interface ReceivedTrap {
    pdu?: TrapPdu;
    rinfo?: { address: string };
}

const ANY = '0.0.0.0';
/** Time between two attempts to bind a port that another process holds. */
const RETRY_MS = 30_000;
/** Traps of one device; further ones are not parsed. Each still causes a poll, and the sender of an inform repeats it. */
const PARSED_PER_MINUTE = 600;

/**
 * Trap ports of this process, shared by all devices that use the same port: the first device opens it, the last closes it. The
 * content of a trap decides nothing: a trap only causes a poll of its sender. Therefore neither community nor signature is checked,
 * and traps that cannot be decrypted count as well. Informs are acknowledged if they can be decrypted. Other processes need
 * another port.
 */
export class TrapReceivers {
    private readonly ports = new Map<string, TrapPort>();

    constructor(private readonly clock: Clock) {}

    register(listener: TrapListener): TrapSubscription {
        const { address } = listener;
        const key = `${address ?? ''}:${listener.port}`;
        const port = this.ports.get(key) ?? new TrapPort(this.clock, listener.port, address);
        this.ports.set(key, port);
        const throttle = new TrapThrottle(this.clock, () => listener.hint());
        const entry = { listener, throttle, listening: deferred<void>() };
        port.add(entry);
        return {
            listening: entry.listening.promise,
            cancel: () => {
                throttle.destroy();
                if (port.remove(entry) === 0 && this.ports.get(key) === port) this.ports.delete(key);
            },
        };
    }

    /** Number of open ports. */
    get open(): number {
        return this.ports.size;
    }
}

interface Entry {
    listener: TrapListener;
    throttle: TrapThrottle;
    listening: ReturnType<typeof deferred<void>>;
}

class TrapPort {
    private readonly entries = new Set<Entry>();
    private readonly users = new Map<string, number>();
    private receiver?: NetSnmpReceiver;
    private bound = false;
    private retry?: TimerHandle;
    private failure?: UpsError;
    private readonly parsed: RateLimit;
    /** On which it listens, or tries to. */
    private address = ANY;

    /** @param fixed the address to listen on; absent: as the devices need it */
    constructor(
        private readonly clock: Clock,
        private readonly port: number,
        private readonly fixed?: string,
    ) {
        this.parsed = new RateLimit(clock, PARSED_PER_MINUTE);
    }

    /** A device on this machine, such as a simulated one, needs no port that others can reach. */
    private get wanted(): string {
        if (this.fixed) return this.fixed;
        const own = new Set([...this.entries].map(({ listener }) => loopbackOf(listener.from.host)));
        const [only] = own;
        return own.size === 1 && only !== undefined ? only : ANY;
    }

    add(entry: Entry): void {
        this.entries.add(entry);
        void this.resolve(entry);
        const { user } = entry.listener;
        if (user) this.users.set(user.name, (this.users.get(user.name) ?? 0) + 1);
        // The first device of another machine.
        if (this.receiver && this.address !== this.wanted) this.close();
        if (this.receiver) {
            if (user) this.receiver.getAuthorizer().addUser(netSnmpUser(user));
        } else if (this.failure) {
            entry.listener.warning(this.failure);
        } else {
            this.open();
        }
    }

    /** Returns the number of remaining listeners. */
    remove(entry: Entry): number {
        if (!this.entries.delete(entry)) return this.entries.size;
        const { user } = entry.listener;
        if (user) {
            const left = this.users.get(user.name)! - 1;
            if (left > 0) this.users.set(user.name, left);
            else this.users.delete(user.name);
            if (left === 0) this.receiver?.getAuthorizer().deleteUser(user.name);
        }
        if (this.entries.size === 0) this.close();
        return this.entries.size;
    }

    private open(): void {
        this.retry = undefined;
        this.failure = undefined;
        this.address = this.wanted;
        this.receiver = snmp.createReceiver(
            {
                port: this.port,
                address: this.address,
                transport: this.address.includes(':') ? 'udp6' : 'udp4',
                disableAuthorization: true,
                // Datagrams of unknown senders are neither parsed nor answered.
                dgramModule: this.sockets(),
            },
            (error: Error | null, data?: ReceivedTrap) => {
                this.received(error, data?.rinfo?.address);
                if (data?.rinfo && data.pdu) this.name(data.rinfo.address, trapOid(data.pdu));
            },
        ) as NetSnmpReceiver;
        for (const { listener } of this.entries) {
            if (listener.user) this.receiver.getAuthorizer().addUser(netSnmpUser(listener.user));
        }
    }

    private sockets(): ReturnType<typeof guardedDgram> {
        const guarded = guardedDgram(
            () => undefined,
            ({ address }) => this.accepts(address),
        );
        return {
            createSocket: (type) =>
                guarded.createSocket(type).once('listening', () => {
                    this.bound = true;
                    for (const entry of this.entries) this.announce(entry);
                }),
        };
    }

    private announce({ listener, listening }: Entry): void {
        if (this.bound && listener.from.known) listening.resolve();
    }

    private received(error: (Error & { code?: unknown; rinfo?: { address: string } }) | null, from?: string): void {
        const sender = from ?? error?.rinfo?.address;
        if (sender !== undefined) this.hint(sender);
        else if (typeof error?.code === 'string') this.failed(error.code);
    }

    private hint(sender: string): void {
        for (const { listener, throttle: gate } of this.entries) {
            if (sameAddress(listener.from.known?.address, sender)) gate.hint();
        }
    }

    private name(sender: string, oid: string | undefined): void {
        if (oid === undefined) return;
        for (const { listener } of this.entries)
            if (sameAddress(listener.from.known?.address, sender)) listener.named?.(oid);
    }

    private accepts(sender: string): boolean {
        for (const { listener } of this.entries) {
            if (!sameAddress(listener.from.known?.address, sender)) continue;
            const few = this.parsed.take(sender) === 0;
            if (!few) this.hint(sender);
            return few;
        }
        // A device known by name may have a new address; it is looked up at most once a minute, for the next trap.
        for (const entry of this.entries) void this.resolve(entry);
        return false;
    }

    /** After a failed look-up, the next datagram tries again; polling reports the failure meanwhile. */
    private async resolve(entry: Entry): Promise<void> {
        await entry.listener.from.resolve().catch(() => undefined);
        if (this.entries.has(entry)) this.announce(entry);
    }

    private failed(code: string): void {
        this.failure =
            code === 'EACCES' || code === 'EPERM'
                ? new UpsError('port-forbidden', { port: this.port })
                : new UpsError('port-in-use', { port: this.port, address: this.address });
        this.closeReceiver();
        for (const { listener } of this.entries) listener.warning(this.failure);
        if (this.entries.size > 0) this.retry = this.clock.setTimeout(() => this.open(), RETRY_MS);
    }

    private close(): void {
        this.clock.clearTimeout(this.retry);
        this.retry = undefined;
        this.failure = undefined;
        this.closeReceiver();
    }

    private closeReceiver(): void {
        const receiver = this.receiver;
        this.bound = false;
        this.receiver = undefined;
        receiver?.close();
    }
}

/** The address of this machine that a device on it sends to; undefined: it is another machine. */
function loopbackOf(host: string): string | undefined {
    if (host === '::1') return '::1';
    return host.toLowerCase() === 'localhost' || /^127\./.test(host) ? '127.0.0.1' : undefined;
}

/** A dual-stack socket writes an IPv4 sender as `::ffff:a.b.c.d`. */
function sameAddress(known: string | undefined, sender: string): boolean {
    return known !== undefined && known === sender.replace(/^::ffff:/i, '');
}
