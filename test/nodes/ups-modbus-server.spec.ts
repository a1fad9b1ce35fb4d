import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { createConnection, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ModbusRTU from 'modbus-serial';
import type { Node } from 'node-red';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsSimulator from '../../nodes/devices/ups-simulator';
import upsModbusServer from '../../nodes/servers/ups-modbus-server';
import { freePort } from '../support/free-port';
import { fakeTime } from '../support/fake-time';
import { helper, theFlow } from '../support/node-red';

describe('ups-modbus-server', () => {
    const time = fakeTime();
    const { eventually } = time;
    const clients: ModbusRTU[] = [];
    let directory: string;
    let port: number;
    let shown: string[];

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
        port = await freePort();
        shown = [];
    });
    afterEach(async () => {
        for (const client of clients.splice(0)) client.destroy(() => undefined);
        await time.unload();
        rmSync(directory, { recursive: true });
    });

    const server = (settings: object = {}) => ({
        id: 'server1',
        type: 'ups-modbus-server',
        name: 'PLC',
        address: '127.0.0.1',
        port,
        units: [{ unitId: 1, ups: 'UPS 1', map: 'default' }],
        ...settings,
    });
    const flow = (settings: object = {}, dryRun = false) => [
        { id: 'site1', type: 'ups-site', name: 'Hall', directory, dryRun },
        { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1', staleSeconds: 30 },
        { id: 'sim1', type: 'ups-simulator', ups: 'unit1', interval: 1, wires: [[]] },
        server(settings),
    ];
    const load = async (settings: object = {}, { dryRun = false } = {}) => {
        await helper.load([upsSite, upsUnit, upsSimulator, upsModbusServer] as never, flow(settings, dryRun) as never);
        (helper.getNode('server1') as Node).status = ((status: { text?: string }) =>
            shown.push(String(status.text))) as never;
        await eventually(() => theFlow().registry.source('unit1')?.status());
    };
    const connect = async (unitId = 1, localAddress = '127.0.0.1'): Promise<ModbusRTU> => {
        const client = new ModbusRTU();
        await client.connectTCP('127.0.0.1', { port, localAddress });
        client.setID(unitId);
        client.setTimeout(2000);
        clients.push(client);
        return client;
    };
    const listening = () => eventually(() => shown.some((text) => text.includes(`:${port}`)));
    const sim = (topic: string, payload: unknown) =>
        (helper.getNode('sim1') as Node).receive({ topic, payload } as never);
    const statusWord = async (client: ModbusRTU) => (await client.readHoldingRegisters(109, 1)).data[0];
    const log = () =>
        theFlow()
            .registry.site('site1')!
            .store.logEntries({ kinds: ['system'] })
            .map(({ text, dryRun }) => `${text}${dryRun ? ' [dry run]' : ''}`);

    it('serves a UPS as a card: mains, outage, silence in it', async () => {
        await load();
        await listening();
        const client = await connect();
        assert.equal(await statusWord(client), 4);
        assert.deepEqual((await client.readInputRegisters(103, 1)).data, [100]);
        sim('mains', false);
        await eventually(() => theFlow().registry.source('unit1')?.stateOf('power-fail').active);
        assert.equal(await statusWord(client), 12);
        sim('silent', true);
        await eventually(() => theFlow().registry.units()[0]?.isSilent, 120_000);
        assert.equal(await statusWord(client), 12 + 0x4000);
    });

    it('says on mains that the UPS is silent', async () => {
        await load({ unknownAs: '-9999' });
        await listening();
        const client = await connect();
        sim('silent', true);
        await eventually(() => theFlow().registry.units()[0]?.isSilent, 120_000);
        assert.deepEqual((await client.readHoldingRegisters(103, 7)).data, [
            ...Array<number>(6).fill(0x10000 - 9999),
            0x4000,
        ]);
    });

    it('serves several UPSs by unit id and map; one that is not there is busy', async () => {
        const units = [
            { unitId: 1, ups: 'unit1', map: 'default' },
            { unitId: 9, ups: 'UPS 1', map: 'm600' },
            { unitId: 10, ups: 'nothing', map: 'default' },
        ];
        await load({ units, answerAnyUnit: true });
        await listening();
        assert.equal(await statusWord(await connect(1)), 4);
        assert.equal(await statusWord(await connect(255)), 4);
        assert.deepEqual((await (await connect(9)).readHoldingRegisters(56, 1)).data, [1000]);
        await assert.rejects(statusWord(await connect(10)), { modbusCode: 6 });
    });

    it('shows where it listens and how many clients it has, there and to the editor', async () => {
        await load();
        await listening();
        const client = await connect();
        await statusWord(client);
        await eventually(() => shown.at(-1)?.endsWith(' · 1'));
        const told = await helper.request().get('/ridethrough/servers');
        const [one] = told.body as { id: string; at: object; clients: { address: string; lastRequest: string }[] }[];
        assert.deepEqual([one!.id, one!.at], ['server1', { address: '127.0.0.1', port }]);
        assert.deepEqual(
            one!.clients.map(({ address, lastRequest }) => [address, lastRequest]),
            [['127.0.0.1', 'unit 1, function 3, address 109, count 1']],
        );
    });

    it('refuses strangers, and says so once a burst', async () => {
        await load({ clients: '192.0.2.1' });
        await listening();
        for (let n = 0; n < 3; n++) {
            const socket = createConnection(port, '127.0.0.1');
            socket.on('error', () => {});
            await new Promise((done) => socket.on('close', done));
        }
        await eventually(() => log().length > 0);
        const told = log().filter((text) => text.includes('127.0.0.1'));
        assert.equal(told.length, 1, told.join('\n'));
    });

    describe('what a client writes', () => {
        const units = [{ unitId: 1, ups: 'UPS 1', map: 'rittal-pmc' }];
        const source = () => theFlow().registry.units()[0]?.status()?.output.source;

        it('is refused unless it is allowed', async () => {
            await load({ units });
            await listening();
            await assert.rejects((await connect()).writeCoil(1, true), { modbusCode: 1 });
            assert.deepEqual(log(), []);
        });

        it('is done, with who, what, and what came of it', async () => {
            await load({ units, writes: true, writers: '127.0.0.1' });
            await listening();
            const client = await connect();
            await client.writeCoil(1, true);
            await eventually(() => source() === 'none');
            await eventually(() => log().length === 1);
            assert.match(log()[0]!, /127\.0\.0\.1 \(Modbus\)/);
            await client.writeCoil(0, true);
            await eventually(() => source() === 'normal');
        });

        it('is done for none but those that may write, and is told once a burst of any other', async () => {
            await load({ units, writes: true });
            await listening();
            const client = await connect();
            for (let n = 0; n < 3; n++) await assert.rejects(client.writeCoil(1, true), { modbusCode: 1 });
            await eventually(() => log().length === 1);
            assert.match(log()[0]!, /unwritten.*127\.0\.0\.1|127\.0\.0\.1 has not written/);
            await helper.setFlows(flow({ units, writes: true, writers: '127.0.0.2' }) as never, 'nodes' as never);
            await assert.rejects(client.writeCoil(1, true), { modbusCode: 1 });
            await time.clock.advance(5000);
            assert.equal(source(), 'normal');
            const writer = await connect(1, '127.0.0.2');
            await writer.writeCoil(1, true);
            await eventually(() => source() === 'none');
        });

        it('is said in a dry run, and not done', async () => {
            await load({ units, writes: true, writers: '127.0.0.0/8' }, { dryRun: true });
            await listening();
            await (await connect()).writeCoil(1, true);
            await eventually(() => log().length === 1);
            assert.match(log()[0]!, /127\.0\.0\.1 \(Modbus\).*\[dry run\]/);
            await time.clock.advance(5000);
            assert.equal(source(), 'normal');
        });
    });

    it('keeps its clients over a deploy', async () => {
        await load();
        await listening();
        const client = await connect();
        assert.equal(await statusWord(client), 4);
        for (const type of ['nodes', 'full'] as const) {
            const map = type === 'nodes' ? 'm600' : 'default';
            await helper.setFlows(flow({ units: [{ unitId: 1, ups: 'UPS 1', map }] }) as never, type as never);
            const [address, answer] = type === 'nodes' ? [56, 1000] : [103, 100];
            await eventually(() => theFlow().registry.source('unit1')?.status());
            assert.deepEqual((await client.readHoldingRegisters(address, 1)).data, [answer], type);
        }
        await helper.setFlows(flow({ clients: '192.0.2.1' }) as never, 'nodes' as never);
        await assert.rejects(statusWord(client));
    });

    it('says that its port is taken, and listens when it is free', async () => {
        const other = createServer();
        await new Promise<void>((done) => other.listen(port, '127.0.0.1', done));
        await load();
        await eventually(() => shown.includes('port-in-use') || shown.some((text) => /port-in-use/.test(text)));
        await new Promise((done) => other.close(done));
        await listening();
        assert.equal(await statusWord(await connect()), 4);
    });

    it('serves TCP although its serial port is missing, and says that it is', async () => {
        await load({ transport: 'both', path: join(directory, 'no-such-port') });
        await eventually(() => shown.some((text) => text.includes('device-silent')));
        assert.equal(await statusWord(await connect()), 4);
    });

    it('does nothing with a wrong setting', async () => {
        const units = [
            { unitId: 1, ups: 'UPS 1', map: 'default' },
            { unitId: 1, ups: 'UPS 1', map: 'm600' },
        ];
        await load({ units });
        await assert.rejects(connect());
    });
});
