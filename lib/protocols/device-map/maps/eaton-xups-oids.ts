/** XUPS-MIB. Scalars end in `.0`. */
export const XUPS = '1.3.6.1.4.1.534.1';
/** UPS-MIB, which the same cards answer. */
export const RFC1628 = '1.3.6.1.2.1.33.1';
