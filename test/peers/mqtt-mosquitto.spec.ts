import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { IClientOptions } from 'mqtt';
import { MemoryJournal } from '../../lib/core/journal/memory-journal';
import type { ServedUps } from '../../lib/core/served/served-ups';
import { linksTo } from '../../lib/protocols/mqtt/mqtt-link';
import { MqttServer } from '../../lib/protocols/mqtt/server';
import { deadbandsWith } from '../../lib/protocols/mqtt/told-values';
import { BirthSequence } from '../../lib/protocols/sparkplug/birth-sequence';
import { SparkplugMode } from '../../lib/protocols/sparkplug/sparkplug-mode';
import { NodeRedProcess } from '../e2e/support/node-red-process';
import { waitFor } from '../e2e/support/wait-for';
import { eventually } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';
import { freePort } from '../support/free-port';
import { assertDiscovery } from '../support/home-assistant-schema';
import { requirePeer } from '../support/peers';
import { eventOf, servedSample, silentSample } from '../support/served-sample';
import { SparkplugHost, type HostPayload } from '../support/sparkplug-host';

/** Debian's own: another Python in the path would not have Debian's packages. */
const PYTHON = '/usr/bin/python3';
const CERTS = join(__dirname, '../support/certs');

/**
 * Decodes payloads by Google's protobuf, which knows the messages by the field numbers of sparkplug_b.proto (Eclipse Tahu) alone. Each line of the input is
 * hexadecimal; each line of the output is JSON. What has fields that it does not know is no Sparkplug.
 */
const DECODER = `
import sys, json
from google.protobuf import descriptor_pb2, descriptor_pool, message_factory
F = descriptor_pb2.FieldDescriptorProto
file = descriptor_pb2.FileDescriptorProto(name='s.proto', package='s', syntax='proto2')
def message(name, *fields):
    to = file.message_type.add(name=name)
    for name, number, kind, *more in fields:
        field = to.field.add(name=name, number=number, label=F.LABEL_REPEATED if 'many' in more else F.LABEL_OPTIONAL)
        if isinstance(kind, str):
            field.type, field.type_name = F.TYPE_MESSAGE, '.s.' + kind
        else:
            field.type = kind
U32, U64, STR, BOOL, BYTES = F.TYPE_UINT32, F.TYPE_UINT64, F.TYPE_STRING, F.TYPE_BOOL, F.TYPE_BYTES
message('PropertyValue', ('type', 1, U32), ('is_null', 2, BOOL), ('int_value', 3, U32), ('long_value', 4, U64),
    ('float_value', 5, F.TYPE_FLOAT), ('double_value', 6, F.TYPE_DOUBLE), ('boolean_value', 7, BOOL), ('string_value', 8, STR))
message('PropertySet', ('keys', 1, STR, 'many'), ('values', 2, 'PropertyValue', 'many'))
message('Metric', ('name', 1, STR), ('alias', 2, U64), ('timestamp', 3, U64), ('datatype', 4, U32), ('is_historical', 5, BOOL),
    ('is_transient', 6, BOOL), ('is_null', 7, BOOL), ('properties', 9, 'PropertySet'), ('int_value', 10, U32),
    ('long_value', 11, U64), ('float_value', 12, F.TYPE_FLOAT), ('double_value', 13, F.TYPE_DOUBLE),
    ('boolean_value', 14, BOOL), ('string_value', 15, STR), ('bytes_value', 16, BYTES))
message('Payload', ('timestamp', 1, U64), ('metrics', 2, 'Metric', 'many'), ('seq', 3, U64), ('uuid', 4, STR), ('body', 5, BYTES))
pool = descriptor_pool.DescriptorPool()
pool.Add(file)
get = getattr(message_factory, 'GetMessageClass', None) or message_factory.MessageFactory(pool).GetPrototype
Payload = get(pool.FindMessageTypeByName('s.Payload'))
VALUES = ['int_value', 'long_value', 'float_value', 'double_value', 'boolean_value', 'string_value']
for line in sys.stdin:
    read = Payload.FromString(bytes.fromhex(line.strip()))
    assert not read.UnknownFields(), line
    metrics = []
    for each in read.metrics:
        assert not each.UnknownFields(), line
        told = {name: getattr(each, name) for name in ('name', 'alias', 'datatype') if each.HasField(name)}
        told['isNull'] = each.is_null
        told['unit'] = dict(zip(each.properties.keys, [value.string_value for value in each.properties.values])).get('engUnit')
        values = [name for name in VALUES if each.HasField(name)]
        assert len(values) == (0 if each.is_null else 1), line
        metrics.append({**told, **{'value': getattr(each, name) for name in values}})
    print(json.dumps({'timestamp': read.timestamp, 'metrics': metrics, **({'seq': read.seq} if read.HasField('seq') else {})}))
`;

interface Heard {
    topic: string;
    retained: boolean;
    hex: string;
}

describe('UPSs at mosquitto', function () {
    this.timeout(120_000);
    const children: ChildProcess[] = [];
    let mosquitto: string;
    let subscriber: string;
    let directory: string;
    let port: number;
    let heard: Heard[];

    before(function () {
        mosquitto = requirePeer(this, 'mosquitto');
        subscriber = requirePeer(this, 'mosquitto_sub');
        if (spawnSync(PYTHON, ['-c', 'import google.protobuf']).status === 0) return;
        if (process.env.REQUIRE_PEERS === '1') throw new Error('python3-protobuf is missing, and REQUIRE_PEERS=1');
        this.skip();
    });

    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-mosquitto-'));
        port = await freePort();
        heard = [];
    });
    afterEach(async () => {
        await NodeRedProcess.killAll();
        for (const child of children.splice(0)) child.kill('SIGKILL');
        rmSync(directory, { recursive: true, force: true });
    });

    async function startBroker(...further: string[]): Promise<void> {
        const config = join(directory, 'mosquitto.conf');
        // As root it would become another user, who may not read what is in the folder.
        const lines = [
            'user root',
            'per_listener_settings false',
            `listener ${port} 127.0.0.1`,
            'max_queued_messages 0',
        ];
        writeFileSync(config, [...lines, ...further, ''].join('\n'));
        children.push(spawn(mosquitto, ['-c', config], { stdio: 'ignore' }));
        await waitFor('mosquitto', () => answers(port));
    }

    /** Records everything, in this order. */
    async function listen(...args: string[]): Promise<void> {
        const child = spawn(subscriber, ['-p', `${port}`, '-F', '%t|%r|%x', '-t', '#', '-q', '1', ...args]);
        children.push(child);
        let rest = '';
        child.stdout.setEncoding('utf8').on('data', (text: string) => {
            const lines = (rest + text).split('\n');
            rest = lines.pop()!;
            for (const line of lines) {
                const [topic, retained, hex] = line.split('|') as [string, string, string];
                heard.push({ topic, retained: retained === '1', hex });
            }
        });
        await eventually(() => {
            spawnSync('mosquitto_pub', ['-p', `${port}`, '-t', 'listens', '-m', '1']);
            return heard.length > 0;
        }, 20_000);
        heard.splice(0);
    }

    const last = (topic: string) => {
        const hex = heard.findLast((each) => each.topic === topic)?.hex;
        return hex === undefined ? undefined : Buffer.from(hex, 'hex').toString();
    };

    /** What a host makes of all Sparkplug messages so far, as Google's protobuf reads them. */
    function judged(group: string, node: string): SparkplugHost {
        const all = heard.filter(({ topic }) => /^spBv1\.0\/[^/]+\/[ND](BIRTH|DEATH|DATA)\//.test(topic));
        const input = all.map(({ hex }) => `${hex}\n`).join('');
        const { status, stdout, stderr } = spawnSync(PYTHON, ['-c', DECODER], {
            input,
            encoding: 'utf8',
            maxBuffer: 64 * 2 ** 20,
        });
        assert.equal(status, 0, stderr);
        const read = stdout.trim().split('\n');
        assert.equal(read.length, all.length);
        const host = new SparkplugHost(group, node);
        all.forEach(({ topic }, index) => host.receive(topic, JSON.parse(read[index]!) as HostPayload));
        return host;
    }

    it('are told by a real Node-RED in each mode; killed, its wills are seen', async () => {
        await startBroker('allow_anonymous true');
        await listen();
        const flows = [
            { id: 'tab0000000000001', type: 'tab', label: 'MQTT' },
            { id: 'site000000000001', type: 'ups-site', name: 'Hall', directory: 'store' },
            { id: 'unit000000000001', type: 'ups-unit', name: 'UPS 1', site: 'site000000000001' },
            {
                ...{ id: 'sim0000000000001', type: 'ups-simulator', z: 'tab0000000000001', ups: 'unit000000000001' },
                ...{ interval: 1, speed: 1, holdMinutes: 60, x: 200, y: 100, wires: [[]] },
            },
            { id: 'broker0000000001', type: 'mqtt-broker', name: '', broker: '127.0.0.1', port: `${port}` },
            ...['plain', 'homeassistant', 'sparkplug'].map((mode, n) => ({
                ...{ id: `mqtt00000000000${n}`, type: 'ups-mqtt', z: 'tab0000000000001', x: 400, y: 100 + 50 * n },
                ...{ wires: [], site: 'site000000000001', broker: 'broker0000000001', mode, topicPrefix: `by/${mode}` },
            })),
        ];
        const nodeRed = await NodeRedProcess.start({ flows });
        const status = () => JSON.parse(last('by/plain/UPS_1/status') ?? '{}') as Record<string, unknown>;
        await eventually(() => status().knowledge === 'live', 30_000);
        const config = 'homeassistant/device/ridethrough_unit000000000001/config';
        assertDiscovery(await eventually(() => last(config), 30_000));
        await eventually(() => last('spBv1.0/UPS/DBIRTH/ridethrough/UPS_1'), 30_000);

        const { stdout } = spawnSync(subscriber, ['-v', '-p', `${port}`, '-t', 'by/plain/#', '-C', '3'], {
            encoding: 'utf8',
        });
        const kept = Object.fromEntries(
            stdout
                .trim()
                .split('\n')
                .map((line) => line.split(/ (.*)/, 2) as [string, string]),
        );
        assert.deepEqual(Object.keys(kept).sort(), [
            ...['by/plain/UPS_1/availability', 'by/plain/UPS_1/status', 'by/plain/state'],
        ]);
        const { ups, on_battery: onBattery } = JSON.parse(kept['by/plain/UPS_1/status']!) as Record<string, unknown>;
        assert.deepEqual([kept['by/plain/state'], ups, onBattery], ['online', 'UPS 1', false]);

        await nodeRed.kill9();
        await eventually(() => last('by/plain/state') === 'offline' && last('by/homeassistant/state') === 'offline');
        await eventually(() => last('spBv1.0/UPS/NDEATH/ridethrough'));
        const host = judged('UPS', 'ridethrough');
        assert.deepEqual([host.faults, host.births, host.isAlive], [[], [0], false]);
        rmSync(nodeRed.userDir, { recursive: true, force: true });
    });

    it('are told by an edge node whose every message protobuf decodes, over a hundred connections', async () => {
        await startBroker('allow_anonymous true');
        await listen();
        const proxy = await Proxy.start(port);
        const clock = new FakeClock();
        const upses = new Map<string, ServedUps>([['u1', servedSample()]]);
        const journal = new MemoryJournal();
        const births = new BirthSequence('n');
        const mode = new SparkplugMode(
            {
                ...{ group: 'G', node: 'N', primaryHost: '', commands: true, version: '1', now: () => Date.now() },
                nextBirth: () => births.next(journal),
            },
            deadbandsWith([]),
        );
        const broker = { url: `mqtt://127.0.0.1:${proxy.port}`, options: {}, host: '127.0.0.1', port: proxy.port };
        const server = new MqttServer({
            ...{ clock, open: linksTo(broker, () => Date.now()), clientId: 'rt-edge', mode, changed: () => {} },
            serving: {
                upses: [{ id: 'u1', level: 'UPS_1' }],
                of: (id) => upses.get(id),
                order: (_id, order) => Promise.resolve({ ok: true, text: 'done', order }),
                refused: () => {},
                left: { get: () => [], keep: () => {} },
            },
        });
        const told = (type: string) => heard.filter(({ topic }) => topic.includes(`/${type}/`)).length;
        const ready = () => eventually(() => server.state.state === 'ready' && !server.state.isHeld);
        const set = async (ups: ServedUps) => {
            upses.set('u1', ups);
            server.touch('u1');
            await clock.advance(60);
        };
        try {
            server.start();
            for (let n = 0; n <= 100; n++) {
                await ready();
                await clock.advance(100);
                const before = told('DDATA');
                await set(servedSample({ chargePercent: n % 2 ? 50 : 60, name: 'Größe' }));
                server.event('u1', eventOf('power-fail'));
                await eventually(() => told('DDATA') > before);
                if (n % 10 === 0) await set(silentSample());
                if (n === 100) break;
                await eventually(() => told('NBIRTH') === n + 1);
                proxy.cut();
                await eventually(() => server.state.state === 'waiting');
                await eventually(() => told('NDEATH') === n + 1);
                await clock.advance(15_000);
            }
            await server.stop();
            await eventually(() => told('NDEATH') === 101);
        } finally {
            await server.stop();
            await proxy.stop();
        }
        const host = judged('G', 'N');
        assert.deepEqual(host.faults, []);
        assert.deepEqual(
            host.births,
            Array.from({ length: 101 }, (_, n) => n),
        );
        assert.ok(host.counts.DDATA! > 100 && host.counts.DDEATH! > 5, JSON.stringify(host.counts));
    });

    it('are told over TLS with a log-in; without the right one or its certificate the error says what is wrong', async () => {
        const passwords = join(directory, 'passwords');
        writeFileSync(passwords, '');
        spawnSync('mosquitto_passwd', ['-b', passwords, 'ups', 'geheim-1234']);
        const ca = join(CERTS, 'localhost-cert.pem');
        const key = join(CERTS, 'localhost-key.pem');
        const tlsPort = await freePort();
        const tls = [`listener ${tlsPort} 127.0.0.1`, `certfile ${ca}`, `keyfile ${key}`];
        await startBroker('allow_anonymous false', `password_file ${passwords}`, ...tls);
        const attempt = async (options: IClientOptions): Promise<string> => {
            const broker = { url: `mqtts://localhost:${tlsPort}`, options, host: 'localhost', port: tlsPort };
            const will = { topic: 'w', payload: '', qos: 0, retain: false } as const;
            let told: string | undefined;
            const link = linksTo(broker, () => Date.now())(
                { clientId: 'rt', will },
                {
                    open: () => (told ??= 'open'),
                    message: () => {},
                    closed: (error) => (told ??= `${error.code} ${JSON.stringify(error.data)}`),
                },
            );
            const outcome = await eventually(() => told);
            link.destroy();
            assert.ok(!outcome.includes('geheim'), outcome);
            return outcome;
        };
        const right = { ca: readFileSync(ca), username: 'ups', password: 'geheim-1234' };
        assert.equal(await attempt(right), 'open');
        assert.match(await attempt({ ...right, password: 'geheim-falsch' }), /^login-refused/);
        assert.match(await attempt({ username: 'ups', password: 'geheim-1234' }), /^certificate-refused/);
    });
});

async function answers(port: number): Promise<boolean> {
    const socket = connect(port, '127.0.0.1');
    try {
        await once(socket, 'connect');
        return true;
    } finally {
        socket.destroy();
    }
}

/** Between a client and a broker: breaks connections as a network does. */
class Proxy {
    private readonly sockets = new Set<Socket>();

    private constructor(private readonly server: Server) {}

    static async start(to: number): Promise<Proxy> {
        const server = createServer();
        const proxy = new Proxy(server);
        server.on('connection', (client) => {
            const broker = connect(to, '127.0.0.1');
            for (const [one, other] of [
                [client, broker],
                [broker, client],
            ] as const) {
                proxy.sockets.add(one);
                one.setNoDelay(true);
                one.pipe(other);
                one.on('error', () => undefined);
                one.on('close', () => {
                    proxy.sockets.delete(one);
                    other.destroy();
                });
            }
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        return proxy;
    }

    get port(): number {
        return (this.server.address() as { port: number }).port;
    }

    cut(): void {
        for (const socket of this.sockets) socket.destroy();
    }

    async stop(): Promise<void> {
        this.cut();
        await new Promise((resolve) => this.server.close(resolve));
    }
}
