/**
 * A lead-acid cell (VRLA), by equations of its voltage. The constants are ours, chosen so that a block behaves as data sheets of 10-year AGM blocks say:
 * 2.13 V at rest when full, 1.80 V per cell at the end of a 10 h discharge, 64 % of the 10 h capacity in one hour, 0.5 mA/Ah of float current at
 * 2.25 V and 25 °C, which doubles every 10 K.
 */

/** Open-circuit voltage of the empty and of the full cell, V. */
export const EMPTY_VOLTS = 1.93;
export const FULL_VOLTS = 2.13;

/** Ohmic resistance of a cell times its capacity, Ω·Ah: 5 mΩ for a 12 V block of 100 Ah. */
export const OHMIC = 0.0833;

/** Part of the resistance that goes with a kelvin above 25 °C. */
export const OHMIC_PER_KELVIN = 0.004;

/** Peukert's exponent. */
export const PEUKERT = 1.25;

/** Part of the capacity that comes with each kelvin above 25 °C (and goes below). */
export const CAPACITY_PER_KELVIN = 0.006;

/** Polarisation in a discharge: volts for each e-fold of the current above its knee, which is this part of the capacity per hour. */
export const ACTIVATION_VOLTS = 0.012;
export const ACTIVATION_RATE = 0.02;

/** Drop of the voltage where the charge that can be had at this rate is used up, V, and over which part of it the drop grows e-fold. */
export const KNEE_VOLTS = 0.105;
export const KNEE_WIDTH = 0.06;
/** At rest there is no drop: half of it comes with this rate, A per Ah. */
export const KNEE_RATE = 0.005;
/** No cell drops further: it is reversed by then. */
export const MOST_KNEE_VOLTS = 2.6;

/** Dip at the onset of a discharge of a cell that was full for long, V at the 10 h rate; grows with the root of the rate. */
export const DIP_VOLTS = 0.045;
/** Part of the capacity that has to flow until a third of the dip is left. */
export const DIP_CHARGE = 0.012;
/** Hours at float after which the dip is there again. */
export const DIP_HOURS = 12;

/** Charge acceptance: per hour and volt over the open-circuit voltage, of what is missing. */
export const ACCEPTANCE = 1.67;

/** Float reaction: current at 2.25 V and 25 °C, A per Ah, and volts per decade of it. */
export const FLOAT_RATE = 0.00064;
export const FLOAT_VOLTS = 2.25;
export const FLOAT_DECADE = 0.18;

/** Self-discharge at 25 °C: 3 % in 30 days, as part per hour. */
export const SELF_DISCHARGE = 0.03 / 720;

/** Time constants of the polarisation, s: in a discharge, in a charge, and at rest, where it takes an hour to fade. */
export const RELAX_DISCHARGE = 40;
export const RELAX_CHARGE = 60;
export const RELAX_REST = 3600;

/** Heat capacity of a cell, J/K per Ah, and what it gives to the room and to each neighbour, W/K per Ah. */
export const HEAT_CAPACITY = 50;
export const COOLING = 0.0028;
export const TO_NEIGHBOUR = 0.0008;

/** Capacity lost per year at 20 °C (20 % in ten years), resistance gained; both double every 10 K. */
export const LOSS_PER_YEAR = 0.02;
export const RESISTANCE_PER_YEAR = 0.025;
/** Capacity lost with each full discharge. */
export const LOSS_PER_CYCLE = 0.0005;

const DECADES = Math.LN10 / FLOAT_DECADE;
const TEN_KELVIN = Math.LN2 / 10;

/** Open-circuit voltage at a charge of 0..1, V. */
export function openVolts(charge: number): number {
    return EMPTY_VOLTS + (FULL_VOLTS - EMPTY_VOLTS) * charge;
}

/** Speed of the reactions against 25 °C: twice as fast 10 K above. */
export function reactionSpeed(celsius: number): number {
    return Math.exp(TEN_KELVIN * (celsius - 25));
}

/**
 * Part of the 10 h capacity that can be had at a rate (A per Ah) and temperature (Peukert; 1 at the 10 h rate and 25 °C). At low rates there is at most
 * 8 % more.
 */
export function available(rate: number, celsius: number): number {
    const byRate = rate > 0 ? Math.min(1.08, Math.pow(0.1 / rate, PEUKERT - 1)) : 1.08;
    return byRate * byTemperature(celsius);
}

export function byTemperature(celsius: number): number {
    return Math.min(1.15, Math.max(0.4, 1 + CAPACITY_PER_KELVIN * (celsius - 25)));
}

/** A value and how it grows with the current (A per Ah). */
export interface Slope {
    value: number;
    per: number;
}

/**
 * Steady polarisation of a discharging cell, V below its open-circuit voltage without the ohmic part.
 * @param rate A per Ah, above 0  @param charge 0..1 of what this cell can hold  @param fresh 0..1, how much of the dip is still to come
 */
export function dischargePolarisation(rate: number, charge: number, celsius: number, fresh: number, into: Slope): void {
    const ratio = rate / ACTIVATION_RATE;
    const spent = (1 - charge) / available(rate, celsius);
    const comes = rate / (rate + KNEE_RATE);
    const knee = KNEE_VOLTS * Math.exp((spent - 1) / KNEE_WIDTH);
    const drop = Math.min(MOST_KNEE_VOLTS, knee);
    const dip = DIP_VOLTS * fresh * Math.sqrt(10 * rate);
    const kneeSlope = rate > 0.08 ? (knee * spent * (PEUKERT - 1)) / (KNEE_WIDTH * rate) : 0;
    const grows = drop < MOST_KNEE_VOLTS ? kneeSlope * comes : 0;
    into.value = ACTIVATION_VOLTS * Math.log1p(ratio) + drop * comes + dip;
    into.per =
        ACTIVATION_VOLTS / (ACTIVATION_RATE + rate) +
        grows +
        (drop * comes) / rate / (1 + rate / KNEE_RATE) +
        dip / (2 * rate);
}

/** What decides the charging current of a cell. */
export interface Acceptance {
    /** Of what is missing, A per Ah and volt. */
    main: number;
    /** Float reaction at the open-circuit voltage, A per Ah. */
    float: number;
}

export function acceptanceOf(charge: number, speed: number, floatFactor: number, into: Acceptance): void {
    into.main = ACCEPTANCE * Math.max(0, 1 - charge);
    into.float = FLOAT_RATE * floatFactor * speed * Math.exp(DECADES * (openVolts(charge) - FLOAT_VOLTS));
}

/** Charging current of a cell, A per Ah, at so many volts over its open-circuit voltage. */
export function chargeRate({ main, float }: Acceptance, over: number): number {
    return main * over + float * (Math.exp(DECADES * over) - 1);
}

/** Part of `chargeRate` that turns into heat and gas. */
export function floatRate({ float }: Acceptance, over: number): number {
    return over > 0 ? float * (Math.exp(DECADES * over) - 1) : 0;
}

/**
 * Volts over the open-circuit voltage at which a cell takes the charging current `rate` (A per Ah, above 0): the inverse of `chargeRate`, by Newton. That
 * function is convex, so that the way down from a value above the root is monotonic.
 * @param guess of an earlier call; any value will do
 */
export function overVolts(acceptance: Acceptance, rate: number, guess: number, into: Slope): void {
    const { main, float } = acceptance;
    let over = guess;
    if (!(over > 0) || chargeRate(acceptance, over) > 3 * rate || chargeRate(acceptance, over) < rate / 3)
        over = Math.min(main > 0 ? rate / main : Infinity, Math.log1p(rate / float) / DECADES);
    let slope = 0;
    for (let round = 0; round < 12; round++) {
        const grown = float * Math.exp(DECADES * over);
        slope = main + DECADES * grown;
        const step = (main * over + grown - float - rate) / slope;
        over -= step;
        if (Math.abs(step) < 1e-6) break;
    }
    into.value = over;
    into.per = 1 / slope;
}
