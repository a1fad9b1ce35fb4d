import type { Reason } from '../../core/reasons';
import { plainText, type Sentence, type Told } from '../../core/language/sentence';

/**
 * One way of asking one SNMP agent. The driver knows nothing else of SNMP's wire; tests answer from memory.
 * Implementations need not queue: the driver has one request in flight at a time.
 */
export interface SnmpTransport {
    readonly version: SnmpVersion;
    /** @throws SnmpError */
    get(oids: readonly string[]): Promise<SnmpVarbind[]>;
    /** One answer per OID, in order; past the end of the MIB: `undefined` (v2c, v3) or refused `noSuchName` (v1). */
    getNext(oids: readonly string[]): Promise<SnmpVarbind[]>;
    /** The next `maxRepetitions` objects after `oid`. v2c and v3 only. */
    getBulk(oid: string, maxRepetitions: number): Promise<SnmpVarbind[]>;
    /** All or nothing. */
    set(varbinds: readonly SnmpSetVarbind[]): Promise<SnmpVarbind[]>;
    /** Fails what is in flight with kind `closed`. Idempotent. */
    close(): void;
}

export type SnmpVersion = '1' | '2c' | '3';

/**
 * Whatever an agent sends, as what it means: numbers of every numeric type, text of octet strings, dotted text of OIDs,
 * `null` for NULL, and `undefined` where the agent has no such object (noSuchObject, noSuchInstance, endOfMibView).
 */
export type SnmpValue = number | string | null | undefined;

export interface SnmpVarbind {
    oid: string;
    value: SnmpValue;
}

export type SnmpSetVarbind =
    { oid: string; type: 'integer'; value: number } | { oid: string; type: 'oid'; value: string };

export type SnmpErrorKind =
    | 'timeout' // no answer after all retries
    | 'unreachable' // the host name does not resolve, or the packet could not be sent
    | 'refused' // the agent answered with an error status
    | 'access-denied' // wrong user or key, or the agent's access control says no
    | 'invalid' // an answer that breaks the protocol
    | 'closed'; // by ourselves

/** SNMP's error-status names (RFC 1157 section 4.1, RFC 3416 section 3). */
export type SnmpErrorStatus =
    | 'tooBig'
    | 'noSuchName'
    | 'badValue'
    | 'readOnly'
    | 'genErr'
    | 'noAccess'
    | 'wrongType'
    | 'wrongLength'
    | 'wrongEncoding'
    | 'wrongValue'
    | 'noCreation'
    | 'inconsistentValue'
    | 'resourceUnavailable'
    | 'commitFailed'
    | 'undoFailed'
    | 'authorizationError'
    | 'notWritable'
    | 'inconsistentName';

export class SnmpError extends Error {
    /** What it says, where those are words of ours. */
    readonly sentence?: Sentence;
    /** Why, as far as that is known. */
    readonly why?: Reason;
    /** What the agent said, of kind `refused` and, if it said so, `access-denied`. */
    readonly status?: SnmpErrorStatus;
    /** The object that the agent's error index points at, if any. */
    readonly oid?: string;

    constructor(
        readonly kind: SnmpErrorKind,
        reason: Told,
        detail: { status?: SnmpErrorStatus; oid?: string; why?: Reason; cause?: unknown } = {},
    ) {
        super(plainText(reason), { cause: detail.cause });
        if (typeof reason !== 'string') this.sentence = reason;
        this.name = 'SnmpError';
        this.why = detail.why;
        this.status = detail.status;
        this.oid = detail.oid;
    }
}
