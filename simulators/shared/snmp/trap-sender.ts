import type { ObjectType } from 'net-snmp';
import snmp from 'net-snmp';
import { isIPv6 } from '../../../lib/core/addresses/ip';
import type { Clock, TimerHandle } from '../../../lib/core/clock';
import { netSnmpUser } from '../../../lib/protocols/snmp/net-snmp-user';
import type { SnmpUser } from '../../../lib/protocols/snmp/config';

export interface TrapTarget {
    host: string;
    port: number;
    version: '1' | '2c' | '3';
    /** v1 and v2c; default `public`. */
    community?: string;
    /** v3 */
    user?: SnmpUser;
    /** Requests an acknowledgement; not in v1. */
    inform?: boolean;
}

export interface TrapVarbind {
    oid: string;
    type: ObjectType;
    value: number | string;
}

export interface TrapSenderOptions {
    clock: Clock;
    /** OID that the number of a notification is appended to. */
    prefix: string;
    targets: readonly TrapTarget[];
    engineId: string;
    /** Agent address of v1 traps. */
    agentAddress: string;
    /** Minimum time between two notifications of the same kind, seconds of the clock (RFC 1628: 5; 0: none). */
    gapSeconds: number;
    upTime(): number;
    onSent(trap: number, target: TrapTarget, error?: Error): void;
}

interface Pending {
    /** Returns undefined if the notification has become pointless. */
    build: () => TrapVarbind[] | undefined;
}

/** With or without a zone. */
function isIPv6Host(host: string): boolean {
    return isIPv6(host.split('%')[0]!);
}

/** Sends notifications to all targets, each kind at most once per `gapSeconds`; further ones wait in a queue. */
export class TrapSender {
    private readonly sessions: { target: TrapTarget; session: snmp.Session }[];
    private readonly queues = new Map<number, { waiting: Pending[]; timer?: TimerHandle; lastAt?: number }>();

    constructor(private readonly options: TrapSenderOptions) {
        this.sessions = options.targets.map((target) => ({ target, session: this.open(target) }));
    }

    /** @param build called when the notification is sent */
    send(trap: number, build: Pending['build']): void {
        if (!this.sessions.length) return;
        const queue = this.queues.get(trap) ?? { waiting: [] };
        this.queues.set(trap, queue);
        queue.waiting.push({ build });
        if (queue.timer === undefined) this.drain(trap);
    }

    close(): void {
        for (const queue of this.queues.values()) this.options.clock.clearTimeout(queue.timer);
        this.queues.clear();
        for (const { session } of this.sessions) session.close();
        this.sessions.length = 0;
    }

    private drain(trap: number): void {
        const queue = this.queues.get(trap);
        if (!queue) return;
        const { clock, gapSeconds } = this.options;
        queue.timer = undefined;
        while (queue.waiting.length) {
            const now = clock.monotonic();
            const wait = queue.lastAt === undefined ? 0 : queue.lastAt + gapSeconds * 1000 - now;
            if (wait > 0) {
                queue.timer = clock.setTimeout(() => this.drain(trap), wait);
                return;
            }
            const varbinds = queue.waiting.shift()?.build();
            if (!varbinds) continue;
            queue.lastAt = now;
            for (const { target, session } of this.sessions) this.transmit(trap, varbinds, target, session);
        }
    }

    private transmit(trap: number, varbinds: TrapVarbind[], target: TrapTarget, session: snmp.Session): void {
        const { prefix, upTime, agentAddress, onSent } = this.options;
        const done = (error: Error | null) => onSent(trap, target, error ?? undefined);
        const options = { upTime: upTime(), agentAddr: agentAddress };
        // RFC 3584 section 3.2: a v1 trap tells enterprise and number; where the notification ends in `.0.n`, the 0 is left out.
        const oid = `${target.version === '1' ? prefix.replace(/\.0$/, '') : prefix}.${trap}`;
        if (target.inform && target.version !== '1') session.inform(oid as never, varbinds, options, done);
        else session.trap(oid as never, varbinds, options, done);
    }

    private open(target: TrapTarget): snmp.Session {
        const { engineId: engineID, agentAddress } = this.options;
        const [isSix, isOfSix] = [target.host, agentAddress].map(isIPv6Host);
        const common = {
            trapPort: target.port,
            engineID,
            transport: isSix ? 'udp6' : 'udp4',
            // Managers identify cards by the source address of their traps; one of the other family has no way there.
            ...(isSix === isOfSix && { sourceAddress: agentAddress }),
            retries: 1,
            timeout: 2000,
        } as const;
        const session =
            target.version === '3'
                ? snmp.createV3Session(
                      target.host,
                      netSnmpUser(target.user ?? { name: '' }),
                      common as snmp.SessionOptionsV3,
                  )
                : snmp.createSession(target.host, target.community ?? 'public', {
                      ...common,
                      version: target.version === '1' ? snmp.Version1 : snmp.Version2c,
                  } as snmp.SessionOptions);
        session.on('error', (error: Error) => this.options.onSent(0, target, error));
        return session;
    }
}
