import { rawNumber } from '../snmp/values';
import type { SnmpValue } from '../snmp/transport';
import { INFERRED_DIVISORS, type SnmpDivisors, type SnmpUnit } from './oids';

/** What a card says for "not supported" over Modbus counts here as well; 55537 is left to the voltage of a string, which may well be 555.37 V. */
const UNKNOWN: ReadonlySet<number> = new Set([-1, -9999, 65535]);
const UNSIGNED_UNKNOWN = 55537;

/** Values beyond are not those of a battery: the divisor is another one, or the number says something else. Zero is no impedance. */
const BOUNDS: Readonly<Record<SnmpUnit | 'percent' | 'ripple', readonly [min: number, max: number]>> = {
    blockVoltage: [0, 40],
    stringVoltage: [0, 3300],
    temperature: [-39, 120],
    impedance: [0.0001, 10_000],
    current: [-10_000, 10_000],
    ripple: [0, 10_000],
    percent: [0, 100],
};

/** The number of an object as it stands; NaN if there is none, or it says "not supported". */
export function plainNumber(value: SnmpValue): number {
    const raw = rawNumber(value);
    return raw === undefined || UNKNOWN.has(raw) ? NaN : raw;
}

/** Numbers of a card as values in the units of a battery, by its divisors. */
export class SnmpUnits {
    private readonly divisors: SnmpDivisors;
    private readonly set: ReadonlySet<string>;

    /** @param given divisors that the user has set: they are not learned */
    constructor(
        given: Partial<SnmpDivisors> = {},
        private readonly isFahrenheit = false,
    ) {
        this.divisors = { ...INFERRED_DIVISORS, ...given };
        this.set = new Set(Object.keys(given).filter((unit) => given[unit as SnmpUnit] !== undefined));
    }

    divisorOf(unit: SnmpUnit): number {
        return this.divisors[unit];
    }

    /** NaN: not known. */
    value(value: SnmpValue, unit: SnmpUnit | 'percent' | 'ripple'): number {
        const raw = plainNumber(value);
        if (Number.isNaN(raw) || (raw === UNSIGNED_UNKNOWN && unit !== 'stringVoltage')) return NaN;
        const divided = unit === 'percent' ? raw : raw / this.divisors[unit === 'ripple' ? 'current' : unit];
        const scaled = unit === 'temperature' && this.isFahrenheit ? ((divided - 32) * 5) / 9 : divided;
        const [min, max] = BOUNDS[unit];
        return scaled >= min && scaled <= max ? scaled : NaN;
    }

    /**
     * Finds the divisor of a unit by what the same card tells by Modbus, where units are printed. Taken if every pair fits the same one within a tenth.
     * @param pairs raw number and true value
     */
    learn(unit: SnmpUnit, pairs: readonly (readonly [raw: number, value: number])[]): void {
        if (this.set.has(unit)) return;
        const useful = pairs.filter(
            ([raw, value]) => Number.isFinite(raw) && Math.abs(raw) >= 10 && Math.abs(value) >= 1,
        );
        if (useful.length === 0) return;
        const fits = [1, 10, 100, 1000].filter((divisor) =>
            useful.every(([raw, value]) => Math.abs(raw / divisor - value) <= Math.abs(value) / 10),
        );
        if (fits.length === 1) this.divisors[unit] = fits[0]!;
    }
}
