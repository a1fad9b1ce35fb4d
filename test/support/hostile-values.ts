/** Values that JSON can hold and that break whoever takes them for a text: `String(value)` or `JSON.stringify(value)` throws. */
export function hostileValues(): [what: string, value: unknown][] {
    const deep = (text: string) => JSON.parse(text) as unknown;
    return [
        ['an object whose toString is a number', { toString: 1, valueOf: 1 }],
        ['a list of it', [{ toString: 1, valueOf: 1 }]],
        ['an object with a __proto__ of its own', deep('{"__proto__": {"toString": 1}}')],
        ['lists 60000 deep', deep('['.repeat(60_000) + ']'.repeat(60_000))],
        ['objects 60000 deep', deep('{"a":'.repeat(60_000) + '1' + '}'.repeat(60_000))],
    ];
}
