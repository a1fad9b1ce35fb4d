import { AllowedSenders } from '../../lib/protocols/shared/senders';
import type { Endpoint } from '../../lib/protocols/shared/listener';
import type { BacnetRefusal, BacnetServing, ServedTarget } from '../../lib/protocols/bacnet/serving';
import { BacnetServer } from '../../lib/protocols/bacnet/server';
import type { FakeClock } from './fake-clock';

export const CLIENT: Endpoint = { address: '192.0.2.9', port: 47_808 };

export type Serving = { -readonly [K in keyof BacnetServing]: BacnetServing[K] };

/** What a device serves, without a node. */
export function bacnetServing(targets: Readonly<Record<number, ServedTarget>>, settings: Partial<Serving> = {}) {
    const kept = new Map<string, string>();
    const refusals: BacnetRefusal[] = [];
    const controlled: unknown[][] = [];
    const followers = new Set<() => void>();
    const serving: Serving = {
        deviceId: 1234,
        deviceName: 'Ridethrough 1234',
        description: 'UPSs of the plant',
        location: 'Hall 3',
        modelName: 'Ridethrough',
        vendorId: 65_535,
        version: '1.0.0',
        networkNumber: 0,
        apduTimeoutMs: 3000,
        senders: new AllowedSenders('192.0.2.0/24'),
        writes: false,
        writers: new AllowedSenders('192.0.2.9'),
        password: '',
        unknownAs: 'nan',
        shutdownSeconds: 60,
        numbers: Object.keys(targets).map(Number),
        target: (number) => targets[number],
        follow: (changed) => {
            followers.add(changed);
            return () => followers.delete(changed);
        },
        kept: (name) => (kept.has(name) ? JSON.parse(kept.get(name)!) : undefined),
        keep: (name, value) => void (value === undefined ? kept.delete(name) : kept.set(name, JSON.stringify(value))),
        refused: (_address, reason) => void refusals.push(reason),
        controlled: (...told) => void controlled.push(told),
        ...settings,
    };
    return { serving, kept, refusals, controlled, changed: () => followers.forEach((tell) => tell()) };
}

/** A device without a network, and what goes over the wire. */
export class BacnetWire {
    readonly sent: { frame: Buffer; to: Endpoint }[] = [];
    readonly server: BacnetServer;
    /** The port breaks down. */
    breakDown: (reason: string) => void = () => undefined;

    constructor(
        readonly clock: FakeClock,
        readonly serving: BacnetServing,
        random = () => 0.5,
    ) {
        this.server = new BacnetServer({
            ...{ clock, serving, random, at: { address: '192.0.2.1', port: 47_808 }, changed: () => undefined },
            listen: (at, _receive, failed) => {
                this.breakDown = failed;
                return Promise.resolve({
                    at,
                    close: () => Promise.resolve(),
                    send: (frame, to) => void this.sent.push({ frame, to }),
                });
            },
        });
    }

    async start(): Promise<this> {
        this.server.start();
        await new Promise((resolve) => setImmediate(resolve));
        return this;
    }

    /** What comes back at once for a whole frame, hexadecimal. */
    frame(hex: string, from = CLIENT): string[] {
        const before = this.sent.length;
        this.server.receive(Buffer.from(hex.replace(/\s/g, ''), 'hex'), from);
        return this.sent.slice(before).map(({ frame }) => frame.toString('hex'));
    }

    /** As `frame`, of an APDU in a unicast without a router; of answers the APDUs. */
    ask(hex: string, from = CLIENT): string[] {
        const apdu = hex.replace(/\s/g, '');
        const length = (apdu.length / 2 + 6).toString(16).padStart(4, '0');
        return this.frame(`810a${length}0104${apdu}`, from).map((answer) => answer.slice(12));
    }

    /** APDUs that were sent since this was asked last. */
    news(): string[] {
        return this.sent.splice(0).map(({ frame }) => frame.toString('hex').slice(12));
    }
}
