/** The condition for a sibling: a value, one of several values, any value except some, or any value that is filled in. */
export type Wanted = string | boolean | readonly string[] | { readonly not: string | readonly string[] } | 'filled';

/** Every sibling in it must meet its condition. */
export type AllOf = Readonly<Record<string, Wanted>>;

/** When a setting applies: in any of these cases. A setting that does not apply is hidden, not checked, and has its default. */
export type When = AllOf | readonly AllOf[];

/** The cases in which a setting applies. */
export function casesOf(when: When): readonly AllOf[] {
    return Array.isArray(when) ? (when as readonly AllOf[]) : [when as AllOf];
}

/** Returns the value of a sibling: the stored value, or its default. */
export type Siblings = (property: string) => unknown;

/** The word for "any value"; no choice may have this name. */
const FILLED = 'filled';

export function holds(when: When | undefined, sibling: Siblings): boolean {
    return casesOf(when ?? {}).some((all) =>
        Object.entries(all).every(([property, wanted]) => fits(sibling(property), wanted)),
    );
}

function fits(value: unknown, wanted: Wanted): boolean {
    if (wanted === FILLED) return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '';
    if (typeof wanted === 'boolean') return (value === true) === wanted;
    // A list or an object is none of the words.
    const text = typeof value === 'object' ? '' : String((value ?? '') as string);
    if (typeof wanted === 'string') return text === wanted;
    if (isList(wanted)) return wanted.includes(text);
    return !listOf(wanted.not).includes(text);
}

function isList(wanted: readonly string[] | { readonly not: unknown }): wanted is readonly string[] {
    return Array.isArray(wanted);
}

export function listOf(words: string | readonly string[]): readonly string[] {
    return typeof words === 'string' ? [words] : words;
}
