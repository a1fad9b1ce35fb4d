import { plainUnit } from '../../core/units/plain-units';
import { quantityOf, type Quantity } from '../../core/units/value-text';
import { LONGEST_PIECE, type Piece } from './visible-text';

/** What a page tells beside a label. */
export interface LabelReading {
    label: string;
    /** As it stands there. */
    text: string;
    /** Where it is a number, alone or with a unit. */
    quantity?: Quantity;
    /** A text without a colon in front: whether it is a value at all is a guess, unless it is one of the known states. */
    loose?: true;
}

/** All that could be a label and its value, as it is asked for. */
export function* readingsOf(pieces: readonly Piece[]): Generator<LabelReading> {
    for (const [at, piece] of pieces.entries()) {
        if (piece.text.length > LONGEST_PIECE) continue;
        const beside = besideOf(piece, pieces[at + 1]);
        yield* piece.text.includes(':') ? withColons(piece, beside) : withoutColon(piece, beside);
    }
}

/** What stands in the next piece, if that can be the value of this one: it is whole, in the same row, and no label. */
function besideOf({ row }: Piece, next: Piece | undefined): string {
    if (!next?.ended || next.row !== row || next.text.length > LONGEST_PIECE) return '';
    // The colons of a time stand between digits.
    return /(?:^|\D):|:(?:\D|$)/.test(next.text) ? '' : next.text;
}

/** `AC Line: 116.7 Volts`, `Line Voltage: 117.4 Volts Temperature: 88.8 F`, `AC Line:` with its value beside it. */
function withColons({ text, ended }: Piece, beside: string): LabelReading[] {
    const found: LabelReading[] = [];
    for (let rest = text; rest;) {
        const colon = rest.indexOf(':');
        const label = rest.slice(0, colon).trim();
        const tail = rest.slice(colon + 1).trim();
        if (colon < 0) break;
        if (!tail) return [...found, ...reading(label, beside)];
        const first = tail.includes(':') ? firstQuantity(tail) : undefined;
        if (first) found.push(...reading(label, first.text));
        else if (ended) found.push(...reading(label, tail));
        rest = first?.rest ?? '';
    }
    return found;
}

/** The number in front of another label: `117.4 Volts Temperature: 88.8 F`. Its unit must be a known one, or absent. */
function firstQuantity(tail: string): { text: string; rest: string } | undefined {
    const [number, word, ...others] = tail.split(' ');
    if (!quantityOf(number!) || !word) return undefined;
    if (word.endsWith(':')) return { text: number!, rest: [word, ...others].join(' ') };
    return plainUnit(word) && others.length ? { text: `${number} ${word}`, rest: others.join(' ') } : undefined;
}

/** A label, a number and a unit of one or two words. */
const IN_ONE = /^(.*\S) ([+\-\u2212]?\d[\d.,]*(?: ?[^\d\s.,:;]\S*)(?: [^\d\s.,:;]\S*)?)$/u;

function withoutColon({ text, ended }: Piece, beside: string): LabelReading[] {
    if (!text || quantityOf(text)) return [];
    // A label may end like a value itself: `Input 5 V` beside `4.98 V`.
    if (quantityOf(beside)) return reading(text, beside);
    const [, label, value] = (ended && IN_ONE.exec(text)) || [];
    const unit = value && /^\S+?\s*([^\d.,\s].*)$/u.exec(value)?.[1];
    if (label && unit && plainUnit(unit)) return reading(label, value);
    return reading(text, beside).map((each) => ({ ...each, loose: true }));
}

/** What stands where there is no value. */
const NOTHING = /^(?:[-\u2013\u2014]+|n\/?a|)$/i;

function reading(label: string, text: string): LabelReading[] {
    if (!label || NOTHING.test(text)) return [];
    const quantity = quantityOf(text);
    return [{ label, text, ...(quantity ? { quantity } : {}) }];
}
