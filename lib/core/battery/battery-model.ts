import { type BatteryConfig, loadLevel, type LoadLevel } from './capacity';
import { DischargeWindow, type Observation } from './discharge-window';
import { blend, capacityAt, type LearnedCapacity, stillValid } from './learned-capacity';
import type { Load } from './load';

export type { BatteryConfig } from './capacity';

/** One reading of the device, as far as it concerns the battery. Spread `loadOf(status, ratedVA)` into it. */
export interface BatteryReading extends Load {
    /** When it was taken, monotonic ms. */
    at: number;
    onBattery: boolean;
    /** As the device tells it, 0..100. */
    chargePercent?: number;
    /** As the device tells it, minutes. */
    deviceMinutesRemaining?: number;
    /** How long the outage has lasted, s: lets a model that starts in mid-outage catch up with what it did not see. */
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
    /** The modelled charge of a device that tells none, and how far into an outage it was. */
    modelled?: { chargePercent: number; secondsOnBattery: number };
}

/** Inferred: what a UPS typically takes from empty to full, for nameplates that do not tell. */
const DEFAULT_RECHARGE_MINUTES = 600;
/**
 * A UPS feeds itself too: no load, however small, makes batteries last for ever. Fraction of the load of the hold time, or
 * of the load that would last an hour.
 */
const LEAST_LOAD = 0.01;
/** Below this fraction the UPS's own consumption drowns the load: nothing to learn about the load there. */
const LEAST_LOAD_TO_LEARN = 0.1;

/**
 * Remaining runtime, idealised as linear: half the load doubles the time, and the charge is a fact that the load does not
 * move (CS141 manual, "Hold Time (min)", "Time management of jobs" and "The subtle difference between relative and absolute"). The charge that a device tells is the
 * truth; without one, the model keeps its own account. What observed discharges teach corrects the nameplate, or stands in for one.
 *
 * Pure: no timers; every time is monotonic ms, given by the caller. Nothing is invented: with neither hold time nor
 * experience nor a runtime of the device, the estimate says nothing.
 */
export class BatteryModel {
    private config: BatteryConfig;
    private capacity: LearnedCapacity | undefined;
    private restored: Learned['modelled'];
    private readonly window = new DischargeWindow();
    private last: BatteryReading | undefined;
    /** Charge as of the last reading, and whether the device told it. */
    private charge: number | undefined;
    private measured = false;

    constructor(config: BatteryConfig, learned?: Learned) {
        this.config = usable(config);
        this.capacity = usableCapacity(learned?.capacity);
        this.restored = usableCharge(learned?.modelled);
        this.forgetIfReplaced();
    }

    /** Takes a reading. Readings must come in order of time. */
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

    /** The discharge under way turns out to have begun so many seconds before it was first seen. Moves our own account only. */
    catchUp(seconds: number): void {
        if (this.measured || this.charge === undefined || !(seconds > 0)) return;
        this.charge = clampPercent(this.charge - ((this.ratePerMinute() ?? 0) * seconds) / 60);
    }

    /** What is known at `at` (monotonic ms): in an outage counted down from the last reading, however old that is. */
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

    /** Another nameplate. What was learned under a different one is forgotten; the charge stays. */
    reconfigure(config: BatteryConfig): void {
        this.capacity = this.effectiveCapacity();
        this.window.end();
        this.config = usable(config);
        this.forgetIfReplaced();
    }

    /** The batteries were replaced: nothing learned holds any more. */
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

    /** Includes the discharge under way, so that its lesson counts at once and is not lost by a crash. */
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
        // An outage shorter than the one the account ended in is another one: all of it is still to be paid for.
        const unseen = (reading.secondsOnBattery ?? 0) - (before?.secondsOnBattery ?? 0);
        const seconds = unseen >= 0 ? unseen : (reading.secondsOnBattery ?? 0);
        return clampPercent(charge - (rate * seconds) / 60);
    }

    /** A device that told a runtime earlier in this discharge, and tells none now: that runtime and its charge go on running out. */
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

/** Empty editor fields arrive as 0, NaN or strings: only figures above 0 say something. */
function usable(config: BatteryConfig): BatteryConfig {
    const figure = (value: unknown) => (isPositive(Number(value)) ? Number(value) : undefined);
    return {
        ratedVA: figure(config.ratedVA),
        loadVA: figure(config.loadVA),
        holdMinutes: figure(config.holdMinutes),
        rechargeMinutes: figure(config.rechargeMinutes),
    };
}

/** What was kept on disk may have been written by another version. */
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
