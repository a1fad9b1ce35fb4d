import type { Clock } from '../../core/clock';

/** Who has not asked for so long is no client any more. */
const RECENT_MS = 5 * 60_000;
/** Of more addresses, who has been quiet for longest is forgotten. */
const MOST = 200;
/** Characters. */
const LONGEST_REQUEST = 200;

/** One who asks from time to time, without a connection that stays. */
export interface RecentClient {
    address: string;
    /** When it first asked, without a gap since; epoch ms. */
    since: number;
    /** Epoch ms. */
    lastAt: number;
    lastRequest: string;
}

/** The addresses that asked within the last five minutes, and what each asked last. */
export class RecentClients {
    /** Who asked last is last. */
    private readonly known = new Map<string, { since: number; asked: number; request: string }>();

    constructor(private readonly clock: Clock) {}

    note(address: string, request: string): void {
        this.forget();
        const asked = this.clock.monotonic();
        const since = this.known.get(address)?.since ?? asked;
        this.known.delete(address);
        this.known.set(address, { since, asked, request: request.slice(0, LONGEST_REQUEST) });
        if (this.known.size > MOST) this.known.delete(this.known.keys().next().value!);
    }

    list(): RecentClient[] {
        this.forget();
        // By the wall as it is now: a jump of it moves all of them alike.
        const toWall = this.clock.now() - this.clock.monotonic();
        return [...this.known].map(([address, { since, asked, request }]) => ({
            address,
            since: since + toWall,
            lastAt: asked + toWall,
            lastRequest: request,
        }));
    }

    private forget(): void {
        const oldest = this.clock.monotonic() - RECENT_MS;
        for (const [address, { asked }] of this.known) {
            if (asked > oldest) return;
            this.known.delete(address);
        }
    }
}
