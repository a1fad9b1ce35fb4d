import { UpsError } from '../../core/errors';
import { reasonOf, type Reason } from '../../core/reasons';

/** The texts of serialport's bindings (Linux, macOS, Windows), which give no code. */
const TEXTS: readonly [RegExp, Reason][] = [
    [/no such (file|device)|file not found|cannot find/i, 'port-missing'],
    [/permission denied|access (is )?denied/i, 'port-denied'],
    [/lock port|temporarily unavailable|resource busy|in use/i, 'port-busy'],
];

/** Why a serial port cannot be opened. */
export function serialFailure(error: unknown, path: string): UpsError {
    if (error instanceof UpsError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    const why = TEXTS.find(([text]) => text.test(reason))?.[1] ?? reasonOf(error);
    return new UpsError('device-silent', { host: path, ...(why ? { why } : {}), reason }, { cause: error });
}
