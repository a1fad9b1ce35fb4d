/** Two limits of one value, so that it does not flutter between two states: what is between them stays as it was. */
export interface Limits {
    /** Below it, the state is on; with `atToo` at the limit itself as well. */
    below: number;
    atToo?: boolean;
    /** At or above it, the state is off. */
    back: number;
}

/** A state that is on below one limit, and off again at or above another (RMCU manual, "Alarm Setup"). */
export class Hysteresis {
    /** As it is; undefined: not known. Kept over a restart, it counts until the value is beyond a limit. */
    on: boolean | undefined;

    constructor(private readonly limits: Limits) {}

    /** @returns undefined: not known, because the value is, or was never beyond either limit */
    judge(value: number | undefined): boolean | undefined {
        if (value === undefined) return undefined;
        const { below, atToo, back } = this.limits;
        if (value < below || (atToo && value === below)) this.on = true;
        else if (value >= back) this.on = false;
        return this.on;
    }
}
