import { Slices } from '../core/turns';
import { DEVICE_ENERGY, DeviceEnergy } from './device-energy';
import { integrateColumn } from './integrate';
import { daysOf, type Period } from './periods';
import { headOf, type Range, type Readings, type ReportHead, type ReportRequest, type ReportSources } from './sources';
import { walk } from './walk';

/** Energy that the UPS has delivered, from its readings of output power. JSON; keys are only ever added. */
export interface EnergyReport extends ReportHead {
    kind: 'energy';
    version: 1;
    /** Epoch ms; `to` is not later than `at`. */
    from: number;
    to: number;
    /** How many phases have told their power. */
    phases: number;
    total: EnergyPeriod;
    months: EnergyPeriod[];
    days: EnergyPeriod[];
}

export interface EnergyPeriod extends Period {
    /** How long it is, h: 23 and 25 where the clocks change. */
    hours: number;
    /** Sum of the phases; absent: nothing is known. What is not covered is not in it. */
    kilowattHours?: number;
    /** By the count of the device itself, beside ours: see `DeviceEnergy`; absent: it has none. */
    deviceKilowattHours?: number;
    /** Part of the time in which the power of every phase is known, 0 to 1. */
    coverage: number;
    phases: PhaseEnergy[];
    /** Highest sum of the phases in one reading, W. */
    peakWatts?: number;
}

export interface PhaseEnergy {
    kilowattHours?: number;
    /** Part of the time in which its power is known, 0 to 1. */
    coverage: number;
}

const POWERS = ['outputPower1', 'outputPower2', 'outputPower3'] as const;
const HOUR_MS = 3_600_000;

/** What was summed up for a day. */
interface DaySums extends Period {
    wattHours: number[];
    knownMs: number[];
    peak?: number;
}

interface Month extends Period {
    days: DaySums[];
}

export async function energyReport(
    sources: ReportSources,
    request: ReportRequest,
    range: Range,
    slices = new Slices(),
): Promise<EnergyReport> {
    const whole = { from: range.from, to: Math.max(range.from, Math.min(range.to, request.now)) };
    const days = (await daysOf(request.zone, whole, slices)).map((day): DaySums => ({
        ...day,
        wattHours: [0, 0, 0],
        knownMs: [0, 0, 0],
    }));
    const names = [...new Set(days.map(monthOf))];
    const months = names.map((name): Month => {
        const its = days.filter((day) => monthOf(day) === name);
        return { name, ...spanOf(its), days: its };
    });
    const device = new DeviceEnergy([whole, ...months, ...days]);
    for await (const piece of walk(sources, request.unit.id, [...POWERS, DEVICE_ENERGY], whole, slices)) {
        addTo(days, piece);
        device.read(piece);
    }
    const phases = POWERS.findLastIndex((_, phase) => days.some(({ knownMs }) => knownMs[phase]! > 0)) + 1;
    return {
        kind: 'energy',
        version: 1,
        ...headOf(request),
        ...whole,
        phases,
        total: sumOf('total', whole, days, phases, device),
        months: months.map((month) => sumOf(month.name, month, month.days, phases, device)),
        days: days.map((day) => sumOf(day.name, day, [day], phases, device)),
    };
}

function addTo(days: DaySums[], piece: Readings): void {
    const span = { from: piece.times[0]!, to: piece.times.at(-1)! + (piece.bucketMs ?? 0) };
    const touched = days.filter(({ from, to }) => from < span.to && to > span.from);
    for (const [phase, quantity] of POWERS.entries()) {
        const column = piece.columns.find((each) => each.quantity === quantity);
        if (!column) continue;
        for (const day of touched) {
            const { amount, knownMs } = integrateColumn(piece, column, day);
            day.wattHours[phase]! += amount;
            day.knownMs[phase]! += knownMs;
        }
    }
    const columns = piece.columns
        .filter(({ quantity }) => quantity !== DEVICE_ENERGY)
        .filter(({ mean }) => mean.some((watts) => watts !== undefined));
    for (let index = 0; index < piece.times.length && columns.length > 0; index++) {
        let sum = 0;
        // A phase that is missing would make the sum too small.
        for (const { max, mean } of columns) sum += max?.[index] ?? mean[index] ?? NaN;
        if (Number.isNaN(sum)) continue;
        const at = piece.times[index]!;
        const day = touched.find(({ from, to }) => at >= from && at < to);
        if (day) day.peak = Math.max(day.peak ?? -Infinity, sum);
    }
}

function monthOf({ name }: Period): string {
    return name.slice(0, 7);
}

function spanOf(days: readonly Range[]): Range {
    return { from: days[0]!.from, to: days.at(-1)!.to };
}

function sumOf(
    name: string,
    range: Range,
    days: readonly DaySums[],
    phases: number,
    device: DeviceEnergy,
): EnergyPeriod {
    const { from, to } = range;
    const ms = to - from;
    const counted = device.of(range);
    const each = POWERS.slice(0, phases).map((_, phase): PhaseEnergy => {
        const known = days.reduce((sum, { knownMs }) => sum + knownMs[phase]!, 0);
        const wattHours = days.reduce((sum, day) => sum + day.wattHours[phase]!, 0);
        return {
            ...(known > 0 ? { kilowattHours: wattHours / 1000 } : {}),
            coverage: ms > 0 ? Math.min(1, known / ms) : 0,
        };
    });
    const known = each.flatMap(({ kilowattHours }) => (kilowattHours === undefined ? [] : [kilowattHours]));
    const peaks = days.flatMap(({ peak }) => (peak === undefined ? [] : [peak]));
    return {
        name,
        from,
        to,
        hours: ms / HOUR_MS,
        ...(known.length > 0 ? { kilowattHours: known.reduce((sum, part) => sum + part, 0) } : {}),
        ...(counted === undefined ? {} : { deviceKilowattHours: counted }),
        coverage: each.length > 0 ? Math.min(...each.map(({ coverage }) => coverage)) : 0,
        phases: each,
        ...(peaks.length > 0 ? { peakWatts: Math.max(...peaks) } : {}),
    };
}
