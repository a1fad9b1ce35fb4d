import { UpsError } from '../../core/errors';

/** A refusal of upsd (`ERR <code>`, RFC 9271 section 4.3), with upsd's own code beside ours. */
export class NutRefusal extends UpsError {
    constructor(
        readonly nutCode: string,
        host: string,
        request: string,
    ) {
        super(...translate(nutCode, host, request));
    }
}

const DENIED = ['ACCESS-DENIED', 'INVALID-PASSWORD', 'INVALID-USERNAME', 'PASSWORD-REQUIRED', 'USERNAME-REQUIRED'];
const UNSUPPORTED = ['CMD-NOT-SUPPORTED', 'READONLY', 'VAR-NOT-SUPPORTED', 'VAR-UNKNOWN'];
const FAILED = ['INSTCMD-FAILED', 'SET-FAILED', 'FAILED', 'INVALID-ARGUMENT'];
/** Explanations for codes that do not explain themselves. */
const MEANINGS: Readonly<Record<string, string>> = {
    'UNKNOWN-UPS': 'upsd has no UPS of this name',
    'FEATURE-NOT-CONFIGURED': 'upsd has no certificate for STARTTLS',
    'FEATURE-NOT-SUPPORTED': 'upsd was built without TLS',
    'TLS-NOT-ENABLED': 'upsd has no certificate for STARTTLS',
    'DRIVER-NOT-CONNECTED': 'the driver of this UPS does not run',
    'DATA-STALE': 'the driver has lost its UPS',
    'ALREADY-ATTACHED': 'this connection watches another UPS already',
    'TLS-ALREADY-ENABLED': 'the connection is encrypted already',
};

function translate(code: string, host: string, request: string): [UpsError['code'], Record<string, string>] {
    const reason = MEANINGS[code] ? `${code}: ${MEANINGS[code]}` : code;
    if (DENIED.includes(code)) return ['access-denied', { host, reason }];
    if (UNSUPPORTED.includes(code)) return ['not-supported', { device: host, command: request, reason }];
    if (FAILED.includes(code)) return ['command-failed', { command: request, reason }];
    return ['device-refused', { host, reason }];
}

/** upsd answers, but has no UPS of this name. */
export function isUnknownUps(error: unknown): boolean {
    return error instanceof NutRefusal && error.nutCode === 'UNKNOWN-UPS';
}

/** upsd answers, but its driver has lost the UPS: the UPS is silent, and not upsd. */
export function isUpsLost(error: unknown): boolean {
    return error instanceof NutRefusal && (error.nutCode === 'DATA-STALE' || error.nutCode === 'DRIVER-NOT-CONNECTED');
}
