/** The registered port of RCCMD clients (CS141 manual, "Required Ports" and "Port selection"). */
export const RCCMD_PORT = 6003;

/**
 * The terminator of a message on the wire. It is unknown what other senders append. The default is nothing: the end of the datagram or of
 * the connection marks the end, too.
 */
export const RCCMD_TERMINATORS = ['none', 'lf', 'crlf', 'nul'] as const;

export type RccmdTerminator = (typeof RCCMD_TERMINATORS)[number];

/** How often our sender repeats its shutdown while the event lasts, minutes. Other senders repeat as their job is configured. */
export const RENEW_VOTE_MINUTES = 5;
