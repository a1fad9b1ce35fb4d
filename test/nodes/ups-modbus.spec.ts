import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { UpsDriver } from '../../lib/core/driver';
import type { UpsStatus } from '../../lib/core/status/status';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsModbus from '../../nodes/devices/ups-modbus';
import { whileItGoes } from '../support/eventually';
import { fakeTime } from '../support/fake-time';
import { ModbusTable } from '../support/modbus-table';
import { helper } from '../support/node-red';

interface Lamp {
    fill: string;
    shape: string;
    text: string;
}

const holding = (register: number, more: object = {}) => ({ register, table: 'holding', ...more });
const MAP = {
    version: 1,
    id: 'shelter',
    name: 'Shelter',
    judgedBy: 'this test',
    items: [
        {
            id: 'mains',
            at: holding(1, { bit: 0 }),
            kind: 'state',
            states: { '0': 'battery', '1': 'normal' },
            to: 'output.source',
        },
        { id: 'charge', at: holding(2), kind: 'number', scale: 0.1, absent: [65_535], to: 'battery.chargePercent' },
        {
            id: 'door',
            at: { register: 7, table: 'discrete' },
            kind: 'state',
            states: { '0': 'closed', '1': 'open' },
            to: 'channel:door',
        },
        {
            id: 'relay',
            at: { register: 3, table: 'coil' },
            kind: 'state',
            states: { '0': 'off', '1': 'on' },
            write: { on: 1, off: 0 },
            to: 'outlet:relay',
        },
    ],
};

describe('ups-modbus', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let device: ModbusTable;
    let port: number;

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-modbus-node-'));
        device = new ModbusTable();
        device.words.holding.set(1, 1).set(2, 987);
        device.bits.discrete.set(7, true);
        device.bits.coil.set(3, false);
        port = await device.start();
    });
    afterEach(async () => {
        await time.unload();
        await eventually(() => device.sockets.size === 0);
        await device.stop();
        rmSync(directory, { recursive: true, force: true });
    });

    const settings = (over: object = {}) => ({
        id: 'dev1',
        type: 'ups-modbus',
        ups: 'unit1',
        interval: 0.2,
        host: '127.0.0.1',
        port,
        unitId: 4,
        map: 'own',
        ownMap: MAP,
        timeout: 1,
        wires: [['h1']],
        ...over,
    });

    async function load(over: object = {}) {
        const statuses: { topic: string; payload: UpsStatus }[] = [];
        await helper.load(
            [upsSite, upsUnit, upsModbus] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory },
                { id: 'unit1', type: 'ups-unit', name: 'Shelter', site: 'site1', staleSeconds: 30 },
                settings(over),
                { id: 'h1', type: 'helper' },
            ] as never,
        );
        (helper.getNode('h1') as Node).on('input', (message) => statuses.push(message as never));
        const node = helper.getNode('dev1') as unknown as { status: { args: [Lamp][] }; error: { args: [string][] } };
        return {
            statuses,
            lamp: () => node.status.args.at(-1)?.[0],
            errors: () => node.error.args.map(([text]) => text),
        };
    }

    async function readNow(over: object = {}) {
        await helper.load([upsSite, upsUnit, upsModbus] as never, [] as never);
        const { id: _, type: __, ...config } = settings(over) as Record<string, unknown>;
        const body = { id: 'new', config: { ...config, ups: '' }, credentials: {} };
        const asked = helper.request().post('/ridethrough/try/ups-modbus').send(body).expect(200);
        return (await whileItGoes(time.clock, Promise.resolve(asked))).body as {
            ok: boolean;
            text?: string;
            rows?: { key?: string; label?: string; value: unknown }[];
            raw?: ({ raw?: unknown } | null)[];
        };
    }

    it('sends what its map makes of the registers, and shows that all is well', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length >= 2);
        const { topic, payload } = seen.statuses[0]!;
        assert.equal(topic, 'Shelter/status');
        assert.equal(payload.output.source, 'normal');
        assert.equal(payload.battery.chargePercent, 98.7);
        assert.deepEqual(payload.channels, { door: { state: 'open' } });
        assert.deepEqual(payload.outlets, [{ id: 'relay', on: false }]);
        assert.equal(seen.lamp()?.fill, 'green');
        assert.ok(
            device.requests.some(
                ([table, address, count, unit]) => table === 'holding' && address === 1 && count === 2 && unit === 4,
            ),
            'both words in one request, of this unit',
        );
    });

    it('counts from one, if the device does', async () => {
        device.words.holding.set(3, 500);
        device.words.holding.set(2, 0);
        const seen = await load({ addressing: 'one' });
        await eventually(() => seen.statuses.length > 0);
        assert.equal(seen.statuses[0]!.payload.output.source, 'battery');
        assert.equal(seen.statuses[0]!.payload.battery.chargePercent, 50);
    });

    it('shows a power failure, and an unlisted state as unknown', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        device.words.holding.set(1, 2);
        await eventually(() => seen.lamp()?.fill === 'red');
        assert.equal(seen.statuses.at(-1)!.payload.output.source, 'battery');
        device.words.holding.set(2, 65_535);
        await eventually(() => seen.statuses.at(-1)!.payload.battery.chargePercent === undefined);
    });

    it('is ready with channels alone: a DC supply needs no UPS behind it', async () => {
        const seen = await load({ ownMap: { ...MAP, items: MAP.items.slice(2, 3) } });
        await eventually(() => seen.statuses.length > 0);
        assert.deepEqual(seen.statuses[0]!.payload.channels, { door: { state: 'open' } });
        assert.notEqual(seen.lamp()?.shape, 'ring', 'it is not shown as silent');
    });

    it('switches an outlet by the raw values of its item, and reads it back', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        const { unit } = helper.getNode('unit1') as unknown as { unit: { execute: UpsDriver['execute'] } };
        const result = await whileItGoes(time.clock, unit.execute({ type: 'outlet', outlet: 'relay', action: 'on' }));
        assert.equal(result.confirmed, true);
        assert.deepEqual(device.written, [[3, true]]);
        await eventually(() => seen.statuses.at(-1)!.payload.outlets?.[0]?.on === true);
    });

    it('shows that the device is gone', async () => {
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        await device.stop();
        await eventually(() => seen.lamp()?.fill === 'red');
    });

    it('says what is wrong with its map, once, and asks nothing', async () => {
        const faulty = { ...MAP, items: [{ ...MAP.items[1], scale: 0 }] };
        const seen = await load({ ownMap: faulty });
        assert.equal(seen.lamp()?.fill, 'red');
        assert.equal(seen.errors().length, 1);
        assert.match(seen.errors()[0]!, /charge: scale is 0/);
        await eventually(() => true);
        assert.deepEqual(device.requests, []);
    });

    it('says that it has no map', async () => {
        const seen = await load({ ownMap: '' });
        assert.match(seen.errors()[0]!, /ownMap/);
    });

    it('reads by a shipped map', async () => {
        for (const address of [0, 18, 19, 23, 24, 128, 150]) device.words.holding.set(address, 0);
        device.words.holding.set(1, 2).set(129, 600);
        const seen = await load({ map: 'apc-smart-ups', ownMap: '' });
        await eventually(() => seen.statuses.length > 0);
        assert.equal(seen.statuses[0]!.payload.output.source, 'normal');
        assert.equal(seen.statuses[0]!.payload.battery.minutesRemaining, 10);
    });

    it('lets go of the line when it closes, and reads on after a redeploy', async () => {
        await load();
        await eventually(() => device.sockets.size === 1);
        await time.unload();
        await eventually(() => device.sockets.size === 0);
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
    });

    describe('Read now', () => {
        it('shows each raw value, in the order of the map, and what came of it', async () => {
            const { ok, rows, raw } = await readNow();
            assert.equal(ok, true);
            assert.deepEqual(raw, [{ raw: 1 }, { raw: 987 }, { raw: 1 }, { raw: 0 }]);
            const value = (name: string) => rows?.find(({ key, label }) => (key ?? label) === name)?.value;
            assert.deepEqual(['source', 'charge', 'door'].map(value), ['normal', 98.7, 'open']);
        });

        it('asks the node that runs already, if the dialog says nothing else', async () => {
            const seen = await load();
            await eventually(() => seen.statuses.length > 0);
            const { id, type, ...config } = settings() as Record<string, unknown>;
            const body = { id, config: { ...config, type }, credentials: {} };
            const asked = helper.request().post('/ridethrough/try/ups-modbus').send(body).expect(200);
            const { body: answer } = await whileItGoes(time.clock, Promise.resolve(asked));
            assert.deepEqual((answer as { raw: unknown }).raw, [{ raw: 1 }, { raw: 987 }, { raw: 1 }, { raw: 0 }]);
            assert.equal(device.connections, 1);
        });

        it('shows raw values of an unfinished map beside its fault', async () => {
            const items = [
                { id: 'a', at: holding(2), kind: 'state', states: {}, to: 'channel:a' },
                { id: '', at: holding('' as never), kind: 'number', to: '' },
                { id: 'c', at: holding(1), kind: 'number', to: '' },
            ];
            const { ok, text, raw } = await readNow({ ownMap: { ...MAP, items } });
            assert.equal(ok, false);
            assert.match(text!, /a: states needs at least one raw value/);
            assert.deepEqual(raw, [{ raw: 987 }, null, { raw: 1 }]);
        });

        it('shows what is there, if the map makes nothing of it', async () => {
            const items = [
                { id: 'a', at: holding(2), kind: 'state', states: { '5': 'x' }, to: 'battery.state' },
                { id: 'b', at: holding(99), kind: 'number', to: 'channel:b' },
            ];
            const unlisted = { ...items[0], states: { '5': 'low' } };
            const { ok, raw } = await readNow({ ownMap: { ...MAP, items: [unlisted, items[1]] } });
            assert.equal(ok, false);
            assert.deepEqual(raw, [{ raw: 987 }, {}]);
        });

        it('tells of a device that is not there, and shows nothing', async () => {
            const { ok, text, raw } = await readNow({ port: 1 });
            assert.equal(ok, false);
            assert.match(text!, /refused|ECONNREFUSED/);
            assert.equal(raw, undefined);
        });

        it('takes a map of 512 values', async () => {
            const items = Array.from({ length: 512 }, (_, index) => ({
                id: `v${index}`,
                at: holding(1000 + index),
                kind: 'number',
                to: `channel:v${index}`,
            }));
            for (let index = 0; index < 512; index++) device.words.holding.set(1000 + index, index);
            const { ok, raw, text } = await readNow({ ownMap: { ...MAP, items } });
            assert.equal(ok, true, text);
            assert.equal(raw?.length, 512);
            assert.deepEqual(raw?.[511], { raw: 511 });
        });
    });
});
