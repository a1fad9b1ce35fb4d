import { valueAgainstLow } from '../events/rules';
import type { Battery, PartialStatus, UpsStatus } from '../status/status';

/** With a charge this low, or a battery that the device calls low, a runtime of 0 is plausible. */
const EMPTY_PERCENT = 10;
/** A runtime that was this short before may well be 0 now. */
const LAST_MINUTES = 3;
/** If the runtime drops in one step below this part of the expected one, the unit asks for a second reading. */
const FALL_PART = 0.6;
/** A charge cannot fall faster than this, points per minute, and these points at once. */
const FASTEST_FALL = 5;
const FALL_POINTS = 15;
/** If the device reports hardly any runtime with more charge than this, the unit asks for a second reading. */
const CHARGED_PERCENT = 50;

interface Known {
    at: number;
    minutes?: number;
    charge?: number;
    low: boolean;
}

export interface SteadyOutcome {
    reading: PartialStatus;
    /** A value is left out until a second reading confirms it. */
    doubt: boolean;
}

/**
 * Checks the battery values of one path, because servers are shut down by them. A runtime or charge that drops in one step, or a "battery
 * low" that contradicts the other values, counts only after a second reading. A runtime of 0 without any other sign is treated as unknown.
 */
export class SteadyReading {
    private known: Known | undefined;
    private doubted = false;

    /**
     * @param at clock ms
     * @param settle no later reading contradicted it for long enough: it counts
     * @param same it is a further part of the reading before: it confirms nothing
     */
    take(reading: PartialStatus, at: number, settle = false, same = false): SteadyOutcome {
        const { battery } = reading;
        if (!battery) return { reading, doubt: false };
        const told = withoutEmptyFigures(reading, this.known?.minutes);
        const doubts = settle || (this.doubted && !same) ? {} : this.doubts(told, at);
        this.doubted = Object.keys(doubts).length > 0;
        if (!this.doubted) {
            const { minutesRemaining: minutes, chargePercent: charge } = told.battery!;
            this.known = { at, minutes: minutes ?? this.known?.minutes, charge, low: isLow(told) };
            return { reading: told, doubt: false };
        }
        return { reading: leftOut(told, doubts), doubt: true };
    }

    private doubts(reading: PartialStatus, at: number): { minutes?: true; charge?: true; low?: true } {
        const { minutesRemaining: minutes, chargePercent: charge } = reading.battery!;
        const { known } = this;
        const low = isLow(reading);
        const passed = known ? Math.max(0, at - known.at) / 60_000 : 0;
        const fallen =
            known?.minutes !== undefined && minutes !== undefined && minutes < FALL_PART * (known.minutes - passed);
        const sunk =
            known?.charge !== undefined &&
            charge !== undefined &&
            known.charge - charge > Math.max(FALL_POINTS, FASTEST_FALL * passed);
        const isLittle = minutes !== undefined && minutes <= LAST_MINUTES;
        // One that a second reading has confirmed is no news any more.
        const isNews = known?.minutes === undefined || known.minutes > LAST_MINUTES;
        const contradicted = isLittle && isNews && (charge ?? 0) >= CHARGED_PERCENT;
        // The device reports a low battery, so falling values are plausible.
        if (low && (fallen || sunk || (charge ?? 0) < CHARGED_PERCENT)) return {};
        return {
            ...(fallen || contradicted ? { minutes: true as const } : {}),
            ...(sunk ? { charge: true as const } : {}),
            ...(low && known && !known.low && valueAgainstLow(reading as UpsStatus) ? { low: true as const } : {}),
        };
    }
}

function isLow({ battery, alarms }: PartialStatus): boolean {
    const state = battery?.state;
    return state === 'low' || state === 'depleted' || LOW_ALARMS.some((id) => alarms?.includes(id));
}

const LOW_ALARMS = ['low-battery', 'depleted-battery'] as const;

/** Some devices always send 0, or send it when they do not know. */
function withoutEmptyFigures(reading: PartialStatus, before: number | undefined): PartialStatus {
    const battery = { ...reading.battery! };
    if (isLow(reading)) return reading;
    const unknown = battery.state === 'unknown';
    if (unknown && battery.chargePercent === 0) delete battery.chargePercent;
    const empty = (battery.chargePercent ?? 100) <= Math.max(EMPTY_PERCENT, battery.lowPercent ?? 0);
    const cameDown = !unknown && before !== undefined && before <= LAST_MINUTES;
    if (battery.minutesRemaining === 0 && !empty && !cameDown) delete battery.minutesRemaining;
    return { ...reading, battery };
}

function leftOut(
    reading: PartialStatus,
    { minutes, charge, low }: { minutes?: true; charge?: true; low?: true },
): PartialStatus {
    const battery: Battery = { ...reading.battery };
    if (minutes) delete battery.minutesRemaining;
    if (charge) delete battery.chargePercent;
    if (!low) return { ...reading, battery };
    delete battery.state;
    // All other alarms pass; only "battery low" waits for the second reading.
    return {
        ...reading,
        battery,
        alarms: reading.alarms?.filter((id) => !(LOW_ALARMS as readonly string[]).includes(id)),
    };
}
