export interface AlarmRule<T> {
    /** Whether the value is in the condition of the alarm. */
    beyond(value: T): boolean;
    /** Whether the value lets an alarm end that recovers by itself. */
    recovered(value: T): boolean;
    autoRecovery(): boolean;
    durationMs(): number;
}

/**
 * One alarm of one channel and side. It begins when its condition has lasted for its duration, and ends at the recovery, or, if it latches, when it
 * is cleared by hand. How that is done is not in the RMCU manual. [inferred]
 */
export class Alarm<T> {
    private raised = false;
    /** Monotonic ms since which the condition has lasted without a break. */
    private since?: number;

    constructor(private readonly rule: AlarmRule<T>) {}

    get active(): boolean {
        return this.raised;
    }

    /**
     * Weighs a new sample.
     * @param at monotonic ms
     * @param armed false: no alarm begins, and no duration counts; one that is on still ends
     * @returns the edge, if there is one
     */
    sample(value: T, at: number, armed: boolean): 'begin' | 'end' | undefined {
        const beyond = this.rule.beyond(value);
        if (this.raised) {
            if (beyond || !this.rule.recovered(value) || !this.rule.autoRecovery()) return undefined;
            this.raised = false;
            this.since = undefined;
            return 'end';
        }
        if (!beyond || !armed) {
            this.since = undefined;
            return undefined;
        }
        this.since ??= at;
        if (at - this.since < this.rule.durationMs()) return undefined;
        this.raised = true;
        return 'begin';
    }

    /** Ends the alarm by hand; it begins anew if its condition still lasts. Returns whether it was on. */
    clear(): boolean {
        const was = this.raised;
        this.raised = false;
        this.since = undefined;
        return was;
    }
}
