/** What a sibling must be: a value, one of several, anything but some, or filled in at all. */
export type Wanted = string | boolean | readonly string[] | { readonly not: string | readonly string[] } | 'filled';

/** Every sibling named must be as wanted. */
export type AllOf = Readonly<Record<string, Wanted>>;

/** When a setting counts: in one of these cases. A setting that does not count is hidden, not checked, and its default. */
export type When = AllOf | readonly AllOf[];

/** The cases in which a setting counts. */
export function casesOf(when: When): readonly AllOf[] {
    return Array.isArray(when) ? (when as readonly AllOf[]) : [when as AllOf];
}

/** A sibling's value: as it is set, or its default. */
export type Siblings = (property: string) => unknown;

/** The word for "anything at all"; no choice may be called so. */
const FILLED = 'filled';

export function holds(when: When | undefined, sibling: Siblings): boolean {
    return casesOf(when ?? {}).some((all) =>
        Object.entries(all).every(([property, wanted]) => fits(sibling(property), wanted)),
    );
}

function fits(value: unknown, wanted: Wanted): boolean {
    if (wanted === FILLED) return Array.isArray(value) ? value.length > 0 : value !== undefined && value !== '';
    if (typeof wanted === 'boolean') return (value === true) === wanted;
    const text = String((value ?? '') as string);
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
