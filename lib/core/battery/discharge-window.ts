import type { Capacity, LoadLevel } from './capacity';

/** With fewer percentage points, the errors of the gauge are larger than the effect of the battery. */
const LEAST_DROP = 3;
/** After such a gap nobody knows when the charge changed, and at which load. */
const LONGEST_GAP_MS = 120_000;
/** A window must be this many times as long as the longest gap in it, so that the errors at both ends are 10 % of it at most. */
const GAPS_PER_WINDOW = 10;
/**
 * The voltage drops when a load is switched on, and so does a charge that is calculated from the voltage. The first change is therefore not
 * a discharge.
 */
const SETTLING_MS = 60_000;
/** A relative change of load that begins a new window: a charge that is calculated from the voltage jumps with the load. */
const LOAD_CHANGE = 0.2;

/** An observed capacity, and over how many percentage points it was observed. */
export interface Observation {
    capacity: Capacity;
    points: number;
}

interface Point {
    at: number;
    charge: number;
}

/**
 * Calculates the capacity of the battery from a discharge at steady load. It measures from one change of the reported charge to another
 * change, because then a gauge of whole percents (or of steps of five) adds an error of at most one poll at each end.
 */
export class DischargeWindow {
    private last: Point | undefined;
    private began = 0;
    private first: Point | undefined;
    /** Load times minutes since `first`, and as it was at the last change of charge. */
    private delivered = 0;
    private deliveredAtChange = 0;
    private changed: Point | undefined;
    private longestGap = 0;
    /** The load at the start of the window, and the last load. */
    private level: LoadLevel | undefined;
    private lastLoad = 0;

    /** Adds one reading on battery. @returns the observation of the window, if this reading ends it */
    add(at: number, charge: number, level: LoadLevel): Observation | undefined {
        const ended = this.breaks(at, charge, level) ? this.end() : undefined;
        if (this.last && this.level) {
            const gap = at - this.last.at;
            if (this.first) {
                this.delivered += (((this.lastLoad + level.value) / 2) * gap) / 60_000;
                this.longestGap = Math.max(this.longestGap, gap);
            }
            if (charge !== this.last.charge && at - this.began >= SETTLING_MS) this.change({ at, charge });
        } else {
            this.began = at;
        }
        this.last = { at, charge };
        this.level ??= level;
        this.lastLoad = level.value;
        return ended;
    }

    /** The observation so far; undefined while the window is too short. */
    observation(): Observation | undefined {
        const { first, changed, level } = this;
        if (!first || !changed || !level) return undefined;
        const points = first.charge - changed.charge;
        if (points < LEAST_DROP || changed.at - first.at < GAPS_PER_WINDOW * this.longestGap) return undefined;
        const loadMinutes = (this.deliveredAtChange * 100) / points;
        return loadMinutes > 0 ? { capacity: { basis: level.basis, loadMinutes }, points } : undefined;
    }

    /** Ends the window and forgets it. */
    end(): Observation | undefined {
        const observed = this.observation();
        this.last = this.first = this.changed = this.level = undefined;
        this.delivered = this.deliveredAtChange = this.longestGap = 0;
        return observed;
    }

    private change(point: Point): void {
        if (!this.first) this.first = point;
        this.changed = point;
        this.deliveredAtChange = this.delivered;
    }

    private breaks(at: number, charge: number, level: LoadLevel): boolean {
        if (!this.last || !this.level) return false;
        const other =
            level.basis !== this.level.basis ||
            Math.abs(level.value - this.level.value) > LOAD_CHANGE * this.level.value;
        return other || charge > this.last.charge || at - this.last.at > LONGEST_GAP_MS;
    }
}
