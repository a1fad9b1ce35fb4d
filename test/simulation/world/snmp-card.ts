import type { Told } from '../auditor/story';
import { compareOids, type BerValue } from '../../e2e/support/wire-ber';
import { answerOf, GET, UPS_OBJECTS, type Binding, type ShownByCard } from '../../e2e/support/wire-snmp';
import { toldOf, type Device, type Said } from './device';
import type { DatagramService } from './network';

const OUTPUT_SOURCE = `${UPS_OBJECTS}.4.1.0`;
const COMMUNITY = 'simulated';
const TIMEOUT_S = 1;
const RETRIES = 1;
/** So long after its first try a request is waited for. */
const PATIENCE_MS = (1 + RETRIES) * TIMEOUT_S * 1000;
/** RFC 1628, upsOutputSource. */
const SOURCES = { mains: 3, battery: 5, off: 2, unknown: 1 } as const;

/** An SNMP card of our own: RFC 1628's objects of one UPS over v1 and v2c. */
export class SnmpCard {
    constructor(
        private readonly device: Device,
        private readonly version: 'snmp1' | 'snmp2c',
        private readonly told: (told: Told) => void,
    ) {}

    /** What the last answer said that named the source. */
    private source: Told['source'] | undefined;
    /** When each request was first sent, ms. */
    private readonly askedAt = new Map<number, number>();
    /** The latest request whose answer has arrived. */
    private arrived: number | undefined;

    /** Settings of the `ups-snmp` that reads it. */
    static settings(host: string, port: number, version: 'snmp1' | 'snmp2c'): Record<string, unknown> {
        return {
            type: 'ups-snmp',
            host,
            port,
            version: version === 'snmp1' ? '1' : '2c',
            trapPort: '',
            timeout: TIMEOUT_S,
            retries: RETRIES,
            credentials: { community: COMMUNITY },
        };
    }

    readonly service: DatagramService = (bytes, answer, sentAt) => {
        if (!this.device.answers) return;
        const said = this.device.say();
        const answered = answerOf(this.shown(said), bytes);
        if (!answered) return;
        // As long as anybody may wait for the answer: ids begin anew with each process.
        for (const [id, at] of this.askedAt) if (sentAt - at > 2 * PATIENCE_MS) this.askedAt.delete(id);
        this.askedAt.set(answered.id, Math.min(sentAt, this.askedAt.get(answered.id) ?? sentAt));
        // A walk that only passes by it has not asked for it.
        const named = answered.status === 0 && answered.type === GET && answered.names.includes(OUTPUT_SOURCE);

        // The mains may fail between two questions of one reading: then its alarms tell of it, and its source does not.
        const alarmed = this.source === 'mains' && said.source === 'battery' && answered.names.some(isAlarm);
        const told = named || alarmed;
        if (told) this.source = said.source;
        answer(answered.bytes, told ? (at) => this.arrives(answered.id, said, at) : undefined);
    };

    /** A request that was repeated is answered twice: whoever asked takes the first answer, and none that comes when he has given up. */
    private arrives(id: number, said: Said, at: number): void {
        if (id === this.arrived || at - (this.askedAt.get(id) ?? at) > PATIENCE_MS) return;
        this.arrived = id;
        this.told(this.inMinutes(said));
    }

    private shown(read: Said): ShownByCard {
        const { ups } = this.device;
        let said = read;
        const then = (act: () => void) => {
            act();
            said = this.device.say();
        };
        return {
            version: this.version === 'snmp1' ? '1' : '2c',
            community: COMMUNITY,
            value: (oid) => this.value(oid, said),
            after: (oid) => this.after(oid, said),
            shutdownAfter: (seconds) => then(() => (seconds < 0 ? ups.abort() : ups.order(seconds))),
            startAfter: (seconds) => then(() => seconds >= 0 && ups.startAfter(seconds)),
            setAutoRestart: (on) => then(() => (ups.autoRestart = on)),
        };
    }

    private inMinutes(said: Said): Told {
        const { runtime, ...rest } = toldOf(said);
        return runtime === undefined ? rest : { ...rest, runtime: Math.floor(runtime / 60) * 60 };
    }

    private value(oid: string, said: Said): BerValue | undefined {
        const read = OBJECTS.get(oid);
        if (read) return read(said, this.device);
        const alarm = Number(oid.startsWith(ALARMS) ? oid.slice(ALARMS.length) : NaN);
        return alarmsOf(said).includes(alarm) ? { oid: `${UPS_OBJECTS}.6.3.${alarm}` } : undefined;
    }

    private after(oid: string, said: Said): Binding | undefined {
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
        return next === undefined ? undefined : [next, this.value(next, said)!];
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
const isAlarm = (oid: string) => oid.startsWith(`${UPS_OBJECTS}.6.2`);

/** Numbers of upsWellKnownAlarms: on battery, low battery, test in progress. */
function alarmsOf({ knows, source, low, test }: Said): number[] {
    if (!knows) return [];
    return [...(source === 'battery' ? [2] : []), ...(low ? [3] : []), ...(test ? [24] : [])];
}
