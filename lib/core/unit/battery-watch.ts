import { BatteryModel, type BatteryEstimate, type Learned } from '../battery/battery-model';
import { loadOf } from '../battery/load';
import type { UpsStatus } from '../status/status';
import type { UnitConfig } from './unit-config';

/** The data that the model needs in addition to the status of a reading. */
export interface Discharge {
    /** The battery is discharging: in an outage, or in a test. */
    used: boolean;
    /** This reading reports an outage. */
    outage: boolean;
    /** How long the outage has lasted, by our own clock, s. */
    seconds: number;
    /** The device counts seconds on battery, and its count was seen to grow. */
    counts: boolean;
}

/** Feeds the battery model with the readings of one UPS, and finds out how long an outage had lasted before this process started. */
export class BatteryWatch {
    private readonly model: BatteryModel;
    private begun = false;
    /** The current outage had begun before the first reading, and its true length is still unknown. */
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
     * How long the battery has been discharging, s. If the outage began before this process, the device's own count is used, provided that it
     * grows and is possible: some devices still show the count of the outage before.
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
