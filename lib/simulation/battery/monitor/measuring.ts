import type { Values } from '../../../core/batteries/model';
import type { BatteryBank } from '../bank';
import { DRAWN } from '../blocks';
import { Noise } from '../noise';
import type { MonitorSettings } from './settings';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;
/** After a start there is no impedance for 15 minutes; it is refined every 5 minutes until an hour has passed (CS141 manual, "The BACS STATUS Screen"). */
export const FIRST_IMPEDANCE = 15 * MINUTE;
const REFINED_UNTIL = HOUR;
const REFINED_EVERY = 5 * MINUTE;
/** The first measurements are so much less exact, falling to 1 within the hour [ours]. */
const ROUGH = 3;
/** A of a string above which the charge is not told: an arrow stands there instead. */
const STRONG_CHARGE = 1;

/** What a module's electronics do wrong. */
export interface SensorFault {
    /** Stands still at this value. */
    stuck?: number;
    /** Is added. */
    offset?: number;
}

/** What the card has measured last; NaN where it does not know. Index 0 is module 1, or string 1. */
export class Measuring {
    readonly voltage: Values;
    readonly temperature: Values;
    readonly impedance: Values;
    readonly charge: Values;
    readonly equalizing: Values;
    readonly current: Values;
    readonly stringVoltage: Values;
    readonly average: Values;
    readonly ripple: Values;
    /** 1: the module does not answer. */
    readonly lost: Uint8Array;
    /** 1: the fuse in the lead of the module has blown: it measures no voltage. */
    readonly fuse: Uint8Array;
    /** 1: the current sensor of the string does not answer. */
    readonly sensorLost: Uint8Array;
    readonly voltageFaults = new Map<number, SensorFault>();
    readonly temperatureFaults = new Map<number, SensorFault>();
    /** When impedances were measured last, epoch ms; NaN: not since the start. */
    impedanceAt = NaN;
    /** How often since the start. */
    impedances = 0;
    private readonly noise: Noise;
    private dueAt = NaN;

    constructor(
        private readonly bank: BatteryBank,
        private readonly settings: MonitorSettings,
    ) {
        const { modules, strings } = bank.layout;
        const unknown = (length: number) => new Float64Array(length).fill(NaN);
        this.voltage = unknown(modules);
        this.temperature = unknown(modules);
        this.impedance = unknown(modules);
        this.charge = unknown(modules);
        this.equalizing = unknown(modules);
        this.current = unknown(strings);
        this.stringVoltage = unknown(strings);
        this.average = unknown(strings);
        this.ripple = unknown(strings);
        this.lost = new Uint8Array(modules);
        this.fuse = new Uint8Array(modules);
        this.sensorLost = new Uint8Array(strings);
        this.noise = new Noise(bank.plate.seed);
    }

    /** As after a start: nothing is known. */
    forget(): void {
        for (const values of [this.voltage, this.temperature, this.impedance, this.charge, this.equalizing])
            values.fill(NaN);
        for (const values of [this.current, this.stringVoltage, this.average, this.ripple]) values.fill(NaN);
        this.impedanceAt = NaN;
        this.impedances = 0;
        this.dueAt = NaN;
    }

    /** One pass over strings and modules. @param scan its number: what its noise is drawn by */
    scan(scan: number): void {
        const { bank, settings, noise } = this;
        const { layout } = bank;
        for (let s = 0; s < layout.strings; s++) {
            const known = settings.currentSensors === 'each' || (settings.currentSensors === 'one' && s === 0);
            const amps =
                bank.current[s]! * settings.multiplier + settings.currentNoise * noise.normal(DRAWN.current, s, scan);
            this.current[s] = known && !this.sensorLost[s] ? round(amps, 100) : NaN;
            const ripple = bank.ripple[s]! * (1 + 0.03 * noise.normal(DRAWN.ripple, s, scan));
            this.ripple[s] = known && !this.sensorLost[s] ? round(Math.max(0, ripple), 100) : NaN;
            const [first] = layout.modulesOf(s + 1);
            let sum = 0;
            let counted = 0;
            for (let i = first - 1; i < first - 1 + layout.perString; i++) {
                this.module(i, s, scan);
                if (!(this.voltage[i]! >= 0)) continue;
                sum += this.voltage[i]!;
                counted++;
            }
            // Of modules that do not answer the mean of the others is taken [ours].
            this.average[s] = counted ? round(sum / counted, 1000) : NaN;
            this.stringVoltage[s] = counted ? round((sum / counted) * layout.perString, 10) : NaN;
        }
    }

    /** Measures the impedances if it is time. @param startedAt of the card, epoch ms */
    measureImpedance(scan: number, startedAt: number, may: boolean): void {
        const { bank, settings, noise } = this;
        const now = bank.time;
        if (Number.isNaN(this.dueAt)) this.dueAt = this.nextImpedance(startedAt, startedAt);
        if (now < this.dueAt) return;
        this.dueAt = this.nextImpedance(now, startedAt);
        if (!may) return;
        const young = Math.max(0, 1 - (now - startedAt) / REFINED_UNTIL);
        const deviation = settings.impedanceNoise * (1 + (ROUGH - 1) * young);
        this.impedanceAt = now;
        this.impedances++;
        for (let i = 0; i < bank.layout.modules; i++) {
            const milliohms =
                bank.blocks.impedance(i) * 1000 * (1 + deviation * noise.normal(DRAWN.impedance, i, scan));
            this.impedance[i] = this.lost[i] || this.fuse[i] ? NaN : round(milliohms, 100);
        }
    }

    /** When the next impedance measurement is due after `now`. */
    private nextImpedance(now: number, startedAt: number): number {
        const { impedanceHour, impedanceEvery, utcOffsetMinutes } = this.settings;
        const up = now - startedAt;
        if (up < FIRST_IMPEDANCE) return startedAt + FIRST_IMPEDANCE;
        if (up < REFINED_UNTIL) return startedAt + (Math.floor(up / REFINED_EVERY) + 1) * REFINED_EVERY;
        const local = now + utcOffsetMinutes * MINUTE;
        const midnight = Math.floor(local / DAY) * DAY;
        const every = impedanceEvery * HOUR;
        const first = midnight + impedanceHour * HOUR;
        return first + (Math.floor((local - first) / every) + 1) * every - utcOffsetMinutes * MINUTE;
    }

    private module(i: number, s: number, scan: number): void {
        const { bank, settings, noise } = this;
        const { blocks } = bank;
        if (this.lost[i]) {
            this.voltage[i] = this.temperature[i] = this.charge[i] = this.equalizing[i] = NaN;
            return;
        }
        const volts = blocks.voltage[i]! + settings.voltageNoise * noise.normal(DRAWN.voltage, i, scan);
        this.voltage[i] = this.fuse[i] ? 0 : round(Math.max(0, faulty(this.voltageFaults.get(i), volts)), 1000);
        this.temperature[i] = round(faulty(this.temperatureFaults.get(i), blocks.temperature[i]!), 2);
        this.equalizing[i] = Math.round(100 * bank.equalizingPower[i]!);
        const amps = this.current[s]!;
        const charge = Math.round(100 * Math.min(1, Math.max(0, blocks.charge[i]!)));
        this.charge[i] = Number.isNaN(amps) || amps > STRONG_CHARGE ? NaN : charge;
    }
}

function faulty(fault: SensorFault | undefined, value: number): number {
    return fault === undefined ? value : (fault.stuck ?? value) + (fault.offset ?? 0);
}

function round(value: number, parts: number): number {
    return Math.round(value * parts) / parts;
}
