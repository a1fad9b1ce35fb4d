import type { ObjectType } from 'net-snmp';
import snmp from 'net-snmp';
import type { Clock, TimerHandle } from '../../lib/core/clock';
import { netSnmpUser } from '../../lib/protocols/snmp/net-snmp-user';
import type { SnmpUser } from '../../lib/protocols/snmp/config';

/** RFC 1628 section 4, upsTraps. In v1: enterprise `TRAPS` with the specific trap number. */
const TRAPS = '1.3.6.1.2.1.33.2';

export const TRAP_ON_BATTERY = 1;
export const TRAP_TEST_COMPLETED = 2;
export const TRAP_ALARM_ADDED = 3;
export const TRAP_ALARM_REMOVED = 4;

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
    targets: readonly TrapTarget[];
    engineId: string;
    /** Agent address of v1 traps. */
    agentAddress: string;
    /** Minimum time between two notifications of the same kind, seconds of the clock (RFC 1628: 5). */
    gapSeconds: number;
    upTime(): number;
    onSent(trap: number, target: TrapTarget, error?: Error): void;
}

interface Pending {
    /** Returns undefined if the notification has become pointless. */
    build: () => TrapVarbind[] | undefined;
}

/** Sends notifications to all targets, each kind at most as often as RFC 1628 allows; further ones wait in a queue. */
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
        const { upTime, agentAddress, onSent } = this.options;
        const done = (error: Error | null) => onSent(trap, target, error ?? undefined);
        const options = { upTime: upTime(), agentAddr: agentAddress };
        const oid = `${TRAPS}.${trap}`;
        if (target.inform && target.version !== '1') session.inform(oid as never, varbinds, options, done);
        else session.trap(oid as never, varbinds, options, done);
    }

    private open(target: TrapTarget): snmp.Session {
        const { engineId: engineID, agentAddress: sourceAddress } = this.options;
        // Managers identify cards by the source address of their traps.
        const common = { trapPort: target.port, engineID, sourceAddress, retries: 1, timeout: 2000 };
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
