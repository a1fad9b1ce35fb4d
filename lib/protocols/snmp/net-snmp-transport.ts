import snmp from 'net-snmp';
import type { SnmpTarget } from './config';
import { guardedDgram } from './guarded-dgram';
import { HostAddress } from './host-address';
import { fromNetSnmp, isStale } from './net-snmp-errors';
import { netSnmpUser } from './net-snmp-user';
import { SnmpError, type SnmpSetVarbind, type SnmpTransport, type SnmpVarbind, type SnmpVersion } from './transport';
import { fromWire } from './wire-values';

interface WireVarbind {
    oid: string;
    type: number;
    value: unknown;
}

/** Parts of net-snmp's requests and messages that its declarations lack. */
interface PduHolder {
    message: { pdu: { type: number; varbinds: WireVarbind[] } };
}

const WIRE_TYPES = {
    integer: snmp.ObjectType.Integer,
    gauge: snmp.ObjectType.Gauge,
    ticks: snmp.ObjectType.TimeTicks,
    oid: snmp.ObjectType.OID,
    text: snmp.ObjectType.OctetString,
} as const;

type Callback<T> = (error: Error | null, result?: T) => void;

/**
 * SnmpTransport by net-snmp: one UDP socket, kept from request to request. After any failure other than a refusal the session is
 * dropped, and the next request starts again: new source port, new SNMPv3 discovery, new name look-up. net-snmp measures timeouts
 * with the machine's clock, so this works on the real network only.
 */
export class NetSnmpTransport implements SnmpTransport {
    readonly version: SnmpVersion;
    /** Number of packets dropped because they violated the protocol. */
    malformed = 0;

    private session?: snmp.Session;
    private closed = false;
    private abort?: (error: SnmpError) => void;
    private readonly address: HostAddress;

    constructor(
        private readonly target: SnmpTarget,
        address = new HostAddress(target.host, target.timeoutMs),
    ) {
        this.version = target.version;
        this.address = address;
    }

    get(oids: readonly string[]): Promise<SnmpVarbind[]> {
        return this.request<WireVarbind[]>((session, done) => session.get([...oids], done as never)).then(plain);
    }

    getNext(oids: readonly string[]): Promise<SnmpVarbind[]> {
        return this.request<WireVarbind[]>((session, done) => session.getNext([...oids], done as never)).then(plain);
    }

    getBulk(oid: string, maxRepetitions: number): Promise<SnmpVarbind[]> {
        return this.request<WireVarbind[][]>((session, done) =>
            session.getBulk([oid], 0, maxRepetitions, done as never),
        ).then((columns) => plain(columns.flat()));
    }

    set(varbinds: readonly SnmpSetVarbind[]): Promise<SnmpVarbind[]> {
        const wire = varbinds.map(({ oid, type, value }) => ({
            oid,
            type: WIRE_TYPES[type],
            value,
        }));
        // A SET is never repeated on a new session: only its answer may have been lost, and the command carried out.
        return this.request<WireVarbind[]>((session, done) => session.set(wire, done as never), false).then(plain);
    }

    close(): void {
        this.closed = true;
        this.abort?.(new SnmpError('closed', 'closed'));
        this.dropSession();
    }

    private async request<T>(
        ask: (session: snmp.Session, done: Callback<T>) => void,
        repeatWhenStale = true,
    ): Promise<T> {
        try {
            return await this.once(ask);
        } catch (error) {
            const failure = fromNetSnmp(error);
            if (failure.kind !== 'refused' && failure.status === undefined) this.dropSession();
            if (repeatWhenStale && isStale(error) && !this.closed) {
                return await this.once(ask).catch((second) => {
                    this.dropSession();
                    throw fromNetSnmp(second);
                });
            }
            throw failure;
        }
    }

    private async once<T>(ask: (session: snmp.Session, done: Callback<T>) => void): Promise<T> {
        const session = this.session ?? (await this.open());
        try {
            return await new Promise<T>((resolve, reject) => {
                this.abort = reject;
                ask(session, (error, result) => (error ? reject(error) : resolve(result as T)));
            });
        } finally {
            this.abort = undefined;
        }
    }

    private async open(): Promise<snmp.Session> {
        const { address, family } = await this.address.resolve();
        if (this.closed) throw new SnmpError('closed', 'closed');
        const options = {
            port: this.target.port,
            timeout: this.target.timeoutMs,
            retries: this.target.retries,
            transport: family === 6 ? ('udp6' as const) : ('udp4' as const),
            dgramModule: guardedDgram(() => this.malformed++),
        };
        const session =
            this.target.version === '3'
                ? snmp.createV3Session(address, netSnmpUser(this.target.user!), {
                      ...options,
                      context: this.target.context,
                  })
                : snmp.createSession(address, this.target.community, {
                      ...options,
                      version: this.target.version === '1' ? snmp.Version1 : snmp.Version2c,
                  });
        // net-snmp emits `error` for a packet that it cannot parse; the request that the packet claimed to answer runs into its
        // timeout.
        session.on('error', () => this.malformed++);
        acceptAnyLength(session);
        this.session = session;
        return session;
    }

    private dropSession(): void {
        const session = this.session;
        this.session = undefined;
        session?.close();
    }
}

/** net-snmp discards an answer to GET or GETNEXT with fewer or more objects than requested; we use the objects that it holds. */
function acceptAnyLength(session: snmp.Session): void {
    const simpleGet = session.simpleGet.bind(session);
    session.simpleGet = (pduClass, feed, varbinds, done, options) =>
        simpleGet(
            pduClass,
            (request, message) => {
                const asked = (request as unknown as PduHolder).message.pdu;
                const given = (message as unknown as PduHolder['message']).pdu.varbinds;
                const reads = asked.type === snmp.PduType.GetRequest || asked.type === snmp.PduType.GetNextRequest;
                if (reads && given.length !== asked.varbinds.length) done(null, given as never);
                else feed(request, message);
            },
            varbinds,
            done,
            options,
        );
}

function plain(varbinds: readonly WireVarbind[]): SnmpVarbind[] {
    return varbinds.map(({ oid, type, value }) => ({ oid, value: fromWire(type, value) }));
}
