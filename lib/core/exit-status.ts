/** How a command ended: with an exit code, or by a signal (without `SIG`). */
export type ExitStatus = { exitCode: number } | { signal: string };

/** The greatest exit code of the protocol (RFC 4254, section 6.10); Windows uses the whole range. */
const GREATEST_CODE = 0xffff_ffff;

/** Reads an exit code, or the name of a signal with or without `SIG`; undefined for any other text. */
export function readExitStatus(text: string): ExitStatus | undefined {
    const exitCode = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    if (exitCode <= GREATEST_CODE) return { exitCode };
    return /^(SIG)?[A-Z][A-Z0-9]{1,9}$/i.test(text) ? { signal: signalName(text) } : undefined;
}

/** The name of a signal in upper case, without `SIG`. */
export function signalName(signal: string): string {
    return signal.toUpperCase().replace(/^SIG/, '');
}
