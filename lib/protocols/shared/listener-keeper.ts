import type { Clock, TimerHandle } from '../../core/clock';
import { UpsError, asUpsError } from '../../core/errors';
import type { Endpoint, Failed, Listener } from './listener';

const FIRST_RETRY_MS = 1000;
const LONGEST_RETRY_MS = 30_000;

/** Keeps one listener up: tries again, with growing pauses, while its port is taken or after it broke down. */
export class ListenerKeeper {
    /** Why it is not up; undefined while up or at the first try. */
    error: UpsError | undefined;
    private listener: Listener | undefined;
    private timer: TimerHandle;
    private pause = FIRST_RETRY_MS;
    private opening: Promise<void> | undefined;
    private stopped = false;

    constructor(
        private readonly clock: Clock,
        private readonly changed: () => void,
        private readonly open: (failed: Failed) => Promise<Listener>,
    ) {}

    /** Where it listens, while it does. */
    get at(): Endpoint | undefined {
        return this.listener?.at;
    }

    start(): void {
        this.opening = this.tryOnce();
    }

    /** Idempotent, never rejects. */
    async stop(): Promise<void> {
        this.stopped = true;
        this.clock.clearTimeout(this.timer);
        await this.opening;
        await this.listener?.close();
        this.listener = undefined;
    }

    private async tryOnce(): Promise<void> {
        try {
            this.listener = await this.open((reason) => this.brokeDown(reason));
        } catch (error) {
            return this.later(asUpsError(error, 'config-invalid', { property: 'address' }));
        }
        this.error = undefined;
        this.pause = FIRST_RETRY_MS;
        if (!this.stopped) this.changed();
    }

    private brokeDown(reason: string): void {
        this.listener = undefined;
        this.later(new UpsError('host-unreachable', { reason }));
    }

    private later(error: UpsError): void {
        this.error = error;
        if (this.stopped) return;
        this.timer = this.clock.setTimeout(() => this.start(), this.pause);
        this.pause = Math.min(this.pause * 2, LONGEST_RETRY_MS);
        this.changed();
    }
}
