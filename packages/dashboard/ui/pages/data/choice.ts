import { namesIn } from '../../../../../lib/core/names-in';
import type { SeriesInfo } from '../../../../../lib/store/series';
import type { Texts } from '../../lib/texts';
import type { AlignedColumn } from './tables';

/** What is shown of a UPS until somebody chooses. */
const FIRST = ['charge', 'load1', 'inputVoltage1', 'dcInputVoltage', 'dcOutputVoltage'];
/** Of a source that has none of these. */
const MOST_AT_FIRST = 3;
const PHASED = /^(.+?)([123])$/;
/** Outlets, contacts, channels and ports of a module have names of their own. */
/** Values of the strings of a battery, and those of its blocks: the latter are hundreds, and have a page of their own. */
const OF_STRING = /^(string-[a-z]+)\.(\d+)$/;
const OF_BLOCK = /^[a-z]+\.\d+$/;
const NAMED = /^(outlet|contact|channel|output|input) (.+)$/;

/** A quantity that can be chosen, once, though several owners have it. */
export interface Choice {
    quantity: string;
    unit: string;
    kind: 'number' | 'state';
}

/** The quantities of the chosen owners, numbers first, each unit together, in the order of the store. */
export function choicesOf(infos: readonly SeriesInfo[], owners: readonly string[]): Choice[] {
    const all = new Map<string, Choice>();
    for (const { owner, quantity, unit, kind } of infos) {
        if (owners.includes(owner) && !OF_BLOCK.test(quantity) && !all.has(quantity))
            all.set(quantity, { quantity, unit, kind });
    }
    const units = [...new Set([...all.values()].map(({ unit }) => unit))];
    return [...all.values()].sort(
        (a, b) =>
            Number(a.kind === 'state') - Number(b.kind === 'state') || units.indexOf(a.unit) - units.indexOf(b.unit),
    );
}

/** The quantities to show: those of the address, or the usual ones, or the first that there are. */
export function chosenOf(choices: readonly Choice[], asked: string | undefined): string[] {
    const known = choices.map(({ quantity }) => quantity);
    if (asked !== undefined) {
        const names = namesIn(asked.split(','), known, (name) => name.split(','));
        return names.filter((each) => known.includes(each));
    }
    const usual = known.filter((each) => FIRST.includes(each) || each === 'value' || each === 'state');
    return usual.length > 0 ? usual : known.slice(0, MOST_AT_FIRST);
}

/** `Input voltage L2`; without the phase where there is only the first. */
export function quantityName(texts: Texts, quantity: string, known: readonly string[]): string {
    const own = texts.find(`data.quantity.${quantity}`);
    if (own) return own;
    const [, ofString, string] = OF_STRING.exec(quantity) ?? [];
    if (ofString) return texts.find(`data.quantity.${ofString}`, { name: string! }) ?? quantity;
    const [, kind, name] = NAMED.exec(quantity) ?? [];
    if (kind) return texts.say(`data.quantity.${kind}`, { name: name! });
    const [, line, phase] = PHASED.exec(quantity) ?? [];
    const text = line && texts.find(`data.quantity.${line}`);
    if (!text) return quantity;
    const isAlone = phase === '1' && !known.includes(`${line}2`) && !known.includes(`${line}3`);
    return isAlone ? text : texts.say('data.phase', { text, phase: phase! });
}

/** A word of a state; what has no word stands as the device says it. */
export function stateName(texts: Texts, quantity: string, state: string): string {
    return texts.find(`data.state.${quantity}.${state}`) ?? texts.find(`data.state.any.${state}`) ?? state;
}

/** The columns of one chart: those of one unit, or one state. */
export interface Panel {
    key: string;
    unit: string;
    kind: 'number' | 'state';
    /** Of a state: the names of all owners; a value is an index. */
    states?: string[];
    columns: AlignedColumn[];
}

/** One chart for each unit, and one for each state. */
export function panelsOf(columns: readonly AlignedColumn[]): Panel[] {
    const panels = new Map<string, Panel>();
    for (const column of columns) {
        const { kind, unit, quantity } = column;
        const key = kind === 'state' ? `state ${quantity}` : unit;
        const panel = panels.get(key) ?? { key, unit, kind, columns: [] };
        panels.set(key, panel);
        panel.columns.push(column);
    }
    return [...panels.values()].map((panel) => (panel.kind === 'state' ? withOneCode(panel) : panel));
}

/** Each owner has codes of its own for the states of one quantity. */
function withOneCode(panel: Panel): Panel {
    const states = [...new Set(panel.columns.flatMap((column) => column.states ?? []))];
    const columns = panel.columns.map((column) => {
        const codes = (column.states ?? []).map((name) => states.indexOf(name));
        return { ...column, mean: column.mean.map((code) => (typeof code === 'number' ? codes[code] : code)) };
    });
    return { ...panel, states, columns };
}

/** Dashes of lines, in px. The number of a line in its chart is its colour and its dash: they can be told apart without colour too. */
const DASHES: readonly (readonly number[])[] = [[], [9, 4], [2, 4], [12, 4, 2, 4], [5, 3], [16, 5, 2, 3, 2, 5]];
export const COLOURS = 6;

export function dashOf(look: number): readonly number[] {
    // Where the colours begin anew, the dash is another one.
    return DASHES[(look + Math.floor(look / COLOURS)) % DASHES.length]!;
}

/** Number of the CSS variable `--rt-line-<n>`. */
export const colourOf = (look: number) => (look % COLOURS) + 1;
