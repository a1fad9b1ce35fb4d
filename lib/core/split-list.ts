/** The entries of a list that people type: commas, semicolons, blanks and line ends separate. */
export function splitList(list: string): string[] {
    return list.split(/[\s,;]+/).filter((entry) => entry !== '');
}
