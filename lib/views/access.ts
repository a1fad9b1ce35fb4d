/** What somebody may do; each includes those before it. */
export const ROLES = ['none', 'view', 'download', 'operate', 'admin'] as const;

/**
 * `view`: see all pages. `download`: log, data and reports as files. `operate`: commands, switches, acknowledgements, hold and skip. `admin`:
 * delete log and data.
 */
export type Role = (typeof ROLES)[number];

/** Whether `role` includes `needed`. */
export function includes(role: Role, needed: Role): boolean {
    return ROLES.indexOf(role) >= ROLES.indexOf(needed);
}
