import type { Clock } from '../../../core/clock';
import type { Notification } from '../../snmp/notify/notification';
import { TrapPace } from '../../snmp/notify/trap-pace';

/** Where traps go. */
export interface TrapReceiver {
    /** For people, and the same over deploys: `host:port`. */
    name: string;
    /**
     * @param context of v3: whose state it is; empty: of the first UPS
     * @param upTime sysUpTime, 1/100 s
     * @throws UpsError it was not sent, or an inform not acknowledged
     */
    send(notification: Notification, context: string, upTime: number, signal: AbortSignal): Promise<void>;
    failed(error: unknown): void;
}

interface Waiting {
    /** That of the present settings. */
    receiver: TrapReceiver;
    notification: Notification;
    context: string;
}

/** So long what is left at the end may take, ms. */
const LAST_MS = 1000;

/** Sends to each receiver, alarm entries of the same alarm 5 s apart. A receiver that does not answer delays no other. */
export class TrapOutbox {
    private readonly pace = new TrapPace();
    private readonly queues = new Map<string, Waiting[]>();
    private readonly end = new AbortController();

    constructor(
        private readonly clock: Clock,
        private readonly upTime: () => number,
    ) {}

    /** Never throws. */
    tell(receivers: readonly TrapReceiver[], context: string, notifications: readonly Notification[]): void {
        for (const notification of notifications)
            for (const receiver of receivers) this.put({ receiver, notification, context });
    }

    /** What waits for its turn is sent once and at once: a receiver must not keep an alarm that is gone. Idempotent. */
    stop(): void {
        const waiting = [...this.queues.values()].map((queue) => [...queue]);
        this.end.abort();
        this.queues.clear();
        if (waiting.every(({ length }) => length === 0)) return;
        const last = new AbortController();
        this.clock.setTimeout(() => last.abort(), LAST_MS);
        for (const queue of waiting) void this.sendAll(queue, last.signal);
    }

    private async sendAll(queue: readonly Waiting[], signal: AbortSignal): Promise<void> {
        for (const { receiver, notification, context } of queue)
            await receiver.send(notification, context, this.upTime(), signal).catch(() => undefined);
    }

    private put(waiting: Waiting): void {
        if (this.end.signal.aborted) return;
        const { receiver, notification, context } = waiting;
        const key = `${receiver.name} ${context} ${notification.about}`;
        const queue = this.queues.get(key);
        if (!queue) {
            this.queues.set(key, [waiting]);
            void this.work(key, `${receiver.name} ${context}`);
            return;
        }
        const last = queue.at(-1)?.notification;
        // An entry that has come and gone while its turn was not there need not be told: the queue of a flapping alarm stays short.
        if (last?.trap === 3 && notification.trap === 4 && rowOf(last) === rowOf(notification)) queue.pop();
        else if (last?.trap === 1 && notification.trap === 1) queue[queue.length - 1] = waiting;
        else queue.push(waiting);
    }

    private async work(key: string, place: string): Promise<void> {
        const { signal } = this.end;
        try {
            for (let queue = this.queues.get(key); queue && queue.length > 0; queue = this.queues.get(key)) {
                await this.pace.turn(place, queue[0]!.notification, this.clock, signal);
                const next = queue.shift();
                if (!next) break;
                const { receiver, notification, context } = next;
                await receiver
                    .send(notification, context, this.upTime(), signal)
                    .catch((error: unknown) => receiver.failed(error));
            }
        } catch (error) {
            // Where the agent ends, nothing has to be told any more.
            if (!signal.aborted) this.queues.get(key)?.[0]?.receiver.failed(error);
        } finally {
            this.queues.delete(key);
        }
    }
}

function rowOf({ varbinds }: Notification): number | string | undefined {
    return varbinds[0]?.value;
}
