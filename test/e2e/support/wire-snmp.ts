import {
    decodeInteger,
    decodeOid,
    elements,
    encodeInteger,
    encodeOid,
    encodeValue,
    tlv,
    type BerValue,
    type Tlv,
} from './wire-ber';

const RESPONSE = 0xa2;
const NO_SUCH_NAME = 2;
const BAD_VALUE = 3;
const READ_ONLY = 4;
const MOST_BINDINGS = 40;
const INTEGER = 0x02;

/** Types of requests. */
const GET_NEXT = 0xa1;
const SET = 0xa3;
const GET_BULK = 0xa5;
export const GET = 0xa0;

export const UPS_OBJECTS = '1.3.6.1.2.1.33.1';

export type Binding = [oid: string, value: BerValue];

/** The objects that a card of ours has. */
export interface ShownByCard {
    readonly version: '1' | '2c';
    readonly community: string;
    value(oid: string): BerValue | undefined;
    /** The object behind `oid`, if there is one. */
    after(oid: string): Binding | undefined;
    /** RFC 1628's control group: seconds until the shutdown, negative for its abort; seconds until the start; and what follows a shutdown. */
    shutdownAfter(seconds: number): void;
    startAfter(seconds: number): void;
    setAutoRestart(on: boolean): void;
}

interface Answer {
    status: number;
    index: number;
    bindings: Binding[];
}

/** What a card of ours answers, and what it was asked. */
export interface Answered {
    bytes: Buffer;
    type: number;
    names: string[];
    status: number;
    /** Of the request: a repetition has the same. */
    id: number;
}

/**
 * The answer of an SNMP card of our own over v1 and v2c: it shares no code with the client under test.
 * @returns undefined: it is not asked, or not as it wants to be
 */
export function answerOf(shown: ShownByCard, bytes: Buffer): Answered | undefined {
    if (bytes.length === 0) return undefined;
    const [version, community, pdu] = elements(elements(bytes)[0]!.body);
    if (decodeInteger(version!) !== (shown.version === '1' ? 0 : 1)) return undefined;
    if (community!.body.toString() !== shown.community) return undefined;
    const [id, second, third, list] = elements(pdu!.body);
    const asked = elements(list!.body).map(({ body }) => {
        const [oid, value] = elements(body);
        return { oid: decodeOid(oid!), value: value! };
    });
    const { status, index, bindings } = respond(shown, pdu!.tag, asked, [second!, third!]);
    const answer = tlv(
        0x30,
        encodeInteger(decodeInteger(version!)),
        tlv(0x04, community!.body),
        tlv(
            RESPONSE,
            tlv(INTEGER, id!.body),
            encodeInteger(status),
            encodeInteger(index),
            tlv(0x30, ...bindings.map(([oid, value]) => tlv(0x30, encodeOid(oid), encodeValue(value)))),
        ),
    );
    return { bytes: answer, type: pdu!.tag, names: asked.map(({ oid }) => oid), status, id: decodeInteger(id!) };
}

function respond(
    shown: ShownByCard,
    type: number,
    asked: { oid: string; value: Tlv }[],
    [second, third]: [Tlv, Tlv],
): Answer {
    const names = asked.map(({ oid }) => oid);
    const refused = (status: number, at: number): Answer => ({
        status,
        index: at + 1,
        bindings: names.map((oid) => [oid, { nothing: true }]),
    });
    const after = (oid: string): Binding => shown.after(oid) ?? [oid, { exception: 'endOfMib' }];
    const read = (oid: string): Binding => [oid, shown.value(oid) ?? { exception: 'noSuchObject' }];
    if (type === SET) {
        for (const [at, { oid, value }] of asked.entries()) {
            const status = control(shown, oid, value);
            if (status !== 0) return refused(status, at);
        }
        return { status: 0, index: 0, bindings: names.map(read) };
    }
    if (type === GET_BULK && shown.version === '2c') {
        return { status: 0, index: 0, bindings: bulk(names, decodeInteger(second), decodeInteger(third), after) };
    }
    const bindings = names.map(type === GET_NEXT ? after : read);
    const missing = bindings.findIndex(([, value]) => 'exception' in value);
    if (shown.version === '1' && missing >= 0) return refused(NO_SUCH_NAME, missing);
    return { status: 0, index: 0, bindings: type === GET || type === GET_NEXT ? bindings : [] };
}

/** SET of the control group. @returns an error status, 0: done */
function control(shown: ShownByCard, oid: string, value: Tlv): number {
    if (value.tag !== INTEGER) return BAD_VALUE;
    const number = decodeInteger(value);
    switch (oid) {
        case `${UPS_OBJECTS}.8.1.0`:
            return number === 1 ? 0 : BAD_VALUE;
        case `${UPS_OBJECTS}.8.2.0`:
            shown.shutdownAfter(number);
            return 0;
        case `${UPS_OBJECTS}.8.3.0`:
            shown.startAfter(number);
            return 0;
        case `${UPS_OBJECTS}.8.5.0`:
            shown.setAutoRestart(number === 1);
            return 0;
        default:
            return READ_ONLY;
    }
}

/** RFC 3416 section 4.2.3. */
function bulk(names: string[], nonRepeaters: number, most: number, after: (oid: string) => Binding): Binding[] {
    const bindings = names.slice(0, nonRepeaters).map(after);
    let row = names.slice(nonRepeaters);
    for (let turn = 0; turn < most && row.length > 0 && bindings.length < MOST_BINDINGS; turn++) {
        const found = row.map(after);
        bindings.push(...found);
        row = found.map(([oid]) => oid);
        if (found.every(([, value]) => 'exception' in value)) break;
    }
    return bindings;
}
