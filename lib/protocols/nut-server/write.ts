import type { SettingValue } from '../../core/status/status';
import { plainNumber } from '../nut/values';
import { NutAnswer } from './answers';
import { SHORTEST_STRING } from './get';
import { written } from './list';
import type { WritableVariable } from './serving';
import type { NutServerSession } from './session';

/** s */
const LONGEST_DELAY = 86_400;
/** Characters of a written text. */
const LONGEST_VALUE = 256;

/** SET VAR and SET TRACKING (RFC 9271 section 4.2.5); the order of the checks is that of upsd 2.8.0. @throws NutAnswer */
export function answerSet(session: NutServerSession, [what = '', ...given]: string[]): string {
    switch (what.toUpperCase()) {
        case 'VAR':
            return setVariable(session, given);
        case 'TRACKING':
            return setTracking(session, given);
        default:
            throw new NutAnswer('INVALID-ARGUMENT');
    }
}

function setTracking(session: NutServerSession, [state = '']: string[]): string {
    const wanted = state.toUpperCase();
    if (wanted !== 'ON' && wanted !== 'OFF') throw new NutAnswer('INVALID-ARGUMENT');
    session.tracks = wanted === 'ON';
    return 'OK';
}

function setVariable(session: NutServerSession, [ups, name, value]: string[]): string {
    if (ups === undefined || name === undefined || value === undefined) throw new NutAnswer('INVALID-ARGUMENT');
    const { alias, variables } = session.variables(ups);
    const { name: user } = session.authorise({ variable: name }, alias.name, 'SET VAR');
    if (!variables.has(name)) throw new NutAnswer('VAR-NOT-SUPPORTED');
    const kind = alias.writable().get(name);
    if (!kind) throw new NutAnswer('READONLY');
    const write = { setting: name, value: valueFor(kind, value) };
    return accepted(session, alias.write(write, { user, address: session.address }));
}

/** INSTCMD (RFC 9271 section 4.2.10). @throws NutAnswer */
export function answerInstantCommand(session: NutServerSession, [ups, name, parameter]: string[]): string {
    if (ups === undefined || name === undefined) throw new NutAnswer('INVALID-ARGUMENT');
    const { alias } = session.variables(ups);
    const seconds = secondsOf(parameter);
    const wanted = name.toLowerCase();
    const command = alias.commands().includes(wanted) ? alias.command(wanted, seconds) : undefined;
    if (!command) {
        // A user without the right is not told which commands there are.
        session.authorise({ command: wanted }, alias.name, 'INSTCMD');
        throw new NutAnswer('CMD-NOT-SUPPORTED');
    }
    const { name: user } = session.authorise({ command: wanted }, alias.name, 'INSTCMD');
    return accepted(session, alias.write({ command, name: wanted }, { user, address: session.address }));
}

/** As upsd: the answer comes at once, and what became of it is asked for by its id. */
function accepted(session: NutServerSession, work: Promise<void>): string {
    if (session.tracks) return `OK TRACKING ${session.host.tracking.follow(work)}`;
    // The failure is in the event log.
    work.catch(() => undefined);
    return 'OK';
}

function secondsOf(parameter: string | undefined): number | undefined {
    if (parameter === undefined) return undefined;
    const seconds = plainNumber(parameter);
    if (seconds === undefined || seconds < 0 || seconds > LONGEST_DELAY) throw new NutAnswer('INVALID-ARGUMENT');
    return seconds;
}

/** @throws NutAnswer INVALID-VALUE, TOO-LONG */
function valueFor({ choices, min, max, isNumber }: WritableVariable, text: string): SettingValue {
    const number = plainNumber(text);
    if (choices) {
        const chosen = choices.find(
            (choice) => written(choice) === text || (number !== undefined && plainNumber(written(choice)) === number),
        );
        if (chosen === undefined) throw new NutAnswer('INVALID-VALUE');
        return chosen;
    }
    if (isNumber) {
        if (number === undefined || number < (min ?? -Infinity) || number > (max ?? Infinity)) {
            throw new NutAnswer('INVALID-VALUE');
        }
        return number;
    }
    if (text.length > Math.max(SHORTEST_STRING, LONGEST_VALUE)) throw new NutAnswer('TOO-LONG');
    return text;
}
