import type { Series } from '../../lib/core/batteries/health/series';
import { chanceOf } from './chance';

const DAY_MS = 86_400_000;

/** How the impedance of a block goes up: by a straight line, or faster and faster; `days` from its start to +25 %. */
export interface Rise {
    startDay: number;
    days: number;
    shape: 'line' | 'square';
}

export interface HistoryPlan {
    seed: number;
    blocks: number;
    strings: number;
    days: number;
    /** Epoch ms of day 0. */
    from: number;
    /** Of one measurement, as a share; of a block. */
    noise(block: number): number;
    rises?: ReadonlyMap<number, Rise>;
}

/**
 * The impedance of a battery, twice a day, by a model of its own: each block ages by its own 3 ± 1.5 % a year and has its own noise; all have a season of
 * ± 3 % (strings a little apart) and what the monitor measures wrong on a day in common. Nothing of it knows the code that judges it.
 */
export function impedanceHistory({ seed, blocks, strings, days, from, noise, rises }: HistoryPlan): Series[] {
    const chance = chanceOf(seed);
    const times = Float64Array.from({ length: days * 2 }, (_, i) => from + (i * DAY_MS) / 2 + 8 * 3_600_000);
    const rooms = Array.from({ length: strings }, () => 0.03 + 0.004 * chance.normal());
    const daily = Array.from(times, () => 0.003 * chance.normal());
    return Array.from({ length: blocks }, (_, block) => {
        const own = 6 * (1 + 0.04 * chance.normal());
        const ageing = 0.03 + 0.015 * chance.normal();
        const room = rooms[Math.floor((block * strings) / blocks)]!;
        const values = Float64Array.from(times, (_, i) => {
            const day = i / 2;
            const common = 1 + room * Math.sin((2 * Math.PI * day) / 365) + daily[i]!;
            const ill = riseAt(rises?.get(block), day);
            return own * (1 + (ageing * day) / 365) * ill * common * (1 + noise(block) * chance.normal());
        });
        return { times, values };
    });
}

/** The factor of the failure alone: 1.25 is its end. */
export function riseAt(rise: Rise | undefined, day: number): number {
    if (!rise || day <= rise.startDay) return 1;
    const part = (day - rise.startDay) / rise.days;
    return rise.shape === 'line' ? 1 + 0.25 * part : 1.25 ** (part * part);
}
