/** How a command ended: with an exit code, or by a signal (without `SIG`). */
export type ExitStatus = { exitCode: number } | { signal: string };

/** As it stands on the wire (RFC 4254, section 6.10); Windows uses all of it. */
const GREATEST_CODE = 0xffff_ffff;

/** An exit code, or the name of a signal with `SIG` in front or not; undefined for anything else. */
export function readExitStatus(text: string): ExitStatus | undefined {
    const exitCode = /^\d{1,10}$/.test(text) ? Number(text) : NaN;
    if (exitCode <= GREATEST_CODE) return { exitCode };
    return /^(SIG)?[A-Z][A-Z0-9]{1,9}$/i.test(text) ? { signal: signalName(text) } : undefined;
}

/** Upper case, without `SIG`. */
export function signalName(signal: string): string {
    return signal.toUpperCase().replace(/^SIG/, '');
}
