import { wait } from '../../../core/abortable-wait';
import type { Clock } from '../../../core/clock';
import { ALARM_GAP_MS, type Notification } from './notification';

const MOST = 1000;

/** Alarm entries for the same alarm are 5 s apart at each receiver (RFC 1628, upsTrapAlarmEntryAdded), so that the last state of a flapping alarm arrives last. */
export class TrapPace {
    /** When each receiver gets each kind of notification next to, monotonic ms. */
    private readonly told = new Map<string, number>();

    /** Waits until this receiver may be told. @throws UpsError interrupted */
    async turn(receiver: string, { trap, about }: Notification, clock: Clock, signal: AbortSignal): Promise<void> {
        if (trap < 3) return;
        const key = `${receiver} ${about}`;
        const now = clock.monotonic();
        const next = Math.max(now, (this.told.get(key) ?? -Infinity) + ALARM_GAP_MS);
        if (this.told.size > MOST) this.told.clear();
        this.told.set(key, next);
        if (next > now) await wait(clock, next - now, signal);
    }
}
