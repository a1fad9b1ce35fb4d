import { placeSecret, withSecret, type SecretColumn } from './row-secrets';

export { KEPT } from './row-secrets';

/** A row of users as the table shows it, and as the flow stores it. */
export interface UserRow {
    name?: string;
    password?: string;
    slot?: number;
    [column: string]: unknown;
}

export const PASSWORD: SecretColumn = { key: 'password', slot: 'slot' };

/** Stored rows with a stand-in for each password that Node-RED keeps. */
export function withStandIns(rows: readonly UserRow[], has: (slot: number) => boolean): UserRow[] {
    return withSecret(rows, PASSWORD, has);
}

/** As `placeSecret`, of passwords. */
export function place(rows: readonly UserRow[], most: number): { rows: UserRow[]; passwords: string[] } {
    const { rows: placed, secrets } = placeSecret(rows, PASSWORD, most);
    return { rows: placed, passwords: secrets };
}
