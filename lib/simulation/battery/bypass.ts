import type { BatteryBank } from './bank';
import { acceptanceOf, chargeRate, openVolts } from './cell';

/** Time constant of the regulator, s [ours]. */
const SETTLES = 900;

/** Most current that a module leads past its block, A: below 150 Ah in proportion (CS141 manual, "Capacity per Battery"). */
export function mostBypass({ plate }: BatteryBank): number {
    return plate.bypassAmps * Math.min(1, plate.capacityAh / 150);
}

/** V per cell over the open-circuit voltage that the regulator reckons with at most. */
const MOST_OVER = 0.5;

/**
 * Equalizing: of the current that the neediest block of a string takes at the target voltage (the mean of the string), each module leads past its block what
 * that does not take. The neediest has 0 %. The regulator of the real modules is not public; here it knows the block and settles in a quarter of an hour
 * [ours].
 */
export function regulate(bank: BatteryBank, seconds: number): void {
    const { blocks, layout, plate, equalizingPower, wanted } = bank;
    const most = mostBypass(bank);
    const settled = 1 - Math.exp(-seconds / SETTLES);
    for (let s = 0; s < layout.strings; s++) {
        const first = s * layout.perString;
        const end = first + layout.perString;
        const amps = bank.current[s]!;
        const acts = bank.equalizing[s] && bank.charging && !bank.open[s] && amps > 0 && most > 0;
        if (!acts) {
            equalizingPower.fill(0, first, end);
            blocks.bypass.fill(0, first, end);
            continue;
        }
        let target = 0;
        for (let i = first; i < end; i++) target += blocks.voltage[i]!;
        target /= layout.perString;
        let highest = 0;
        for (let i = first; i < end; i++) {
            acceptanceOf(blocks.charge[i]!, blocks.speed[i]!, blocks.float[i]!, blocks.acceptance);
            const over = Math.min(MOST_OVER, target / blocks.cells[i]! - openVolts(blocks.charge[i]!));
            wanted[i] = over > 0 ? chargeRate(blocks.acceptance, over) * plate.capacityAh : 0;
            if (wanted[i]! > highest) highest = wanted[i]!;
        }
        for (let i = first; i < end; i++) {
            const goal = Math.min(1, (highest - wanted[i]!) / most);
            equalizingPower[i]! += settled * (goal - equalizingPower[i]!);
            blocks.bypass[i] = equalizingPower[i]! * most;
        }
    }
}
