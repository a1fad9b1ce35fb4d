import type { ToldEvent } from './mode';

const MOST = 1000;

interface Queued {
    told: ToldEvent;
    isSent: boolean;
}

/** Events until the broker has them. Of more than 1,000 the oldest are lost. */
export class EventQueue {
    private readonly queued = new Set<Queued>();
    /** How many were lost. */
    lost = 0;

    get size(): number {
        return this.queued.size;
    }

    add(told: ToldEvent): void {
        if (this.queued.size >= MOST) {
            this.queued.delete(this.queued.values().next().value!);
            this.lost++;
        }
        this.queued.add({ told, isSent: false });
    }

    /** The next that is to be sent. */
    next(): { told: ToldEvent; sent(): void; over(): void } | undefined {
        for (const each of this.queued) {
            if (each.isSent) continue;
            return {
                told: each.told,
                sent: () => (each.isSent = true),
                over: () => void this.queued.delete(each),
            };
        }
        return undefined;
    }

    /** The connection is lost: what the broker has not acknowledged is sent again on the next one. */
    disconnected(): void {
        for (const each of this.queued) {
            each.isSent = false;
            each.told = { ...each.told, late: true };
        }
    }
}
