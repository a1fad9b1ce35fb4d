import { readExitStatus, signalName } from '../../core/exit-status';
import { UpsError } from '../../core/errors';
import { said } from '../../core/language/sentence';
import { entriesOf } from '../../core/split-list';

/** Results of a command, besides exit code 0, that count as success. */
export interface SuccessExits {
    exitCodes: ReadonlySet<number>;
    /** Names without `SIG`. */
    signals: ReadonlySet<string>;
}

/**
 * How a session ends when its host shuts down: the service manager sends TERM or HUP to the shell, or the shell exits with 128
 * plus the number of the signal [inferred from public reports of such sessions; no standard defines it]. Windows returns 1115
 * when it is already shutting down (system error codes: ERROR_SHUTDOWN_IN_PROGRESS). Its 1190 is not in the list: the scheduled
 * shutdown may be hours away.
 */
export const EXITS_OF_SHUTDOWN = '129, 143, 1115, HUP, TERM';

export const EXIT_ZERO_ONLY: SuccessExits = { exitCodes: new Set(), signals: new Set() };

/** Exit code that sshd reports for a lost session; it counts only if the connection breaks as well. */
export const LOST_SESSION = 255;

const MOST_ENTRIES = 64;
/** A list of exit codes and signals, with or without `SIG`; empty: only 0. @throws UpsError config-invalid */
export function parseSuccessExits(list: string | readonly string[]): SuccessExits {
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

/** Whether this result of a command counts as success. */
export function isSuccess({ exitCode, signal }: { exitCode?: number; signal?: string }, doneBy: SuccessExits): boolean {
    if (signal !== undefined) return doneBy.signals.has(signalName(signal));
    return exitCode === 0 || (exitCode !== undefined && doneBy.exitCodes.has(exitCode));
}

function invalid(entry: string): UpsError {
    return new UpsError('config-invalid', {
        property: 'doneBy',
        value: entry.slice(0, 40),
        expected: said('expected.doneBy', { example: EXITS_OF_SHUTDOWN }),
    });
}
