import type { ReadValues } from '../modbus/register-reader';
import { plausibleOrUnknown } from './bounds';
import type { Register } from './maps';
import { rawOf, scaledOf, textOf } from './register-values';
import { KILO } from './units';

/**
 * A battery current is signed, even if the map does not print a sign: 65481 is -55, since no battery delivers the unsigned value
 * [inferred]. An unsigned current still has half of the range, which is enough.
 */
function isBatteryCurrent(means: string): boolean {
    return means === 'battery.current' || means.startsWith('value.battery current');
}

const LOST = 'alarm.communications-lost';
/** For a running UPS or transfer switch, at least one of these is not 0. */
const NEVER_ALL_ZERO = /\.(voltage|frequency|charge|minutes|current|load)$|^flag\.on /;
const OF_THE_UPS = /^(status$|alarm\.|flag\.|input\.\d|output\.|bypass\.|battery\.|temperature\.ups$)/;

/** The registers of a map by meaning. If several registers have the same meaning, the first known value counts. */
export class Readings {
    private readonly byMeaning = new Map<string, Register[]>();

    constructor(
        registers: readonly Register[],
        private readonly values: ReadValues,
    ) {
        for (const register of registers) {
            if (register.means === undefined || register.reserved) continue;
            const same = this.byMeaning.get(register.means);
            if (same) same.push(register);
            else this.byMeaning.set(register.means, [register]);
        }
    }

    /** All meanings of the map with this prefix, whether read or not. */
    meanings(prefix: string): string[] {
        return [...this.byMeaning.keys()].filter((means) => means.startsWith(prefix));
    }

    /** In SI units: kW and kVA become W and VA. */
    number(means: string): number | undefined {
        return this.first(means, (register) => {
            const value = scaledOf(this.values, isBatteryCurrent(means) ? { ...register, signed: true } : register);
            if (plausibleOrUnknown(means, value) === undefined) return undefined;
            return KILO.test(register.unit ?? '') && !means.startsWith('value.') ? value! * 1000 : value;
        });
    }

    text(means: string): string | undefined {
        return this.first(means, (register) => (register.text ? textOf(this.values, register) : undefined));
    }

    /** The text for the raw number, from the register's list of values. */
    word(means: string): string | undefined {
        return this.first(means, (register) => {
            const raw = rawOf(this.values, register);
            return raw === undefined ? undefined : register.values?.[raw];
        });
    }

    /** Every number except 0 is active: some expressions of the CS141 manual do not shift their bit down. */
    active(means: string): boolean | undefined {
        let told: boolean | undefined;
        for (const register of this.byMeaning.get(means) ?? []) {
            const raw = rawOf(this.values, register);
            if (raw === undefined) continue;
            const active = (raw !== 0) !== (register.inverted ?? false);
            told = told || active;
        }
        return told;
    }

    /** The status word, and the register that defines its bits. */
    status(): { word: number; register: Register } | undefined {
        return this.first('status', (register) => {
            const word = rawOf(this.values, register);
            return word === undefined ? undefined : { word, register };
        });
    }

    /**
     * Whether the card has no data of its UPS. A card that has just started, or has lost its UPS, answers with zeros or "not
     * supported" for all registers of the UPS [inferred]: no value is measured and no bit is set. The card's own ports and
     * sensors, texts and counters do not count.
     */
    isBlank(): boolean {
        let measured = false;
        for (const [means, registers] of this.byMeaning) {
            if (!OF_THE_UPS.test(means) || means === LOST) continue;
            for (const register of registers) {
                const raw = rawOf(this.values, register);
                if (means === 'status') {
                    const lost = register.bits?.find(({ alarm }) => `alarm.${alarm}` === LOST)?.mask ?? 0;
                    if (((raw ?? 0) & ~lost) !== 0) return false;
                } else if (raw) return false;
                measured ||=
                    NEVER_ALL_ZERO.test(means) && this.values.get(register.table, register.address) !== undefined;
            }
        }
        return measured;
    }

    private first<T>(means: string, read: (register: Register) => T | undefined): T | undefined {
        for (const register of this.byMeaning.get(means) ?? []) {
            const value = read(register);
            if (value !== undefined) return value;
        }
        return undefined;
    }
}
