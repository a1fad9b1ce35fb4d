import type { Slices } from '../core/turns';
import { columnOf, integrate, segmentsOf, type Segment } from './integrate';
import type { Range, Readings } from './sources';

/** What an outage took out of the battery, and what was estimated at its onset. What is not known is absent. Times: epoch ms. */
export interface BatteryUse {
    /** %, at the last reading up to the onset. */
    chargeAtOnset?: number;
    lowestCharge?: Extreme;
    /** V */
    lowestVoltage?: Extreme;
    /** °C */
    highestTemperature?: Extreme;
    /** °C */
    highestRoomTemperature?: Extreme;
    /** What the battery gave, by the readings of its current, Ah; and by current and voltage, kWh. */
    ampereHours?: number;
    kilowattHours?: number;
    /** Part of the outage that these two cover, 0 to 1. */
    currentCoverage?: number;
    /** What the output delivered, kWh, and the part of the outage that it covers, 0 to 1. */
    outputKilowattHours?: number;
    outputCoverage?: number;
    /** By the device, and by our own model. */
    device?: RuntimeEstimate;
    ours?: RuntimeEstimate;
}

export interface Extreme {
    value: number;
    at: number;
}

/** A remaining runtime held against the time that passed. Minutes. */
export interface RuntimeEstimate {
    /** Told in the first reading on battery; see `firstAt`. */
    first: number;
    firstAt: number;
    last: number;
    lastAt: number;
    /** Between the two readings. */
    passed: number;
    /** By how much the estimate fell meanwhile: more than `passed` means that it was too high at the onset. */
    fell: number;
}

const MINUTE_MS = 60_000;

export async function batteryUse(readings: Readings, lasting: Range, slices: Slices): Promise<BatteryUse> {
    const ms = Math.max(1, lasting.to - lasting.from);
    const use: BatteryUse = {};
    const onset = lastUpTo(readings, 'charge', lasting.from);
    if (onset !== undefined) use.chargeAtOnset = onset;
    assign(
        use,
        'lowestCharge',
        extreme(readings, 'charge', lasting, (value, best) => value < best),
    );
    assign(
        use,
        'lowestVoltage',
        extreme(readings, 'batteryVoltage', lasting, (value, best) => value < best),
    );
    const isHigher = (value: number, best: number) => value > best;
    assign(use, 'highestTemperature', extreme(readings, 'batteryTemperature', lasting, isHigher));
    assign(use, 'highestRoomTemperature', extreme(readings, 'environmentTemperature', lasting, isHigher));
    await slices.breathe();
    const amperes = segments(readings, 'batteryCurrent');
    // The sign of a current is that of the device: one that discharges may be either.
    const drawn = integrate(amperes.map(absolute), lasting);
    if (drawn.knownMs > 0) {
        use.ampereHours = drawn.amount;
        use.currentCoverage = Math.min(1, drawn.knownMs / ms);
        const power = integrate(products(amperes, segments(readings, 'batteryVoltage')), lasting);
        if (power.knownMs > 0) use.kilowattHours = power.amount / 1000;
    }
    await slices.breathe();
    const outputs = ['outputPower1', 'outputPower2', 'outputPower3']
        .map((quantity) => integrate(segments(readings, quantity), lasting))
        .filter(({ knownMs }) => knownMs > 0);
    if (outputs.length > 0) {
        use.outputKilowattHours = outputs.reduce((sum, { amount }) => sum + amount, 0) / 1000;
        use.outputCoverage = Math.min(1, ...outputs.map(({ knownMs }) => knownMs / ms));
    }
    await slices.breathe();
    assign(use, 'device', estimate(readings, 'runtime', lasting));
    assign(use, 'ours', estimate(readings, 'estimatedRuntime', lasting));
    return use;
}

function assign<K extends keyof BatteryUse>(use: BatteryUse, key: K, value: BatteryUse[K] | undefined): void {
    if (value !== undefined) use[key] = value;
}

function segments(readings: Readings, quantity: string): Segment[] {
    const column = columnOf(readings, quantity);
    return column ? segmentsOf(readings, column) : [];
}

function absolute(segment: Segment): Segment {
    return { ...segment, start: Math.abs(segment.start), end: Math.abs(segment.end) };
}

/** Current times voltage, where both are known in the same stretch. */
function products(amperes: readonly Segment[], volts: readonly Segment[]): Segment[] {
    const byStart = new Map(volts.map((segment) => [segment.from, segment]));
    return amperes.flatMap((current) => {
        const voltage = byStart.get(current.from);
        if (!voltage || voltage.to !== current.to) return [];
        return [
            { ...current, start: Math.abs(current.start * voltage.start), end: Math.abs(current.end * voltage.end) },
        ];
    });
}

function samples(readings: Readings, quantity: string, { from, to }: Range): [at: number, value: number][] {
    const column = columnOf(readings, quantity);
    return readings.times.flatMap((at, index) => {
        const value = column?.mean[index];
        return value === undefined || at < from || at >= to ? [] : [[at, value] as [number, number]];
    });
}

function lastUpTo(readings: Readings, quantity: string, at: number): number | undefined {
    return samples(readings, quantity, { from: -Infinity, to: at + 1 }).at(-1)?.[1];
}

function extreme(
    readings: Readings,
    quantity: string,
    lasting: Range,
    isBetter: (value: number, best: number) => boolean,
): Extreme | undefined {
    let found: Extreme | undefined;
    for (const [at, value] of samples(readings, quantity, lasting)) {
        if (!found || isBetter(value, found.value)) found = { value, at };
    }
    return found;
}

/** A reading that already shows the mains, shortly before the end of the outage, says nothing of the runtime on battery. */
function estimate(readings: Readings, quantity: string, lasting: Range): RuntimeEstimate | undefined {
    const source = columnOf(readings, 'outputSource');
    const battery = source?.states?.indexOf('battery') ?? -1;
    const onMains = new Set(
        readings.times.filter((_, index) => battery >= 0 && ![battery, undefined].includes(source?.mean[index])),
    );
    const told = samples(readings, quantity, lasting).filter(([at]) => !onMains.has(at));
    const [first, last] = [told[0], told.at(-1)];
    if (!first || !last) return undefined;
    return {
        first: first[1],
        firstAt: first[0],
        last: last[1],
        lastAt: last[0],
        passed: (last[0] - first[0]) / MINUTE_MS,
        fell: first[1] - last[1],
    };
}
