import { SURE, type Vote } from './units';

/** What the raw numbers of one column say of its unit, each by what its quantity can be. Raw numbers: without what stands for "unknown". */

/** A UPS ends at 690 V between lines: more is no whole number of volts. */
export const MOST_VOLTS = 760;
/** 80 V in tenths: no volts, and a mains of 100 V that sags. */
const LEAST_TENTHS = 800;
const MOST_TENTHS = 9980;
/** An input with less is dead in either unit; in tenths, it is so up to 500 (50 V). */
const LEAST_VOLTS = 40;
const DEAD_TENTHS = 500;

export interface VoltageContext {
    /** What was learned of this column. */
    learned?: number;
    /** There must be voltage here: the device says so otherwise. */
    live: boolean;
    /** Other voltages of this card, now or as learned, are in tenths, or in whole volts. */
    othersTenths: boolean;
    othersWhole: boolean;
}

/**
 * Volts or tenths. 230 is a live line in volts, and a dead one that picks up 23 V in tenths: where what was learned and what is read leave both
 * open, the voltage is unknown, so that no unit turns a dead input into a live one, or the reverse.
 */
export function voltageVote(
    raws: readonly number[],
    { learned, live, othersTenths, othersWhole }: VoltageContext,
): Vote {
    const tenths = raws.some((raw) => raw >= LEAST_TENTHS && raw <= MOST_TENTHS);
    const whole = raws.filter((raw) => raw >= LEAST_VOLTS && raw <= MOST_VOLTS);
    if (tenths) {
        // A line that fails beside one that is live in tenths; before that is learned, it could be one wild value.
        if (whole.length > 0) return { doubt: learned === undefined };
        const alone = learned === undefined && othersWhole && !live;
        return alone ? { doubt: true } : { divisor: 10 };
    }
    if (whole.length === 0) return {};
    if (learned === 10) {
        if (whole.every((raw) => raw > DEAD_TENTHS)) return {};
        return live ? { divisor: 1 } : { doubt: true };
    }
    if (live) return { divisor: 1 };
    return { doubt: learned === undefined && othersTenths };
}

const mainsFrequency = (hertz: number) => (hertz >= 45 && hertz <= 66) || (hertz >= 380 && hertz <= 420);

/** Tenths (RFC 1628), whole hertz or hundredths: 60, 600 and 6000 are all 60 Hz. */
export function frequencyVote(raws: readonly number[]): Vote {
    const votes = new Set<number>();
    for (const raw of raws) {
        if (raw === 0) continue;
        // 400 could be 40.0 Hz of a generator that runs up, or 400 Hz: RFC 1628 decides.
        const divisor = [10, 100, 1].find((each) => mainsFrequency(raw / each) && !(each === 1 && raw > 100));
        if (divisor !== undefined) votes.add(divisor);
    }
    return votes.size === 1 ? { divisor: [...votes][0] } : { doubt: votes.size > 1 };
}

/** A mains frequency, or that of a generator that runs up; 0 of a dead input. Others are other units. */
export function possibleFrequency(hertz: number): boolean {
    return hertz === 0 || (hertz >= 30 && hertz <= 80) || (hertz >= 360 && hertz <= 440);
}

/**
 * Percent or tenths of it. More than 200 is no percentage (RFC 1628); else the power tells, where the rating is known.
 * @param expected percent by power and rating, where both are known
 */
export function loadVote(raws: readonly number[], expected: number | undefined): Vote {
    if (raws.some((raw) => raw > 200 && raw <= 2000)) return { divisor: 10 };
    const most = Math.max(0, ...raws);
    if (expected === undefined || expected < 5 || most === 0) return {};
    const ratio = most / expected;
    if (ratio >= 0.4 && ratio <= 2.5) return { divisor: 1 };
    return ratio >= 5 && ratio <= 20 ? { divisor: 10 } : {};
}

/** °C beyond which it is hot for a battery: then tenths are as likely. */
const HOT = 70;
const BOILING = 100;
const WARMEST_TENTHS = 600;
/** Batteries do not change by more between two readings. */
const JUMP_CELSIUS = 5;

/** Degrees or tenths. @param before °C, a moment ago */
export function temperatureVote(raw: number, learned: number | undefined, before: number | undefined): Vote {
    if (raw > BOILING) {
        // 255 is also a full scale.
        if (raw > WARMEST_TENTHS || (raw === 255 && learned !== 10)) return { doubt: true };
        return { divisor: 10 };
    }
    if (learned === 10) {
        const jumped = before !== undefined && Math.abs(raw / 10 - before) > JUMP_CELSIUS;
        return jumped && raw > 10 ? { divisor: 1, doubt: true } : {};
    }
    if (raw > HOT) return { doubt: learned === undefined };
    return raw > 10 ? { divisor: 1 } : {};
}

const JUMP_PERCENT = 5;

/**
 * Percent or tenths of it. Jobs shut computers down on a low charge: one that fell to a tenth at once is not believed.
 * @param before %, a moment ago
 * @param votes for what was learned
 */
export function chargeVote(
    raw: number,
    learned: number | undefined,
    votes: number,
    before: number | undefined,
    exhausted: boolean,
): Vote {
    // 101 is an estimate that is off by one, 255 and 999 full scales.
    if (raw > 1000 || raw === 101 || raw === 999 || (raw === 255 && learned !== 10)) return { doubt: true };
    if (raw > 100) return { divisor: 10, doubt: learned !== 10 || votes < SURE };
    if (learned !== 10) return raw > 0 ? { divisor: 1 } : {};
    if (before === undefined && votes >= SURE) {
        // A battery that is full in percent; one that stands at just 10.0 % for long is rare.
        return raw === 100 && !exhausted ? { divisor: 1, doubt: true } : { doubt: !exhausted };
    }
    if (before === undefined) return { divisor: 1, doubt: true };
    if (Math.abs(raw / 10 - before) <= JUMP_PERCENT) return {};
    return exhausted ? { doubt: true } : { divisor: 1, doubt: true };
}

/** Tenths of a volt (RFC 1628) or volts: no battery of a UPS has less than 10 V, unless it is disconnected. */
export function batteryVoltageVote(raw: number, learned: number | undefined): Vote {
    if (raw >= 100) return { divisor: 10 };
    return raw >= 10 && learned !== 10 ? { divisor: 1 } : {};
}

/** Below this, idle currents and rounding say nothing. */
const LEAST_VA = 50;

/** Tenths of an ampere (RFC 1628) or amperes: power is no more than voltage by current, and seldom less than half. */
export function currentVote(lines: readonly { volts?: number; raw?: number; watts?: number }[]): Vote {
    const votes = new Set<number>();
    for (const { volts, raw, watts } of lines) {
        if (!volts || !raw || !watts || watts <= 0 || (volts * raw) / 10 < LEAST_VA) continue;
        const factor = watts / ((volts * raw) / 10);
        if (factor >= 0.3 && factor <= 1.2) votes.add(10);
        // A card that tells the power of three lines on each comes to three times as much, not to five.
        else if (factor >= 5 && factor <= 11.5) votes.add(1);
    }
    return votes.size === 1 ? { divisor: [...votes][0] } : {};
}
