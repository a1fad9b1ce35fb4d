import type { Clock } from '../../core/clock';
import type { Reason } from '../../core/reasons';

/** What a silent agent is looked at for is not done again before this. */
const AGAIN_MS = 60_000;

/**
 * Why an agent gives no answer in time. SNMP itself does not say: an agent that does not know the community is as silent as a host that is
 * switched off. Looks around once for each silence, and now and then while it lasts.
 */
export class SilenceReason {
    private known: Reason = 'timeout';
    private askedAt = -Infinity;
    private asking = false;
    private times = 0;

    /** @param ask looks at the host; never rejects */
    constructor(
        private readonly clock: Clock,
        private readonly ask: () => Promise<Reason>,
    ) {}

    /** As far as it is known. @param changed told when more is known, unless the agent has answered meanwhile */
    why(changed: () => void): Reason {
        if (!this.asking && this.clock.monotonic() - this.askedAt >= AGAIN_MS) void this.look(changed);
        return this.known;
    }

    /** The agent has answered. */
    over(): void {
        this.known = 'timeout';
        this.askedAt = -Infinity;
        this.times++;
    }

    private async look(changed: () => void): Promise<void> {
        this.asking = true;
        this.askedAt = this.clock.monotonic();
        const { times, known } = this;
        const why = await this.ask();
        this.asking = false;
        if (times !== this.times || why === known) return;
        this.known = why;
        changed();
    }
}
