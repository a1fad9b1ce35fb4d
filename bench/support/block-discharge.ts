import type { DischargeCurves } from '../../lib/core/batteries/health/discharge-curves';
import { chanceOf } from './chance';

export interface DischargePlan {
    seed: number;
    blocks: number;
    strings: number;
    /** Of one block, Ah at 10 h. */
    capacityAh: number;
    /** Of the load: the current of each string when the battery is full, as a part of the capacity in an hour. */
    rate: number;
    /** Ends when so much of the rated charge is out, 0 to 1, or when the mean voltage of the blocks is below `endVoltage`. */
    depth: number;
    endVoltage?: number;
    /** Capacity of some blocks, as a part of the rated one. Others have 100 ± 3 %, and at least 92.5 %. */
    capacity?: ReadonlyMap<number, number>;
    /** Resistance of some blocks against the others. */
    resistance?: ReadonlyMap<number, number>;
    /** Of a reading, V. */
    noise?: number;
    /** Peukert's exponent of these blocks. */
    peukert?: number;
    celsius?: number;
    /** The share by which the load swings. */
    swing?: number;
}

const STEP_S = 5;
const BEFORE_S = 300;
const ONSET = Date.UTC(2026, 0, 10, 2, 0, 0);

/**
 * A discharge of 12 V blocks of lead acid at constant power, by a model of its own: the open-circuit voltage bends with the charge, the resistance
 * grows with the depth, the voltage dips at the onset and falls off a knee at the end; blocks differ by 3 % of capacity, 5 % of resistance, 10 mV and 1 K.
 */
export function dischargeOf(plan: DischargePlan): DischargeCurves {
    const {
        blocks,
        strings,
        capacityAh,
        rate,
        depth,
        endVoltage = 0,
        noise = 0.005,
        peukert = 1.15,
        celsius = 20,
        swing = 0,
    } = plan;
    const chance = chanceOf(plan.seed);
    const temperature = Float64Array.from({ length: blocks }, () => celsius + chance.normal());
    const cells = Array.from({ length: blocks }, (_, block) => {
        const warm = 1 + 0.008 * (temperature[block]! - 20);
        return {
            capacity: capacityAh * warm * (plan.capacity?.get(block) ?? 1 + 0.03 * Math.max(-2.5, chance.normal())),
            ohms: (0.5 / capacityAh) * (1 + 0.05 * chance.normal()) * (plan.resistance?.get(block) ?? 1),
            full: 12.85 + 0.01 * chance.normal(),
            floats: 13.6 + 0.02 * chance.normal(),
        };
    });
    const rated = capacityAh / 10;
    const perString = blocks / strings;
    const times: number[] = [];
    const voltage = cells.map((): number[] => []);
    const current = Array.from({ length: strings }, (): number[] => []);
    const record = (second: number, volts: readonly number[], amperes: readonly number[]) => {
        times.push(ONSET + second * 1000);
        volts.forEach((value, block) =>
            voltage[block]!.push(Math.round((value + noise * chance.normal()) * 1000) / 1000),
        );
        amperes.forEach((value, string) =>
            current[string]!.push(Math.round((value + 0.002 * value * chance.normal()) * 100) / 100),
        );
    };
    for (let second = -BEFORE_S; second < 0; second += STEP_S)
        record(
            second,
            cells.map(({ floats }) => floats),
            current.map(() => 0.05),
        );
    const power = rate * capacityAh * 12.2 * perString;
    let out = 0;
    let last = 12.2;
    let second = 2;
    for (; out < depth * capacityAh && second < 20 * 3600; second += STEP_S) {
        const wave = 1 + swing * Math.sin(second / 240);
        const amperes = (power * wave) / (perString * last);
        const volts = cells.map(({ capacity, ohms, full }) => {
            const used = out / capacity;
            const dip = 0.06 * Math.exp(-second / 50) * (amperes / capacityAh) ** 0.5;
            const knee = used < 1.01 ? (0.035 * used) / (1.03 - used) : 1.7 + 20 * (used - 1.01);
            const bend = 0.75 * used + 0.3 * used ** 3;
            return Math.max(0.5, full - bend - knee - amperes * ohms * (1 + 0.5 * used * used) - dip);
        });
        last = volts.reduce((sum, value) => sum + value, 0) / blocks;
        record(
            second,
            volts,
            current.map(() => -amperes),
        );
        if (last < endVoltage) break;
        out += (rated * (amperes / rated) ** (amperes > rated ? peukert : 1) * STEP_S) / 3600;
    }
    return { id: `d${plan.seed}`, onset: ONSET, end: times.at(-1)!, times, voltage, current, temperature };
}
