import { BatteryModel, type BatteryEstimate, type Learned } from '../battery/battery-model';
import { loadOf } from '../battery/load';
import type { UpsStatus } from '../status/status';
import type { UnitConfig } from './unit-config';

/** What of a reading is not in its status. */
export interface Discharge {
    /** The battery is being used up: an outage, or a test. */
    used: boolean;
    /** This reading tells an outage. */
    outage: boolean;
    /** How long the outage has lasted, by our own clock, s. */
    seconds: number;
    /** The device's own count of seconds is seen to run. */
    counts: boolean;
}

/** The battery of one UPS as its readings tell it: feeds the model, and finds out how long an outage had lasted before we came. */
export class BatteryWatch {
    private readonly model: BatteryModel;
    private begun = false;
    /** The outage that is on was on already at the first reading, and how long it had lasted is not known yet. */
    private foundOn = false;

    constructor(
        private readonly config: UnitConfig,
        learned: Learned | undefined,
    ) {
        this.model = new BatteryModel(config, learned);
    }

    /** @param at clock ms */
    read(status: UpsStatus, at: number, discharge: Discharge): void {
        this.update(status, at, discharge.used, this.consumedSeconds(status, discharge));
        this.begun = true;
    }

    /** The last reading of the former process, in an outage. */
    restore(status: UpsStatus, at: number): void {
        this.update(status, at, true, status.derived.secondsOnBattery);
    }

    /** @param now clock ms */
    estimate(now: number): BatteryEstimate {
        return this.model.estimate(now);
    }

    learned(): Learned {
        return this.model.learned();
    }

    private update(status: UpsStatus, at: number, onBattery: boolean, secondsOnBattery: number | undefined): void {
        this.model.update({
            at,
            onBattery,
            chargePercent: status.battery.chargePercent,
            deviceMinutesRemaining: status.battery.minutesRemaining,
            secondsOnBattery,
            ...loadOf(status, this.config.ratedVA),
        });
    }

    /**
     * For how long the battery has been used up, s. The device's own count where the outage began before us, as far as it is seen to run and
     * can be: that of the last outage may still stand there.
     */
    private consumedSeconds(status: UpsStatus, { outage, seconds, counts }: Discharge): number {
        if (!this.begun && outage && seconds === 0) this.foundOn = true;
        const { holdMinutes } = this.config;
        const count = status.battery.secondsOnBattery ?? 0;
        const possible = holdMinutes === undefined || count <= holdMinutes * 60;
        if (!this.foundOn || !possible || !counts) return seconds;
        this.foundOn = false;
        if (this.begun) this.model.catchUp(count - seconds);
        return Math.max(seconds, count);
    }
}
