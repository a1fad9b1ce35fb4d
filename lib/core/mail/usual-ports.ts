/** How the connection is secured. `starttls`: fails if the server offers no TLS; `tls`: implicit TLS; `none`: plain text. */
export type MailSecurity = 'none' | 'starttls' | 'tls';

/** TCP ports of mail servers (RFC 5321, RFC 6409, RFC 8314). */
export const USUAL_PORTS: Readonly<Record<MailSecurity, number>> = { none: 25, starttls: 587, tls: 465 };
