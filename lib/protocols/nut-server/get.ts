import { plainNumber } from '../nut/values';
import { echoed, NutAnswer, quoted } from './answers';
import { commandDescription, NO_DESCRIPTION, variableDescription } from './descriptions';
import type { NutServerSession } from './session';

/** Of a variable that is a text, if it is shorter; what is written may be as long. */
export const SHORTEST_STRING = 32;

type Get = (session: NutServerSession, given: string[]) => string;

/** Each with the number of words that it needs; further ones are passed over, as upsd does. */
const GETS: Readonly<Record<string, readonly [needs: number, get: Get]>> = {
    NUMLOGINS: [
        1,
        (session, [ups]) => {
            const { alias } = session.variables(ups!);
            return `NUMLOGINS ${echoed(ups!)} ${session.host.loggedIn(alias.name).length}`;
        },
    ],
    UPSDESC: [
        1,
        (session, [ups]) => `UPSDESC ${echoed(ups!)} ${quoted(session.alias(ups!).description || 'Unavailable')}`,
    ],
    VAR: [2, getVariable],
    TYPE: [2, getType],
    DESC: [
        2,
        (session, [ups, name]) => {
            session.variables(ups!);
            return `DESC ${echoed(ups!)} ${echoed(name!)} ${quoted(variableDescription(name!) ?? NO_DESCRIPTION)}`;
        },
    ],
    CMDDESC: [
        2,
        (session, [ups, name]) => {
            session.variables(ups!);
            return `CMDDESC ${echoed(ups!)} ${echoed(name!)} ${quoted(commandDescription(name!) ?? NO_DESCRIPTION)}`;
        },
    ],
    TRACKING: [
        0,
        (session, [id]) => {
            if (id === undefined) return session.tracks ? 'ON' : 'OFF';
            if (!session.tracks) throw new NutAnswer('FEATURE-NOT-CONFIGURED');
            return session.host.tracking.outcomeOf(id);
        },
    ],
};

/** GET (RFC 9271 section 4.2.1). @throws NutAnswer */
export function answerGet(session: NutServerSession, [what = '', ...given]: string[]): string {
    const name = what.toUpperCase();
    const [needs, get] = Object.hasOwn(GETS, name) ? GETS[name]! : [];
    if (!get || given.length < needs!) throw new NutAnswer('INVALID-ARGUMENT');
    return get(session, given);
}

function getVariable(session: NutServerSession, [ups, name]: string[]): string {
    const { variables } = session.variables(ups!);
    const { version } = session.host.serving;
    const value = { 'server.info': version, 'server.version': version }[name!] ?? variables.get(name!);
    if (value === undefined) throw new NutAnswer('VAR-NOT-SUPPORTED');
    return `VAR ${echoed(ups!)} ${echoed(name!)} ${quoted(value)}`;
}

function getType(session: NutServerSession, [ups, name]: string[]): string {
    const { alias, variables } = session.variables(ups!);
    const value = variables.get(name!);
    if (value === undefined) throw new NutAnswer('VAR-NOT-SUPPORTED');
    const writable = alias.writable().get(name!);
    const start = `TYPE ${echoed(ups!)} ${echoed(name!)}${writable ? ' RW' : ''}`;
    if (writable?.choices) return `${start} ENUM`;
    if (writable?.min !== undefined && writable.max !== undefined) return `${start} RANGE`;
    const isNumber = writable ? writable.isNumber : plainNumber(value) !== undefined;
    return isNumber ? `${start} NUMBER` : `${start} STRING:${Math.max(SHORTEST_STRING, value.length)}`;
}
