import {
    ACTIVATION_RATE,
    ACTIVATION_VOLTS,
    acceptanceOf,
    dischargePolarisation,
    OHMIC,
    OHMIC_PER_KELVIN,
    openVolts,
    overVolts,
    reactionSpeed,
    type Acceptance,
    type Slope,
} from './cell';
import { Noise } from './noise';
import type { BankPlate } from './options';

/** What noise is drawn for. */
export const DRAWN = {
    capacity: 1,
    resistance: 2,
    float: 3,
    charge: 4,
    voltage: 5,
    impedance: 6,
    current: 7,
    ripple: 8,
} as const;

/** The state of all blocks, one value each; index 0 is module 1. */
export class Blocks {
    /** Cells that work. */
    readonly cells: Float64Array;
    /** 0..1 of what the block can hold now. */
    readonly charge: Float64Array;
    /** What it can hold, as part of the nominal capacity. */
    readonly capacity: Float64Array;
    /** Ohmic resistance against that of a new block. */
    readonly resistance: Float64Array;
    /** Float current against that of a block as it should be. */
    readonly float: Float64Array;
    /** Growth of its resistance besides its age, as part for each day. */
    readonly growth: Float64Array;
    /** Resistance of its connectors, Ω. */
    readonly connector: Float64Array;
    /** V of the block over its open-circuit voltage, without the ohmic part. */
    readonly polarisation: Float64Array;
    /** °C */
    readonly temperature: Float64Array;
    /** 0..1: how much of the dip at the onset of a discharge is to come. */
    readonly fresh: Float64Array;
    /** Current that its module leads past it, A. */
    readonly bypass: Float64Array;
    /** Heat of a runaway at 25 °C, W, while its string is charged. It doubles every 10 K. */
    readonly runaway: Float64Array;
    /** How well it gives its heat away: 1 as it should. */
    readonly cooling: Float64Array;
    /** V at its poles, connectors included, and A through it, after the last step. */
    readonly voltage: Float64Array;
    readonly current: Float64Array;
    /** Part of the current, A, that was float reaction in the last step. */
    readonly floating: Float64Array;
    /** `reactionSpeed` at its temperature. */
    readonly speed: Float64Array;
    /** V per cell over the open-circuit voltage in the last solution: where the next begins. */
    readonly over: Float64Array;

    private readonly slope: Slope = { value: 0, per: 0 };
    readonly acceptance: Acceptance = { main: 0, float: 0 };

    constructor(private readonly plate: BankPlate) {
        const { modules, spread, seed, chargePercent, ambient, cells, nominalVoltage } = plate;
        const noise = new Noise(seed);
        const make = (value: (i: number) => number) => Float64Array.from({ length: modules }, (_, i) => value(i));
        this.cells = make(() => cells);
        this.capacity = make((i) => 1 + 0.02 * spread * noise.normal(DRAWN.capacity, i));
        this.resistance = make((i) => 1 + 0.03 * spread * noise.normal(DRAWN.resistance, i));
        this.float = make((i) => 1 + 0.08 * spread * noise.normal(DRAWN.float, i));
        this.charge = make((i) =>
            Math.min(1, Math.max(0, chargePercent / 100 - 0.002 * spread * noise.uniform(DRAWN.charge, i))),
        );
        this.growth = make(() => 0);
        this.connector = make(() => 0);
        this.polarisation = make(() => 0);
        this.temperature = make(() => ambient);
        this.fresh = make(() => 1);
        this.bypass = make(() => 0);
        this.runaway = make(() => 0);
        this.cooling = make(() => 1);
        this.voltage = make(() => nominalVoltage);
        this.current = make(() => 0);
        this.floating = make(() => 0);
        this.speed = make(() => reactionSpeed(ambient));
        this.over = make(() => 0);
    }

    /** Ohmic resistance of a block at its temperature, Ω, without its connectors. */
    ohms(i: number): number {
        const warm = 1 - OHMIC_PER_KELVIN * (this.temperature[i]! - 25);
        return (this.cells[i]! * OHMIC * this.resistance[i]! * warm) / this.plate.capacityAh;
    }

    /** What the module measures as impedance, Ω: the block with its connectors. Chemistry that is not ohmic is not in it. */
    impedance(i: number): number {
        return this.ohms(i) + this.connector[i]!;
    }

    /** Open-circuit voltage, V. */
    openVolts(i: number): number {
        return this.cells[i]! * openVolts(this.charge[i]!);
    }

    /**
     * Voltage of a block at the end of a step with the current `amps` (above 0 charges) in its string. It rises with the current, without a leap.
     * @param left part of the polarisation that the step leaves
     * @param into gets V and V per A; nothing else changes but where the next solution begins
     * @param keep also sets `polarisation`, `voltage`, `current` and `floating`: this is the step
     */
    solve(i: number, amps: number, left: number, into: Slope, keep = false): void {
        const { slope, acceptance } = this;
        const { capacityAh } = this.plate;
        const through = amps - this.bypass[i]!;
        const rate = through / capacityAh;
        const charge = this.charge[i]!;
        const cells = this.cells[i]!;
        let steady = 0;
        let per: number;
        if (rate > 0) {
            acceptanceOf(charge, this.speed[i]!, this.float[i]!, acceptance);
            overVolts(acceptance, rate, this.over[i]!, slope);
            this.over[i] = slope.value;
            steady = slope.value;
            per = slope.per;
        } else if (rate < 0) {
            // What a worn block cannot hold makes it the sooner empty: its rate is against what it holds.
            const held = this.capacity[i]!;
            dischargePolarisation(-rate / held, charge, this.temperature[i]!, this.fresh[i]!, slope);
            steady = -slope.value;
            per = slope.per / held;
        } else {
            per = ACTIVATION_VOLTS / ACTIVATION_RATE;
        }
        const ohms = this.ohms(i) + this.connector[i]!;
        const polarisation = this.polarisation[i]! * left + cells * steady * (1 - left);
        into.value = this.openVolts(i) + through * ohms + polarisation;
        into.per = ohms + (cells * per * (1 - left)) / capacityAh;
        if (!keep) return;
        this.polarisation[i] = polarisation;
        this.voltage[i] = into.value;
        this.current[i] = through;
        this.floating[i] = rate > 0 ? through - acceptance.main * steady * capacityAh : 0;
    }
}
