import { isUtf8 } from 'node:buffer';
import { ErrorStatus, ObjectType, PduType } from 'net-snmp';
import { UpsError } from '../../core/errors';
import { inOrder, type ObjectTree, type ServedObject, type WireValue, type WriteFault } from './object-tree';

/** Most varbinds in an answer, and in a request. */
export const MOST_VARBINDS = 200;
/** Most bytes of an answer: it must fit into one datagram that no network splits. */
export const MOST_BYTES = 1400;

export interface WireVarbind {
    oid: string;
    type: ObjectType;
    value: WireValue | null;
}

/** A request that was decoded and authenticated. */
export interface SnmpRequest {
    type: PduType;
    /** 0 = v1, 1 = v2c, 3 = v3 */
    version: number;
    varbinds: readonly WireVarbind[];
    nonRepeaters?: number;
    maxRepetitions?: number;
    mayWrite: boolean;
    /** Bytes that the variables of the answer may have. */
    room?: number;
    /** Of a SET: the variable with this index (from 0) is written next. */
    writing?(index: number): void;
}

export interface SnmpAnswer {
    varbinds: WireVarbind[];
    errorStatus: ErrorStatus;
    /** Counts from 1; 0 without an error. */
    errorIndex: number;
    /** A report in place of an answer (RFC 3412, section 7.1). */
    isReport?: true;
}

const VERSION_1 = 0;
/** RFC 3416, section 4.2.5. */
const WRITE_FAULTS: Readonly<Record<WriteFault, ErrorStatus>> = {
    'wrong-length': ErrorStatus.WrongLength,
    'wrong-encoding': ErrorStatus.WrongEncoding,
    'wrong-value': ErrorStatus.WrongValue,
    'inconsistent-value': ErrorStatus.InconsistentValue,
};

/**
 * Answers by RFC 3416 section 4.2 (v1: RFC 1157 section 4.1). net-snmp's own agent handles messages and security, but it sends v2
 * exceptions to v1 managers and stores values instead of reading them at each request; therefore this replaces its request
 * handlers.
 */
export function answer(tree: ObjectTree, request: SnmpRequest): SnmpAnswer {
    if (request.varbinds.length > MOST_VARBINDS) return tooBig();
    switch (request.type) {
        case PduType.GetRequest:
            return read(request, (oid) => {
                const object = tree.get(oid);
                const value = object && tree.valueOf(object);
                if (object && value !== undefined) return { oid, type: object.type, value };
                const type = object ? ObjectType.NoSuchInstance : exceptionFor(tree, oid);
                return { oid, type, value: null };
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
    if (varbinds.reduce((sum, varbind) => sum + sizeOf(varbind), 0) > roomOf(request)) return tooBig();
    return { varbinds, errorStatus: ErrorStatus.NoError, errorIndex: 0 };
}

function bulk(tree: ObjectTree, request: SnmpRequest): SnmpAnswer {
    const single = Math.min(Math.max(request.nonRepeaters ?? 0, 0), request.varbinds.length);
    const repetitions = Math.max(request.maxRepetitions ?? 0, 0);
    const varbinds: WireVarbind[] = [];
    let room = roomOf(request);
    /** RFC 3416, section 4.2.3: what does not fit is left out; the manager asks for it again. */
    const put = (varbind: WireVarbind): boolean => {
        room -= sizeOf(varbind);
        if (room < 0 || varbinds.length >= MOST_VARBINDS) return false;
        varbinds.push(varbind);
        return true;
    };
    const done = (): SnmpAnswer => ({ varbinds, errorStatus: ErrorStatus.NoError, errorIndex: 0 });
    for (const { oid } of request.varbinds.slice(0, single)) if (!put(nextVarbind(tree, oid))) return done();
    let row = request.varbinds.slice(single).map((varbind) => varbind.oid);
    for (let repetition = 0; repetition < repetitions && row.length > 0; repetition++) {
        const next: string[] = [];
        let isOver = true;
        for (const oid of row) {
            const found = nextVarbind(tree, oid);
            if (!put(found)) return done();
            if (found.type !== ObjectType.EndOfMibView) isOver = false;
            next.push(found.oid);
        }
        if (isOver) break;
        row = next;
    }
    return done();
}

/**
 * Sets all or none of the variables: all are checked before the first is written. They are set as if at once (RFC 3416, section 4.2.5): written in the order of the MIB, where
 * what is chosen stands before what is started.
 */
function set(tree: ObjectTree, request: SnmpRequest): SnmpAnswer {
    const { varbinds } = request;
    const objects = varbinds.map((varbind) => tree.get(varbind.oid));
    for (const [index, varbind] of varbinds.entries()) {
        const status = checkWrite(tree, objects[index], varbind, request.mayWrite);
        if (status !== ErrorStatus.NoError) return failure(request, status, index + 1);
    }
    for (const index of inOrder(varbinds.map(({ oid }) => oid))) {
        try {
            request.writing?.(index);
            objects[index]?.write?.apply(plain(varbinds[index]!.value ?? 0));
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
    if (Buffer.isBuffer(varbind.value) && !isUtf8(varbind.value)) return ErrorStatus.WrongEncoding;
    const problem = object.write.check(plain(varbind.value ?? 0));
    return problem ? WRITE_FAULTS[problem] : ErrorStatus.NoError;
}

function plain(value: WireValue): WireValue {
    return Buffer.isBuffer(value) ? value.toString('utf8') : value;
}

/** In v1, an error answer contains the variables of the request (RFC 1157 section 4.1.2); v2 allows it, and it is done. */
function failure(request: SnmpRequest, errorStatus: ErrorStatus, errorIndex: number): SnmpAnswer {
    return { varbinds: [...request.varbinds], errorStatus, errorIndex };
}

/** RFC 3416, section 4.2.1: an answer that does not fit has no variables. */
function tooBig(): SnmpAnswer {
    return { varbinds: [], errorStatus: ErrorStatus.TooBig, errorIndex: 0 };
}

function nextVarbind(tree: ObjectTree, oid: string): WireVarbind {
    return tree.nextKnown(oid) ?? { oid, type: ObjectType.EndOfMibView, value: null };
}

function roomOf({ room = MOST_BYTES }: SnmpRequest): number {
    return room;
}

/** Bytes of a variable on the wire, at most. */
function sizeOf({ oid, value }: WireVarbind): number {
    const name = oidSize(oid);
    const content = valueSize(value);
    // Tags and lengths of the pair, of its name and of its value.
    return 6 + name + content + (name + content > 100 ? 6 : 0);
}

function valueSize(value: WireVarbind['value']): number {
    if (value === null || typeof value === 'number') return 5;
    return Buffer.isBuffer(value) ? value.length : Buffer.byteLength(value);
}

function oidSize(oid: string): number {
    let size = 0;
    for (const arc of oid.split('.')) size += arc.length <= 2 ? 1 : arc.length <= 4 ? 2 : 5;
    return size;
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
