/**
 * Decides when an event that was active before the start counts as still active although no path reports it: `staleSeconds` after the
 * start. If by all estimates the battery ran empty while this program was down, the seconds count from the first answer of a device: the
 * mains are probably back, and card and network switch are still starting.
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
    noteAnswer(now: number): void {
        this.firstHeardAt ??= now;
    }

    /** True once, when the time has come. Clock ms. */
    settle(now: number, staleMs: number): boolean {
        const since = this.ranEmpty ? this.firstHeardAt : this.startedAt;
        if (this.settled || since === undefined || now - since < staleMs) return false;
        return (this.settled = true);
    }
}
