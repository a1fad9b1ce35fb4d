/** What Node-RED shows in place of a password that it keeps. */
export const KEPT = '__PWRD__';

/** A row of users as the table shows it, and as the flow stores it. */
export interface UserRow {
    name?: string;
    password?: string;
    slot?: number;
    [column: string]: unknown;
}

/** The credentials after an edit: by slot, the typed password, `KEPT`, or '' for none. */
export interface Placed {
    rows: UserRow[];
    passwords: string[];
}

const kept = (slot: number) => `${KEPT}${slot}`;

/** Stored rows with a stand-in for each password that Node-RED keeps. */
export function withStandIns(rows: readonly UserRow[], has: (slot: number) => boolean): UserRow[] {
    return rows.map((row, index) => {
        const slot = row.slot || index + 1;
        return { ...row, ...(has(slot) && { password: kept(slot) }) };
    });
}

/**
 * Gives each row a slot of its own: a row whose password was not touched keeps its slot, one with another password gets a free one.
 * @param rows as the table has them
 * @param most how many slots there are
 */
export function place(rows: readonly UserRow[], most: number): Placed {
    const passwords = Array.from({ length: most }, () => '');
    const slotOf = ({ password = '' }: UserRow) => {
        const slot = password.startsWith(KEPT) ? Number(password.slice(KEPT.length)) : 0;
        return Number.isInteger(slot) && slot >= 1 && slot <= most ? slot : undefined;
    };
    const taken = new Set<number>();
    const slots = rows.map((row) => {
        const slot = slotOf(row);
        if (slot === undefined || taken.has(slot)) return undefined;
        taken.add(slot);
        return slot;
    });
    const placed = rows.map(({ password = '', ...row }, index) => {
        let slot = slots[index];
        if (slot !== undefined) passwords[slot - 1] = KEPT;
        else {
            slot = passwords.findIndex((_, free) => !taken.has(free + 1)) + 1;
            if (slot === 0) return row;
            taken.add(slot);
            passwords[slot - 1] = password.startsWith(KEPT) ? '' : password;
        }
        return { ...row, slot };
    });
    return { rows: placed, passwords };
}
