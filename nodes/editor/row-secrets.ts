/** What Node-RED shows in place of a secret that it keeps. */
export const KEPT = '__PWRD__';

/** A row of a table as it is shown, and as the flow stores it. */
export type SecretRow = Record<string, unknown>;

/** A secret column of a table, and the column that says which of the credentials it is. */
export interface SecretColumn {
    key: string;
    slot: string;
}

const kept = (slot: number) => `${KEPT}${slot}`;

/** Stored rows with a stand-in for each secret that Node-RED keeps. */
export function withSecret<R extends SecretRow>(
    rows: readonly R[],
    { key, slot }: SecretColumn,
    has: (slot: number) => boolean,
): R[] {
    return rows.map((row, index) => {
        const own = Number(row[slot]) || index + 1;
        return { ...row, ...(has(own) && { [key]: kept(own) }) };
    });
}

/**
 * Takes the secrets out of rows, and gives each row a slot of its own: one whose secret was not touched keeps its slot, one with another secret gets a free one.
 * @param rows as the table has them
 * @param most how many slots there are
 * @returns the secrets by slot: as typed, `KEPT`, or '' for none
 */
export function placeSecret<R extends SecretRow>(
    rows: readonly R[],
    { key, slot }: SecretColumn,
    most: number,
): { rows: R[]; secrets: string[] } {
    const secrets = Array.from({ length: most }, () => '');
    const typed = rows.map((row) => String((row[key] ?? '') as string));
    const taken = new Set<number>();
    const slots = typed.map((secret) => {
        const own = secret.startsWith(KEPT) ? Number(secret.slice(KEPT.length)) : 0;
        if (!Number.isInteger(own) || own < 1 || own > most || taken.has(own)) return undefined;
        taken.add(own);
        return own;
    });
    const placed = rows.map(({ [key]: _, ...row }, index) => {
        let own = slots[index];
        if (own !== undefined) secrets[own - 1] = KEPT;
        else {
            own = secrets.findIndex((_, free) => !taken.has(free + 1)) + 1;
            if (own === 0) return row as unknown as R;
            taken.add(own);
            secrets[own - 1] = typed[index]!.startsWith(KEPT) ? '' : typed[index]!;
        }
        return { ...row, [slot]: own } as unknown as R;
    });
    return { rows: placed, secrets };
}
