import { createSocket, type RemoteInfo, type Socket } from 'node:dgram';
import type { RawValue } from '../../../lib/protocols/device-map/raw-value';
import { compareOids, type BerValue } from './wire-ber';
import { answerOf } from './wire-snmp';

const COMMUNITY = 'objects';
const OID = /^1\.3\.6(\.\d+)+$/;

/** An SNMP card of our own with any objects, over v2c: it shares no code with the client under test. */
export class ObjectCard {
    readonly objects: Map<string, RawValue>;
    /** Every object that was asked for. */
    readonly asked = new Set<string>();
    private readonly socket: Socket = createSocket('udp4');

    /** @param objects by OID; numbers are INTEGER, texts that look like it OBJECT IDENTIFIER */
    constructor(objects: Iterable<readonly [string, RawValue]>) {
        this.objects = new Map(objects);
    }

    /** @returns the settings of an `ups-snmp` */
    async start(): Promise<{ host: string; port: number; version: string; community: string }> {
        this.socket.on('message', (bytes, from) => this.take(bytes, from));
        await new Promise<void>((done) => this.socket.bind(0, '127.0.0.1', done));
        return { host: '127.0.0.1', port: this.socket.address().port, version: '2c', community: COMMUNITY };
    }

    async stop(): Promise<void> {
        await new Promise<void>((done) => this.socket.close(done));
    }

    private take(bytes: Buffer, from: RemoteInfo): void {
        const sorted = [...this.objects.keys()].sort(compareOids);
        const value = (oid: string) => berOf(this.objects.get(oid));
        const answered = answerOf(
            {
                version: '2c',
                community: COMMUNITY,
                value,
                after: (oid) => {
                    const next = sorted.find((candidate) => compareOids(candidate, oid) > 0);
                    return next === undefined ? undefined : [next, value(next)!];
                },
                shutdownAfter: () => undefined,
                startAfter: () => undefined,
                setAutoRestart: () => undefined,
            },
            bytes,
        );
        if (!answered) return;
        for (const name of answered.names) this.asked.add(name);
        this.socket.send(answered.bytes, from.port, from.address);
    }
}

function berOf(value: RawValue): BerValue | undefined {
    if (value === undefined) return undefined;
    if (value === null) return { nothing: true };
    if (typeof value === 'number') return { integer: value };
    return OID.test(value) ? { oid: value } : { text: value };
}
