/** The settings of a node as a flow stores them. */
export type Stored = Readonly<Record<string, unknown>>;

/** Converts settings to the next version. Pure: returns only the changed properties; `undefined` deletes a property. */
export type Migration = (settings: Stored) => Stored;

/** The property with the version of a node's settings. */
export const VERSION_PROPERTY = 'settingsVersion';

interface Versioned {
    readonly version: number;
    readonly migrations: Readonly<Record<number, Migration>>;
}

/** The version of stored settings; settings without a version have version 1. Undefined: it is not a version. */
export function versionOf(settings: Stored): number | undefined {
    const stored = settings[VERSION_PROPERTY] ?? 1;
    return Number.isInteger(stored) && (stored as number) >= 1 ? (stored as number) : undefined;
}

/**
 * Converts settings to the present version. Settings of a later version (written by a newer package) are not changed: known properties are
 * read, the others are kept. The same holds for an invalid version: only old flows have none.
 */
export function migrated({ version, migrations }: Versioned, settings: Stored): Stored {
    const from = versionOf(settings);
    if (from === undefined || from >= version) return settings;
    const result: Record<string, unknown> = { ...settings };
    for (let to = from + 1; to <= version; to += 1) Object.assign(result, migrations[to]?.({ ...result }));
    result[VERSION_PROPERTY] = version;
    return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}
