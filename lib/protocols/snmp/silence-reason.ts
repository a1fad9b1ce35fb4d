import type { Clock } from '../../core/clock';
import type { Reason } from '../../core/reasons';

/** Minimum time between two diagnoses of a silent agent. */
const DIAGNOSIS_INTERVAL_MS = 60_000;

/**
 * The reason why an agent does not answer in time. SNMP itself does not tell: an agent that does not know the community is as
 * silent as a host that is switched off. Runs a diagnosis at the beginning of each silence, and repeats it while the silence
 * lasts.
 */
export class SilenceReason {
    private known: Reason = 'timeout';
    private askedAt = -Infinity;
    private asking = false;
    private times = 0;

    /** @param ask runs the diagnosis; never rejects */
    constructor(
        private readonly clock: Clock,
        private readonly ask: () => Promise<Reason>,
    ) {}

    /** The reason as known now. @param changed called when the diagnosis finds another reason and the agent is still silent */
    why(changed: () => void): Reason {
        if (!this.asking && this.clock.monotonic() - this.askedAt >= DIAGNOSIS_INTERVAL_MS) void this.diagnose(changed);
        return this.known;
    }

    /** The agent has answered. */
    over(): void {
        this.known = 'timeout';
        this.askedAt = -Infinity;
        this.times++;
    }

    private async diagnose(changed: () => void): Promise<void> {
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
