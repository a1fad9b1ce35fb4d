import { type BatteryConfig, loadLevel, type LoadLevel } from './capacity';
import { DischargeWindow, type Observation } from './discharge-window';
import { blend, capacityAt, type LearnedCapacity, stillValid } from './learned-capacity';
import type { Load } from './load';

export type { BatteryConfig } from './capacity';

/** The values of one reading that concern the battery. Spread `loadOf(status, ratedVA)` into it. */
export interface BatteryReading extends Load {
    /** When it was taken, monotonic ms. */
    at: number;
    onBattery: boolean;
    /** As the device reports it, 0..100. */
    chargePercent?: number;
    /** As the device reports it, minutes. */
    deviceMinutesRemaining?: number;
    /** How long the outage has lasted, s. A model that starts in mid-outage uses it to catch up. */
    secondsOnBattery?: number;
}

export interface BatteryEstimate {
    /** At the present load. */
    minutesRemaining?: number;
    /** 0..100 */
    chargePercent?: number;
    /** Percentage points per minute; 0 on mains. */
    depletionPerMinute?: number;
}

/** What must survive a restart. JSON; hand it to the next model's constructor. */
export interface Learned {
    capacity?: LearnedCapacity;
    /** For a device that reports no charge: the modelled charge, and how far into an outage it was. */
    modelled?: { chargePercent: number; secondsOnBattery: number };
}

/** Inferred: the usual time of a UPS from empty to full, for nameplates without a value. */
const DEFAULT_RECHARGE_MINUTES = 600;
/**
 * A UPS also consumes power itself, so even a very small load empties the battery. Fraction of the load of the hold time, or of the load
 * that would last an hour.
 */
const LEAST_LOAD = 0.01;
/** Below this fraction the UPS's own consumption is larger than the load, so the load teaches nothing about the battery. */
const LEAST_LOAD_TO_LEARN = 0.1;

/**
 * Estimates the remaining runtime with a linear model: half the load doubles the time, and a change of load does not change the charge
 * (CS141 manual, "Hold Time (min)", "Time management of jobs" and "The subtle difference between relative and absolute"). A charge that the
 * device reports is used as it is; without one, the model calculates the charge itself. Observed discharges correct the nameplate, or
 * replace it where there is none.
 *
 * Pure: no timers; every time is monotonic ms, given by the caller. Without a hold time, experience or a runtime from the device, the
 * estimate is undefined.
 */
export class BatteryModel {
    private config: BatteryConfig;
    private capacity: LearnedCapacity | undefined;
    private restored: Learned['modelled'];
    private readonly window = new DischargeWindow();
    private last: BatteryReading | undefined;
    /** Charge at the last reading, and whether the device reported it. */
    private charge: number | undefined;
    private measured = false;

    constructor(config: BatteryConfig, learned?: Learned) {
        this.config = usable(config);
        this.capacity = usableCapacity(learned?.capacity);
        this.restored = usableCharge(learned?.modelled);
        this.forgetIfReplaced();
    }

    /** Processes a reading. Readings must come in the order of their times. */
    update(reading: BatteryReading): void {
        const modelled = this.last ? this.chargeAt(reading.at, true) : this.chargeAtStart(reading);
        const ranOut = this.ranOut(reading);
        if (reading.chargePercent !== undefined) {
            this.charge = clampPercent(reading.chargePercent);
            this.measured = true;
        } else {
            this.charge = modelled ?? (this.capacityOf(reading) && 100);
            this.measured = false;
        }
        this.last = { ...reading, ...ranOut };
        this.observe(reading);
    }

    /** The present discharge began `seconds` before it was first seen. Only the calculated charge is corrected. */
    catchUp(seconds: number): void {
        if (this.measured || this.charge === undefined || !(seconds > 0)) return;
        this.charge = clampPercent(this.charge - ((this.ratePerMinute() ?? 0) * seconds) / 60);
    }

    /** The estimate at `at` (monotonic ms). In an outage it counts down from the last reading, however old that is. */
    estimate(at: number): BatteryEstimate {
        const { last } = this;
        if (!last) return {};
        const chargePercent = this.chargeAt(at, !this.measured);
        const rate = this.ratePerMinute();
        return {
            minutesRemaining: rate && chargePercent !== undefined ? chargePercent / rate : this.deviceMinutesAt(at),
            chargePercent,
            depletionPerMinute: last.onBattery ? rate : rate === undefined ? undefined : 0,
        };
    }

    learned(): Learned {
        const capacity = this.effectiveCapacity();
        const secondsOnBattery = this.last?.onBattery ? this.last.secondsOnBattery : 0;
        const ownAccount = this.charge !== undefined && !this.measured;
        return {
            ...(capacity && { capacity }),
            ...(ownAccount && {
                modelled: { chargePercent: this.charge as number, secondsOnBattery: secondsOnBattery ?? 0 },
            }),
        };
    }

    /** Applies a changed nameplate. Experience that was learned under another nameplate is forgotten; the charge stays. */
    reconfigure(config: BatteryConfig): void {
        this.capacity = this.effectiveCapacity();
        this.window.end();
        this.config = usable(config);
        this.forgetIfReplaced();
    }

    /** The batteries were replaced: the model forgets everything that it learned. */
    forget(): void {
        this.window.end();
        this.capacity = undefined;
    }

    private forgetIfReplaced(): void {
        if (this.capacity && !stillValid(this.capacity, this.config)) this.capacity = undefined;
    }

    private observe(reading: BatteryReading): void {
        const level = loadLevel(reading, this.config);
        const learnable =
            reading.onBattery &&
            reading.chargePercent !== undefined &&
            level.value > 0 &&
            this.loadFraction(level) >= LEAST_LOAD_TO_LEARN;
        const ended = learnable
            ? this.window.add(reading.at, reading.chargePercent as number, level)
            : this.window.end();
        if (ended) this.capacity = this.withObservation(ended);
    }

    /** Includes the present discharge, so that it counts at once, and a crash does not lose it. */
    private effectiveCapacity(): LearnedCapacity | undefined {
        const observation = this.window.observation();
        return observation ? this.withObservation(observation) : this.capacity;
    }

    private withObservation(observation: Observation): LearnedCapacity {
        return blend(this.capacity, observation, this.config);
    }

    private capacityOf(load: Load) {
        return capacityAt(loadLevel(load, this.config), this.effectiveCapacity(), this.config);
    }

    private loadFraction(level: LoadLevel): number {
        const { holdMinutes } = this.config;
        const capacity = capacityAt(level, undefined, this.config);
        return capacity && holdMinutes ? level.value / (capacity.loadMinutes / holdMinutes) : 1;
    }

    /** Percentage points per minute on battery, at the last known load. */
    private ratePerMinute(reading = this.last): number | undefined {
        if (!reading) return undefined;
        const capacity = this.capacityOf(reading);
        if (capacity) {
            const level = loadLevel(reading, this.config);
            const fullLoad = capacity.loadMinutes / (this.config.holdMinutes ?? 60);
            return (100 * Math.max(level.value, LEAST_LOAD * fullLoad)) / capacity.loadMinutes;
        }
        const { chargePercent, deviceMinutesRemaining } = reading;
        return chargePercent && deviceMinutesRemaining ? chargePercent / deviceMinutesRemaining : undefined;
    }

    private chargeAt(at: number, recharging: boolean): number | undefined {
        const { last, charge } = this;
        if (!last || charge === undefined) return charge;
        const minutes = Math.max(0, at - last.at) / 60_000;
        if (last.onBattery) return clampPercent(charge - (this.ratePerMinute() ?? 0) * minutes);
        const recharged = (100 * minutes) / (this.config.rechargeMinutes ?? DEFAULT_RECHARGE_MINUTES);
        return recharging ? clampPercent(charge + recharged) : charge;
    }

    private chargeAtStart(reading: BatteryReading): number | undefined {
        const before = this.restored;
        this.restored = undefined;
        const rate = this.ratePerMinute(reading);
        if (rate === undefined) return undefined;
        const charge = before?.chargePercent ?? 100;
        if (!reading.onBattery) return charge;
        // If this outage is shorter than the one in which the calculation stopped, it is another outage: all of it is still to be
        // subtracted.
        const unseen = (reading.secondsOnBattery ?? 0) - (before?.secondsOnBattery ?? 0);
        const seconds = unseen >= 0 ? unseen : (reading.secondsOnBattery ?? 0);
        return clampPercent(charge - (rate * seconds) / 60);
    }

    /** For a device that reported a runtime earlier in this discharge and reports none now: that runtime and its charge are counted down. */
    private ranOut(reading: BatteryReading): Partial<BatteryReading> | undefined {
        const going = reading.onBattery && this.last?.onBattery && reading.deviceMinutesRemaining === undefined;
        const minutes = going ? this.deviceMinutesAt(reading.at) : undefined;
        if (minutes === undefined) return undefined;
        return {
            deviceMinutesRemaining: minutes,
            chargePercent: reading.chargePercent ?? this.chargeAt(reading.at, true),
        };
    }

    private deviceMinutesAt(at: number): number | undefined {
        const minutes = this.last?.deviceMinutesRemaining;
        if (!this.last || minutes === undefined) return undefined;
        return Math.max(0, minutes - (this.last.onBattery ? Math.max(0, at - this.last.at) / 60_000 : 0));
    }
}

function clampPercent(value: number): number {
    return Math.min(100, Math.max(0, value));
}

/** Empty editor fields arrive as 0, NaN or strings: only numbers above 0 are used. */
function usable(config: BatteryConfig): BatteryConfig {
    const figure = (value: unknown) => (isPositive(Number(value)) ? Number(value) : undefined);
    return {
        ratedVA: figure(config.ratedVA),
        loadVA: figure(config.loadVA),
        holdMinutes: figure(config.holdMinutes),
        rechargeMinutes: figure(config.rechargeMinutes),
    };
}

/** Data on disk may have been written by another version. */
function usableCapacity(capacity: LearnedCapacity | undefined): LearnedCapacity | undefined {
    if (!capacity || !['va', 'percent', 'none'].includes(capacity.basis)) return undefined;
    return isPositive(capacity.loadMinutes) && isPositive(capacity.points) ? capacity : undefined;
}

function usableCharge(modelled: Learned['modelled']): Learned['modelled'] {
    if (!modelled || !Number.isFinite(modelled.chargePercent)) return undefined;
    const secondsOnBattery = isPositive(modelled.secondsOnBattery) ? modelled.secondsOnBattery : 0;
    return { chargePercent: clampPercent(modelled.chargePercent), secondsOnBattery };
}

function isPositive(value: unknown): value is number {
    return typeof value === 'number' && Number.isFinite(value) && value > 0;
}
