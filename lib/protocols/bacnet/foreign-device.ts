import type { Clock, TimerHandle } from '../../core/clock';
import type { Endpoint } from '../shared/listener';
import { registrationFrame } from './frames';

/** After a refusal, or no answer, ms. */
const RETRY_MS = 30_000;

/** Registered with a BBMD, or why not. `none`: it shall not be. */
export type Registration = 'none' | 'asking' | 'registered' | 'refused' | 'silent';

/** Registers at a BBMD as a foreign device (Annex J.5), so that questions to everybody in another IP network arrive here. */
export class ForeignDevice {
    private now: Registration = 'none';
    private bbmd: (Endpoint & { ttlSeconds: number }) | undefined;
    private timer: TimerHandle;
    private waitMs = 0;

    constructor(
        private readonly clock: Clock,
        private readonly send: (frame: Buffer, to: Endpoint) => void,
        private readonly changed: () => void,
    ) {}

    get registration(): Registration {
        return this.now;
    }

    isBbmd({ address, port }: Endpoint): boolean {
        return this.bbmd?.address === address && this.bbmd.port === port;
    }

    /** From now on it registers there. @param answerMs for so long an answer is waited for */
    serve(bbmd: (Endpoint & { ttlSeconds: number }) | undefined, answerMs: number): void {
        this.waitMs = answerMs;
        if (JSON.stringify(bbmd) === JSON.stringify(this.bbmd)) return;
        this.bbmd = bbmd;
        this.become(bbmd ? 'asking' : 'none');
        this.register();
    }

    /** The port is open, anew. */
    register(): void {
        this.clock.clearTimeout(this.timer);
        const { bbmd } = this;
        if (!bbmd) return;
        this.timer = this.clock.setTimeout(() => {
            this.become('silent');
            this.again(RETRY_MS);
        }, this.waitMs);
        this.send(registrationFrame(bbmd.ttlSeconds), bbmd);
    }

    /** BVLC-Result of the BBMD. */
    take(code: number): void {
        if (!this.bbmd) return;
        this.become(code === 0 ? 'registered' : 'refused');
        // The BBMD grants 30 s more than it was asked for (Annex J.5.2.3).
        this.again(code === 0 ? (this.bbmd.ttlSeconds * 1000) / 2 : RETRY_MS);
    }

    destroy(): void {
        this.clock.clearTimeout(this.timer);
    }

    private again(ms: number): void {
        this.clock.clearTimeout(this.timer);
        this.timer = this.clock.setTimeout(() => this.register(), ms);
    }

    private become(now: Registration): void {
        if (this.now === now) return;
        this.now = now;
        this.changed();
    }
}
