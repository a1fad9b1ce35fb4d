/** The entries of a list: either typed text, see `splitList`, or an array. */
export function entriesOf(list: string | readonly string[]): readonly string[] {
    return typeof list === 'string' ? splitList(list) : list;
}

/** The entries of a list that people type: commas, semicolons, blanks and line ends separate. */
export function splitList(list: string): string[] {
    return list.split(/[\s,;]+/).filter((entry) => entry !== '');
}
