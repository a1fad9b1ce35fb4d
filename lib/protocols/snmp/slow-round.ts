/** A step of the slow round that fails sits out twice as many rounds each time, at most so many. */
const LONGEST_REST = 15;

/** A part of what is read once a minute. */
interface Step {
    read(): Promise<void>;
    /** In a row. */
    failures: number;
    /** Rounds to sit out. */
    rest: number;
}

/** What is read once a minute, step by step between polls. A step that fails sits out ever more rounds; the others go on. */
export class SlowRound {
    private readonly all: Step[];
    private steps: Step[] = [];

    constructor(reads: (() => Promise<void>)[]) {
        this.all = reads.map((read) => ({ read, failures: 0, rest: 0 }));
    }

    /** A step has failed once: it may be a lost packet, and should not take a minute to mend. */
    get impatient(): boolean {
        return this.all.some(({ failures }) => failures === 1);
    }

    /** @param afresh what failed before is tried like the others */
    begin(afresh = false): void {
        if (afresh) for (const step of this.all) step.failures = step.rest = 0;
        this.steps = this.all.filter(({ rest }) => rest === 0);
        for (const step of this.all) if (step.rest > 0) step.rest--;
    }

    /** The whole round at once, with what follows a step that failed, until so many have failed that it must be silence. */
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

    /** Reads the next step; false when it was the last. @throws what the step throws, and that ends the round */
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
