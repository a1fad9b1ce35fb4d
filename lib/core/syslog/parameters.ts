/** The default of the CS141 manual ("Remote syslog server port"), and that of RFC 6587 for TCP. */
export const SYSLOG_PORT = 601;

/** RFC 5424, table 1. */
export const FACILITIES = [
    ...['kern', 'user', 'mail', 'daemon', 'auth', 'syslog', 'lpr', 'news', 'uucp', 'cron', 'authpriv', 'ftp'],
    ...['ntp', 'audit', 'alert', 'clock'],
    ...['local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'],
] as const;

/** RFC 5424, table 2, in the order of the numbers: 0 is the most serious. */
export const SEVERITIES = ['emerg', 'alert', 'crit', 'err', 'warning', 'notice', 'info', 'debug'] as const;

export const SYSLOG_FORMATS = ['rfc5424', 'rfc3164'] as const;

export type Facility = (typeof FACILITIES)[number];
export type Severity = (typeof SEVERITIES)[number];
export type SyslogFormat = (typeof SYSLOG_FORMATS)[number];

/** PRINTUSASCII without `"`, `=`, `]`, then an `@` and a number (RFC 5424 section 6.3.2). */
const DATA_ID = /^[!#-<>?A-\\^-~]{1,20}@\d{1,10}$/;

/** `<name>@<number>`, which RFC 5424 section 7.2.2 requires of names that are not registered. */
export function isDataId(id: string): boolean {
    return DATA_ID.test(id) && id.length <= 32;
}
