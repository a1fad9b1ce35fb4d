/** The example enterprise number of RFC 5612, and a number of our own below it: we have no assigned enterprise number. */
export const DEFAULT_ALARM_ROOT = '1.3.6.1.4.1.32473.1628';
/** The value of many cards for "not known". */
export const UNKNOWN_MINUTES = 65_535;
/** Port of receivers of traps and informs (RFC 3417 section 3.2.1). */
export const TRAP_PORT = 162;
