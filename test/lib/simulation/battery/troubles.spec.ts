import assert from 'node:assert/strict';
import { BLOCK_FAULTS, type BlockFault } from '../../../../lib/simulation/battery/faults';
import { Noise } from '../../../../lib/simulation/battery/noise';
import { SimulatedBattery } from '../../../../lib/simulation/battery/simulated-battery';
import { FakeClock } from '../../../support/fake-clock';

const FAULTS = Object.keys(BLOCK_FAULTS) as BlockFault[];
const WAITS = [1000, 10_000, 60_000, 600_000, 3_600_000, 21_600_000];
const SEEDS = Number(process.env.BATTERY_SEEDS ?? 6);
const STEPS = 40;
/** V for each block by which the strings of a bus may differ. */
const EXACT = 0.02;

/** A battery to which a seed does anything, and what was done. */
class Trouble {
    readonly done: string[] = [];
    private readonly clock = new FakeClock();
    private readonly battery: SimulatedBattery;
    private readonly noise: Noise;
    private drawn = 0;

    constructor(private readonly seed: number) {
        this.noise = new Noise(seed);
        const strings = 1 + this.below(4);
        const modules = strings * (1 + this.below(24));
        const nominalVoltage = [2, 6, 12][this.below(3)]!;
        this.battery = new SimulatedBattery(this.clock, {
            bank: { modules, strings, seed, nominalVoltage, capacityAh: 7 + this.below(500) },
            monitor: { scanSeconds: 300, dischargeScanSeconds: 60 },
        });
    }

    step(): void {
        this.act();
        this.clock.advanceSync(WAITS[this.below(WAITS.length)]!);
        this.battery.catchUp();
        this.check();
    }

    private below(limit: number): number {
        return Math.floor(this.noise.uniform(1, this.drawn++) * limit);
    }

    private act(): void {
        const { battery } = this;
        const { layout } = battery.bank;
        const module = 1 + this.below(layout.modules);
        const string = 1 + this.below(layout.strings);
        const amount = 10 ** this.below(7);
        const fault = FAULTS[this.below(FAULTS.length)]!;
        const acts: [string, () => void][] = [
            [`${amount} W`, () => battery.setLoad({ watts: amount })],
            [`${amount / 50} A`, () => battery.setLoad({ amps: amount / 50 })],
            ['mains off', () => battery.setMains(false)],
            ['mains on', () => battery.setMains(true)],
            [`${fault} ${module}`, () => battery.setFault(fault, module, true)],
            [`${fault} ${module} off`, () => battery.setFault(fault, module, false)],
            [`open ${string}`, () => battery.setBreaker(string, true)],
            [`close ${string}`, () => battery.setBreaker(string, false)],
            [`charge ${module} 1 %`, () => battery.setCharge(1, module)],
            ['charge 60 %', () => battery.setCharge(60)],
            ['cold', () => battery.setAmbient(-20)],
            ['hot', () => battery.setAmbient(50)],
        ];
        const [said, act] = acts[this.below(acts.length)]!;
        this.done.push(said);
        act();
    }

    private check(): void {
        const { blocks, current, busVolts, open, layout, charging, plate } = this.battery.bank;
        const story = `seed ${this.seed}: ${this.done.slice(-8).join(', ')}`;
        for (const value of [...blocks.voltage, ...blocks.charge, ...blocks.temperature, ...current, busVolts])
            assert.ok(Number.isFinite(value), story);
        const volts = Array.from({ length: layout.strings }, (_, s) =>
            blocks.voltage.slice(s * layout.perString, (s + 1) * layout.perString).reduce((sum, each) => sum + each, 0),
        );
        volts.forEach((each, s) => {
            if (open[s]) assert.equal(current[s], 0, story);
            else
                assert.ok(
                    Math.abs(each - busVolts) < EXACT * layout.perString,
                    `${each} V on a bus of ${busVolts} V; ${story}`,
                );
        });
        const total = current.reduce((sum, amps) => sum + amps, 0);
        const limit = plate.chargeLimit * plate.capacityAh * layout.strings;
        if (charging)
            assert.ok(
                total > -0.05 * plate.capacityAh && total < limit * 1.05,
                `${total} A from the charger; ${story}`,
            );
    }
}

describe('A simulated battery in any trouble', () => {
    it(`has one voltage on its bus, and a charger that keeps its limit (${SEEDS} seeds)`, () => {
        for (let seed = 1; seed <= SEEDS; seed++) {
            const trouble = new Trouble(seed);
            for (let step = 0; step < STEPS; step++) trouble.step();
        }
    });
});
