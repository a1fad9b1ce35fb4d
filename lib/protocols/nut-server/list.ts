import { echoed, listOf, NutAnswer, quoted } from './answers';
import { NO_DESCRIPTION } from './descriptions';
import type { NutServerSession } from './session';
import type { WritableVariable } from './serving';

type List = (session: NutServerSession, given: string[]) => string;

/** Each with the number of words that it needs; further ones are passed over, as upsd does. */
const LISTS: Readonly<Record<string, readonly [needs: number, list: List]>> = {
    UPS: [
        0,
        (session) => {
            const { address, host } = session;
            const rows = host.serving.listed(address).map(([name, alias]) => {
                return `UPS ${name} ${quoted(alias.description || NO_DESCRIPTION)}`;
            });
            return listOf('UPS', rows);
        },
    ],
    VAR: [
        1,
        (session, [ups]) => {
            const { variables } = session.variables(ups!);
            const rows = sorted(variables).map((name) => row('VAR', ups!, name, variables.get(name)!));
            return listOf(`VAR ${echoed(ups!)}`, rows);
        },
    ],
    RW: [
        1,
        (session, [ups]) => {
            const { alias, variables } = session.variables(ups!);
            const names = sorted(alias.writable()).filter((name) => variables.has(name));
            return listOf(
                `RW ${echoed(ups!)}`,
                names.map((name) => row('RW', ups!, name, variables.get(name)!)),
            );
        },
    ],
    CMD: [
        1,
        (session, [ups]) => {
            const { alias } = session.variables(ups!);
            const rows = alias.commands().map((name) => `CMD ${echoed(ups!)} ${name}`);
            return listOf(`CMD ${echoed(ups!)}`, rows);
        },
    ],
    ENUM: [
        2,
        (session, [ups, name]) => {
            const { choices = [] } = writable(session, ups!, name!);
            const rows = choices.map((choice) => row('ENUM', ups!, name!, written(choice)));
            return listOf(`ENUM ${echoed(ups!)} ${echoed(name!)}`, rows);
        },
    ],
    RANGE: [
        2,
        (session, [ups, name]) => {
            const { min, max, choices } = writable(session, ups!, name!);
            const hasRange = min !== undefined && max !== undefined && !choices;
            const rows = hasRange ? [`${row('RANGE', ups!, name!, String(min))} ${quoted(String(max))}`] : [];
            return listOf(`RANGE ${echoed(ups!)} ${echoed(name!)}`, rows);
        },
    ],
    CLIENT: [
        1,
        (session, [ups]) => {
            const { name } = session.alias(ups!);
            const rows = session.host.loggedIn(name).map((address) => `CLIENT ${echoed(ups!)} ${address}`);
            return listOf(`CLIENT ${echoed(ups!)}`, rows);
        },
    ],
};

/** LIST (RFC 9271 section 4.2.6). @throws NutAnswer */
export function answerList(session: NutServerSession, [what = '', ...given]: string[]): string {
    const name = what.toUpperCase();
    const [needs, list] = Object.hasOwn(LISTS, name) ? LISTS[name]! : [];
    if (!list || given.length < needs!) throw new NutAnswer('INVALID-ARGUMENT');
    return list(session, given);
}

/** A setting as NUT writes it. */
export function written(value: string | number | boolean): string {
    return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

function sorted(named: ReadonlyMap<string, unknown>): string[] {
    return [...named.keys()].sort();
}

function row(kind: string, ups: string, name: string, value: string): string {
    return `${kind} ${echoed(ups)} ${echoed(name)} ${quoted(value)}`;
}

/** @throws NutAnswer VAR-NOT-SUPPORTED */
function writable(session: NutServerSession, ups: string, name: string): Partial<WritableVariable> {
    const { alias, variables } = session.variables(ups);
    if (!variables.has(name)) throw new NutAnswer('VAR-NOT-SUPPORTED');
    return alias.writable().get(name) ?? {};
}
