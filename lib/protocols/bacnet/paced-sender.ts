import type { Clock, TimerHandle } from '../../core/clock';

/** To one address, in any second. */
const PER_SECOND = 100;
/** So many wait for their turn; further ones are dropped. */
const MOST_WAITING = 100;
const MOST_ADDRESSES = 1000;
const SECOND_MS = 1000;

interface Lane {
    /** When the last hundred were sent; the oldest is at `next`. */
    sentAt: Float64Array;
    next: number;
    waiting: (() => void)[];
    timer: TimerHandle;
}

/**
 * At most 100 datagrams to one address in any second, whatever it asks and whoever asks in its name. A client that asks one thing after the other
 * is slowed down, and loses nothing.
 */
export class PacedSender {
    private readonly lanes = new Map<string, Lane>();

    constructor(private readonly clock: Clock) {}

    /** Whether a further answer would be sent, now or soon. */
    hasRoom(address: string): boolean {
        return (this.lanes.get(address)?.waiting.length ?? 0) < MOST_WAITING;
    }

    /** @returns whether it was sent, or will be */
    send(address: string, send: () => void): boolean {
        const lane = this.laneOf(address);
        if (!lane || lane.waiting.length >= MOST_WAITING) return false;
        lane.waiting.push(send);
        if (lane.waiting.length === 1) this.proceed(lane);
        return true;
    }

    destroy(): void {
        for (const { timer } of this.lanes.values()) this.clock.clearTimeout(timer);
        this.lanes.clear();
    }

    private proceed(lane: Lane): void {
        while (lane.waiting.length > 0) {
            const now = this.clock.monotonic();
            const wait = lane.sentAt[lane.next]! + SECOND_MS - now;
            if (wait > 0) {
                lane.timer = this.clock.setTimeout(() => this.proceed(lane), wait);
                return;
            }
            lane.sentAt[lane.next] = now;
            lane.next = (lane.next + 1) % PER_SECOND;
            lane.waiting.shift()!();
        }
    }

    private laneOf(address: string): Lane | undefined {
        const known = this.lanes.get(address);
        if (known) return known;
        if (this.lanes.size >= MOST_ADDRESSES && !this.forgetOne()) return undefined;
        const sentAt = new Float64Array(PER_SECOND).fill(-Infinity);
        const lane: Lane = { sentAt, next: 0, waiting: [], timer: undefined };
        this.lanes.set(address, lane);
        return lane;
    }

    /** Forgets an address that has got nothing for a second. */
    private forgetOne(): boolean {
        const now = this.clock.monotonic();
        for (const [address, { sentAt, next, waiting }] of this.lanes) {
            const last = sentAt[(next + PER_SECOND - 1) % PER_SECOND]!;
            if (waiting.length > 0 || now - last < SECOND_MS) continue;
            this.lanes.delete(address);
            return true;
        }
        return false;
    }
}
