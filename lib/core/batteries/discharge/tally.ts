import type { BatteryLayout } from '../layout';
import type { BatterySweep, Values } from '../model';
import type { Currents } from './currents';
import type { BlockMoment, DischargeRecord, Gap, Known } from './record';
import { meanOf } from '../statistics';

/** Between readings that are further apart nobody knows the current. */
export const LONGEST_STEP_MS = 120_000;
/** Below it a module has measured nothing (its fuse is blown): no block in use has so little [ours]. */
const NO_VOLTAGE = 0.1;
const MOST_GAPS = 100;
const MS_PER_HOUR = 3_600_000;

/** A reading of one string in the direction that is counted; the other direction is 0. */
interface StringReading {
    atMs: number;
    /** A */
    current: number;
    /** W */
    power: Known;
}

/** The integral of one string: what it delivered in A·ms and W·ms. JSON. */
interface StringTally {
    charge: number;
    /** What of `charge` was delivered while the end was being confirmed; absent: nothing. */
    endingCharge?: number;
    energy: number;
    gapCharge: number;
    gapEnergy: number;
    coveredMs: number;
    last?: StringReading;
    /** A power was not known once: no kWh. */
    powerMissing?: true;
}

/** JSON */
export interface TallyState {
    strings: StringTally[];
    /** The battery had another number of strings before: only what all delivered together is known. */
    mixed?: true;
    gaps: Gap[];
    lastMs?: number;
    openGap?: Gap['why'];
    lowest?: BlockMoment;
    lowestNow?: BlockMoment;
    early: BlockMoment[];
    before: Known;
    heat: { sum: number; count: number; highest: Known; hottest?: number };
    /** ms and A·ms of the charging phase. */
    charged: Known;
}

/** Adds up the readings of one record. */
export class DischargeTally {
    private readonly told: TallyState;
    /** Blocks that were below the end voltage in the last reading alone: the dip of the onset is no end. */
    private below = new Map<number, BlockMoment>();

    constructor(
        strings: number,
        private readonly endVoltage: number,
        state?: TallyState,
    ) {
        this.told = state ?? {
            strings: Array.from({ length: strings }, () => ({
                charge: 0,
                energy: 0,
                gapCharge: 0,
                gapEnergy: 0,
                coveredMs: 0,
            })),
            gaps: [],
            early: [],
            before: null,
            heat: { sum: 0, count: 0, highest: null },
            charged: null,
        };
    }

    state(): TallyState {
        return structuredClone(this.told);
    }

    get lastMs(): number | undefined {
        return this.told.lastMs;
    }

    before(sweep: BatterySweep): void {
        this.told.before = meanOf(sweep.blocks.temperature) ?? null;
    }

    /** Nothing is read from now on, until the next reading. */
    openGap(why: Gap['why']): void {
        this.told.openGap ??= why;
    }

    /** @param ending the end has been told already, and has to be confirmed: such a reading counts for Ah alone */
    discharge(atMs: number, sweep: BatterySweep, currents: Currents, ending: boolean): void {
        this.closeGap(atMs);
        this.integrate(atMs, currents, ending);
        if (!ending) this.look(atMs, sweep);
        this.told.lastMs = atMs;
    }

    /** The last reading before the end is carried to the end. */
    finish(endMs: number): void {
        const { told } = this;
        if (told.openGap) this.closeGap(endMs);
        for (const string of told.strings) {
            const { last } = string;
            if (last && last.atMs < endMs) this.step(string, { ...last, atMs: endMs }, last);
            string.last = undefined;
        }
    }

    charge(atMs: number, currents: Currents): void {
        this.told.openGap = undefined;
        this.integrateCharge(atMs, currents);
        this.told.lastMs = atMs;
    }

    /** The amounts of the charging are counted apart from those of the discharge. */
    beginCharge(): void {
        for (const string of this.told.strings) string.last = undefined;
    }

    /** Writes what is known into the record. */
    fill(record: DischargeRecord, durationMs: number): void {
        const { strings, mixed, gaps, lowest, lowestNow, early, before, heat, charged } = this.told;
        const of = (ms: number) => ms / MS_PER_HOUR;
        const known = strings.map(({ coveredMs, gapCharge }) => coveredMs > 0 || gapCharge > 0);
        const all = known.every(Boolean);
        const sum = (amount: (string: StringTally) => number) => strings.reduce((to, each) => to + amount(each), 0);
        const powers = all && strings.every(({ powerMissing }) => !powerMissing);
        const mean = sum(({ charge, endingCharge = 0, coveredMs }) =>
            coveredMs > 0 ? (charge - endingCharge) / coveredMs : 0,
        );
        Object.assign(record, {
            durationMs,
            stringAh: strings.map(({ charge }, index) => (known[index] && !mixed ? of(charge) : null)),
            ah: all ? of(sum(({ charge }) => charge)) : null,
            kWh: powers ? of(sum(({ energy }) => energy)) / 1000 : null,
            gapAh: all ? of(sum(({ gapCharge }) => gapCharge)) : null,
            gapKWh: powers ? of(sum(({ gapEnergy }) => gapEnergy)) / 1000 : null,
            gaps: structuredClone(gaps),
            ...(lowest && { lowest: { ...lowest } }),
            ...(lowestNow && { lowestAtEnd: { ...lowestNow } }),
            early: structuredClone(early).sort((a, b) => a.atMs - b.atMs || a.voltage - b.voltage),
            meanCurrent: all ? mean : null,
            temperature: {
                before,
                mean: heat.count ? heat.sum / heat.count : null,
                highest: heat.highest,
                ...(heat.hottest !== undefined && { hottest: heat.hottest }),
            },
        });
        if (record.charging) record.charging.ah = charged === null ? null : of(charged);
    }

    private closeGap(atMs: number): void {
        const { told } = this;
        const fromMs = told.lastMs ?? 0;
        const why = told.openGap ?? (atMs - fromMs > LONGEST_STEP_MS ? 'silent' : undefined);
        told.openGap = undefined;
        if (!why || atMs <= fromMs) return;
        if (told.gaps.length < MOST_GAPS) told.gaps.push({ fromMs, toMs: atMs, why });
        else told.gaps.at(-1)!.toMs = atMs;
    }

    private integrate(atMs: number, currents: Currents, ending: boolean): void {
        this.told.strings.forEach((string, index) => {
            const now = delivered(atMs, currents, index, -1);
            if (!now) return;
            // The first current is taken for that since the onset.
            this.step(string, now, string.last ?? { ...now, atMs: 0 }, ending);
            string.last = now;
        });
    }

    /** @param ending such a step is no part of the mean current */
    private step(string: StringTally, now: StringReading, last: StringReading, ending = false): void {
        const ms = now.atMs - last.atMs;
        const charge = ((last.current + now.current) / 2) * ms;
        const energy = last.power === null || now.power === null ? undefined : ((last.power + now.power) / 2) * ms;
        if (energy === undefined && charge > 0) string.powerMissing = true;
        if (ms > LONGEST_STEP_MS) {
            string.gapCharge += charge;
            string.gapEnergy += energy ?? 0;
        } else {
            string.charge += charge;
            string.energy += energy ?? 0;
            if (ending) string.endingCharge = (string.endingCharge ?? 0) + charge;
            else string.coveredMs += ms;
        }
    }

    private integrateCharge(atMs: number, currents: Currents): void {
        this.told.strings.forEach((string, index) => {
            const now = delivered(atMs, currents, index, 1);
            if (!now) return;
            const { last } = string;
            this.told.charged ??= 0;
            if (last) this.told.charged += ((last.current + now.current) / 2) * (now.atMs - last.atMs);
            string.last = now;
        });
    }

    private look(atMs: number, sweep: BatterySweep): void {
        const { voltage, temperature } = sweep.blocks;
        if (voltage) this.lookAtVoltages(atMs, voltage);
        const mean = meanOf(temperature);
        if (mean === undefined) return;
        const { heat } = this.told;
        heat.sum += mean;
        heat.count++;
        temperature!.forEach((value, index) => {
            if (!(value > (heat.highest ?? -Infinity))) return;
            heat.highest = value;
            heat.hottest = index + 1;
        });
    }

    private lookAtVoltages(atMs: number, voltages: Values): void {
        let lowest: BlockMoment | undefined;
        const below = new Map<number, BlockMoment>();
        const ended = new Set(this.told.early.map(({ module }) => module));
        voltages.forEach((voltage, index) => {
            // Also false for NaN.
            if (!(voltage >= NO_VOLTAGE)) return;
            const module = index + 1;
            if (voltage < (lowest?.voltage ?? Infinity)) lowest = { module, voltage, atMs };
            if (voltage > this.endVoltage || ended.has(module)) return;
            const first = this.below.get(module);
            if (first) this.told.early.push(first);
            else below.set(module, { module, voltage, atMs });
        });
        this.below = below;
        if (!lowest) return;
        this.told.lowestNow = lowest;
        if (lowest.voltage < (this.told.lowest?.voltage ?? Infinity)) this.told.lowest = lowest;
    }
}

/** @param index from 0 @param sign -1: what is discharged, 1: what is charged @returns undefined if the current is not known */
function delivered(
    atMs: number,
    { byString, power }: Currents,
    index: number,
    sign: 1 | -1,
): StringReading | undefined {
    const amps = byString[index]!;
    const watts = power[index]!;
    if (Number.isNaN(amps)) return undefined;
    return {
        atMs,
        current: Math.max(0, sign * amps),
        power: Number.isNaN(watts) ? null : Math.max(0, sign * watts),
    };
}

/**
 * A tally as it was kept, for a battery that may have been counted anew since: then the strings share what all delivered.
 * @returns undefined: it is no tally
 */
export function fittedTally(state: TallyState | undefined, { strings: count }: BatteryLayout): TallyState | undefined {
    if (!Array.isArray(state?.strings) || state.strings.length === 0 || !Array.isArray(state.gaps)) return undefined;
    const told = structuredClone(state);
    const { strings } = told;
    if (strings.length === count) return told;
    const part = (amount: (string: StringTally) => number) =>
        strings.reduce((sum, string) => sum + amount(string), 0) / count;
    const share = (): StringTally => ({
        charge: part(({ charge }) => charge),
        endingCharge: part(({ endingCharge = 0 }) => endingCharge),
        energy: part(({ energy }) => energy),
        gapCharge: part(({ gapCharge }) => gapCharge),
        gapEnergy: part(({ gapEnergy }) => gapEnergy),
        // One string that was not known makes the sum unknown.
        coveredMs: Math.min(...strings.map(({ coveredMs }) => coveredMs)),
        ...(strings.some(({ powerMissing }) => powerMissing) && { powerMissing: true }),
    });
    return { ...told, strings: Array.from({ length: count }, share), mixed: true };
}
