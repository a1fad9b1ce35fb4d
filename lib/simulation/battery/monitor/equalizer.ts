import type { BatteryBank } from '../bank';
import type { Measuring } from './measuring';
import type { MonitorSettings } from './settings';
import { ALARM_BITS } from './states';

const HOUR = 3_600_000;
/** Without effect for so long it is given up (CS141 manual, "Tutorial: BACS deactivated by System" and "Trouble Shooting List"). */
export const GIVES_UP_AFTER = 4 * 24 * HOUR;
/** A module that leads so much past its block acts with all that it has. */
const FULL_POWER = 0.99;
/** V by which a block may still be off the target, for each cell: nearer than that, equalizing has had its effect [ours]. */
const NEAR = 0.01;
/** V per cell that each block has to be inside of the range before it begins again: the noise of a measurement neither ends nor begins it [ours]. */
const INSIDE = 0.01;

/**
 * When the card equalizes: while it is on, not paused and no discharge, inside its range (one block outside stops it for all), not in a string with an alarm,
 * and not where it has been without effect for four days (CS141 manual, "The BACS STATUS Screen", "Tutorial: BACS deactivated by System").
 */
export class Equalizer {
    /** Epoch ms of the bank's time until which it is paused; 0: it is not. */
    pausedUntil = 0;
    /** 1: given up in this string. */
    readonly deactivated: Uint8Array;
    private readonly powerlessSince: Float64Array;
    /** All blocks were inside of the range. */
    private within = true;

    constructor(
        private readonly bank: BatteryBank,
        private readonly measured: Measuring,
        private readonly settings: MonitorSettings,
    ) {
        this.deactivated = new Uint8Array(bank.layout.strings);
        this.powerlessSince = new Float64Array(bank.layout.strings).fill(NaN);
    }

    get paused(): boolean {
        return this.bank.time < this.pausedUntil;
    }

    /** Begins anew where it was given up. */
    restart(): void {
        this.deactivated.fill(0);
        this.powerlessSince.fill(NaN);
    }

    /** Decides for each string. @param may false: not now, whatever the values are @returns whether one equalizes */
    decide(modules: Uint16Array, may: boolean): boolean {
        const { bank, settings } = this;
        this.within = this.inRange();
        const on = may && settings.equalizing && !this.paused && this.within;
        let any = false;
        for (let s = 0; s < bank.layout.strings; s++) {
            const acts = on && !this.deactivated[s] && !bank.open[s] && !this.alarmIn(s, modules);
            bank.equalizing[s] = acts ? 1 : 0;
            if (acts) this.watch(s);
            else this.powerlessSince[s] = NaN;
            any ||= acts;
        }
        return any;
    }

    private inRange(): boolean {
        const { cells } = this.bank.plate;
        const inside = this.within ? 0 : INSIDE;
        const low = (this.settings.equalizingLow + inside) * cells;
        const high = (this.settings.equalizingHigh - inside) * cells;
        return this.measured.voltage.every((volts) => !(volts < low || volts > high));
    }

    private alarmIn(s: number, modules: Uint16Array): boolean {
        const { perString } = this.bank.layout;
        for (let i = s * perString; i < (s + 1) * perString; i++) if (modules[i]! & ALARM_BITS) return true;
        return false;
    }

    private watch(s: number): void {
        const { bank, measured } = this;
        const { perString } = bank.layout;
        const target = measured.average[s]!;
        const near = NEAR * bank.plate.cells;
        let powerless = false;
        for (let i = s * perString; i < (s + 1) * perString; i++)
            powerless ||= bank.equalizingPower[i]! > FULL_POWER && Math.abs(measured.voltage[i]! - target) > near;
        if (!powerless) this.powerlessSince[s] = NaN;
        else if (Number.isNaN(this.powerlessSince[s]!)) this.powerlessSince[s] = bank.time;
        else if (bank.time - this.powerlessSince[s]! >= GIVES_UP_AFTER) this.deactivated[s] = 1;
    }
}
