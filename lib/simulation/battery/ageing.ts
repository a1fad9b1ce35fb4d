import type { BatteryBank } from './bank';
import {
    COOLING,
    DIP_CHARGE,
    DIP_HOURS,
    HEAT_CAPACITY,
    LOSS_PER_CYCLE,
    LOSS_PER_YEAR,
    reactionSpeed,
    RESISTANCE_PER_YEAR,
    SELF_DISCHARGE,
    TO_NEIGHBOUR,
} from './cell';
import type { BankPlate } from './options';

const DAY_MS = 86_400_000;
const YEAR_S = 365.25 * 86_400;
/** Where a block has burnt out, °C: hotter than the byte of the card can tell. */
const MOST_CELSIUS = 150;
/** `reactionSpeed` at 20 °C. */
const AT_20 = reactionSpeed(20);

/** °C of the room: warmest at 15:00 and on the 20th of July (UTC). */
export function ambientAt(plate: BankPlate, mean: number, time: number): number {
    const day = Math.cos((2 * Math.PI * (time - 15 * 3_600_000)) / DAY_MS);
    const year = Math.cos((2 * Math.PI * (time / DAY_MS - 201)) / 365.25);
    return mean + plate.dailyKelvin * day + plate.yearlyKelvin * year;
}

/** What a step does to the blocks, once their currents are known: charge, heat, age. */
export function live(bank: BatteryBank, seconds: number): void {
    const { blocks } = bank;
    const { cells: fullCells, capacityAh, ageing, layout } = bank.plate;
    const hours = seconds / 3600;
    const back = 1 - Math.exp(-hours / DIP_HOURS);
    const warms = seconds / (HEAT_CAPACITY * capacityAh * fullCells);
    const cooling = COOLING * capacityAh * fullCells;
    const toNeighbour = TO_NEIGHBOUR * capacityAh * fullCells;
    const ages = (ageing * seconds) / YEAR_S / AT_20;
    const { temperature } = blocks;
    let before = NaN;
    for (let i = 0; i < layout.modules; i++) {
        const amps = blocks.current[i]!;
        const held = capacityAh * blocks.capacity[i]!;
        const speed = blocks.speed[i]!;
        let charge = blocks.charge[i]!;
        if (amps < 0) {
            const spent = (-amps * hours) / held;
            charge -= spent;
            blocks.fresh[i]! *= Math.exp(-spent / DIP_CHARGE);
            blocks.capacity[i]! -= ageing * LOSS_PER_CYCLE * spent * blocks.capacity[i]!;
        } else {
            const main = ((amps - blocks.floating[i]!) * hours) / held;
            const missing = 1 - charge;
            // What is missing shrinks exponentially at a constant voltage: never below nothing, however long the step.
            charge = missing > 0 ? 1 - missing * Math.exp(-main / missing) : 1;
            if (charge > 0.95) blocks.fresh[i]! += back * (1 - blocks.fresh[i]!);
        }
        charge -= SELF_DISCHARGE * speed * hours;
        blocks.charge[i] = charge < -0.2 ? -0.2 : charge;

        const celsius = temperature[i]!;
        const string = (i / layout.perString) | 0;
        const after =
            i + 1 < layout.modules && (((i + 1) / layout.perString) | 0) === string ? temperature[i + 1]! : NaN;
        let watts = amps * (blocks.voltage[i]! - blocks.openVolts(i)) + blocks.floating[i]! * blocks.openVolts(i);
        if (bank.charging && !bank.open[string]) watts += blocks.runaway[i]! * speed;
        watts -= cooling * blocks.cooling[i]! * (celsius - bank.ambient);
        if (i % layout.perString) watts -= toNeighbour * (celsius - before);
        if (after === after) watts -= toNeighbour * (celsius - after);
        before = celsius;
        const next = Math.min(MOST_CELSIUS, celsius + watts * warms);
        if (next !== celsius) {
            temperature[i] = next;
            blocks.speed[i] = reactionSpeed(next);
        }
        if (blocks.growth[i]) blocks.resistance[i]! += (blocks.growth[i]! * seconds) / 86_400;
        if (ages) {
            blocks.capacity[i]! -= ages * speed * LOSS_PER_YEAR;
            blocks.resistance[i]! += ages * speed * RESISTANCE_PER_YEAR;
        }
    }
}
