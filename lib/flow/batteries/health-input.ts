import type { BatterySource } from '../../core/batteries/battery-source';
import type { DischargeRecord } from '../../core/batteries/discharge/record';
import type { DischargeCurves } from '../../core/batteries/health/discharge-curves';
import type { HealthInput } from '../../core/batteries/health/health';
import type { HealthLimits } from '../../core/batteries/health/reasons';
import { recordedCurves } from '../../core/batteries/health/recorded-curves';
import { WEEK_MS, type Series } from '../../core/batteries/health/series';
import { installedAt, type BatteryInventory } from '../../core/batteries/inventory';
import type { BatteryLayout } from '../../core/batteries/layout';
import type { Slices } from '../../core/turns';
import type { BatteryHistory } from './battery-history';

/** Means of days of nine years; weeks are what is judged. */
const IMPEDANCE_POINTS = 3300;
/** Means of quarters of an hour of a week. */
const WEEK_POINTS = 700;
/** Of so many discharges the curves are read: the last ones, and the deepest of the last hundred. */
const LAST = 6;
const DEEPEST = 4;
const LOOKED_AT = 100;
/** A shorter discharge tells nothing, ms. */
const SHORTEST_MS = 20_000;
/** Rows of a discharge that are kept in memory, about. */
const ROWS = 400;
/** After a discharge the voltage is that of charging for so long, ms, where nobody told its end. */
const CHARGING_MS = 24 * 3_600_000;

/** What a judgement needs of the settings of the battery. */
export type HealthSettings = Pick<HealthInput, 'model'> & { limits?: Partial<HealthLimits> };

/** Gathers what the health of a battery is judged by. @returns undefined: it is not known of how many blocks it has */
export async function healthInput(
    battery: BatterySource,
    history: BatteryHistory,
    inventory: BatteryInventory,
    settings: HealthSettings,
    slices: Slices,
): Promise<HealthInput | undefined> {
    const { layout } = battery.view();
    if (!layout) return undefined;
    const { config, baseline } = battery;
    const now = battery.clock.now();
    const { modules } = layout;
    const numbers = Array.from({ length: modules }, (_, i) => i + 1);
    const installed = numbers.map((module) => installedAt(inventory, module, config.installedAt));
    const records = history.discharges();
    const week = { modules, from: now - WEEK_MS, to: now, points: WEEK_POINTS };
    const impedance = await history.blocks(
        { quantity: 'impedance', modules, from: 0, to: now, points: IMPEDANCE_POINTS },
        slices,
    );
    const voltage = await history.blocks({ quantity: 'voltage', ...week }, slices);
    const temperature = await history.blocks({ quantity: 'temperature', ...week }, slices);
    const discharges = await curvesOf(history, records, layout, slices);
    return {
        now,
        layout,
        nominalVoltage: config.nominalVoltage,
        ...(config.capacityAh !== undefined && { capacityAh: config.capacityAh }),
        chemistry: config.chemistry,
        ...(config.detection.endVoltage && { endVoltage: config.detection.endVoltage }),
        impedance,
        baselines: installed.map((at, i) => {
            const block = baseline?.blocks[i];
            // A baseline from before the replacement is that of another block.
            if (!block || block.at < (at ?? -Infinity)) return undefined;
            return { at: block.at, milliohms: block.impedance };
        }),
        installedAt: installed,
        float: await floating(voltage, records, installed, slices),
        temperature: temperature.map((series, i) => since(series, installed[i])),
        discharges,
        ...settings,
    };
}

/** Which discharges tell the most, oldest first. One that began before the battery was full again does not count. */
export function tellingDischarges(records: readonly DischargeRecord[]): DischargeRecord[] {
    const fit = records
        .filter(({ phase, follows, durationMs }) => phase !== 'discharging' && !follows && durationMs >= SHORTEST_MS)
        .slice(-LOOKED_AT);
    const deepest = fit.toSorted((a, b) => (b.ah ?? 0) - (a.ah ?? 0) || b.durationMs - a.durationMs).slice(0, DEEPEST);
    const chosen = new Set([...fit.slice(-LAST), ...deepest]);
    return fit.filter((record) => chosen.has(record));
}

async function curvesOf(
    history: BatteryHistory,
    records: readonly DischargeRecord[],
    layout: BatteryLayout,
    slices: Slices,
): Promise<DischargeCurves[]> {
    const curves: DischargeCurves[] = [];
    for (const { id } of tellingDischarges(records)) {
        const recorded = await history.discharge(id, slices);
        if (recorded) curves.push(recordedCurves(recorded, layout, ROWS));
        await slices.breathe();
    }
    return curves;
}

/** The voltages without the times of discharging and charging, and of a block that was replaced without those of the one before it. */
async function floating(
    voltage: readonly Series[],
    records: readonly DischargeRecord[],
    installed: readonly (number | undefined)[],
    slices: Slices,
): Promise<Series[]> {
    const busy = records.map(({ onset, end, durationMs, phase, charging }) => {
        const over = end ?? onset + durationMs;
        const charged = phase === 'complete' && charging?.ended !== 'time' ? charging?.durationMs : undefined;
        return [onset - 60_000, over + (charged ?? CHARGING_MS)] as const;
    });
    const kept = new Map<ArrayLike<number>, boolean[]>();
    const floats = (times: ArrayLike<number>) => {
        const known = kept.get(times) ?? Array.from(times, (at) => !busy.some(([from, to]) => at >= from && at <= to));
        kept.set(times, known);
        return known;
    };
    const all: Series[] = [];
    for (const [i, { times, values }] of voltage.entries()) {
        const isFloat = floats(times);
        const own = isFloat.includes(false)
            ? Float64Array.from(values, (value, row) => (isFloat[row] ? value : NaN))
            : values;
        all.push(since({ times, values: own }, installed[i]));
        await slices.breathe();
    }
    return all;
}

/** What is older belongs to another block. */
function since({ times, values }: Series, at: number | undefined): Series {
    if (at === undefined || times.length === 0 || times[0]! >= at) return { times, values };
    return { times, values: Float64Array.from(values, (value, row) => (times[row]! < at ? NaN : value)) };
}
