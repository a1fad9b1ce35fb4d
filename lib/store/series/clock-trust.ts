import type { Clock } from '../../core/clock';

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;
/** A clock that is this far ahead of the newest sample was perhaps set wrong while nothing ran. */
const MOST_AHEAD_MS = 31 * DAY_MS;
const JUMP_MS = 60_000;

/**
 * Whether the wall clock may decide that something is too old: a clock that jumps years ahead must not delete anything. It may when it has
 * run evenly since a start that fitted the newest sample, or for a day.
 */
export class ClockTrust {
    private wall: number;
    private monotonic: number;
    /** When it was last found wrong, monotonic ms; undefined: never. */
    private doubtedAt: number | undefined;

    /** @param newest epoch ms of the newest sample; undefined: there is none */
    constructor(
        private readonly clock: Clock,
        newest: number | undefined,
    ) {
        this.wall = clock.now();
        this.monotonic = clock.monotonic();
        const fits = newest === undefined || (newest < this.wall + HOUR_MS && this.wall - newest < MOST_AHEAD_MS);
        if (!fits) this.doubtedAt = this.monotonic;
    }

    /** Call it from time to time: a jump is seen between two calls. */
    isTrusted(): boolean {
        const [wall, monotonic] = [this.clock.now(), this.clock.monotonic()];
        const jumped = Math.abs(wall - this.wall - (monotonic - this.monotonic)) > JUMP_MS;
        [this.wall, this.monotonic] = [wall, monotonic];
        if (jumped) this.doubtedAt = monotonic;
        return this.doubtedAt === undefined || monotonic - this.doubtedAt >= DAY_MS;
    }
}
