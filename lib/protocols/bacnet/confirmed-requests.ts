import type { Clock, TimerHandle } from '../../core/clock';
import { RETRIES } from './apdu';

const INVOKE_IDS = 256;

interface Pending {
    peer: string;
    tries: number;
    timer: TimerHandle;
    ended(answered: boolean): void;
}

/** Requests of our own that wait for their answers (clause 5.4.4). */
export class ConfirmedRequests {
    private readonly pending = new Map<string, Pending>();
    private last = 0;

    constructor(private readonly clock: Clock) {}

    /**
     * @param send sends the request, with this invoke id
     * @param ended once: answered in whatever way, or not at all
     * @returns whether one could be sent: 256 for one peer may be under way
     */
    begin(peer: string, timeoutMs: number, send: (invokeId: number) => void, ended: Pending['ended']): boolean {
        const invokeId = this.freeId(peer);
        if (invokeId === undefined) return false;
        const key = `${peer} ${invokeId}`;
        const pending: Pending = { peer, tries: 0, timer: undefined, ended };
        this.pending.set(key, pending);
        const attempt = () => {
            if (pending.tries++ > RETRIES) return this.end(key, false);
            pending.timer = this.clock.setTimeout(attempt, timeoutMs);
            send(invokeId);
        };
        attempt();
        return true;
    }

    take(peer: string, invokeId: number): void {
        this.end(`${peer} ${invokeId}`, true);
    }

    destroy(): void {
        for (const { timer } of this.pending.values()) this.clock.clearTimeout(timer);
        this.pending.clear();
    }

    private end(key: string, answered: boolean): void {
        const pending = this.pending.get(key);
        if (!pending) return;
        this.clock.clearTimeout(pending.timer);
        this.pending.delete(key);
        pending.ended(answered);
    }

    private freeId(peer: string): number | undefined {
        for (let step = 1; step <= INVOKE_IDS; step++) {
            const id = (this.last + step) % INVOKE_IDS;
            if (this.pending.has(`${peer} ${id}`)) continue;
            this.last = id;
            return id;
        }
        return undefined;
    }
}
