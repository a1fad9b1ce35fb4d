import type { Reason } from '../../core/reasons';
import { plainText, type Sentence, type Told } from '../../core/language/sentence';

/**
 * Requests to one SNMP agent. The driver uses no other access to SNMP; tests implement it in memory. Implementations need no
 * queue: the driver has one request in flight at a time.
 */
export interface SnmpTransport {
    readonly version: SnmpVersion;
    /** @throws SnmpError */
    get(oids: readonly string[]): Promise<SnmpVarbind[]>;
    /** One answer per OID, in order. Past the end of the MIB: `undefined` (v2c, v3) or refused with `noSuchName` (v1). */
    getNext(oids: readonly string[]): Promise<SnmpVarbind[]>;
    /** The next `maxRepetitions` objects after `oid`. v2c and v3 only. */
    getBulk(oid: string, maxRepetitions: number): Promise<SnmpVarbind[]>;
    /** Sets all or none of the objects. */
    set(varbinds: readonly SnmpSetVarbind[]): Promise<SnmpVarbind[]>;
    /** Requests in flight fail with kind `closed`. Idempotent. */
    close(): void;
}

export type SnmpVersion = '1' | '2c' | '3';

/**
 * A value as sent by an agent, reduced to its meaning: a number for every numeric type, text for octet strings, dotted text for
 * OIDs, `null` for NULL, and `undefined` if the agent lacks the object (noSuchObject, noSuchInstance, endOfMibView).
 */
export type SnmpValue = number | string | null | undefined;

export interface SnmpVarbind {
    oid: string;
    value: SnmpValue;
}

/** `gauge`: Gauge32 or Unsigned32; `ticks`: TimeTicks, hundredths of a second; `text`: OCTET STRING. */
export type SnmpSetVarbind =
    | { oid: string; type: 'integer' | 'gauge' | 'ticks'; value: number }
    | { oid: string; type: 'oid' | 'text'; value: string };

export type SnmpErrorKind =
    | 'timeout' // no answer after all retries
    | 'unreachable' // the host name does not resolve, or the packet could not be sent
    | 'refused' // the agent answered with an error status
    | 'access-denied' // wrong user or key, or refused by the agent's access control
    | 'invalid' // an answer that violates the protocol
    | 'closed'; // closed by us

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
    /** The message as a translatable sentence, if it is ours. */
    readonly sentence?: Sentence;
    /** The reason, if known. */
    readonly why?: Reason;
    /** The agent's error status, for kind `refused` and, if the agent sent one, `access-denied`. */
    readonly status?: SnmpErrorStatus;
    /** The object at the agent's error index, if any. */
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
