import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer, type Server, type Socket } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createSecureContext, TLSSocket } from 'node:tls';
import type { Node } from 'node-red';
import type { UpsStatus } from '../../lib/core/status/status';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsNut from '../../nodes/devices/ups-nut';
import { fakeTime } from '../support/fake-time';
import { helper } from '../support/node-red';

const CERTS = join(__dirname, '../support/certs');
const CERT = readFileSync(join(CERTS, 'localhost-cert.pem'));
const KEY = readFileSync(join(CERTS, 'localhost-key.pem'));

interface Lamp {
    fill: string;
}

describe('ups-nut', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let server: Server;
    let port: number;
    let sockets: Set<Socket>;
    let asked: string[];
    let encrypted: string[];
    let rows: string[];

    before(() => helper.startServer());
    after(() => helper.stopServer());

    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-nut-node-'));
        sockets = new Set();
        asked = [];
        encrypted = [];
        rows = ['VAR u ups.status "OL CHRG"', 'VAR u battery.charge "87"'];
        server = createServer((socket) => {
            sockets.add(socket);
            socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
            serve(socket, asked);
        });
        await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
        ({ port } = server.address() as { port: number });
    });

    afterEach(async () => {
        await time.unload();
        await eventually(() => sockets.size === 0);
        await new Promise((resolve) => server.close(resolve));
        rmSync(directory, { recursive: true, force: true });
    });

    function serve(socket: Socket | TLSSocket, log: string[]): void {
        const take = (bytes: Buffer) => {
            for (const request of bytes.toString().split('\n').filter(Boolean)) {
                log.push(request);
                if (request === 'STARTTLS') {
                    socket.off('data', take);
                    socket.write('OK STARTTLS\n');
                    const secure = new TLSSocket(socket as Socket, {
                        isServer: true,
                        secureContext: createSecureContext({ cert: CERT, key: KEY }),
                    });
                    secure.on('error', () => socket.destroy());
                    serve(secure, encrypted);
                    return;
                }
                const what = request.replace(/^LIST /, '');
                if (request.startsWith('LIST')) {
                    const told = what.startsWith('VAR') ? rows : [];
                    socket.write([`BEGIN LIST ${what}`, ...told, `END LIST ${what}`, ''].join('\n'));
                } else socket.write('OK\n');
            }
        };
        socket.on('data', take);
    }

    async function load(
        over: object = {},
        credentials: object = {},
    ): Promise<{ lamp(): Lamp | undefined; statuses: UpsStatus[] }> {
        const statuses: UpsStatus[] = [];
        const tlsConfig = (RED: {
            nodes: { createNode(node: object, config: object): void; registerType(type: string, make: unknown): void };
        }) =>
            RED.nodes.registerType(
                'tls-config',
                function (this: { addTLSOptions(options: object): object }, config: { ca: boolean }) {
                    RED.nodes.createNode(this, config);
                    this.addTLSOptions = (options) => ({ ...options, ...(config.ca ? { ca: CERT } : {}) });
                },
            );
        await helper.load(
            [upsSite, upsUnit, upsNut, tlsConfig] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
                { id: 'trusting', type: 'tls-config', ca: true },
                { id: 'strict', type: 'tls-config', ca: false },
                {
                    id: 'dev1',
                    type: 'ups-nut',
                    ups: 'unit1',
                    interval: 0.2,
                    host: '127.0.0.1',
                    port,
                    upsName: 'u',
                    wires: [['h1']],
                    ...over,
                },
                { id: 'h1', type: 'helper' },
            ] as never,
            { dev1: credentials } as never,
        );
        (helper.getNode('h1') as Node).on('input', (message) => statuses.push(message.payload as UpsStatus));
        const { status } = helper.getNode('dev1') as unknown as { status: { args: [Lamp][] } };
        return { lamp: () => status.args.at(-1)?.[0], statuses };
    }

    it('sends every reading as a status, and shows that all is well', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length >= 2);
        assert.equal(seen.statuses[0]!.battery.chargePercent, 87);
        assert.equal(seen.statuses[0]!.battery.charging, 'charging');
        assert.equal(seen.lamp()?.fill, 'green');
    });

    it('sends its readings to whoever is wired to it later', async () => {
        const seen = await load({ wires: [[]] });
        await eventually(() => seen.lamp()?.fill === 'green');
        assert.equal(seen.statuses.length, 0);
        // What a deploy does to a node of which only the wires have changed.
        (helper.getNode('dev1') as unknown as { updateWires(wires: string[][]): void }).updateWires([['h1']]);
        await eventually(() => seen.statuses.length > 0);
        assert.equal(seen.statuses[0]!.battery.chargePercent, 87);
    });

    it('is green beside what is told among the alarms and is none', async () => {
        rows = ['VAR u ups.status "OL ALARM"', 'VAR u ups.alarm "Battery low"'];
        const seen = await load({ ignoreLowBattery: true });
        await eventually(() => seen.statuses.length > 0);
        assert.deepEqual(seen.statuses[0]!.alarms, ['state:low battery']);
        assert.equal(seen.lamp()?.fill, 'green');
    });

    it('logs in with its credentials, encrypted when a tls-config says so', async () => {
        const seen = await load({ tls: 'trusting' }, { user: 'me', password: 'secret' });
        await eventually(() => seen.statuses.length > 0);
        assert.deepEqual(asked, ['STARTTLS']);
        assert.deepEqual(encrypted.slice(0, 3), ['USERNAME "me"', 'PASSWORD "secret"', 'LOGIN u']);
    });

    it('does not talk to a server whose certificate it cannot trust', async () => {
        const seen = await load({ tls: 'strict' }, { user: 'me', password: 'secret' });
        await eventually(() => seen.lamp()?.fill === 'blue');
        assert.deepEqual([...asked, ...encrypted], ['STARTTLS']);
        assert.equal(seen.statuses.length, 0);
    });

    it('shows that upsd is gone', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        server.close();
        for (const socket of sockets) socket.destroy();
        await eventually(() => seen.lamp()?.fill === 'red');
    });

    it('takes the address of an IPv6 server in brackets', async () => {
        const six = createServer((socket) => {
            sockets.add(socket);
            socket.on('close', () => sockets.delete(socket)).on('error', () => socket.destroy());
            serve(socket, asked);
        });
        await new Promise<void>((resolve) => six.listen(0, '::1', resolve));
        try {
            const seen = await load({ host: '[::1]', port: (six.address() as { port: number }).port });
            await eventually(() => seen.statuses.length > 0);
            assert.equal(seen.lamp()?.fill, 'green');
        } finally {
            six.close();
        }
    });

    for (const [ignoreLowBattery, state] of [
        [undefined, 'low'],
        [false, 'low'],
        ['No', 'low'],
        [true, 'normal'],
        ['true', 'normal'],
        ['ON', 'normal'],
        ['1', 'normal'],
    ] as const) {
        it(`calls the battery ${state} by the flag LB with ignoreLowBattery ${String(ignoreLowBattery)}`, async () => {
            rows = ['VAR u ups.status "OL LB"', 'VAR u battery.charge "96"'];
            const seen = await load({ ignoreLowBattery });
            await eventually(() => seen.statuses.length > 0);
            assert.equal(seen.statuses[0]!.battery.state, state);
            assert.equal(seen.statuses[0]!.alarms!.includes('low-battery'), state === 'low');
        });
    }

    for (const [what, over] of [
        ['no host', { host: '' }],
        ['a page instead of a host', { host: 'http://127.0.0.1/' }],
        ['no name of the UPS', { upsName: '' }],
        ['an empty variable for a tick box', { ignoreLowBattery: '' }],
        ['a name that would be a command', { upsName: 'u\nINSTCMD' }],
        ['a wrong port', { port: 70000 }],
        ['no unit', { ups: '' }],
        ['a tls-config that is gone', { tls: 'nowhere' }],
    ] as const) {
        it(`with ${what} says so once, and sends nothing`, async () => {
            const seen = await load(over);
            const { error } = helper.getNode('dev1') as unknown as { error: { callCount: number } };
            assert.equal(error.callCount, 1);
            assert.equal(seen.lamp()?.fill, 'red');
            assert.equal(asked.length, 0);
        });
    }
});
