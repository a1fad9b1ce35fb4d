import type { SentenceData } from '../language/sentence';
import type { Declaration } from './declaration';
import { isBlank } from './field';
import { isShown, readLeniently } from './read';

/** Where the words of a label come from. */
export interface LabelWords {
    /** A text of the catalogue of the node's type. */
    t(key: string, data?: SentenceData): string;
    /** The name of the config node with that id, or an empty string. */
    nameOf(id: string): string;
}

/** Settings as a flow stores them or as they were read. */
export type GivenSettings = Readonly<Record<string, unknown>>;

/** What names a node that has no name: the first of these settings that is filled in, or words made of several. */
export type LabelRule = readonly string[] | ((given: GivenSettings, words: LabelWords) => string);

/**
 * What canvas, lists and log call a node without a name, by its declaration; '' where its settings name nothing. A reference counts by the name of
 * what is referred to; a job is named by what it does, and by that.
 */
export function labelOf(declaration: Declaration, given: GivenSettings, words: LabelWords): string {
    const { label: rule, family } = declaration;
    if (typeof rule === 'function') return rule(withDefaults(declaration, given), words);
    const named = rule.filter((property) => counts(declaration, given, property));
    const names = named.map((property) => {
        const { refersTo, refersToFamily } = declaration.fields[property]?.widget ?? {};
        const refers = refersTo !== undefined || refersToFamily !== undefined;
        return refers ? words.nameOf(labelText(given[property])) : shorten(given[property]);
    });
    const found = names.find((name) => name !== '') ?? '';
    return found && family === 'jobs' ? `${words.t('palette')}: ${found}` : found;
}

/** What an earlier choice has left behind names nothing. */
function counts(declaration: Declaration, given: GivenSettings, property: string): boolean {
    if (declaration.fields[property]?.options.when === undefined) return true;
    const settings = readLeniently(declaration, given) as Record<string, unknown>;
    return isShown(declaration, property, (sibling) => settings[sibling]);
}

function withDefaults({ fields }: Declaration, given: GivenSettings): GivenSettings {
    const missing = Object.keys(fields).filter((property) => isBlank(given[property]));
    return { ...given, ...Object.fromEntries(missing.map((property) => [property, fields[property]?.initial])) };
}

/** A setting as people typed it: entries of a list stand in a row. */
export function labelText(value: unknown): string {
    if (Array.isArray(value)) return value.filter((each) => typeof each === 'string').join(', ');
    return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

/** One line of at most `length` characters. */
export function shorten(value: unknown, length = 30): string {
    const line = labelText(value).trim();
    return line.length > length ? `${line.slice(0, length - 1)}…` : line;
}
