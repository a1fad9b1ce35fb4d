/** Slow rounds. After each failure of a step, its pause doubles, up to this. */
const LONGEST_REST = 15;

/** One request, or group of requests, that is made once a minute. */
interface Step {
    read(): Promise<void>;
    /** Consecutive failures. */
    failures: number;
    /** Rounds to skip. */
    rest: number;
}

/**
 * Reads slowly changing objects once a minute, step by step between polls. A step that fails is skipped for ever more rounds; the
 * other steps continue.
 */
export class SlowRound {
    private readonly all: Step[];
    private steps: Step[] = [];

    constructor(reads: (() => Promise<void>)[]) {
        this.all = reads.map((read) => ({ read, failures: 0, rest: 0 }));
    }

    /** A step has failed once: perhaps by a lost packet, so repeat it soon, not in a minute. */
    get needsRetrySoon(): boolean {
        return this.all.some(({ failures }) => failures === 1);
    }

    /** @param afresh also tries steps that are paused after failures */
    begin(afresh = false): void {
        if (afresh) for (const step of this.all) step.failures = step.rest = 0;
        this.steps = this.all.filter(({ rest }) => rest === 0);
        for (const step of this.all) if (step.rest > 0) step.rest--;
    }

    /**
     * Runs the whole round at once, and continues after failed steps, until `mostFailures` steps have failed: then the agent is
     * silent.
     */
    async whole(mostFailures: number): Promise<void> {
        this.begin(true);
        for (let failures = 0; this.steps.length > 0 && failures < mostFailures;) {
            const rest = this.steps.slice(1);
            await this.step().catch(() => {
                failures++;
                this.steps = rest;
            });
        }
        this.steps = [];
    }

    /** Runs the next step; resolves to false if it was the last. @throws the error of the step, which ends the round */
    async step(): Promise<boolean> {
        if (this.steps.length === 0) this.begin();
        const step = this.steps.shift();
        if (!step) return false;
        try {
            await step.read();
            step.failures = 0;
        } catch (error) {
            this.steps = [];
            step.failures++;
            step.rest = Math.min(2 ** step.failures - 1, LONGEST_REST);
            throw error;
        }
        return this.steps.length > 0;
    }
}
