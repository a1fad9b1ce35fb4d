import { ErrorStatus, ObjectType, PduType } from 'net-snmp';
import { UpsError } from '../../../lib/core/errors';
import type { ObjectTree, ServedObject, WireValue } from './object-tree';

/** Most varbinds in an answer to GETBULK: the answer must fit into one datagram. */
const MOST_VARBINDS = 200;

export interface WireVarbind {
    oid: string;
    type: ObjectType;
    value: WireValue | null;
}

/** A request decoded and authenticated by net-snmp. */
export interface SnmpRequest {
    type: PduType;
    /** 0 = v1, 1 = v2c, 3 = v3 */
    version: number;
    varbinds: readonly WireVarbind[];
    nonRepeaters?: number;
    maxRepetitions?: number;
    mayWrite: boolean;
}

export interface SnmpAnswer {
    varbinds: WireVarbind[];
    errorStatus: ErrorStatus;
    /** Counts from 1; 0 without an error. */
    errorIndex: number;
}

const VERSION_1 = 0;

/**
 * Answers by RFC 3416 section 4.2 (v1: RFC 1157 section 4.1). net-snmp's own agent handles messages and security, but it sends v2
 * exceptions to v1 managers and stores values instead of reading them at each request; therefore this replaces its request
 * handlers.
 */
export function answer(tree: ObjectTree, request: SnmpRequest): SnmpAnswer {
    switch (request.type) {
        case PduType.GetRequest:
            return read(request, (oid) => {
                const object = tree.get(oid);
                if (object) return varbindOf(object);
                return { oid, type: exceptionFor(tree, oid), value: null };
            });
        case PduType.GetNextRequest:
            return read(request, (oid) => nextVarbind(tree, oid));
        case PduType.GetBulkRequest:
            return bulk(tree, request);
        case PduType.SetRequest:
            return set(tree, request);
        default:
            return failure(request, ErrorStatus.GeneralError, 0);
    }
}

function read(request: SnmpRequest, find: (oid: string) => WireVarbind): SnmpAnswer {
    const varbinds = request.varbinds.map((varbind) => find(varbind.oid));
    if (request.version === VERSION_1) {
        const missing = varbinds.findIndex((varbind) => isException(varbind.type));
        if (missing >= 0) return failure(request, ErrorStatus.NoSuchName, missing + 1);
    }
    return { varbinds, errorStatus: ErrorStatus.NoError, errorIndex: 0 };
}

function bulk(tree: ObjectTree, request: SnmpRequest): SnmpAnswer {
    const single = Math.min(Math.max(request.nonRepeaters ?? 0, 0), request.varbinds.length);
    const repetitions = Math.max(request.maxRepetitions ?? 0, 0);
    const varbinds = request.varbinds.slice(0, single).map((varbind) => nextVarbind(tree, varbind.oid));
    let row = request.varbinds.slice(single).map((varbind) => varbind.oid);
    for (let repetition = 0; repetition < repetitions && row.length; repetition++) {
        if (varbinds.length + row.length > MOST_VARBINDS) break;
        const found = row.map((oid) => nextVarbind(tree, oid));
        varbinds.push(...found);
        if (found.every((varbind) => varbind.type === ObjectType.EndOfMibView)) break;
        row = found.map((varbind) => varbind.oid);
    }
    return { varbinds, errorStatus: ErrorStatus.NoError, errorIndex: 0 };
}

/** Sets all or none of the variables: all are checked before the first is written. */
function set(tree: ObjectTree, request: SnmpRequest): SnmpAnswer {
    const { varbinds } = request;
    const objects = varbinds.map((varbind) => tree.get(varbind.oid));
    for (const [index, varbind] of varbinds.entries()) {
        const status = checkWrite(tree, objects[index], varbind, request.mayWrite);
        if (status !== ErrorStatus.NoError) return failure(request, status, index + 1);
    }
    for (const [index, varbind] of varbinds.entries()) {
        try {
            objects[index]?.write?.apply(plain(varbind.value ?? 0));
        } catch (error) {
            if (!(error instanceof UpsError)) throw error;
            const refused = error.code === 'device-refused' ? ErrorStatus.InconsistentValue : ErrorStatus.CommitFailed;
            return failure(request, refused, index + 1);
        }
    }
    return { varbinds: [...varbinds], errorStatus: ErrorStatus.NoError, errorIndex: 0 };
}

function checkWrite(
    tree: ObjectTree,
    object: ServedObject | undefined,
    varbind: WireVarbind,
    mayWrite: boolean,
): ErrorStatus {
    if (!mayWrite) return ErrorStatus.NoAccess;
    if (!object)
        return exceptionFor(tree, varbind.oid) === ObjectType.NoSuchInstance
            ? ErrorStatus.NoCreation
            : ErrorStatus.NotWritable;
    if (!object.write) return ErrorStatus.NotWritable;
    if (object.type !== varbind.type) return ErrorStatus.WrongType;
    const problem = object.write.check(plain(varbind.value ?? 0));
    if (problem === 'wrong-value') return ErrorStatus.WrongValue;
    return problem === 'inconsistent-value' ? ErrorStatus.InconsistentValue : ErrorStatus.NoError;
}

function plain(value: WireValue): WireValue {
    return Buffer.isBuffer(value) ? value.toString('utf8') : value;
}

/** In v1, an error answer contains the variables of the request (RFC 1157 section 4.1.2); v2 allows it, and this card does it. */
function failure(request: SnmpRequest, errorStatus: ErrorStatus, errorIndex: number): SnmpAnswer {
    return { varbinds: [...request.varbinds], errorStatus, errorIndex };
}

function nextVarbind(tree: ObjectTree, oid: string): WireVarbind {
    const object = tree.next(oid);
    return object ? varbindOf(object) : { oid, type: ObjectType.EndOfMibView, value: null };
}

function varbindOf(object: ServedObject): WireVarbind {
    return { oid: object.oid, type: object.type, value: object.value() };
}

/** NoSuchInstance if the object exists without this instance, else NoSuchObject. */
function exceptionFor(tree: ObjectTree, oid: string): ObjectType {
    const parent = oid.slice(0, oid.lastIndexOf('.'));
    const below = tree.next(parent)?.oid.startsWith(`${parent}.`);
    return below ? ObjectType.NoSuchInstance : ObjectType.NoSuchObject;
}

function isException(type: ObjectType): boolean {
    return type === ObjectType.NoSuchObject || type === ObjectType.NoSuchInstance || type === ObjectType.EndOfMibView;
}
