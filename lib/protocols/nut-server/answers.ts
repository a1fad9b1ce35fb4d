/** Errors of upsd (RFC 9271 section 4.3), as upsd 2.8.0 sends them. */
export type NutError =
    | 'ACCESS-DENIED'
    | 'ALREADY-LOGGED-IN'
    | 'ALREADY-SET-PASSWORD'
    | 'ALREADY-SET-USERNAME'
    | 'ALREADY-SSL-MODE'
    | 'CMD-NOT-SUPPORTED'
    | 'DATA-STALE'
    | 'DRIVER-NOT-CONNECTED'
    | 'FEATURE-NOT-CONFIGURED'
    | 'INVALID-ARGUMENT'
    | 'INVALID-VALUE'
    | 'PASSWORD-REQUIRED'
    | 'READONLY'
    | 'TLS-NOT-ENABLED'
    | 'TOO-LONG'
    | 'UNKNOWN-COMMAND'
    | 'UNKNOWN-UPS'
    | 'USERNAME-REQUIRED'
    | 'VAR-NOT-SUPPORTED';

/** Thrown by whatever answers a request. */
export class NutAnswer extends Error {
    constructor(readonly code: NutError) {
        super(code);
    }
}

/** A value between quotes, with the characters escaped that upsd escapes; a control character would be a request of its own. */
export function quoted(value: string): string {
    return `"${value.replace(/[\u0000-\u001f\u007f]/g, ' ').replace(/["\\#]/g, '\\$&')}"`;
}

/** A name that a client has sent, as it may stand in an answer. */
export function echoed(name: string): string {
    return name.replace(/[^\x21-\x7e\u00a0-\uffff]/g, '_');
}

/** `BEGIN LIST …`, its rows, `END LIST …`. */
export function listOf(what: string, rows: readonly string[]): string {
    return [`BEGIN LIST ${what}`, ...rows, `END LIST ${what}`].join('\n');
}
