import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { ServedUps } from '../../../../lib/core/served/served-ups';
import { MqttServer, type MqttServing } from '../../../../lib/protocols/mqtt/server';
import type { ServedName } from '../../../../lib/protocols/mqtt/mode';
import { deadbandsWith } from '../../../../lib/protocols/mqtt/told-values';
import { BirthSequence } from '../../../../lib/protocols/sparkplug/birth-sequence';
import { decodePayload, PayloadEncoder, type SparkplugMetric } from '../../../../lib/protocols/sparkplug/payload';
import { SparkplugMode } from '../../../../lib/protocols/sparkplug/sparkplug-mode';
import { FakeClock } from '../../../support/fake-clock';
import { MemoryBroker } from '../../../support/mqtt-memory';
import { eventOf, servedSample, silentSample } from '../../../support/served-sample';
import { SparkplugHost } from '../../../support/sparkplug-host';

const NAMES: ServedName[] = [
    { id: 'u1', level: 'UPS_1' },
    { id: 'u2', level: 'UPS_2' },
];
const encoder = new PayloadEncoder();

class Bench {
    readonly clock = new FakeClock();
    readonly broker = new MemoryBroker();
    readonly journal = new MemoryJournal();
    readonly host = new SparkplugHost('G', 'N');
    readonly upses = new Map<string, ServedUps>();
    readonly orders: unknown[] = [];
    server = this.process();

    constructor(private readonly options: { primaryHost?: string; commands?: boolean } = {}) {
        for (const { id } of NAMES) this.upses.set(id, servedSample({ id }));
        this.server = this.process();
    }

    /** Another process with the same journal. */
    process(): MqttServer {
        const { clock, broker, journal } = this;
        const births = new BirthSequence('b/G/N');
        const mode = new SparkplugMode(
            {
                ...{ group: 'G', node: 'N', primaryHost: '', commands: false, version: '1', now: () => clock.now() },
                ...this.options,
                nextBirth: () => births.next(journal),
            },
            deadbandsWith([]),
        );
        return new MqttServer({
            ...{ clock, open: broker.open, clientId: 'rt', mode, serving: this.serving(), changed: () => {} },
        });
    }

    serving(upses = NAMES): MqttServing {
        return {
            upses,
            of: (id) => this.upses.get(id),
            order: (id, order) => {
                this.orders.push([id, order]);
                return Promise.resolve({ ok: true, text: 'done', order });
            },
            refused: () => {},
            left: { get: () => [], keep: () => {} },
        };
    }

    set(id: string, ups: ServedUps): void {
        this.upses.set(id, { ...ups, id });
        this.server.touch(id);
    }

    async settle(ms = 200): Promise<string[]> {
        await this.clock.advance(ms);
        return this.heard();
    }

    /** The host takes what was published. @returns the types, with the device */
    heard(): string[] {
        return this.broker.taken().flatMap(({ topic, payload, qos, retain }) => {
            const [, , type, , device] = topic.split('/');
            if (type!.endsWith('CMD') || topic.includes('STATE')) return [];
            this.host.receive(topic, decodePayload(payload as Uint8Array, 1e6, 1e4)!);
            assert.deepEqual([qos, retain], [type === 'NDEATH' ? 1 : 0, false], topic);
            return [device ? `${type} ${device}` : type!];
        });
    }

    command(topic: string, metrics: SparkplugMetric[]): void {
        this.broker.send(topic, encoder.encode({ timestamp: this.clock.now(), metrics }));
    }

    state(online: boolean, timestamp: number, retain = true): void {
        this.broker.send('spBv1.0/STATE/SCADA', JSON.stringify({ online, timestamp }), retain);
    }
}

const REBIRTH: SparkplugMetric = { name: 'Node Control/Rebirth', type: 'boolean', value: true };
const BIRTHS = ['NBIRTH', 'DBIRTH UPS_1', 'DBIRTH UPS_2'];

describe('an edge node of Sparkplug B', () => {
    let bench: Bench;
    const start = async (...options: ConstructorParameters<typeof Bench>) => {
        bench = new Bench(...options);
        bench.server.start();
        return bench.settle();
    };
    afterEach(() => assert.deepEqual(bench.host.faults, []));

    it('is born with a device for each UPS, and tells what has changed by aliases', async () => {
        assert.deepEqual(await start(), BIRTHS);
        assert.equal(bench.host.value('UPS_1', 'Input/L1/Voltage'), 230.4);
        assert.equal(bench.host.value('UPS_1', 'Properties/Serial'), 'S-77');
        assert.equal(bench.host.value('UPS_1', 'State/On Battery'), false);
        bench.set('u1', servedSample({ onBattery: true, chargePercent: 97 }));
        assert.deepEqual(await bench.settle(), ['DDATA UPS_1']);
        assert.deepEqual(
            ['State/On Battery', 'Battery/Charge'].map((name) => bench.host.value('UPS_1', name)),
            [true, 97],
        );
        bench.set('u1', servedSample({ onBattery: true, chargePercent: 96.9 }));
        assert.deepEqual(await bench.settle(), [], 'within the deadband');
    });

    it('is as small as aliases make it', async () => {
        await start();
        const { status } = servedSample();
        bench.set(
            'u1',
            servedSample({ chargePercent: 97, secondsOnBattery: 3, remainingSeconds: 60, status: status! }),
        );
        await bench.clock.advance(200);
        const [data] = bench.broker.taken();
        assert.ok(data!.payload.length < 100, `${data!.payload.length} octets for three values`);
    });

    it('tells of a UPS that is silent on mains that it is dead, and of its return', async () => {
        await start();
        bench.set('u1', silentSample());
        assert.deepEqual(await bench.settle(), ['DDEATH UPS_1']);
        bench.set('u1', silentSample());
        assert.deepEqual(await bench.settle(), []);
        bench.set('u1', servedSample());
        assert.deepEqual(await bench.settle(), ['DBIRTH UPS_1']);
    });

    it('keeps a UPS alive that is silent in an outage', async () => {
        await start();
        bench.set('u1', servedSample({ knowledge: 'presumed', onBattery: true, communicationLost: true }));
        assert.deepEqual(await bench.settle(), ['DDATA UPS_1']);
        assert.equal(bench.host.value('UPS_1', 'State/Knowledge'), 'presumed');
    });

    it('bears a device again that tells more than before, and ends one that is not served any more', async () => {
        await start();
        bench.set('u1', servedSample({}, { outlets: [{ id: '1', on: true }] }));
        assert.deepEqual(await bench.settle(), ['DBIRTH UPS_1']);
        bench.set('u1', servedSample({}, { outlets: [{ id: '1', on: false }] }));
        assert.deepEqual(await bench.settle(), ['DDATA UPS_1']);
        bench.server.serve(bench.serving(NAMES.slice(0, 1)));
        assert.deepEqual(await bench.settle(), ['DDEATH UPS_2']);
        bench.server.serve(bench.serving());
        assert.deepEqual(await bench.settle(), ['DBIRTH UPS_2']);
    });

    it('tells the edges of events, and those as historical that came late', async () => {
        await start();
        bench.server.event('u1', eventOf('power-fail'));
        assert.deepEqual(bench.heard(), ['DDATA UPS_1']);
        assert.equal((JSON.parse(String(bench.host.value('UPS_1', 'Events/Last'))) as { id: string }).id, 'power-fail');
        await bench.settle();
        bench.broker.cut();
        bench.heard();
        bench.server.event('u1', eventOf('battery-low'));
        await bench.clock.advance(1200);
        const late = bench.broker.log.find(({ topic }) => topic.includes('DDATA'))!;
        assert.equal(decodePayload(late.payload as Uint8Array)!.metrics[0]!.isHistorical, true);
        assert.deepEqual(bench.heard(), ['NBIRTH', 'DBIRTH UPS_1', 'DDATA UPS_1', 'DBIRTH UPS_2']);
    });

    it('is born again when a host asks, without a death and with the same bdSeq, however often it asks', async () => {
        await start();
        for (let n = 0; n < 50; n++) bench.command('spBv1.0/G/NCMD/N', [REBIRTH]);
        assert.deepEqual(await bench.settle(1000), BIRTHS);
        bench.command('spBv1.0/G/NCMD/N', [REBIRTH]);
        assert.deepEqual(await bench.settle(500), [], 'two seconds after the one before at the earliest');
        assert.deepEqual(await bench.settle(2000), BIRTHS);
        assert.deepEqual(bench.host.births, [0]);
    });

    it('has a death with the bdSeq of its birth over a hundred connections, and a seq without a gap', async () => {
        await start();
        for (let n = 0; n < 300; n++) {
            bench.set('u1', servedSample({ chargePercent: n % 2 ? 50 : 60 }));
            await bench.settle(60);
        }
        assert.equal(bench.host.counts.DDATA, 300, 'more than 256 in one session');
        for (let n = 1; n <= 100; n++) {
            bench.broker.cut();
            assert.deepEqual(bench.heard(), ['NDEATH']);
            if (n % 10 === 0) {
                // Killed: nothing but the journal is left.
                void bench.server.stop();
                bench.broker.taken();
                bench.server = bench.process();
                bench.server.start();
            }
            assert.deepEqual(await bench.settle(1100), BIRTHS);
            bench.set('u2', servedSample({ chargePercent: n % 2 ? 50 : 60 }));
            assert.deepEqual(await bench.settle(), ['DDATA UPS_2']);
            // A connection that has lasted comes again soon.
            await bench.settle(20_000);
        }
        assert.deepEqual(
            bench.host.births,
            Array.from({ length: 101 }, (_, n) => n),
        );
    });

    it('counts bdSeq from 0 to 255, in the journal before it connects', () => {
        bench = new Bench();
        const journal = new MemoryJournal();
        const next = () => new BirthSequence('n').next(journal);
        assert.deepEqual([next(), next(), next()], [0, 1, 2]);
        for (let n = 3; n < 256; n++) next();
        assert.equal(next(), 0);
        journal.setValue('counters', 'sparkplug/n', 'nonsense');
        const births = new BirthSequence('n');
        assert.deepEqual([births.next(journal), births.next(undefined), births.next(journal)], [0, 1, 2]);
    });

    it('dies in order at an intended end', async () => {
        await start();
        await bench.server.stop();
        assert.deepEqual(bench.heard(), ['NDEATH']);
    });

    it('waits for its primary host, and ends when that goes', async () => {
        assert.deepEqual(await start({ primaryHost: 'SCADA' }), []);
        assert.ok(bench.server.state.state === 'ready' && bench.server.state.isHeld);
        bench.state(true, 1000);
        assert.deepEqual(await bench.settle(), BIRTHS);
        bench.state(false, 900);
        assert.deepEqual(await bench.settle(), [], 'older than what is known');
        bench.state(false, 2000);
        assert.deepEqual(await bench.settle(1000), ['NDEATH']);
        assert.equal(bench.broker.clientIds.length, 2, 'it has begun anew, and waits');
        assert.deepEqual(await bench.settle(60_000), []);
        bench.state(true, 3000);
        assert.deepEqual(await bench.settle(), BIRTHS);
        assert.deepEqual(bench.host.births, [0, 1]);
        bench.broker.cut();
        assert.deepEqual(await bench.settle(2000), ['NDEATH', ...BIRTHS], 'the broker has kept that it is online');
    });

    it('takes commands only if they are on, and no old one', async () => {
        await start();
        const mute: SparkplugMetric = { name: 'Device Control/Command', type: 'string', value: '{"type":"buzzer"}' };
        bench.command('spBv1.0/G/DCMD/N/UPS_1', [mute]);
        await bench.settle();
        assert.deepEqual(bench.orders, []);
        await start({ commands: true });
        bench.set('u1', servedSample({}, { outlets: [{ id: '7', on: true }] }));
        await bench.settle();
        bench.command('spBv1.0/G/DCMD/N/UPS_1', [mute, { name: 'Outlet/7', type: 'boolean', value: false }]);
        assert.deepEqual(await bench.settle(), ['DDATA UPS_1', 'DDATA UPS_1']);
        assert.deepEqual(bench.orders, [
            ['u1', { type: 'buzzer' }],
            ['u1', { type: 'outlet', outlet: '7', action: 'off' }],
        ]);
        const told = JSON.parse(String(bench.host.value('UPS_1', 'Device Control/Result'))) as { ok: boolean };
        assert.equal(told.ok, true);
    });
});
