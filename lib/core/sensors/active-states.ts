/** States are compared as people read them. */
export function wordOf(state: string | number): string {
    return String(state).trim().toLowerCase();
}

/** The first of `wanted` that is none of the states a channel may have; undefined: there is none. */
export function strangeState(wanted: readonly string[], states: readonly string[]): string | undefined {
    const known = new Set(states.map(wordOf));
    return wanted.find((state) => !known.has(wordOf(state)));
}
