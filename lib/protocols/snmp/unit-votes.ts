import { ENOUGH_VOTES, type Vote } from './units';

/**
 * Finds the unit of one column from its raw numbers, by the possible values of each quantity. Sentinels for "unknown" are removed
 * before.
 */

/** A UPS has at most 690 V between lines: higher numbers are not whole volts. */
export const MOST_VOLTS = 760;
/** 80 V in tenths: too high for volts, and low for a sagging mains of 100 V. */
const LEAST_TENTHS = 800;
const MOST_TENTHS = 9980;
/** Limits of a dead input: less than 40 V in whole volts, up to 500 (50 V) in tenths. */
const LEAST_VOLTS = 40;
const DEAD_TENTHS = 500;

export interface VoltageContext {
    /** The learned divisor of this column. */
    learned?: number;
    /** The line must have voltage, by other objects of the device. */
    live: boolean;
    /** Other voltages of this card, now or as learned, are in tenths, or in whole volts. */
    othersTenths: boolean;
    othersWhole: boolean;
}

/**
 * Volts or tenths of a volt. 230 may be a live line in volts, or a dead line with 23 V of pick-up in tenths. If neither the
 * learned unit nor this reading decides, the voltage is unknown: a wrong unit must never make a dead input live, or a live input
 * dead.
 */
export function voltageVote(
    raws: readonly number[],
    { learned, live, othersTenths, othersWhole }: VoltageContext,
): Vote {
    const tenths = raws.some((raw) => raw >= LEAST_TENTHS && raw <= MOST_TENTHS);
    const whole = raws.filter((raw) => raw >= LEAST_VOLTS && raw <= MOST_VOLTS);
    if (tenths) {
        // A failing line beside a line that is live in tenths. Before the unit is learned, the high number could be one invalid
        // value.
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
        // 400 could be 40.0 Hz of a generator that is starting, or 400 Hz: RFC 1628's unit is assumed.
        const divisor = [10, 100, 1].find((each) => mainsFrequency(raw / each) && !(each === 1 && raw > 100));
        if (divisor !== undefined) votes.add(divisor);
    }
    return votes.size === 1 ? { divisor: [...votes][0] } : { doubt: votes.size > 1 };
}

/** Whether `hertz` is a mains frequency, that of a starting generator, or 0 of a dead input. Other values mean another unit. */
export function possibleFrequency(hertz: number): boolean {
    return hertz === 0 || (hertz >= 30 && hertz <= 80) || (hertz >= 360 && hertz <= 440);
}

/**
 * Percent or tenths of a percent. More than 200 is not a percentage (RFC 1628). Otherwise power and rating decide, if known.
 * @param expected load in percent from power and rating, if both are known
 */
export function loadVote(raws: readonly number[], expected: number | undefined): Vote {
    if (raws.some((raw) => raw > 200 && raw <= 2000)) return { divisor: 10 };
    const most = Math.max(0, ...raws);
    if (expected === undefined || expected < 5 || most === 0) return {};
    const ratio = most / expected;
    if (ratio >= 0.4 && ratio <= 2.5) return { divisor: 1 };
    return ratio >= 5 && ratio <= 20 ? { divisor: 10 } : {};
}

/** °C. Above this a battery is unusually hot, and tenths are as likely. */
const HOT = 70;
const BOILING = 100;
const WARMEST_TENTHS = 600;
/** °C. A battery changes by less between two readings. */
const JUMP_CELSIUS = 5;

/** Degrees or tenths of a degree. @param before °C, of the last minutes */
export function temperatureVote(raw: number, learned: number | undefined, before: number | undefined): Vote {
    if (raw > BOILING) {
        // 255 may also be a full-scale value.
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
 * Percent or tenths of a percent. Jobs shut computers down at a low charge: a sudden drop to a tenth is therefore not trusted.
 * @param before percent, of the last minutes
 * @param votes votes for the learned unit
 */
export function chargeVote(
    raw: number,
    learned: number | undefined,
    votes: number,
    before: number | undefined,
    exhausted: boolean,
): Vote {
    // 101 is an estimate off by one; 255 and 999 are full-scale values.
    if (raw > 1000 || raw === 101 || raw === 999 || (raw === 255 && learned !== 10)) return { doubt: true };
    if (raw > 100) return { divisor: 10, doubt: learned !== 10 || votes < ENOUGH_VOTES };
    if (learned !== 10) return raw > 0 ? { divisor: 1 } : {};
    if (before === undefined && votes >= ENOUGH_VOTES) {
        // Probably 100 %: a battery rarely stays at exactly 10.0 %.
        return raw === 100 && !exhausted ? { divisor: 1, doubt: true } : { doubt: !exhausted };
    }
    if (before === undefined) return { divisor: 1, doubt: true };
    if (Math.abs(raw / 10 - before) <= JUMP_PERCENT) return {};
    return exhausted ? { doubt: true } : { divisor: 1, doubt: true };
}

/** Tenths of a volt (RFC 1628) or volts: a connected UPS battery has at least 10 V. */
export function batteryVoltageVote(raw: number, learned: number | undefined): Vote {
    if (raw >= 100) return { divisor: 10 };
    return raw >= 10 && learned !== 10 ? { divisor: 1 } : {};
}

/** VA. Below this, idle currents and rounding distort the ratio. */
const LEAST_VA = 50;

/** Tenths of an ampere (RFC 1628) or amperes: power is at most voltage times current, and rarely less than half of it. */
export function currentVote(lines: readonly { volts?: number; raw?: number; watts?: number }[]): Vote {
    const votes = new Set<number>();
    for (const { volts, raw, watts } of lines) {
        if (!volts || !raw || !watts || watts <= 0 || (volts * raw) / 10 < LEAST_VA) continue;
        const factor = watts / ((volts * raw) / 10);
        if (factor >= 0.3 && factor <= 1.2) votes.add(10);
        // Some cards report the power of all three lines on each line: the factor is then 3, which is below 5.
        else if (factor >= 5 && factor <= 11.5) votes.add(1);
    }
    return votes.size === 1 ? { divisor: [...votes][0] } : {};
}
