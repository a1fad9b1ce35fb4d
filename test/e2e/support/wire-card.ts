import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import { seconds, type PlayedUps } from './played-ups';
import { compareOids, type BerValue } from './wire-ber';
import { answerOf, UPS_OBJECTS, type ShownByCard } from './wire-snmp';

const COMMUNITY = 'played';

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
        const answered = answerOf(this.shown(), bytes);
        if (answered) this.socket.send(answered.bytes, from.port, from.address);
    }

    private shown(): ShownByCard {
        const { ups } = this;
        let objects = this.objects();
        return {
            version: this.version,
            community: COMMUNITY,
            value: (oid) => objects.get(oid),
            after: (oid) => {
                const next = [...objects.keys()].find((candidate) => compareOids(candidate, oid) > 0);
                return next === undefined ? undefined : [next, objects.get(next)!];
            },
            shutdownAfter: (seconds) => {
                if (seconds < 0) ups.abort();
                else ups.order(seconds);
                objects = this.objects();
            },
            startAfter: (seconds) => {
                ups.startIn = seconds;
                objects = this.objects();
            },
            setAutoRestart: (on) => {
                ups.autoRestart = on;
                objects = this.objects();
            },
        };
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
