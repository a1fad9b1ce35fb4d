import assert from 'node:assert/strict';
import { createSocket } from 'node:dgram';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import snmp from 'net-snmp';
import type { Node } from 'node-red';
import type { UpsStatus } from '../../lib/core/status/status';
import { trapReceiversOf } from '../../nodes/shared/device/trap-receivers';
import type { UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSnmp from '../../nodes/devices/ups-snmp';
import { freePort } from '../support/free-port';
import { fakeTime } from '../support/fake-time';
import { helper, RED } from '../support/node-red';

const UPS = '1.3.6.1.2.1.33.1';

/** A card played by net-snmp's own agent: [path, value], all INTEGER. */
const CARD: [string, number][] = [
    ['2.1', 2],
    ['2.4', 87],
    ['4.1', 3],
    ['6.1', 0],
];

interface Lamp {
    fill: string;
    text: string;
}

describe('ups-snmp', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let port: number;
    let agent: { close(done?: () => void): void; getMib(): { setScalarValue(name: string, value: number): void } };

    before(() => helper.startServer());
    after(() => helper.stopServer());

    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-snmp-node-'));
        port = await freePort();
        startAgent();
    });

    afterEach(async () => {
        await time.unload();
        await new Promise<void>((resolve) => agent.close(resolve));
        rmSync(directory, { recursive: true, force: true });
        assert.equal(trapReceiversOf(RED).open, 0);
    });

    function startAgent(): void {
        agent = (snmp as unknown as { createAgent: (options: object, done: () => void) => typeof agent }).createAgent(
            { port, address: '127.0.0.1', disableAuthorization: true },
            () => {},
        );
        const mib = agent.getMib() as unknown as { registerProvider(provider: object): void; setScalarValue: never };
        for (const [path, value] of CARD) {
            mib.registerProvider({
                name: path,
                type: snmp.MibProviderType.Scalar,
                oid: `${UPS}.${path}`,
                scalarType: snmp.ObjectType.Integer,
                maxAccess: snmp.MaxAccess['read-only'],
            });
            agent.getMib().setScalarValue(path, value);
        }
    }

    async function load(
        over: object = {},
        credentials: object = {},
    ): Promise<{ lamp(): Lamp | undefined; statuses: UpsStatus[] }> {
        const statuses: UpsStatus[] = [];
        await helper.load(
            [upsSite, upsUnit, upsSnmp] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
                {
                    id: 'dev1',
                    type: 'ups-snmp',
                    ups: 'unit1',
                    interval: 0.2,
                    host: '127.0.0.1',
                    port,
                    version: '2c',
                    timeout: 0.2,
                    retries: 0,
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
        assert.equal(seen.statuses[0]!.output.source, 'normal');
        assert.equal(seen.statuses[0]!.battery.chargePercent, 87);
        assert.equal(seen.lamp()?.fill, 'green');
    });

    it('shows that the device is silent, and recovers by itself', async function () {
        this.timeout(20_000);
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        await new Promise<void>((resolve) => agent.close(resolve));
        await time.onWire(() => seen.lamp()?.fill === 'red', 8000);
        const before = seen.statuses.length;
        startAgent();
        await eventually(() => seen.statuses.length > before && seen.lamp()?.fill === 'green');
    });

    it('polls when a trap comes', async () => {
        const trapPort = await freePort();
        const seen = await load({ interval: 3600, trapPort });
        await eventually(() => seen.statuses.length === 1);
        agent.getMib().setScalarValue('4.1', 5);
        const session = snmp.createSession('127.0.0.1', 'any', { trapPort, version: snmp.Version2c });
        await new Promise((resolve) => session.trap(`${UPS.slice(0, -2)}.2.1`, [], resolve));
        session.close();
        await eventually(() => seen.statuses.at(-1)?.output.source === 'battery');
    });

    it('warns when the trap port is taken, and polls all the same', async () => {
        const holder = createSocket('udp4');
        const trapPort = await freePort();
        await new Promise<void>((resolve) => holder.bind(trapPort, '0.0.0.0', resolve));
        const seen = await load({ trapPort });
        await eventually(() => seen.statuses.length >= 2);
        const { warn } = helper.getNode('dev1') as unknown as { warn: { callCount: number } };
        await eventually(() => warn.callCount === 1);
        const { site } = helper.getNode('unit1') as unknown as UpsUnitNode;
        const logged = () => site!.store.logEntries().filter(({ text }) => text.includes(String(trapPort))).length;
        await eventually(() => seen.lamp()?.fill === 'yellow' && /^port-in-use, ok/.test(seen.lamp()?.text ?? ''));
        assert.equal(logged(), 1);
        await time.clock.advance(31_000);
        await eventually(() => seen.statuses.length > 3);
        assert.deepEqual([logged(), warn.callCount], [1, 1], 'told once, however often it is tried');
        await new Promise<void>((resolve) => holder.close(() => resolve()));
        await eventually(() => seen.lamp()?.fill === 'green' && /^ok/.test(seen.lamp()?.text ?? ''), 60_000);
    });

    for (const [what, over, credentials] of [
        ['no host', { host: '' }, {}],
        ['a wrong port', { port: 70000 }, {}],
        ['no unit', { ups: '' }, {}],
        ['v3 without a user', { version: '3' }, {}],
        ['a short key', { version: '3' }, { user: 'reader', authProtocol: 'sha', authKey: 'short' }],
    ] as const) {
        it(`with ${what} says so once, and sends nothing`, async () => {
            const seen = await load(over, credentials);
            const { error } = helper.getNode('dev1') as unknown as { error: { callCount: number; args: unknown[][] } };
            assert.equal(error.callCount, 1);
            assert.ok(!JSON.stringify(error.args).includes('short'));
            assert.equal(seen.lamp()?.fill, 'red');
            assert.equal(seen.statuses.length, 0);
        });
    }
});
