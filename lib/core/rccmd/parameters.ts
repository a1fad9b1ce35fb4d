/** Registered for RCCMD clients (CS141 manual, "Required Ports" and "Port selection"). */
export const RCCMD_PORT = 6003;

/**
 * What ends a message on the wire. What real senders append is unknown; the default is nothing, since the end of the
 * datagram or of the connection says the same and disturbs nobody.
 */
export const RCCMD_TERMINATORS = ['none', 'lf', 'crlf', 'nul'] as const;

export type RccmdTerminator = (typeof RCCMD_TERMINATORS)[number];

/** How often a sender says its shutdown again while the event lasts. Ours; other senders repeat as their job is set. */
export const RENEW_VOTE_MINUTES = 5;
