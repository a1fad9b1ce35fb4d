import snmp from 'net-snmp';
import { reasonOf, type Reason } from '../../core/reasons';
import { SnmpError, type SnmpErrorStatus } from './transport';
import { said, type Told } from '../../core/language/sentence';

/** Error-status names of RFC 3416 section 3, by number. */
const STATUS: Readonly<Record<number, SnmpErrorStatus>> = {
    1: 'tooBig',
    2: 'noSuchName',
    3: 'badValue',
    4: 'readOnly',
    5: 'genErr',
    6: 'noAccess',
    7: 'wrongType',
    8: 'wrongLength',
    9: 'wrongEncoding',
    10: 'wrongValue',
    11: 'noCreation',
    12: 'inconsistentValue',
    13: 'resourceUnavailable',
    14: 'commitFailed',
    15: 'undoFailed',
    16: 'authorizationError',
    17: 'notWritable',
    18: 'inconsistentName',
};

/** net-snmp exports this code; its type declarations lack it. */
const NOT_IN_TIME_WINDOW = 14;

/** net-snmp's texts for the usmStats counters that an agent reports (RFC 3414 section 5); net-snmp gives no code. */
const STALE_REPORTS = ['Not In Time Window', 'Unknown Engine ID'];

/** net-snmp's texts for errors of the SNMPv3 user, and its text for an answer signed with another key. */
const USM_REPORTS: Readonly<Record<string, Reason>> = {
    'Unsupported Security Level': 'v3-level',
    'Unknown User Name': 'v3-user',
    'Wrong Digest': 'v3-key',
    'Authentication digest': 'v3-key',
    'Decryption Error': 'v3-privacy',
};

/** Converts net-snmp's error. */
export function fromNetSnmp(error: unknown): SnmpError {
    if (error instanceof SnmpError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    if ((error as Error | undefined)?.name === 'RequestTimedOutError')
        return new SnmpError('timeout', said('noAnswerInTime'), { why: 'timeout' });
    if (error instanceof snmp.RequestFailedError) {
        const status = STATUS[(error as unknown as { status: number }).status] ?? 'genErr';
        const oid = /: ([\d.]+)$/.exec(reason)?.[1];
        const denied = status === 'authorizationError' || status === 'noAccess';
        return new SnmpError(denied ? 'access-denied' : 'refused', status, { status, oid });
    }
    if (error instanceof snmp.ResponseInvalidError) {
        const { code } = error as unknown as { code: number };
        // net-snmp's text contains the digest of the wrong key: drop the text.
        if (isStale(error)) return new SnmpError('invalid', said('snmp.restarted'));
        if (code === snmp.ResponseInvalidCode.EAuthFailure) {
            const why = Object.entries(USM_REPORTS).find(([text]) => reason.startsWith(text))?.[1];
            return new SnmpError('access-denied', usmReason(reason), { why });
        }
        if (code === snmp.ResponseInvalidCode.ECouldNotDecrypt) {
            const told = said('snmp.privacy');
            return new SnmpError('access-denied', told, { why: 'v3-privacy' });
        }
        return new SnmpError('invalid', reason);
    }
    const code = (error as NodeJS.ErrnoException | undefined)?.code;
    return new SnmpError(code ? 'unreachable' : 'invalid', code ?? reason, { why: reasonOf(error), cause: error });
}

/** SNMPv3 only: the known engine data of the agent are out of date; a new session discovers them again. */
export function isStale(error: unknown): boolean {
    if (!(error instanceof snmp.ResponseInvalidError)) return false;
    const { code, message } = error as unknown as { code: number; message: string };
    return code === NOT_IN_TIME_WINDOW || STALE_REPORTS.some((text) => message.startsWith(text));
}

function usmReason(reason: string): Told {
    return reason.startsWith('Authentication digest') ? said('snmp.signature') : reason;
}
