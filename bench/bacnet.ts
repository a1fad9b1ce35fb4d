import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { SystemClock } from '../lib/core/clock';
import { emptyStatus } from '../lib/core/status/status';
import type { ServedUps } from '../lib/core/served/served-ups';
import { BacnetServer } from '../lib/protocols/bacnet/server';
import type { BacnetServing } from '../lib/protocols/bacnet/serving';
import { AllowedSenders } from '../lib/protocols/shared/senders';
import { freePort } from '../test/support/free-port';
import { delay } from './support/machine-clock';
import { withinTargets, type Measurement, type Result } from './support/measurement';
import { round, summarize } from './support/statistics';

const DEVICE = '127.0.0.1';
/** With 57 objects each: 3,022 objects. */
const UPSS = 53;
const OBJECTS = UPSS * 57 + 1;
/** Below what one address gets in a second. */
const OF_ONE_CLIENT = 50;
const CHANGES = 50;
const STRANGERS_DATAGRAMS = 100_000;
const ANSWER_MS = 2000;

const LINE = { voltage: 230.4, current: 1.2, frequency: 50, power: 260 };
const OUTPUT = { voltage: 229.8, current: 1.1, power: 250, load: 25, apparentPower: 300 };

/** A BACnet device with 3,000 objects over UDP: one property, the list of objects by index and in segments, a subscription, and a flood of strangers. */
export const bacnet: Measurement = {
    name: 'bacnet',
    async run({ size }) {
        const world = await BacnetWorld.start();
        try {
            return [
                await oneByOne(world, size(OBJECTS)),
                await segmented(world, size(20)),
                await changes(world, size(CHANGES)),
                await strangers(world, size(STRANGERS_DATAGRAMS)),
            ];
        } finally {
            await world.stop();
        }
    },
};

/** The list of objects by index, each request after the answer to the one before, from clients at many addresses. */
async function oneByOne(world: BacnetWorld, count: number): Promise<Result> {
    const took: number[] = [];
    for (let first = 1; first <= count; first += OF_ONE_CLIENT) {
        const client = await world.client();
        for (let index = first; index < Math.min(first + OF_ONE_CLIENT, count + 1); index++) {
            const begun = performance.now();
            const answer = await client.ask(`0005010c0c020004d2194c2a${index.toString(16).padStart(4, '0')}`);
            took.push(performance.now() - begun);
            if (!answer.startsWith('30010c')) throw new Error(`index ${index}: ${answer}`);
        }
        client.close();
    }
    const values = { ...summarize(took, 3), objects: count };
    const target = { median: 0.5 };
    return result('ReadProperty, the list of objects by index', 'ms', values, target);
}

/** The same list as one answer in segments, by windows of 16. */
async function segmented(world: BacnetWorld, times: number): Promise<Result> {
    const took: number[] = [];
    let bytes = 0;
    for (let time = 0; time < times; time++) {
        const client = await world.client();
        const begun = performance.now();
        bytes = await client.list();
        took.push(performance.now() - begun);
        client.close();
    }
    if (bytes !== OBJECTS * 5 + 8 + 1) throw new Error(`${bytes} bytes`);
    return result('the list of 3,022 objects in segments', 'ms', { ...summarize(took, 2), bytes }, { median: 100 });
}

/** From a reading of the UPS until its subscriber has the notification. */
async function changes(world: BacnetWorld, times: number): Promise<Result> {
    const client = await world.client();
    await client.ask('0005010509011c000003e92900');
    await client.next();
    const took: number[] = [];
    for (let time = 0; time < times; time++) {
        await delay(5);
        const begun = performance.now();
        world.read(time % 2 === 0 ? 50 : 80);
        await client.next();
        took.push(performance.now() - begun);
    }
    client.close();
    return result('a subscriber is told of a reading', 'ms', { ...summarize(took, 2) }, { max: 100 });
}

/** What datagrams of strangers cost; ten thousand a second must leave room. */
async function strangers(world: BacnetWorld, count: number): Promise<Result> {
    const frame = Buffer.from('810a001101040005010c0c000003e91955', 'hex');
    const before = process.cpuUsage();
    for (let n = 0; n < count; n++) {
        world.server.receive(frame, { address: `198.51.${n % 100}.${n % 250}`, port: 47_808 });
        if (n % 1000 === 0) await delay(0);
    }
    const { user, system } = process.cpuUsage(before);
    const values = { microseconds: round((user + system) / count, 2), datagrams: count };
    return result('a datagram of a stranger', 'µs of the processor', values, { microseconds: 10 });
}

function result(measurement: string, unit: string, values: object, target: Record<string, number>): Result {
    return { measurement, unit, ...values, target, met: withinTargets({ ...values }, target) };
}

class BacnetWorld {
    readonly server: BacnetServer;
    private changed: () => void = () => undefined;
    private charge = 80;
    private clients = 0;
    private readonly upses = new Map<number, ServedUps>();

    private constructor(private readonly port: number) {
        const clock = new SystemClock();
        const at = { address: DEVICE, port };
        this.server = new BacnetServer({ clock, at, serving: this.serving(), changed: () => undefined });
    }

    static async start(): Promise<BacnetWorld> {
        const world = new BacnetWorld(await freePort());
        world.server.start();
        while (!world.server.at) await delay(5);
        return world;
    }

    stop(): Promise<void> {
        return this.server.stop();
    }

    read(charge: number): void {
        this.charge = charge;
        this.upses.clear();
        this.changed();
    }

    /** Of another address each. */
    async client(): Promise<Client> {
        this.clients++;
        const socket = createSocket('udp4');
        socket.bind(0, `127.1.${this.clients >> 8}.${this.clients & 255}`);
        await once(socket, 'listening');
        return new Client(socket, this.port);
    }

    private serving(): BacnetServing {
        const nobody = new AllowedSenders('');
        return {
            ...{ deviceId: 1234, deviceName: 'Ridethrough 1234', description: '', location: '', modelName: '' },
            ...{ vendorId: 65_535, version: '1.0.0', networkNumber: 0, apduTimeoutMs: 3000, writes: false },
            ...{ senders: new AllowedSenders('127.0.0.0/8'), writers: nobody, password: '', unknownAs: 'nan' },
            ...{ shutdownSeconds: 60, numbers: Array.from({ length: UPSS }, (_, index) => index + 1) },
            target: (number) => ({
                served: () => this.served(number),
                supports: () => false,
                order: () => Promise.resolve(),
            }),
            follow: (changed) => {
                this.changed = changed;
                return () => undefined;
            },
            kept: () => undefined,
            keep: () => undefined,
            refused: () => undefined,
            controlled: () => undefined,
        };
    }

    private served(number: number): ServedUps {
        const known = this.upses.get(number) ?? this.make(number);
        this.upses.set(number, known);
        return known;
    }

    private make(number: number): ServedUps {
        const status = {
            ...emptyStatus(0),
            battery: { state: 'normal' as const, voltage: 54, current: 0, temperature: 24 },
            input: { lineBads: 3, lines: [LINE] },
            output: { source: 'normal' as const, frequency: 50, energy: 12, lines: [OUTPUT] },
        };
        return {
            ...{ id: `u${number}`, name: `UPS ${number}`, site: {}, knowledge: 'live', identity: {}, status },
            ...{ onBattery: false, batteryLow: false, testsBattery: false, communicationLost: false, events: [] },
            ...{ secondsOnBattery: 0, remainingSeconds: 3600, chargePercent: this.charge },
        };
    }
}

class Client {
    private readonly got: Buffer[] = [];
    private wake: () => void = () => undefined;

    constructor(
        private readonly socket: Socket,
        private readonly port: number,
    ) {
        socket.on('message', (frame) => {
            this.got.push(frame.subarray(6));
            this.wake();
        });
    }

    async ask(apdu: string): Promise<string> {
        this.send(Buffer.from(apdu, 'hex'));
        return (await this.next()).toString('hex');
    }

    async next(): Promise<Buffer> {
        const end = performance.now() + ANSWER_MS;
        while (this.got.length === 0) {
            if (performance.now() > end) throw new Error('no answer');
            await new Promise<void>((resolve) => {
                const timer = setTimeout(resolve, 100);
                this.wake = () => {
                    clearTimeout(timer);
                    resolve();
                };
            });
        }
        return this.got.shift()!;
    }

    /** Takes the list of objects in segments. @returns bytes of it */
    async list(): Promise<number> {
        // More than 64 segments of 1476 bytes.
        this.send(Buffer.from('0275010c0c020004d2194c', 'hex'));
        let bytes = 0;
        for (let inWindow = 1, window = 1; ; inWindow++) {
            const segment = await this.next();
            const [first, , sequence] = segment;
            bytes += segment.length - 5;
            const isLast = (first! & 4) === 0;
            if (inWindow === window || isLast) {
                this.send(Buffer.of(0x40, 1, sequence!, 16));
                [inWindow, window] = [0, 16];
            }
            if (isLast) return bytes;
        }
    }

    close(): void {
        this.socket.close();
    }

    private send(apdu: Buffer): void {
        const head = Buffer.of(0x81, 0x0a, (apdu.length + 6) >> 8, (apdu.length + 6) & 255, 1, 4);
        this.socket.send(Buffer.concat([head, apdu]), this.port, DEVICE);
    }
}
