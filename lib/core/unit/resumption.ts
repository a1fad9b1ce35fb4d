/**
 * When what was on before the start, and none of the ways tells of, is taken to go on: `staleSeconds` after it. Where by all estimates
 * the battery of the outage has run empty while nothing ran, they count from the first answer: what is silent then may be a card and a
 * switch that start again with the mains, as we do.
 */
export class Resumption {
    private firstHeardAt: number | undefined;
    private settled = false;

    /** Clock ms. */
    constructor(
        private readonly startedAt: number,
        private readonly ranEmpty: boolean,
    ) {}

    /** A device has answered. */
    heard(now: number): void {
        this.firstHeardAt ??= now;
    }

    /** Whether the time has come; true once. Clock ms. */
    settle(now: number, staleMs: number): boolean {
        const since = this.ranEmpty ? this.firstHeardAt : this.startedAt;
        if (this.settled || since === undefined || now - since < staleMs) return false;
        return (this.settled = true);
    }
}
