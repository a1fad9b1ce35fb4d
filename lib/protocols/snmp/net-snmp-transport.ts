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

/** What of net-snmp's requests and messages its declarations leave out. */
interface PduHolder {
    message: { pdu: { type: number; varbinds: WireVarbind[] } };
}

type Callback<T> = (error: Error | null, result?: T) => void;

/**
 * net-snmp behind SnmpTransport: one UDP socket, kept from request to request, and given up after anything but a plain
 * answer or refusal, so that the next request starts from scratch (new source port, new SNMPv3 discovery, name resolved
 * again). net-snmp times requests by the machine's clock: this is the real network.
 */
export class NetSnmpTransport implements SnmpTransport {
    readonly version: SnmpVersion;
    /** Packets that were dropped because they broke the protocol. */
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
            type: type === 'integer' ? snmp.ObjectType.Integer : snmp.ObjectType.OID,
            value,
        }));
        // A SET is not repeated on a fresh session: the lost answer may have been to a command that was carried out.
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
        // A packet that cannot be parsed is announced here; what it pretended to answer runs into its timeout.
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

/** net-snmp throws away a GET or GETNEXT that is answered with fewer or more objects than asked for; what is there is worth having. */
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
