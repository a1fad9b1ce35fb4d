import type { Clock } from '../../lib/core/clock';
import { checkRange } from './settings';

/** RMCU manual, "Specifications": greatest current of the power supply, and measuring range of the current, A. */
export const MODELS = {
    'HE1U-2012-BMS-MU': { supplyAmps: 22, rangeAmps: 50 },
    'HE1U-5012-BMS-MU': { supplyAmps: 50, rangeAmps: 75 },
    'HE1U-12012-BMS-MU': { supplyAmps: 100, rangeAmps: 75 },
} as const;
export type Model = keyof typeof MODELS;

/** RMCU manual, "Specifications". */
const SUPPLY_VOLTS = 13.8;
const LEAST_AC_VOLTS = 90;
const MOST_AC_VOLTS = 264;
const MOST_CHARGE_AMPS = 7.2;
const DISCONNECT_VOLTS = 10.4;
const RECONNECT_VOLTS = 12.5;

/** Voltage of the battery by its charge (0 to 1): straight lines of ours, so that each bend can be computed. */
const VOLTS = {
    charging: (charge: number) => Math.min(SUPPLY_VOLTS, 11.7 + 2.6 * charge),
    resting: (charge: number) => 10.7 + 2.1 * charge,
    discharging: (charge: number) => 10.2 + 2.6 * charge,
};
const DISCONNECT_CHARGE = (DISCONNECT_VOLTS - 10.2) / 2.6;
const RECONNECT_CHARGE = (RECONNECT_VOLTS - 11.7) / 2.6;

export interface PlantOptions {
    model?: Model;
    /** Default 116.7. */
    acVolts?: number;
    /** What the loads draw. Default 10.2. */
    loadAmps?: number;
    /** Default 100. */
    batteryAh?: number;
    /** Default 100. */
    chargePercent?: number;
    /** Inside the device. Default 90.5. */
    temperatureF?: number;
}

export interface PlantReading {
    acVolts: number;
    supplyVolts: number;
    supplyAmps: number;
    batteryVolts: number;
    /** Out of the battery; 0 while it is charged. [inferred from the name "Amps Battery Mode"] */
    batteryAmps: number;
    temperatureF: number;
    /** The power supply feeds its output. */
    supplyOn: boolean;
    /** The low voltage disconnect has opened. */
    disconnected: boolean;
    /** The loads have power. */
    fed: boolean;
    chargePercent: number;
}

/**
 * Power supply, battery with low voltage disconnect, and load. The course is piecewise linear: each bend (disconnect, reconnect, full, empty) is
 * computed and not stepped to, so it is the same at any speed and however often it is read. The charger is part of the power supply. [inferred]
 */
export class Plant {
    readonly model: Model;
    private acVolts: number;
    private loadAmps: number;
    private readonly batteryAh: number;
    private charge: number;
    private temperatureF: number;
    private supplySwitch = true;
    private batterySwitch = true;
    private lvdOpen = false;
    private livedUntil: number;

    constructor(
        private readonly clock: Clock,
        options: PlantOptions = {},
    ) {
        this.model = options.model ?? 'HE1U-2012-BMS-MU';
        this.acVolts = options.acVolts ?? 116.7;
        this.loadAmps = options.loadAmps ?? 10.2;
        this.batteryAh = options.batteryAh ?? 100;
        this.charge = (options.chargePercent ?? 100) / 100;
        this.temperatureF = options.temperatureF ?? 90.5;
        this.livedUntil = clock.monotonic();
    }

    /** V RMS; 0: an outage. @throws UpsError out-of-range */
    setAc(volts: number): void {
        this.change(() => (this.acVolts = checkRange('volts', volts, 0, 1000)));
    }

    /** @throws UpsError out-of-range */
    setLoad(amps: number): void {
        this.change(() => (this.loadAmps = checkRange('amps', amps, 0, 1000)));
    }

    /** @throws UpsError out-of-range */
    setCharge(percent: number): void {
        this.change(() => (this.charge = checkRange('percent', percent, 0, 100) / 100));
    }

    setTemperature(fahrenheit: number): void {
        this.temperatureF = fahrenheit;
    }

    switchSupply(on: boolean): void {
        this.change(() => (this.supplySwitch = on));
    }

    switchBattery(on: boolean): void {
        this.change(() => (this.batterySwitch = on));
    }

    reading(): PlantReading {
        this.live();
        const { supplyOn, batteryAmps } = this;
        return {
            acVolts: this.acVolts,
            supplyVolts: supplyOn ? SUPPLY_VOLTS : 0,
            supplyAmps: supplyOn ? Math.min(this.loadAmps, this.supplyMost) + Math.max(0, batteryAmps) : 0,
            batteryVolts: this.batteryVolts(batteryAmps),
            batteryAmps: Math.max(0, -batteryAmps),
            temperatureF: this.temperatureF,
            supplyOn,
            disconnected: this.lvdOpen,
            fed: supplyOn || this.batteryCarries,
            chargePercent: this.charge * 100,
        };
    }

    private get supplyMost(): number {
        return MODELS[this.model].supplyAmps;
    }

    private get supplyOn(): boolean {
        return this.supplySwitch && this.acVolts >= LEAST_AC_VOLTS && this.acVolts <= MOST_AC_VOLTS;
    }

    private get batteryCarries(): boolean {
        return this.batterySwitch && !this.lvdOpen && this.charge > 0;
    }

    /** Into the battery: positive while it is charged, negative while it feeds the loads. */
    private get batteryAmps(): number {
        const missing = Math.max(0, this.loadAmps - (this.supplyOn ? this.supplyMost : 0));
        if (missing > 0) return this.batteryCarries ? -missing : 0;
        if (!this.supplyOn || !this.batterySwitch || this.charge >= 1) return 0;
        return Math.min(MOST_CHARGE_AMPS, this.supplyMost - this.loadAmps);
    }

    private batteryVolts(amps: number): number {
        if (amps < 0) return VOLTS.discharging(this.charge);
        const floating = this.supplyOn && this.batterySwitch && this.charge >= 1;
        return amps > 0 || floating ? VOLTS.charging(this.charge) : VOLTS.resting(this.charge);
    }

    private change(apply: () => void): void {
        this.live();
        apply();
        this.followDisconnect();
    }

    /** Lives through what has fallen due since the last look, from bend to bend. */
    private live(): void {
        let left = this.clock.monotonic() - this.livedUntil;
        this.livedUntil += left;
        while (left > 0) {
            const amps = this.batteryAmps;
            if (amps === 0) return;
            const perMs = amps / (this.batteryAh * 3_600_000);
            const bend = this.nextBend(amps);
            const untilBend = (bend - this.charge) / perMs;
            if (untilBend > left) {
                this.charge += perMs * left;
                return;
            }
            this.charge = bend;
            left -= Math.max(0, untilBend);
            this.followDisconnect();
            // At a bend without a switch (full, empty) the current is 0 now.
        }
    }

    /** The charge at which the course bends next. */
    private nextBend(amps: number): number {
        if (amps < 0) return Math.min(this.charge, DISCONNECT_CHARGE);
        return this.lvdOpen && this.charge < RECONNECT_CHARGE ? RECONNECT_CHARGE : 1;
    }

    /** Low voltage disconnect: off at 10.4 V, on again at 12.5 V if AC is back (RMCU manual, "HE1U-XX12-MU Wiring Layout"). */
    private followDisconnect(): void {
        const amps = this.batteryAmps;
        if (!this.lvdOpen && amps < 0 && this.charge <= DISCONNECT_CHARGE) this.lvdOpen = true;
        else if (this.lvdOpen && this.supplyOn && reached(this.batteryVolts(amps), RECONNECT_VOLTS))
            this.lvdOpen = false;
    }
}

/** To the millivolt: sums of binary fractions miss a limit by a hair. */
function reached(volts: number, limit: number): boolean {
    return Math.round(volts * 1000) >= Math.round(limit * 1000);
}
