import { UpsError } from '../../core/errors';
import { failureText } from '../../core/language/sentence';
import { SnmpError } from './transport';

/** The UpsError for a failed request. @param command set if the request was a SET */
export function toUpsError(error: unknown, host: string, command?: string): UpsError {
    if (error instanceof UpsError) return error;
    if (!(error instanceof SnmpError)) {
        return new UpsError('protocol', { host, reason: failureText(error) }, { cause: error });
    }
    const data = { host, reason: failureText(error), ...(error.why ? { why: error.why } : {}) };
    switch (error.kind) {
        case 'timeout':
        case 'unreachable':
            return new UpsError('device-silent', data, { cause: error });
        case 'access-denied':
            return new UpsError('access-denied', data, { cause: error });
        case 'closed':
            return new UpsError('interrupted', { host }, { cause: error });
        case 'invalid':
            return new UpsError('device-refused', data, { cause: error });
        case 'refused':
            if (command !== undefined && (error.status === 'notWritable' || error.status === 'readOnly')) {
                return new UpsError('not-supported', { device: host, command }, { cause: error });
            }
            return new UpsError('device-refused', { host, reason: error.status }, { cause: error });
    }
}
