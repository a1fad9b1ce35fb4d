import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import type { Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ServerTCP } from 'modbus-serial';
import type { Node } from 'node-red';
import type { UpsStatus } from '../../lib/core/status/status';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsCs141 from '../../nodes/devices/ups-cs141';
import { freePort } from '../support/free-port';
import { fakeTime } from '../support/fake-time';
import { helper } from '../support/node-red';

interface Lamp {
    fill: string;
    text: string;
}

/** A card by the default map, served by modbus-serial's own server; what is not in the table is exception 2. */
class Card {
    readonly words = new Map<number, number>();
    readonly requests: [address: number, count: number, unit: number][] = [];
    readonly sockets = new Set<{ destroy(): void }>();
    private server!: ServerTCP;

    constructor() {
        for (let address = 97; address <= 142; address++) this.words.set(address, 0);
        this.words.set(97, 230).set(103, 76).set(109, 4);
    }

    async start(): Promise<number> {
        const missing = Object.assign(new Error('no such register'), { modbusErrorCode: 2 });
        this.server = new ServerTCP(
            {
                getMultipleHoldingRegisters: (address: number, count: number, unit: number, done: unknown) => {
                    this.requests.push([address, count, unit]);
                    const words = Array.from({ length: count }, (_, index) => this.words.get(address + index));
                    const known = words.every((word) => word !== undefined);
                    (done as (error: Error | null, words?: unknown[]) => void)(known ? null : missing, words);
                },
            },
            // A port of 0 would be 502 to it.
            { host: '127.0.0.1', port: await freePort(), unitID: 255 },
        );
        const { _server: net } = this.server as unknown as { _server: Server };
        net.on('connection', (socket) => {
            this.sockets.add(socket);
            socket.on('close', () => this.sockets.delete(socket));
        });
        if (!net.listening) await once(net, 'listening');
        return (net.address() as { port: number }).port;
    }

    stop(): Promise<void> {
        for (const socket of this.sockets) socket.destroy();
        return new Promise((resolve) => this.server.close(() => resolve()));
    }
}

describe('ups-cs141', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let card: Card;
    let port: number;

    before(() => helper.startServer());
    after(() => helper.stopServer());

    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-cs141-node-'));
        card = new Card();
        port = await card.start();
    });

    afterEach(async () => {
        await time.unload();
        await eventually(() => card.sockets.size === 0);
        await card.stop();
        rmSync(directory, { recursive: true, force: true });
    });

    const flow = (over: object = {}) => [
        { id: 'site1', type: 'ups-site', name: 'Site', directory },
        { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
        {
            id: 'dev1',
            type: 'ups-cs141',
            ups: 'unit1',
            interval: 0.2,
            transport: 'tcp',
            host: '127.0.0.1',
            port,
            unitId: 1,
            map: 'default',
            timeout: 1,
            wires: [['h1']],
            ...over,
        },
        { id: 'h1', type: 'helper' },
    ];

    async function load(over: object = {}, credentials: object = {}) {
        const statuses: { topic: string; payload: UpsStatus }[] = [];
        await helper.load([upsSite, upsUnit, upsCs141] as never, flow(over) as never, { dev1: credentials } as never);
        (helper.getNode('h1') as Node).on('input', (message) => statuses.push(message as never));
        const node = helper.getNode('dev1') as unknown as {
            status: { args: [Lamp][] };
            error: { args: [string][] };
            warn: { args: [string][] };
        };
        return {
            statuses,
            lamp: () => node.status.args.at(-1)?.[0],
            errors: () => node.error.args.map(([text]) => text),
            warnings: () => node.warn.args.map(([text]) => text),
        };
    }

    it('sends every reading as a status, and shows that all is well', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length >= 2);
        assert.equal(seen.statuses[0]!.topic, 'UPS 1/status');
        assert.equal(seen.statuses[0]!.payload.battery.chargePercent, 76);
        assert.equal(seen.lamp()?.fill, 'green');
        assert.deepEqual(card.requests[0], [97, 46, 1]);
    });

    it('shows a power failure', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        card.words.set(109, 12);
        await eventually(() => seen.lamp()?.fill === 'red');
        assert.equal(seen.statuses.at(-1)!.payload.output.source, 'battery');
    });

    it('shows that the card is gone', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        await card.stop();
        await eventually(() => seen.lamp()?.fill === 'red');
    });

    it('shows that the card has lost its UPS', async () => {
        card.words.set(134, 1);
        const seen = await load();
        await eventually(() => seen.lamp()?.fill === 'red');
    });

    it('says that an outage would not be seen', async () => {
        card.words.clear();
        for (let address = 100; address <= 111; address++) card.words.set(address, 0);
        card.words.set(102, 230).set(104, 230).set(106, 4);
        const seen = await load({ map: 'everexceed', outages: 'told' });
        await eventually(() => /outages.unseen/.test(seen.lamp()?.text ?? ''));
        assert.equal(seen.lamp()?.fill, 'yellow');
        assert.match(seen.warnings().join(), /everexceed/);
        await time.unload();
        const concluding = await load({ map: 'everexceed' });
        await eventually(() => concluding.lamp()?.fill === 'green');
        card.words.set(102, 0);
        await eventually(() => concluding.statuses.at(-1)?.payload.output.source === 'battery');
    });

    it('says which setting is wrong', async () => {
        for (const over of [
            { host: '' },
            { map: 'piller' },
            { transport: 'rtu', path: '' },
            { ups: '' },
            { unitId: 999 },
        ]) {
            const seen = await load(over);
            assert.equal(seen.errors().length, 1, JSON.stringify(over));
            assert.equal(seen.lamp()?.fill, 'red');
            await time.unload();
        }
        assert.deepEqual(card.requests, []);
    });

    it('tells once that the web report cannot be had, and goes on over Modbus', async () => {
        const seen = await load(
            { http: true, httpUrl: 'http://127.0.0.1:1', httpInterval: 2 },
            { user: 'admin', password: 's3cret' },
        );
        await eventually(() => seen.warnings().length > 0);
        assert.ok(!seen.warnings().join().includes('s3cret'));
        const { length } = seen.statuses;
        await eventually(() => seen.statuses.length > length + 1);
    });

    it('reads on after a redeploy, over a new connection alone', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        await helper.setFlows(flow({ unitId: 3 }) as never, 'nodes');
        await eventually(() => card.requests.at(-1)?.[2] === 3);
        assert.equal(card.sockets.size, 1);
    });
});
