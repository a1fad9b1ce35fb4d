import type { Told } from '../auditor/story';
import {
    compareOids,
    decodeInteger,
    decodeOid,
    elements,
    encodeInteger,
    encodeOid,
    encodeValue,
    tlv,
    type BerValue,
    type Tlv,
} from '../../e2e/support/wire-ber';
import { toldOf, type Device, type Said } from './device';
import type { DatagramService } from './network';

const UPS_OBJECTS = '1.3.6.1.2.1.33.1';
const OUTPUT_SOURCE = `${UPS_OBJECTS}.4.1.0`;
const COMMUNITY = 'simulated';
const GET = 0xa0;
const GET_NEXT = 0xa1;
const RESPONSE = 0xa2;
const SET = 0xa3;
const GET_BULK = 0xa5;
const NO_SUCH_NAME = 2;
const BAD_VALUE = 3;
const READ_ONLY = 4;
const MOST_BINDINGS = 40;
/** RFC 1628, upsOutputSource. */
const SOURCES = { mains: 3, battery: 5, off: 2, unknown: 1 } as const;

type Binding = [oid: string, value: BerValue];

/** An SNMP card of our own: RFC 1628's objects of one UPS over v1 and v2c. */
export class SnmpCard {
    constructor(
        private readonly device: Device,
        private readonly version: 'snmp1' | 'snmp2c',
        private readonly told: (told: Told) => void,
    ) {}

    /** Settings of the `ups-snmp` that reads it. */
    static settings(host: string, port: number, version: 'snmp1' | 'snmp2c'): Record<string, unknown> {
        return {
            type: 'ups-snmp',
            host,
            port,
            version: version === 'snmp1' ? '1' : '2c',
            trapPort: '',
            timeout: 1,
            retries: 1,
            credentials: { community: COMMUNITY },
        };
    }

    readonly service: DatagramService = (bytes, answer) => {
        if (!this.device.answers || bytes.length === 0) return;
        const [version, community, pdu] = elements(elements(bytes)[0]!.body);
        if (decodeInteger(version!) !== (this.version === 'snmp1' ? 0 : 1)) return;
        if (community!.body.toString() !== COMMUNITY) return;
        const [id, second, third, list] = elements(pdu!.body);
        const asked = elements(list!.body).map(({ body }) => {
            const [oid, value] = elements(body);
            return { oid: decodeOid(oid!), value: value! };
        });
        const said = this.device.say();
        const { status, index, bindings } = this.respond(pdu!.tag, asked, said, [second!, third!]);
        // A walk that only passes by it has not asked for it.
        const told = status === 0 && pdu!.tag === GET && asked.some(({ oid }) => oid === OUTPUT_SOURCE);
        answer(
            tlv(
                0x30,
                encodeInteger(decodeInteger(version!)),
                tlv(0x04, community!.body),
                tlv(
                    RESPONSE,
                    tlv(0x02, id!.body),
                    encodeInteger(status),
                    encodeInteger(index),
                    tlv(0x30, ...bindings.map(([oid, value]) => tlv(0x30, encodeOid(oid), encodeValue(value)))),
                ),
            ),
            told ? () => this.told(this.inMinutes(said)) : undefined,
        );
    };

    private inMinutes(said: Said): Told {
        const { runtime, ...rest } = toldOf(said);
        return runtime === undefined ? rest : { ...rest, runtime: Math.floor(runtime / 60) * 60 };
    }

    private respond(
        type: number,
        asked: { oid: string; value: Tlv }[],
        said: Said,
        [second, third]: [Tlv, Tlv],
    ): { status: number; index: number; bindings: Binding[] } {
        const names = asked.map(({ oid }) => oid);
        const refused = (status: number, at: number) => ({
            status,
            index: at + 1,
            bindings: names.map((oid): Binding => [oid, { nothing: true }]),
        });
        const after = (oid: string) => this.after(oid, said);
        if (type === SET) {
            for (const [at, { oid, value }] of asked.entries()) {
                const status = this.control(oid, value);
                if (status !== 0) return refused(status, at);
            }
            const now = this.device.say();
            return { status: 0, index: 0, bindings: names.map((oid) => [oid, this.value(oid, now)!]) };
        }
        if (type === GET_BULK && this.version === 'snmp2c') {
            const bindings = bulk(names, decodeInteger(second), decodeInteger(third), after);
            return { status: 0, index: 0, bindings };
        }
        const bindings = names.map((oid): Binding =>
            type === GET_NEXT ? after(oid) : [oid, this.value(oid, said) ?? { exception: 'noSuchObject' }],
        );
        const missing = bindings.findIndex(([, value]) => 'exception' in value);
        if (this.version === 'snmp1' && missing >= 0) return refused(NO_SUCH_NAME, missing);
        return { status: 0, index: 0, bindings: type === GET || type === GET_NEXT ? bindings : [] };
    }

    /** SET of the control group. @returns an error status, 0: done */
    private control(oid: string, value: Tlv): number {
        if (value.tag !== 0x02) return BAD_VALUE;
        const number = decodeInteger(value);
        const { ups } = this.device;
        switch (oid) {
            case `${UPS_OBJECTS}.8.1.0`:
                return number === 1 ? 0 : BAD_VALUE;
            case `${UPS_OBJECTS}.8.2.0`:
                if (number < 0) ups.abort();
                else ups.order(number);
                return 0;
            case `${UPS_OBJECTS}.8.3.0`:
                if (number >= 0) ups.startAfter(number);
                return 0;
            case `${UPS_OBJECTS}.8.5.0`:
                ups.autoRestart = number === 1;
                return 0;
            default:
                return READ_ONLY;
        }
    }

    private value(oid: string, said: Said): BerValue | undefined {
        const read = OBJECTS.get(oid);
        if (read) return read(said, this.device);
        const alarm = Number(oid.startsWith(ALARMS) ? oid.slice(ALARMS.length) : NaN);
        return alarmsOf(said).includes(alarm) ? { oid: `${UPS_OBJECTS}.6.3.${alarm}` } : undefined;
    }

    private after(oid: string, said: Said): Binding {
        const alarms = alarmsOf(said).map((alarm) => `${ALARMS}${alarm}`);
        const known = alarms.length === 0 ? SUCCESSORS.get(oid) : undefined;
        if (known) return [known, this.value(known, said)!];
        const order = alarms.length === 0 ? ORDER : [...ORDER, ...alarms].sort(compareOids);
        let from = 0;
        let to = order.length;
        while (from < to) {
            const middle = (from + to) >> 1;
            if (compareOids(order[middle]!, oid) > 0) to = middle;
            else from = middle + 1;
        }
        const next = order[from];
        return next === undefined ? [oid, { exception: 'endOfMib' }] : [next, this.value(next, said)!];
    }
}

type Reader = (said: Said, device: Device) => BerValue;

const integer = (value: number): BerValue => ({ integer: Math.round(value) });
/** What it does not know it says as -1. */
const known = (said: Said, value: number | undefined): BerValue => integer(said.knows ? (value ?? -1) : 0);
const text = (value: string) => (): BerValue => ({ text: value });
const fixed = (value: number) => (): BerValue => integer(value);

const READERS: Record<string, Reader> = {
    '1.1.0': text('Simulated'),
    '1.2.0': text('UPS'),
    '1.3.0': text('1'),
    '1.4.0': text('1'),
    '1.5.0': text('simulated'),
    '1.6.0': text(''),
    '2.1.0': ({ knows, low }) => integer(!knows ? 1 : low ? 3 : 2),
    '2.2.0': ({ secondsOnBattery }) => integer(secondsOnBattery),
    '2.3.0': (said) => known(said, said.runtime === undefined ? undefined : Math.floor(said.runtime / 60)),
    '2.4.0': (said) => known(said, said.charge),
    '2.5.0': (said, { ups }) => known(said, 220 + ups.charge / 2),
    '3.1.0': () => ({ gauge: 3 }),
    '3.2.0': fixed(1),
    '3.3.1.2.1': (said, { ups }) => known(said, ups.mains ? 500 : 0),
    '3.3.1.3.1': (said) => known(said, said.input),
    '4.1.0': ({ source }) => integer(SOURCES[source]),
    '4.2.0': (said, { ups }) => known(said, ups.output ? 500 : 0),
    '4.3.0': fixed(1),
    '4.4.1.2.1': (said, { ups }) => known(said, ups.output ? 230 : 0),
    '4.4.1.5.1': (said, { ups }) => known(said, ups.output ? 40 : 0),
    '6.1.0': (said) => ({ gauge: alarmsOf(said).length }),
    '7.2.0': fixed(1),
    '7.3.0': ({ knows, test }) => integer(knows && test ? 5 : 6),
    '8.1.0': fixed(1),
    '8.2.0': (_, { ups }) => integer(Math.ceil(ups.shutdownIn)),
    '8.3.0': (_, { ups }) => integer(Math.ceil(ups.startIn)),
    '8.4.0': fixed(-1),
    '8.5.0': (_, { ups }) => integer(ups.autoRestart ? 1 : 2),
    '9.1.0': fixed(230),
    '9.3.0': fixed(230),
};

const OBJECTS = new Map<string, Reader>([
    ['1.3.6.1.2.1.1.1.0', text('a simulated card')],
    ['1.3.6.1.2.1.1.2.0', () => ({ oid: '1.3.6.1.4.1.99999.7' })],
    ['1.3.6.1.2.1.1.3.0', (_, { upTime }) => ({ ticks: Math.max(0, Math.round(upTime * 100)) })],
    ...Object.entries(READERS).map(([path, read]): [string, Reader] => [`${UPS_OBJECTS}.${path}`, read]),
]);
const ORDER = [...OBJECTS.keys()].sort(compareOids);
const SUCCESSORS = new Map(ORDER.slice(1).map((oid, index) => [ORDER[index]!, oid]));
const ALARMS = `${UPS_OBJECTS}.6.2.1.2.`;

/** Numbers of upsWellKnownAlarms: on battery, low battery, test in progress. */
function alarmsOf({ knows, source, low, test }: Said): number[] {
    if (!knows) return [];
    return [...(source === 'battery' ? [2] : []), ...(low ? [3] : []), ...(test ? [24] : [])];
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
