import { place, withStandIns, type UserRow } from './row-passwords';

/** A secret column of a table, and the column that says which of the credentials it is. */
export interface SecretColumn {
    key: string;
    slot: string;
}

/** Stored rows with a stand-in for each secret that Node-RED keeps. */
export function withSecret(
    rows: readonly UserRow[],
    { key, slot }: SecretColumn,
    has: (slot: number) => boolean,
): UserRow[] {
    const slots = rows.map((row) => ({ slot: Number(row[slot]) || 0 }));
    return withStandIns(slots, has).map(({ password }, index) => ({
        ...rows[index],
        ...(password !== undefined && { [key]: password }),
    }));
}

/** Takes the secrets out of rows, and gives each a slot of its own. @returns the secrets by slot */
export function placeSecret(
    rows: readonly UserRow[],
    { key, slot }: SecretColumn,
    most: number,
): { rows: UserRow[]; secrets: string[] } {
    const placed = place(
        rows.map((row) => ({ password: String(row[key] ?? '') })),
        most,
    );
    return {
        rows: rows.map(({ [key]: _, ...row }, index) => {
            const given = placed.rows[index]?.slot;
            return { ...row, ...(given !== undefined && { [slot]: given }) };
        }),
        secrets: placed.passwords,
    };
}
