/** The example enterprise of RFC 5612, and a number of our own: no one has assigned one to us. */
export const DEFAULT_ALARM_ROOT = '1.3.6.1.4.1.32473.1628';
/** What many cards in the field say when they do not know. */
export const UNKNOWN_MINUTES = 65_535;
/** Of receivers of traps and informs (RFC 3417 section 3.2.1). */
export const TRAP_PORT = 162;
