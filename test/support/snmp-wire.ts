import type { RemoteInfo } from 'node:dgram';
import snmp from 'net-snmp';
import { netSnmpUser } from '../../lib/protocols/snmp/net-snmp-user';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import type { AgentRefusal, AgentServing, ServedTarget } from '../../lib/protocols/snmp-agent/serving';
import { SnmpServer } from '../../lib/protocols/snmp-agent/server';
import type { Sender } from '../../lib/protocols/snmp-agent/messages';
import type { AgentUser } from '../../lib/protocols/snmp-agent/usm';
import type { FakeClock } from './fake-clock';

export const ENGINE = '80001f8803020000000001';
export const WRITER: AgentUser = {
    name: 'writer',
    auth: { protocol: 'sha256', key: 'a-key-of-tests' },
    priv: { protocol: 'aes', key: 'another-key-of-tests' },
    write: true,
};
export const READER: AgentUser = { ...WRITER, name: 'reader', write: false };
export const MANAGER: Sender = { address: '192.0.2.9', port: 40_000 };

export interface Varbind {
    oid: string;
    type: number;
    value: unknown;
}

/** An agent without a network, the managers that ask it, and what goes over the wire. */
export class SnmpWire {
    readonly refusals: AgentRefusal[] = [];
    readonly sent: { message: Buffer; to: Sender }[] = [];
    /** All that managers have sent. */
    readonly requests: Buffer[] = [];
    readonly server: SnmpServer;
    readonly serving: { -readonly [K in keyof AgentServing]: AgentServing[K] };
    private toManager: ((message: Buffer) => void) | undefined;

    constructor(
        readonly clock: FakeClock,
        targets: Readonly<Record<string, ServedTarget>>,
        settings: Partial<AgentServing> = {},
    ) {
        const startedAt = clock.monotonic();
        this.serving = {
            version: 'Ridethrough test',
            versions: ['2c', '3'],
            senders: new AllowedSenders('192.0.2.0/24'),
            communities: [
                { community: 'look', senders: new AllowedSenders('*'), write: false },
                { community: 'act', senders: new AllowedSenders('192.0.2.9'), write: true },
            ],
            users: [WRITER, READER],
            engineId: ENGINE,
            engineTime: () => ({ boots: 7, seconds: Math.floor((clock.monotonic() - startedAt) / 1000) + 1000 }),
            writes: true,
            unknownAs: 'no-such-instance',
            names: Object.keys(targets),
            target: (name) => targets[name],
            refused: (_address, reason) => void this.refusals.push(reason),
            ...settings,
        };
        this.server = new SnmpServer({
            clock,
            at: { address: '192.0.2.1', port: 161 },
            serving: this.serving,
            changed: () => undefined,
            listen: (at) =>
                Promise.resolve({
                    at,
                    close: () => Promise.resolve(),
                    send: (message, to) => this.answer(message, to),
                }),
        });
    }

    async start(): Promise<this> {
        this.server.start();
        await new Promise((resolve) => setImmediate(resolve));
        return this;
    }

    /** Sends bytes as they are. @returns the answers that came at once */
    send(message: Buffer, from: Sender = MANAGER): Buffer[] {
        const before = this.sent.length;
        this.server.receive(message, from);
        return this.sent.slice(before).map((each) => each.message);
    }

    manager(as: string | AgentUser, context = '', version: number = snmp.Version2c): snmp.Session {
        const options = {
            version: typeof as === 'string' ? version : snmp.Version3,
            context,
            retries: 0,
            timeout: 200,
            dgramModule: { createSocket: () => this.socket() },
        };
        return typeof as === 'string'
            ? snmp.createSession('192.0.2.1', as, options as never)
            : snmp.createV3Session('192.0.2.1', netSnmpUser(as), options as never);
    }

    private answer(message: Buffer, to: Sender): void {
        this.sent.push({ message, to });
        this.toManager?.(message);
    }

    private socket(): object {
        const socket = {
            on: (event: string, listener: (message: Buffer, from: Partial<RemoteInfo>) => void) => {
                if (event === 'message')
                    this.toManager = (message) =>
                        setImmediate(() => listener(message, { address: '192.0.2.1', port: 161 }));
                return socket;
            },
            ref: () => socket,
            unref: () => socket,
            bind: () => socket,
            close: () => undefined,
            send: (message: Buffer, ...more: unknown[]) => {
                const copy = Buffer.from(message);
                this.requests.push(copy);
                (more.at(-1) as (error: null, bytes: number) => void)(null, message.length);
                this.server.receive(copy, MANAGER);
            },
        };
        return socket;
    }
}

export const get = (session: snmp.Session, ...oids: string[]): Promise<Varbind[]> =>
    new Promise((resolve, reject) =>
        session.get(oids, (error: Error | null, varbinds: unknown) =>
            error ? reject(error) : resolve(varbinds as Varbind[]),
        ),
    );

export const set = (session: snmp.Session, ...varbinds: Varbind[]): Promise<Varbind[]> =>
    new Promise((resolve, reject) =>
        session.set(varbinds as never, (error: Error | null, answered: unknown) =>
            error ? reject(error) : resolve(answered as Varbind[]),
        ),
    );
