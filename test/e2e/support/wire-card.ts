import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { seconds, type PlayedUps } from './played-ups';
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
} from './wire-ber';

const UPS_OBJECTS = '1.3.6.1.2.1.33.1';
const COMMUNITY = 'played';
const GET = 0xa0;
const GET_NEXT = 0xa1;
const RESPONSE = 0xa2;
const SET = 0xa3;
const GET_BULK = 0xa5;
const NO_SUCH_NAME = 2;
const BAD_VALUE = 3;
const READ_ONLY = 4;
const MOST_BINDINGS = 40;

type Binding = [oid: string, value: BerValue];

/** An SNMP card of our own: RFC 1628's objects of one played UPS over v1 and v2c. Its minutes are seconds, so that a battery lasts as long as a scene. */
export class WireCard {
    private readonly socket: Socket = createSocket('udp4');

    constructor(
        private readonly ups: PlayedUps,
        private readonly version: '1' | '2c',
    ) {}

    /** @returns the settings of an `ups-snmp` */
    async start(): Promise<Record<string, unknown> & { type: string }> {
        this.socket.on('message', (bytes, from) => this.take(bytes, from));
        await new Promise<void>((done) => this.socket.bind(0, '127.0.0.1', done));
        return {
            type: 'ups-snmp',
            host: '127.0.0.1',
            port: this.socket.address().port,
            version: this.version,
            trapPort: '',
            timeout: 1,
            retries: 1,
            credentials: { community: COMMUNITY },
        };
    }

    async stop(): Promise<void> {
        await new Promise<void>((done) => this.socket.close(done));
    }

    private take(bytes: Buffer, from: RemoteInfo): void {
        if (!this.ups.answers) return;
        const [version, community, pdu] = elements(elements(bytes)[0]!.body);
        if (decodeInteger(version!) !== (this.version === '1' ? 0 : 1)) return;
        if (community!.body.toString() !== COMMUNITY) return;
        const [id, second, third, list] = elements(pdu!.body);
        const asked = elements(list!.body).map(({ body }) => {
            const [oid, value] = elements(body);
            return { oid: decodeOid(oid!), value: value! };
        });
        const names = asked.map(({ oid }) => oid);
        const { status, index, bindings } = this.respond(pdu!.tag, asked, names, [second!, third!]);
        const answer = tlv(
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
        );
        this.socket.send(answer, from.port, from.address);
    }

    private respond(
        type: number,
        asked: { oid: string; value: Tlv }[],
        names: string[],
        [second, third]: [Tlv, Tlv],
    ): { status: number; index: number; bindings: Binding[] } {
        const objects = this.objects();
        const refused = (status: number, at: number) => ({
            status,
            index: at + 1,
            bindings: names.map((oid): Binding => [oid, { nothing: true }]),
        });
        const after = (oid: string): Binding => {
            const next = [...objects.keys()].find((candidate) => compareOids(candidate, oid) > 0);
            return next === undefined ? [oid, { exception: 'endOfMib' }] : [next, objects.get(next)!];
        };
        if (type === SET) {
            for (const [at, { oid, value }] of asked.entries()) {
                const status = this.control(oid, value);
                if (status !== 0) return refused(status, at);
            }
            return { status: 0, index: 0, bindings: names.map((oid) => [oid, this.objects().get(oid)!]) };
        }
        if (type === GET_BULK && this.version === '2c') {
            return { status: 0, index: 0, bindings: bulk(names, decodeInteger(second), decodeInteger(third), after) };
        }
        const bindings = names.map((oid): Binding =>
            type === GET_NEXT ? after(oid) : [oid, objects.get(oid) ?? { exception: 'noSuchObject' }],
        );
        const missing = bindings.findIndex(([, value]) => 'exception' in value);
        if (this.version === '1' && missing >= 0) return refused(NO_SUCH_NAME, missing);
        return { status: 0, index: 0, bindings: type === GET || type === GET_NEXT ? bindings : [] };
    }

    /** SET of the control group. @returns an error status, 0: done */
    private control(oid: string, value: Tlv): number {
        if (value.tag !== 0x02) return BAD_VALUE;
        const number = decodeInteger(value);
        switch (oid) {
            case `${UPS_OBJECTS}.8.1.0`:
                return number === 1 ? 0 : BAD_VALUE;
            case `${UPS_OBJECTS}.8.2.0`:
                if (number < 0) this.ups.abort();
                else this.ups.order(number);
                return 0;
            case `${UPS_OBJECTS}.8.3.0`:
                this.ups.startIn = number;
                return 0;
            case `${UPS_OBJECTS}.8.5.0`:
                this.ups.autoRestart = number === 1;
                return 0;
            default:
                return READ_ONLY;
        }
    }

    private objects(): Map<string, BerValue> {
        const { ups } = this;
        const known = ups.knows;
        const integer = (value: number): BerValue => ({ integer: Math.round(value) });
        const alarms = known ? [...(ups.onBattery ? [2] : []), ...(ups.low ? [3] : [])] : [];
        const under = (paths: Record<string, BerValue>): [string, BerValue][] =>
            Object.entries(paths).map(([path, value]) => [`${UPS_OBJECTS}.${path}`, value]);
        const rows: [string, BerValue][] = [
            ['1.3.6.1.2.1.1.1.0', { text: 'a card of our own' }],
            ['1.3.6.1.2.1.1.2.0', { oid: '1.3.6.1.4.1.99999.7' }],
            ['1.3.6.1.2.1.1.3.0', { ticks: Math.max(0, Math.round((seconds() - ups.agentSince) * 100)) }],
            ...under({
                '1.1.0': { text: 'Own' },
                '1.2.0': { text: 'Played UPS' },
                '1.3.0': { text: '1' },
                '1.4.0': { text: '1' },
                '1.5.0': { text: 'played' },
                '1.6.0': { text: '' },
                '2.1.0': integer(!known ? 1 : ups.charge === 0 ? 4 : ups.low ? 3 : 2),
                '2.2.0': integer(known ? Math.floor(ups.secondsOnBattery) : 0),
                '2.3.0': integer(known ? Math.floor(ups.runtime) : 0),
                '2.4.0': integer(known ? ups.charge : 0),
                '2.5.0': integer(known ? 220 + ups.charge / 2 : 0),
                '3.1.0': { gauge: 3 },
                '3.2.0': integer(1),
                '3.3.1.2.1': integer(known && ups.mains ? 500 : 0),
                '3.3.1.3.1': integer(known && ups.mains ? 231 : 0),
                '4.1.0': integer(!known ? 1 : !ups.output ? 2 : ups.mains ? 3 : 5),
                '4.2.0': integer(known && ups.output ? 500 : 0),
                '4.3.0': integer(1),
                '4.4.1.2.1': integer(known && ups.output ? 230 : 0),
                '4.4.1.5.1': integer(known && ups.output ? 40 : 0),
                '6.1.0': { gauge: alarms.length },
                '7.2.0': integer(1),
                '7.3.0': integer(6),
                '8.1.0': integer(1),
                '8.2.0': integer(Math.ceil(ups.shutdownIn)),
                '8.3.0': integer(Math.ceil(ups.startIn)),
                '8.4.0': integer(-1),
                '8.5.0': integer(ups.autoRestart ? 1 : 2),
                '9.1.0': integer(230),
                '9.3.0': integer(230),
            }),
            ...alarms.map((alarm): [string, BerValue] => [
                `${UPS_OBJECTS}.6.2.1.2.${alarm}`,
                { oid: `${UPS_OBJECTS}.6.3.${alarm}` },
            ]),
        ];
        return new Map(rows.sort(([one], [other]) => compareOids(one, other)));
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
