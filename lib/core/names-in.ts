/**
 * Finds names in a text that was split: where a known name itself holds what it was split at (`channel Volts, battery`), its words are one
 * name again, the longest first. Any other word stays a name of its own.
 * @param split as the text was split
 */
export function namesIn(
    words: readonly string[],
    known: readonly string[],
    split: (name: string) => readonly string[],
): string[] {
    const names = new Map(known.map((name) => [keyOf(split(name)), name]));
    const longest = Math.max(1, ...known.map((name) => split(name).length));
    const found: string[] = [];
    for (let at = 0; at < words.length;) {
        let length = Math.min(longest, words.length - at);
        while (length > 1 && !names.has(keyOf(words.slice(at, at + length)))) length--;
        found.push(length === 1 ? words[at]! : names.get(keyOf(words.slice(at, at + length)))!);
        at += length;
    }
    return found;
}

function keyOf(words: readonly string[]): string {
    return words.join('\n');
}
