import type { Capacity, LoadLevel } from './capacity';

/** Fewer percentage points than this say more about the gauge than about the battery. */
const LEAST_DROP = 3;
/** A gap this long hides when the charge really changed, and at which load. */
const LONGEST_GAP_MS = 120_000;
/** A window must be this many times as long as the longest gap in it, so that its ends are known to 10 % together. */
const GAPS_PER_WINDOW = 10;
/** The voltage sags when a load comes on, and with it a charge that goes by it: what it does first is no discharge. */
const SETTLING_MS = 60_000;
/** Relative change of load that begins a new window: gauges that go by voltage jump with the load. */
const LOAD_CHANGE = 0.2;

/** A capacity seen at work, and over how many percentage points. */
export interface Observation {
    capacity: Capacity;
    points: number;
}

interface Point {
    at: number;
    charge: number;
}

/**
 * Watches a discharge at steady load and tells the capacity it implies. It measures from one change of the reported
 * charge to another, never from a reading in between: so a gauge of whole percents (or of steps of five) misleads by no
 * more than one poll at either end.
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
    /** The load that the window began with, and the last one. */
    private level: LoadLevel | undefined;
    private lastLoad = 0;

    /** One reading on battery. Returns what a window that this reading ends had observed. */
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

    /** What the window tells so far; `undefined` while that is too little. */
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
