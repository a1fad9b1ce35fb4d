/** The settings of a node as a flow stores them. */
export type Stored = Readonly<Record<string, unknown>>;

/** Makes settings of the next version; pure: returns what changes, `undefined` for what goes. */
export type Migration = (settings: Stored) => Stored;

/** Where the version of a node's settings is kept. */
export const VERSION_PROPERTY = 'settingsVersion';

interface Versioned {
    readonly version: number;
    readonly migrations: Readonly<Record<number, Migration>>;
}

/** The version of stored settings; those from before there were any have version 1. */
export function versionOf(settings: Stored): number {
    const stored = Number(settings[VERSION_PROPERTY] ?? 1);
    return Number.isInteger(stored) && stored >= 1 ? stored : 1;
}

/**
 * Settings as the present version has them. Those of a later version, from a flow that a newer package wrote, stay as they are: what this
 * version knows is read, the rest is kept.
 */
export function migrated({ version, migrations }: Versioned, settings: Stored): Stored {
    const from = versionOf(settings);
    if (from >= version) return settings;
    const result: Record<string, unknown> = { ...settings };
    for (let to = from + 1; to <= version; to += 1) Object.assign(result, migrations[to]?.({ ...result }));
    result[VERSION_PROPERTY] = version;
    return Object.fromEntries(Object.entries(result).filter(([, value]) => value !== undefined));
}
