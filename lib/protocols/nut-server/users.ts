import { timingSafeEqual, createHash } from 'node:crypto';

/**
 * What a user may do: `read` only reads (where reading needs a log-in), `secondary` also logs in and is counted, `primary` also orders the shutdown
 * of the others (FSD), `operator` logs in, sets variables and gives commands.
 */
export const NUT_ROLES = ['read', 'secondary', 'primary', 'operator'] as const;
export type NutRole = (typeof NUT_ROLES)[number];

export interface NutUser {
    name: string;
    password: string;
    role: NutRole;
    /** Names of UPSs that the user may log in to; empty: all. */
    names: readonly string[];
    /** Instant commands of an operator; `*`: all. */
    commands: readonly string[];
    /** Variables of an operator; `*`: all. */
    variables: readonly string[];
}

export type NutAct = 'read' | 'login' | 'primary' | 'force' | { command: string } | { variable: string };

const LOGS_IN: readonly NutRole[] = ['secondary', 'primary', 'operator'];

/** The users of a server. */
export class NutUsers {
    constructor(private readonly users: readonly NutUser[]) {}

    /** The user of this name and password. It takes as long for a wrong one. */
    find(name: string, password: string): NutUser | undefined {
        const digest = digestOf(password);
        const user = this.users.find((each) => each.name === name);
        const fits = timingSafeEqual(digest, digestOf(user?.password ?? ''));
        return user && user.password !== '' && fits ? user : undefined;
    }
}

/** Whether the role and the lists of a user allow this for the UPS of this name. */
export function mayDo(user: NutUser, act: NutAct, alias: string): boolean {
    const { role, names } = user;
    if (names.length > 0 && !names.some((name) => name.toLowerCase() === alias.toLowerCase())) return false;
    if (act === 'read') return true;
    if (act === 'login') return LOGS_IN.includes(role);
    if (act === 'primary' || act === 'force') return role === 'primary';
    if (role !== 'operator') return false;
    const [list, wanted] = 'command' in act ? [user.commands, act.command] : [user.variables, act.variable];
    return list.includes('*') || list.some((each) => each.toLowerCase() === wanted.toLowerCase());
}

/** Of equal length, so that they can be compared in constant time. */
function digestOf(text: string): Buffer {
    return createHash('sha256').update(text, 'utf8').digest();
}
