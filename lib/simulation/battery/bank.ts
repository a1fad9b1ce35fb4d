import type { BatteryLayout } from '../../core/batteries/layout';
import { ambientAt, live } from './ageing';
import { Blocks } from './blocks';
import { regulate } from './bypass';
import { CircuitSolver } from './circuit';
import { bankPlateOf, type BankPlate, type BatteryBankOptions } from './options';

/** What the battery feeds while its charger is off: W or A, or nothing. */
export type BankLoad = { watts: number } | { amps: number } | undefined;

/** Most seconds of a step: in a discharge, in a charge, at float or rest, and the first after something has changed. */
const STEP = { discharge: 10, charge: 60, quiet: 600, first: 1 };
const GROWTH = 1.5;
/** A per Ah below which a string floats. */
const QUIET_RATE = 0.004;

/**
 * A battery: strings of blocks in series, in parallel on one bus, with a charger (constant current, then constant voltage) and a load from outside. Pure:
 * it lives when `advance` is called, by any step; what changes fast is followed in smaller steps.
 */
export class BatteryBank {
    readonly plate: BankPlate;
    readonly layout: BatteryLayout;
    readonly blocks: Blocks;
    /** A of each string, above 0 charges. */
    readonly current: Float64Array;
    /** Alternating current of each string, A. */
    readonly ripple: Float64Array;
    /** 1 while the breaker of a string is open. */
    readonly open: Uint8Array;
    /** 1 while the modules of a string may lead current past their blocks. */
    readonly equalizing: Uint8Array;
    /** 0..1 of what the module of a block can lead past it. */
    readonly equalizingPower: Float64Array;
    /** A that each block takes at the target voltage of its string. */
    readonly wanted: Float64Array;
    /** V of the bus. */
    busVolts: number;
    /** The load was cut off because the bus was too low; it comes back with the charger. */
    cutOff = false;
    /** °C in the room now. */
    ambient: number;
    /** Epoch ms of the bank's own time. */
    time: number;
    private charger = true;
    private load: BankLoad;
    private nextStep = STEP.first;
    private ambientMean: number;
    private readonly circuit: CircuitSolver;

    /** @param time epoch ms at the start @throws UpsError out-of-range */
    constructor(options: BatteryBankOptions = {}, time = 0) {
        this.plate = bankPlateOf(options);
        const { layout, strings } = { layout: this.plate.layout, strings: this.plate.strings };
        this.layout = layout;
        this.blocks = new Blocks(this.plate);
        this.current = new Float64Array(strings);
        this.ripple = new Float64Array(strings);
        this.open = new Uint8Array(strings);
        this.equalizing = new Uint8Array(strings).fill(1);
        this.equalizingPower = new Float64Array(layout.modules);
        this.wanted = new Float64Array(layout.modules);
        this.time = time;
        this.ambientMean = this.plate.ambient;
        this.ambient = ambientAt(this.plate, this.ambientMean, time);
        this.circuit = new CircuitSolver(this);
        this.busVolts = this.chargerVolts;
    }

    get charging(): boolean {
        return this.charger;
    }

    get loaded(): BankLoad {
        return this.cutOff ? undefined : this.load;
    }

    /** V to which the charger regulates the bus. */
    get chargerVolts(): number {
        const { floatPerCell, compensation, cells } = this.plate;
        const { perString, modules } = this.layout;
        if (!compensation) return floatPerCell * cells * perString;
        const mean = this.blocks.temperature.reduce((sum, t) => sum + t, 0) / modules;
        return (floatPerCell - compensation * (mean - 25)) * cells * perString;
    }

    /** The charger has power, or has not. */
    setCharger(on: boolean): void {
        if (on === this.charger) return;
        this.charger = on;
        if (on) this.cutOff = false;
        this.disturb();
    }

    /** What the battery feeds while the charger is off. */
    setLoad(load: BankLoad): void {
        this.load = load;
        this.disturb();
    }

    /** Opens or closes the breaker of a string, from 1. */
    setBreaker(string: number, open: boolean): void {
        this.open[string - 1] = open ? 1 : 0;
        this.disturb();
    }

    /** Mean °C of the room. */
    setAmbient(celsius: number): void {
        this.ambientMean = celsius;
        this.ambient = ambientAt(this.plate, celsius, this.time);
    }

    /** Something has changed at once: the next steps are small. */
    disturb(): void {
        this.nextStep = STEP.first;
    }

    /** Lives for so many ms. */
    advance(ms: number): void {
        let left = ms / 1000;
        while (left > 1e-6) {
            const seconds = Math.min(left, this.nextStep, this.longestStep());
            this.step(seconds);
            left -= seconds;
            if (seconds >= this.nextStep) this.nextStep = Math.min(STEP.quiet, this.nextStep * GROWTH);
        }
    }

    private step(seconds: number): void {
        this.time += seconds * 1000;
        this.ambient = ambientAt(this.plate, this.ambientMean, this.time);
        regulate(this, seconds);
        if (!this.circuit.solve(seconds)) {
            this.cutOff = true;
            this.disturb();
            this.circuit.solve(seconds);
        }
        for (let s = 0; s < this.current.length; s++)
            this.ripple[s] = this.charger && !this.open[s] ? this.plate.rippleAmps : 0;
        live(this, seconds);
    }

    private longestStep(): number {
        const { capacityAh } = this.plate;
        if (!this.charger && this.loaded) return STEP.discharge;
        let most = 0;
        for (const amps of this.current) most = Math.max(most, Math.abs(amps));
        const hot = this.blocks.runaway.some((watts) => watts > 0);
        return most / capacityAh > QUIET_RATE || hot ? STEP.charge : STEP.quiet;
    }
}
