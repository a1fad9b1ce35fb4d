import { UpsError } from '../../core/errors';

/** Of a date before this, our clock is wrong: this code is younger. */
const YOUNGER_THAN = Date.UTC(2026, 0, 1);

/** OpenSSL's codes as Node tells them. */
const DATES = /^(CERT|CRL)_(NOT_YET_VALID|HAS_EXPIRED)$/;
const NOT_YET = /_NOT_YET_VALID$/;
const CERTIFICATE = /CERT|CRL|SELF_SIGNED|ALTNAME|UNABLE_TO_VERIFY|UNABLE_TO_GET_ISSUER|UNABLE_TO_GET_CRL/;

/**
 * A certificate that TLS does not accept, as certificate-refused, which no further try changes; or as certificate-time where the clock of this
 * machine may be what is wrong: a certificate that is not valid yet, or any date while the clock shows one that is long past. A machine
 * without a battery-backed clock starts in 1970, and gets its time a while later.
 * @param now epoch ms, by our clock
 * @returns undefined when the error is not about a certificate
 */
export function certificateFailure(host: string, error: unknown, now: number): UpsError | undefined {
    const { code = '', message } = error as NodeJS.ErrnoException;
    if (!CERTIFICATE.test(code)) return undefined;
    if (DATES.test(code) && (NOT_YET.test(code) || now < YOUNGER_THAN)) {
        return new UpsError('certificate-time', { host, time: new Date(now).toISOString() }, { cause: error });
    }
    return new UpsError('certificate-refused', { host, reason: message }, { cause: error });
}
