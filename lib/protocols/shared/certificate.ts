import { UpsError } from '../../core/errors';

/** This code was written later: if the clock shows an earlier date, the clock is wrong. */
const YOUNGER_THAN = Date.UTC(2026, 0, 1);

/** OpenSSL's codes as Node tells them. */
const DATES = /^(CERT|CRL)_(NOT_YET_VALID|HAS_EXPIRED)$/;
const NOT_YET = /_NOT_YET_VALID$/;
const CERTIFICATE = /CERT|CRL|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|UNABLE_TO_GET_CRL/;

/**
 * The error for a certificate that TLS refuses. It is certificate-refused, and further tries are useless; or certificate-time, if the clock of
 * this machine may be wrong: the certificate is not valid yet, or the clock shows a date long past. A machine without a battery-backed clock
 * starts in 1970, and gets its time a while later.
 * @param now epoch ms, by our clock
 * @returns undefined when the error is not about a certificate
 */
export function certificateFailure(host: string, error: unknown, now: number): UpsError | undefined {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!CERTIFICATE.test(code)) return undefined;
    if (DATES.test(code) && (NOT_YET.test(code) || now < YOUNGER_THAN)) {
        return new UpsError('certificate-time', { host, time: { date: now } }, { cause: error });
    }
    return new UpsError('certificate-refused', { host, reason: message }, { cause: error });
}
