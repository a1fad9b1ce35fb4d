import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { SystemClock } from '../../lib/core/clock';
import { BacnetServer } from '../../lib/protocols/bacnet/server';
import { AllowedSenders } from '../../lib/protocols/shared/senders';
import { UdpRecording } from '../support/bacnet-recording';
import { bacnetServing } from '../support/bacnet-wire';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';
import { servedSample, silentSample } from '../support/served-sample';

const run = promisify(execFile);
/** nmap asks the standard port alone. */
const DEVICE = { address: '127.0.0.2', port: 47_808 };
const UPSS = 20;
const SILENT = 20;

/** As much of the package @bacnet-js/client as is used. */
interface Client extends NodeJS.EventEmitter {
    whoIs(to: { address: string }): void;
    readProperty(from: object, object: object, property: number, options?: object): Promise<{ values: Value[] }>;
    readPropertyMultiple(
        from: object,
        asked: object[],
    ): Promise<{ values: { values: { id: number; value: Value[] }[] }[] }>;
    subscribeCov(
        to: object,
        object: object,
        process: number,
        cancel: boolean,
        confirmed: boolean,
        seconds: number,
    ): Promise<void>;
    simpleAckResponse(to: object, service: number, invokeId: number): void;
    close(): void;
}
interface Value {
    type: number;
    value: unknown;
}
interface Notified {
    header: { sender: object };
    service: number;
    invokeId: number;
    payload: { values: { value: Value[] }[] };
}

function clientPackage(context: Mocha.Context): new (options: object) => Client {
    try {
        return (createRequire(__filename)('@bacnet-js/client') as { default: new (options: object) => Client }).default;
    } catch (error) {
        if (process.env.REQUIRE_PEERS === '1') throw error;
        // Of the development packages: `npm ci` installs it.
        return context.skip();
    }
}

describe('the BACnet device, read by other programs', function () {
    this.timeout(60_000);
    const recording = new UdpRecording();
    let server: BacnetServer;
    let folder: string;
    let charge = 80;
    let changed: () => void;

    before(async () => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-bacnet-'));
        const targets = Object.fromEntries(
            Array.from({ length: UPSS }, (_, index) => [
                index + 1,
                {
                    served: () =>
                        index + 1 === SILENT
                            ? silentSample()
                            : servedSample({ id: `u${index}`, name: `UPS ${index + 1}`, chargePercent: charge }),
                    supports: () => true,
                    order: () => Promise.resolve(),
                },
            ]),
        );
        const parts = bacnetServing(targets, { senders: new AllowedSenders('127.0.0.0/8'), writes: true });
        changed = parts.changed;
        const clock = new SystemClock();
        const { serving } = parts;
        server = new BacnetServer({ clock, serving, at: DEVICE, changed: () => undefined, listen: recording.listen });
        server.start();
        await eventually(() => server.at !== undefined);
    });
    after(async () => {
        await server?.stop();
        if (folder) rmSync(folder, { recursive: true, force: true });
    });

    it('nmap names it', async function () {
        const nmap = requirePeer(this, 'nmap');
        const asked = ['-n', '-Pn', '-sU', '-p', '47808', '--script', 'bacnet-info', DEVICE.address];
        // Raw packets are root's.
        const [program, ...given] = process.getuid?.() === 0 ? [nmap, ...asked] : ['sudo', '-n', nmap, ...asked];
        const { stdout } = await run(program, given).catch((error: { stdout: string; stderr: string }) => {
            if (process.env.REQUIRE_PEERS !== '1') this.skip();
            throw new Error(error.stderr);
        });
        for (const line of [
            '47808/udp open  bacnet',
            'Vendor Name: Ridethrough',
            'Object-identifier: 1234',
            'Firmware: 1.0.0',
            'Object Name: Ridethrough 1234',
            'Model Name: Ridethrough',
            'Description: UPSs of the plant',
            'Location: Hall 3',
        ])
            assert.ok(stdout.includes(line), stdout);
    });

    it('a client finds it, reads one, many, and a list in segments, and is told of changes', async function () {
        const Client = clientPackage(this);
        const client = new Client({ port: await freePort(), interface: '127.0.0.1', apduTimeout: 5000 });
        const told: unknown[] = [];
        const take = ({ payload }: Notified) => void told.push(payload.values[0]!.value[0]!.value);
        client.on('error', (error: Error) => told.push(error.message));
        client.on('covNotifyUnconfirmed', take);
        client.on('covNotify', (notified: Notified) => {
            take(notified);
            client.simpleAckResponse(notified.header.sender, notified.service, notified.invokeId);
        });
        try {
            const found = once(client, 'iAm');
            client.whoIs({ address: DEVICE.address });
            const [{ payload }] = (await found) as [{ payload: object }];
            assert.deepEqual(payload, { ...payload, deviceId: 1234, maxApdu: 1476, segmentation: 1, vendorId: 65_535 });
            const measure = { type: 0, instance: 1001 };
            const { values } = await client.readProperty(DEVICE, measure, 85);
            assert.equal(values[0]!.value, 80);
            const list = await client.readProperty(DEVICE, { type: 8, instance: 1234 }, 76);
            // 19 UPSs with 57 objects and 3 commands, a silent one with 4 measures, 35 alarms and 3 states.
            assert.equal(list.values.length, 1 + 19 * 60 + 42);
            assert.deepEqual(list.values.at(-1)!.value, { type: 19, instance: 20_003 });
            const many = await client.readPropertyMultiple(DEVICE, [
                { objectId: measure, properties: [{ id: 8 }] },
                { objectId: { type: 3, instance: 20_020 }, properties: [{ id: 85 }, { id: 103 }, { id: 9999 }] },
                { objectId: { type: 0, instance: 20_001 }, properties: [{ id: 85 }, { id: 103 }] },
            ]);
            const [all, lost, silent] = many.values.map(({ values: each }) => each.map(({ value }) => value[0]!.value));
            assert.equal(all!.length, 11);
            assert.deepEqual(lost!.slice(0, 2), [1, 0]);
            assert.deepEqual(silent, [NaN, 12]);
            for (const confirmed of [false, true]) {
                await client.subscribeCov(DEVICE, measure, confirmed ? 1 : 2, false, confirmed, 60);
            }
            await eventually(() => told.length >= 2);
            charge = 70;
            changed();
            await eventually(() => told.length >= 4);
            assert.deepEqual(told, [80, 80, 70, 70]);
            assert.equal(server.subscriptionCount, 2);
        } finally {
            client.close();
        }
    });

    it('tshark finds nothing malformed in all of that', async function () {
        const tshark = requirePeer(this, 'tshark');
        assert.ok(recording.count >= 10, `${recording.count} packets`);
        const path = join(folder, 'session.pcap');
        recording.save(path);
        const fields = ['frame.protocols', '_ws.expert.message'].flatMap((field) => ['-e', field]);
        // What we have sent: nmap also tries what is no BACnet.
        const own = `ip.src == ${DEVICE.address}`;
        const asked = ['-r', path, '-d', 'udp.port==47808,bvlc', '-Y', own, '-T', 'fields', ...fields];
        const { stdout } = await run(tshark, asked);
        const lines = stdout.trimEnd().split('\n');
        assert.ok(lines.length >= recording.count / 3, stdout);
        // Each is a whole BACnet frame, and there is nothing to say of any.
        const wrong = lines.filter((line) => !/^[\w:]*:bvlc:bacnet(:bacapp)?\s*$/.test(line));
        assert.deepEqual(wrong, []);
    });
});
