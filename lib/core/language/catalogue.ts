/** One catalogue file: texts by nested keys, as Node-RED has them. */
export type Catalogue = Readonly<Record<string, unknown>>;

/**
 * The text of a key. Of a text with a count, the form that the language has for it: `key_zero` (of 0), then `key_<category>` (`_one`,
 * `_few`, …; `_plural` is an older name of `_other`), then the key itself, as Node-RED's i18next does it. An empty text counts as missing.
 */
export function findText(
    catalogue: Catalogue | undefined,
    key: string,
    count: unknown,
    rules: Intl.PluralRules,
): string | undefined {
    if (typeof count !== 'number') return textAt(catalogue, key);
    const category = rules.select(count);
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

/** `text` with its `__name__` filled. */
export function fillIn(text: string, value: (name: string) => string): string {
    return text.replace(/__(\w+?)__/g, (_whole, name: string) => value(name));
}
