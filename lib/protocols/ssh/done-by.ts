import { readExitStatus, signalName } from '../../core/exit-status';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { entriesOf } from '../../core/split-list';

/** Ends of a command, besides exit code 0, that mean that it has done its work. */
export interface DoneBy {
    exitCodes: ReadonlySet<number>;
    /** Without `SIG`. */
    signals: ReadonlySet<string>;
}

/**
 * How a host that goes down ends the session that told it to: its service manager sends TERM or HUP to the shell, or the shell tells 128 plus
 * the number of that signal (inferred from public reports of such sessions; no standard says so). 1115 is what Windows says when it is going
 * down already (system error codes: ERROR_SHUTDOWN_IN_PROGRESS). Its 1190 is not among them: a shutdown that is planned may be one for tonight.
 */
export const DONE_BY_GOING_DOWN = '129, 143, 1115, HUP, TERM';

export const ONLY_ZERO: DoneBy = { exitCodes: new Set(), signals: new Set() };

/** What sshd tells for a session that it lost; it counts only if the connection breaks as well. */
export const LOST_SESSION = 255;

const MOST_ENTRIES = 64;
/** A list of exit codes and signals, `SIG` in front or not; empty: 0 alone. @throws UpsError config-invalid */
export function parseDoneBy(list: string | readonly string[]): DoneBy {
    const exitCodes = new Set<number>();
    const signals = new Set<string>();
    const entries = entriesOf(list);
    for (const entry of entries) {
        const ending = readExitStatus(entry);
        if (!ending) throw invalid(entry);
        if ('exitCode' in ending) exitCodes.add(ending.exitCode);
        else signals.add(ending.signal);
    }
    if (entries.length > MOST_ENTRIES) throw invalid(`${entries.length} entries`);
    return { exitCodes, signals };
}

/** Whether a command that ended so has done its work. */
export function isDone({ exitCode, signal }: { exitCode?: number; signal?: string }, doneBy: DoneBy): boolean {
    if (signal !== undefined) return doneBy.signals.has(signalName(signal));
    return exitCode === 0 || (exitCode !== undefined && doneBy.exitCodes.has(exitCode));
}

function invalid(entry: string): UpsError {
    return new UpsError('config-invalid', {
        property: 'doneBy',
        value: entry.slice(0, 40),
        expected: said('expected.doneBy', { example: DONE_BY_GOING_DOWN }),
    });
}
