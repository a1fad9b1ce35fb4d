/** One catalogue file: texts by nested keys, in the format of Node-RED. */
export type Catalogue = Readonly<Record<string, unknown>>;

/**
 * Finds the text of a key. For a text with a count it tries, as Node-RED's i18next does, `key_zero` (for 0), then `key_<category>` of the
 * language (`_one`, `_few`, …; `_plural` is an older name of `_other`), then the key itself. An empty text counts as missing.
 */
export function findText(
    catalogue: Catalogue | undefined,
    key: string,
    count: unknown,
    plural: (count: number) => string,
): string | undefined {
    if (typeof count !== 'number') return textAt(catalogue, key);
    const category = plural(count);
    const forms = [...(count === 0 ? ['_zero'] : []), `_${category}`, ...(category === 'other' ? ['_plural'] : []), ''];
    for (const form of forms) {
        const text = textAt(catalogue, key + form);
        if (text !== undefined) return text;
    }
    return undefined;
}

function textAt(catalogue: Catalogue | undefined, key: string): string | undefined {
    let found: unknown = catalogue;
    for (const step of key.split('.')) {
        if (typeof found !== 'object' || found === null || !Object.hasOwn(found, step)) return undefined;
        found = (found as Catalogue)[step];
    }
    return typeof found === 'string' && found !== '' ? found : undefined;
}

/** `text` with each `__name__` replaced by its value. */
export function fillIn(text: string, value: (name: string) => string): string {
    return text.replace(/__(\w+?)__/g, (_whole, name: string) => value(name));
}
