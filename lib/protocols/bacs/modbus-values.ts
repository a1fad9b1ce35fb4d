import type { BatterySweep, CardState, StringQuantity, Values } from '../../core/batteries/model';
import { decodeModuleFlags } from './flags';
import {
    chargeAddress,
    FLAGS_AT,
    MODULE_FIELDS,
    MODULE_WORDS,
    moduleAddress,
    STRIDE,
    STRING_FIELDS,
    STRING_WORDS,
    stringFieldAddress,
} from './registers';
import { WideCurrent, type CurrentDirection } from './wide-currents';
import { WORDS } from './words';

export interface Counts {
    /** 1..512 */
    modules: number;
    /** 1..16; absent: the card does not tell. */
    strings?: number;
}

const LAST_ADDRESS = 4515;
const UNREAD = -1;

/** The words of one sweep, by address. A word that was not read is not known. */
export class SweepWords {
    private readonly words = new Int32Array(LAST_ADDRESS - FLAGS_AT + 1).fill(UNREAD);

    clear(): void {
        this.words.fill(UNREAD);
    }

    set(address: number, words: readonly number[]): void {
        words.forEach((word, i) => {
            const at = address + i - FLAGS_AT;
            if (at >= 0 && at < this.words.length) this.words[at] = word;
        });
    }

    /** 0..65535; undefined if it was not read. */
    get(address: number): number | undefined {
        const word = this.words[address - FLAGS_AT];
        return word === undefined || word === UNREAD ? undefined : word;
    }
}

/** Reads one whole sweep from its words. The currents remember the sweep before. */
export class SweepDecoder {
    private currents: WideCurrent[] = [];

    /** Another card, or other strings: what was learned of the currents is gone. */
    forget(): void {
        this.currents = [];
    }

    decode(words: SweepWords, counts: Counts, direction: CurrentDirection, tookMs: number): BatterySweep {
        const { modules, strings } = counts;
        const moduleStates = new Map<CardState, number[]>();
        const [temperature, voltage, impedance, equalizing] = [
            many(modules),
            many(modules),
            many(modules),
            many(modules),
        ];
        const blocks = { temperature, voltage, impedance, equalizing };
        for (let module = 1; module <= modules; module++) {
            const at = moduleAddress(module);
            if (isBlank(words, at)) continue;
            MODULE_FIELDS.forEach((field, offset) => {
                const word = words.get(at + offset);
                if (word === undefined) return;
                if (field !== 'alarms') blocks[field][module - 1] = MODULE_WORDS[field].decode(word);
                else for (const state of decodeModuleFlags(word)) push(moduleStates, state, module);
            });
        }
        const charge = many(modules);
        for (let module = 1; module <= modules; module++) {
            const word = words.get(chargeAddress(module));
            if (word !== undefined) charge[module - 1] = WORDS.percent.decode(word);
        }
        return {
            modules,
            ...(strings !== undefined && { strings }),
            tookMs,
            blocks: { ...blocks, ...(isKnown(charge) && { charge }) },
            byString: strings === undefined ? {} : this.strings(words, strings, direction),
            moduleStates,
        };
    }

    private strings(words: SweepWords, strings: number, direction: CurrentDirection): BatterySweep['byString'] {
        const found: Partial<Record<StringQuantity, Values>> = {};
        for (const field of STRING_FIELDS) {
            const values = many(strings);
            for (let string = 1; string <= strings; string++) {
                const at = stringFieldAddress(string, field);
                const word = at === undefined ? undefined : words.get(at);
                if (word === undefined) continue;
                values[string - 1] =
                    field === 'current'
                        ? (this.currents[string] ??= new WideCurrent()).take(word, direction)
                        : STRING_WORDS[field].decode(word);
            }
            if (isKnown(values)) found[field] = values;
        }
        return found;
    }
}

/** `count` values, none of them known. */
export function many(count: number): Values {
    return new Float64Array(count).fill(NaN);
}

/** Whether any value is known. */
export function isKnown(values: Values): boolean {
    return values.some((value) => !Number.isNaN(value));
}

/** Five words of 0 are a module without any reading: 0 would mean -39 °C [inferred]. */
function isBlank(words: SweepWords, at: number): boolean {
    for (let offset = 0; offset < STRIDE; offset++) if (words.get(at + offset) !== 0) return false;
    return true;
}

export function push(map: Map<CardState, number[]>, state: CardState, number: number): void {
    const numbers = map.get(state);
    if (numbers) numbers.push(number);
    else map.set(state, [number]);
}
