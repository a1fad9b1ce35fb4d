import type { CardState } from '../../../core/batteries/model';
import type { BatteryBank } from '../bank';
import type { Measuring } from './measuring';
import type { Band, CardLimits, Pair } from './settings';
import { BIT } from './states';

const MINUTE = 60_000;

/** What the limits say of the last scan. */
export interface Judgement {
    /** Bits of each module, see states.ts. */
    modules: Uint16Array;
    /** Strings (from 1) by state. */
    strings: Map<CardState, number[]>;
    /** States of the whole that no module and no string carries. */
    system: Set<CardState>;
}

/** Where something must be true for some minutes: since when it is, epoch ms, by what. */
type Since = Map<string, number>;

/** Judges measurements by the limits of the card (CS141 manual, "Threshold definition"). A value at a limit is inside. What is not known is no alarm. */
export class Judging {
    private readonly since: Since = new Map();

    constructor(
        private readonly bank: BatteryBank,
        private readonly measured: Measuring,
        private readonly limits: CardLimits,
    ) {}

    /** @param voltages whether voltages are judged now @param impedances likewise */
    judge(into: Judgement, now: number, voltages: boolean, impedances: boolean): void {
        const { measured, limits } = this;
        if (voltages) {
            band(into.modules, measured.voltage, limits.voltage, 'voltage');
            this.difference(into);
        }
        band(into.modules, measured.temperature, limits.temperature, 'temperature');
        if (impedances) this.impedance(into);
        this.strings(into, voltages);
        this.deviation(into, now);
        this.charge(into);
        this.runaway(into, now);
    }

    private impedance({ modules }: Judgement): void {
        const { impedance } = this.measured;
        band(modules, impedance, this.limits.impedanceStatic, 'impedance');
        const mean = meanOf(impedance);
        const { warning, alarm } = this.limits.impedanceDynamic;
        const limits = {
            lowAlarm: mean * (1 - alarm / 100),
            lowWarning: mean * (1 - warning / 100),
            highWarning: mean * (1 + warning / 100),
            highAlarm: mean * (1 + alarm / 100),
        };
        band(modules, impedance, limits, 'impedance');
    }

    private difference({ system }: Judgement): void {
        const { voltage } = this.measured;
        const { voltageDifference } = this.limits;
        if (Number.isNaN(voltageDifference)) return;
        const mean = meanOf(voltage);
        if (voltage.some((volts) => Math.abs(volts - mean) > voltageDifference))
            system.add('voltage-difference-warning');
    }

    private strings({ strings }: Judgement, voltages: boolean): void {
        const { measured, limits } = this;
        const each = (values: Float64Array, band: Band, what: string) =>
            values.forEach((value, s) => {
                if (value < band.lowAlarm) note(strings, `string-${what}-low-alarm`, s);
                if (value < band.lowWarning) note(strings, `string-${what}-low-warning`, s);
                if (value > band.highWarning) note(strings, `string-${what}-high-warning`, s);
                if (value > band.highAlarm) note(strings, `string-${what}-high-alarm`, s);
            });
        if (voltages) each(measured.stringVoltage, limits.stringVoltage, 'voltage');
        each(measured.current, limits.stringCurrent, 'current');
    }

    private deviation({ strings }: Judgement, now: number): void {
        const { current } = this.measured;
        const mean = meanOf(current);
        const kind = mean < -1 ? 'discharge' : mean > 1 ? 'charge' : undefined;
        const { deviationDischarge, deviationCharge, deviationMinutes } = this.limits;
        for (const each of ['discharge', 'charge'] as const) {
            const limits: Pair = each === 'discharge' ? deviationDischarge : deviationCharge;
            for (const level of ['warning', 'alarm'] as const)
                current.forEach((amps, s) => {
                    const deviates = kind === each && 100 * Math.abs(amps / mean - 1) > limits[level];
                    const state = `current-deviation-${each}-${level}`;
                    if (this.lasting(`${state} ${s}`, deviates, now, deviationMinutes)) note(strings, state, s);
                });
        }
    }

    private charge({ strings }: Judgement): void {
        const { layout } = this.bank;
        const { stringCharge } = this.limits;
        for (let s = 0; s < layout.strings; s++) {
            const mean = meanOf(this.measured.charge.subarray(s * layout.perString, (s + 1) * layout.perString));
            if (mean < stringCharge.alarm) note(strings, 'string-charge-low-alarm', s);
            if (mean < stringCharge.warning) note(strings, 'string-charge-low-warning', s);
        }
    }

    private runaway({ strings, system }: Judgement, now: number): void {
        const { kelvin, amps, minutes } = this.limits.runaway;
        if (Number.isNaN(kelvin)) return;
        const { layout } = this.bank;
        const { temperature, current } = this.measured;
        const mean = meanOf(temperature);
        for (let s = 0; s < layout.strings; s++) {
            const hot = temperature
                .subarray(s * layout.perString, (s + 1) * layout.perString)
                .some((t) => t - mean > kelvin);
            const on = hot && (Number.isNaN(amps) || current[s]! > amps);
            if (!this.lasting(`runaway ${s}`, on, now, minutes)) continue;
            system.add('thermal-runaway');
            note(strings, 'thermal-runaway', s);
        }
    }

    private lasting(key: string, on: boolean, now: number, minutes: number): boolean {
        if (!on) {
            this.since.delete(key);
            return false;
        }
        const since = this.since.get(key) ?? now;
        this.since.set(key, since);
        return now - since >= minutes * MINUTE;
    }
}

function band(
    modules: Uint16Array,
    values: Float64Array,
    limits: Band,
    what: 'voltage' | 'temperature' | 'impedance',
): void {
    const { lowAlarm, lowWarning, highWarning, highAlarm } = limits;
    const lows = [BIT[`${what}-low-alarm`], BIT[`${what}-low-warning`]] as const;
    const highs = [BIT[`${what}-high-alarm`], BIT[`${what}-high-warning`]] as const;
    for (let i = 0; i < values.length; i++) {
        const value = values[i]!;
        if (value < lowAlarm) modules[i]! |= lows[0];
        if (value < lowWarning) modules[i]! |= lows[1];
        if (value > highAlarm) modules[i]! |= highs[0];
        if (value > highWarning) modules[i]! |= highs[1];
    }
}

function note(strings: Map<CardState, number[]>, state: CardState, s: number): void {
    const list = strings.get(state);
    if (list) list.push(s + 1);
    else strings.set(state, [s + 1]);
}

/** Of what is known; NaN if nothing is. */
export function meanOf(values: Float64Array): number {
    let sum = 0;
    let counted = 0;
    for (const value of values) {
        if (value !== value) continue;
        sum += value;
        counted++;
    }
    return counted ? sum / counted : NaN;
}
