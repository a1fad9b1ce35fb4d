const LONGEST = 100;

/** A level of a topic made of a name: no `/`, `+`, `#` and control characters (MQTT 3.1.1, section 4.7), blanks as `_`. */
export function topicLevel(name: string): string {
    const level = name
        .normalize('NFC')
        .replaceAll(/[/+#\p{Cc}\p{Cs}]/gu, '-')
        .trim()
        .replaceAll(/\s+/g, '_');
    // Topics that begin with $ are the broker's own.
    return [...level.replace(/^\$/, '-')].slice(0, LONGEST).join('') || '-';
}

/**
 * The levels of several UPSs by their ids. Names that come out alike have their id behind them, all of them, so that no level depends on
 * the order.
 * @param reserved levels that the server has for itself
 */
export function levelsOf(
    upses: readonly { id: string; name: string }[],
    reserved: readonly string[] = [],
): Map<string, string> {
    const named = upses.map(({ id, name }) => [id, topicLevel(name)] as const);
    const counts = new Map<string, number>(reserved.map((level) => [level, 1]));
    for (const [, level] of named) counts.set(level, (counts.get(level) ?? 0) + 1);
    return new Map(
        named.map(([id, level]) => [id, counts.get(level)! > 1 ? `${level}_${topicLevel(id)}` : level] as const),
    );
}
