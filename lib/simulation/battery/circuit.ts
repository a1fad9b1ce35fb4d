import type { BankLoad, BatteryBank } from './bank';
import { RELAX_CHARGE, RELAX_DISCHARGE, RELAX_REST, type Slope } from './cell';

const ROUNDS = 90;
/** Newton on all strings at once finds its way in a few rounds, or not at all: the voltage of an exhausted string has a knee. */
const SHARING_ROUNDS = 12;
/** Highest voltage of a cell that a solution is looked for at, V, and the most current of a string, A per Ah. */
const MOST_VOLTS = 3.5;
const MOST_RATE = 50;
/** V of a string, for each of its blocks, that a solution may miss. */
const EXACT = 0.0002;

/**
 * How the strings share the current: all closed ones have the voltage of the bus. Their currents are found by Newton's method on the voltages of all blocks
 * at the end of the step, so that any length of a step is stable.
 */
export class CircuitSolver {
    /** V and V per A of each string, in the last round. */
    private readonly volts: Float64Array;
    private readonly slopes: Float64Array;
    private readonly slope: Slope = { value: 0, per: 0 };
    /** Part of the polarisation that this step leaves: of closed strings, and of open ones. */
    private left = 0;
    private leftOpen = 0;

    constructor(private readonly bank: BatteryBank) {
        this.volts = new Float64Array(bank.current.length);
        this.slopes = new Float64Array(bank.current.length);
    }

    /** Sets the currents and carries the step out. @returns false if the bus is too low for the load: nothing was carried out */
    solve(seconds: number): boolean {
        const { bank } = this;
        const { current, open, plate, layout } = bank;
        for (let s = 0; s < current.length; s++) if (open[s]) current[s] = 0;
        const load = bank.loaded;
        const relax = bank.charging ? RELAX_CHARGE : load ? RELAX_DISCHARGE : RELAX_REST;
        this.left = Math.exp(-seconds / relax);
        this.leftOpen = Math.exp(-seconds / RELAX_REST);
        if (open.every((one) => one === 1)) bank.busVolts = bank.charging ? bank.chargerVolts : 0;
        else if (bank.charging) this.charge();
        else {
            this.share(load);
            if (load && bank.busVolts < plate.cutOffPerCell * plate.cells * layout.perString) return false;
        }
        for (let s = 0; s < current.length; s++) this.evaluate(s, true);
        return true;
    }

    /** Constant voltage, unless the strings take more than the charger gives. */
    private charge(): void {
        const { bank } = this;
        const { plate, current, open } = bank;
        const goal = bank.chargerVolts;
        const closed = current.length - open.reduce((sum, one) => sum + one, 0);
        const limit = plate.chargeLimit * plate.capacityAh * closed;
        let total = 0;
        for (let s = 0; s < current.length; s++) {
            if (open[s]) continue;
            this.reach(s, goal, 2 * limit);
            total += current[s]!;
        }
        bank.busVolts = goal;
        if (total > limit) this.share({ amps: -limit });
        // A charger takes no current back.
        else if (total < 0) this.share(undefined);
    }

    /** The current of one string at a given voltage. */
    private reach(s: number, goal: number, most: number): void {
        const { current, layout } = this.bank;
        const exact = EXACT * layout.perString;
        let low = -most;
        let high = most;
        for (let round = 0; round < ROUNDS; round++) {
            this.evaluate(s);
            const miss = goal - this.volts[s]!;
            if (Math.abs(miss) < exact) return;
            if (miss > 0) low = current[s]!;
            else high = current[s]!;
            const next = current[s]! + miss / this.slopes[s]!;
            if (next >= most && low >= 0.999 * most) return;
            // Each third step halves: where the slope changes a thousandfold, Newton creeps.
            current[s] = next > low && next < high && round % 3 < 2 ? next : (low + high) / 2;
        }
    }

    /** All strings at one voltage, with a current or a power in all. Amps above 0 are taken from the battery. */
    private share(load: BankLoad): void {
        const { bank } = this;
        const { current, open, layout } = bank;
        const exact = EXACT * layout.perString;
        for (let round = 0; round < SHARING_ROUNDS; round++) {
            let conductance = 0;
            let short = 0;
            for (let s = 0; s < current.length; s++) {
                if (open[s]) continue;
                this.evaluate(s);
                conductance += 1 / this.slopes[s]!;
                short += this.volts[s]! / this.slopes[s]! - current[s]!;
            }
            const amps = amount(load, Math.max(bank.busVolts, 0.5 * bank.chargerVolts));
            const bus = (short - amps) / conductance;
            let worst = Math.abs(bus - bank.busVolts);
            bank.busVolts = bus;
            for (let s = 0; s < current.length; s++) {
                if (open[s]) continue;
                worst = Math.max(worst, Math.abs(bus - this.volts[s]!));
                current[s]! += (bus - this.volts[s]!) / this.slopes[s]!;
            }
            if (worst < exact) return;
        }
        this.halve(load);
    }

    /** As `share`, by halving: the sum of the currents rises with the voltage of the bus. */
    private halve(load: BankLoad): void {
        const { bank } = this;
        const { current, open, plate, layout } = bank;
        const most = MOST_RATE * plate.capacityAh;
        let high = MOST_VOLTS * plate.cells * layout.perString;
        let low = -high;
        while (high - low > EXACT * layout.perString) {
            bank.busVolts = (low + high) / 2;
            let total = amount(load, Math.max(bank.busVolts, 0.5 * bank.chargerVolts));
            for (let s = 0; s < current.length; s++) {
                if (open[s]) continue;
                this.reach(s, bank.busVolts, most);
                total += current[s]!;
            }
            if (total > 0) high = bank.busVolts;
            else low = bank.busVolts;
        }
    }

    private evaluate(s: number, keep = false): void {
        const { blocks, layout, current, open } = this.bank;
        const left = open[s] ? this.leftOpen : this.left;
        const first = s * layout.perString;
        let volts = 0;
        let slope = 0;
        for (let i = first; i < first + layout.perString; i++) {
            blocks.solve(i, current[s]!, left, this.slope, keep);
            volts += this.slope.value;
            slope += this.slope.per;
        }
        this.volts[s] = volts;
        this.slopes[s] = slope;
    }
}

function amount(load: BankLoad, volts: number): number {
    if (!load) return 0;
    return 'amps' in load ? load.amps : load.watts / volts;
}
