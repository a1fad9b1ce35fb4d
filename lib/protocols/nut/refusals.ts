import { UpsError } from '../../core/errors';
import { said, type Sentence, type SentenceData } from '../../core/language/sentence';

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
const MEANINGS: Readonly<Record<string, Sentence>> = {
    'UNKNOWN-UPS': said('nut.noUps'),
    'FEATURE-NOT-CONFIGURED': said('nut.noCertificate'),
    'FEATURE-NOT-SUPPORTED': said('nut.noTls'),
    'TLS-NOT-ENABLED': said('nut.noCertificate'),
    'DRIVER-NOT-CONNECTED': said('nut.noDriver'),
    'DATA-STALE': said('nut.lost'),
    'ALREADY-ATTACHED': said('nut.otherUps'),
    'TLS-ALREADY-ENABLED': said('nut.encrypted'),
};

function translate(code: string, host: string, request: string): [UpsError['code'], SentenceData] {
    const meaning = MEANINGS[code];
    const reason = meaning ? said('of', { what: code, how: meaning }) : code;
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
