import { NutAnswer } from './answers';
import { answerGet } from './get';
import { answerList } from './list';
import type { NutServerSession } from './session';
import { answerInstantCommand, answerSet } from './write';

export type Run = (session: NutServerSession, given: string[]) => string;

interface Command {
    run: Run;
    /** A user name and a password must have been sent. */
    needsUser?: boolean;
    /** Reads of a UPS: may be kept for users. */
    reads?: boolean;
}

/** The protocol version of RFC 9271. */
const PROTOCOL = '1.3';
const HELP = 'Commands: HELP VER GET LIST SET INSTCMD LOGIN LOGOUT USERNAME PASSWORD STARTTLS';

/** Requests that need no encryption. */
const OPEN = ['HELP', 'VER', 'NETVER', 'PROTVER', 'STARTTLS', 'LOGOUT'];

export const isOpen = (name: string): boolean => OPEN.includes(name);

/** @throws NutAnswer INVALID-ARGUMENT unless there are exactly so many */
function exactly(count: number, given: readonly string[]): void {
    if (given.length !== count) throw new NutAnswer('INVALID-ARGUMENT');
}

const alone =
    (answer: (session: NutServerSession) => string): Run =>
    (session, given) => {
        exactly(0, given);
        return answer(session);
    };

/** PRIMARY, which was MASTER before NUT 2.8: the client is the one that may order the shutdown of the others. */
const primary =
    (granted: string): Run =>
    (session, given) => {
        exactly(1, given);
        const alias = session.alias(given[0]!);
        session.authorise('primary', alias.name, 'PRIMARY');
        return granted;
    };

/** Every request of RFC 9271 section 4.2, by its name; the order of the checks is that of upsd 2.8.0. */
export const COMMANDS: Readonly<Record<string, Command>> = {
    VER: { run: alone(({ host }) => host.serving.version) },
    NETVER: { run: alone(() => PROTOCOL) },
    PROTVER: { run: alone(() => PROTOCOL) },
    HELP: { run: alone(() => HELP) },
    STARTTLS: { run: startTls },
    USERNAME: { run: username },
    PASSWORD: { run: password },
    LOGIN: { run: login, needsUser: true },
    LOGOUT: { run: alone(() => 'OK Goodbye') },
    PRIMARY: { run: primary('OK PRIMARY-GRANTED'), needsUser: true },
    MASTER: { run: primary('OK MASTER-GRANTED'), needsUser: true },
    FSD: { run: force, needsUser: true },
    GET: { run: answerGet, reads: true },
    LIST: { run: answerList, reads: true },
    SET: { run: answerSet, needsUser: true },
    INSTCMD: { run: answerInstantCommand, needsUser: true },
};

function startTls({ host, encrypted }: NutServerSession): string {
    if (encrypted) throw new NutAnswer('ALREADY-SSL-MODE');
    if (!host.hasTls) throw new NutAnswer('FEATURE-NOT-CONFIGURED');
    return 'OK STARTTLS';
}

function username(session: NutServerSession, given: string[]): string {
    exactly(1, given);
    if (session.username !== undefined) throw new NutAnswer('ALREADY-SET-USERNAME');
    session.username = given[0]!;
    return 'OK';
}

/** Whether it is right is told at the first request that needs it, as upsd does. */
function password(session: NutServerSession, given: string[]): string {
    exactly(1, given);
    if (session.password !== undefined) throw new NutAnswer('ALREADY-SET-PASSWORD');
    session.password = given[0]!;
    return 'OK';
}

function login(session: NutServerSession, given: string[]): string {
    exactly(1, given);
    if (session.login !== undefined) throw new NutAnswer('ALREADY-LOGGED-IN');
    const alias = session.alias(given[0]!);
    session.authorise('login', alias.name, 'LOGIN');
    session.login = given[0]!;
    session.host.changed();
    return 'OK';
}

function force(session: NutServerSession, given: string[]): string {
    exactly(1, given);
    const alias = session.alias(given[0]!);
    const { name: user } = session.authorise('force', alias.name, 'FSD');
    alias.force({ user, address: session.address });
    return 'OK FSD-SET';
}
