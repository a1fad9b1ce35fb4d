import assert from 'node:assert/strict';
import type { BatterySource } from '../../lib/core/batteries/battery-source';
import type { BatteryStateView } from '../../lib/views';
import type { BlockView } from '../../lib/views/battery-blocks';
import upsBattery from '../../nodes/config/ups-battery';
import type { UpsBatteryNode } from '../../nodes/shared/config/battery-of';
import { ApiFlow } from '../support/api-flow';
import { all, sweepOf, type Pass } from '../support/battery-bench';
import { fakeTime, type FakeTime } from '../support/fake-time';
import { helper, speakInWords, theFlow } from '../support/node-red';

const ROOM = {
    ...{
        id: 'room',
        type: 'ups-battery',
        name: 'Room',
        site: 'site1',
        nominalVoltage: '12',
        chemistry: 'lead-acid',
    },
    ...{
        strings: '2',
        impedanceWaitMinutes: 0,
        limits: [],
        detection: 'current',
        currentSensors: 'each-string',
    },
};

describe('the HTTP API: batteries of many blocks', () => {
    const time = fakeTime();
    let api: ApiFlow;
    const battery = () => theFlow().registry.source('room') as BatterySource;
    const pass = (told: Pass) =>
        battery()
            .connect('card')
            .sweep(sweepOf({ strings: 2, ...told }));
    const order = (command: object, headers = {}) =>
        api.ask('POST', 'batteries', {
            body: { battery: 'room', command },
            headers,
        });
    const said = () => api.log.at(-1)!;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(async () => {
        speakInWords(true);
        api = new ApiFlow(time as FakeTime, [upsBattery]);
        await api.load({}, { more: [ROOM] });
        await time.eventually(() => battery().parts !== undefined);
    });
    afterEach(async () => {
        await api.close();
        speakInWords(false);
    });

    it('tells a list, and of one everything with its blocks; what is not known is absent', async () => {
        pass({ voltage: all(4, 13.5, { 2: NaN }), impedance: all(4, 5) });
        const { json: list } = await api.ask('GET', 'batteries');
        assert.deepEqual(
            (list.batteries as { id: string; modules: number }[]).map(({ id, modules }) => [id, modules]),
            [['room', 4]],
        );
        const { json } = await api.ask('GET', 'batteries/room');
        const { blocks, perString } = json as unknown as BatteryStateView & {
            blocks: BlockView[];
        };
        assert.equal(perString, 2);
        assert.deepEqual(blocks[1], { module: 2, string: 1, impedance: 5 });
        assert.equal((await api.ask('GET', 'batteries/gone')).status, 404);
        const { json: column } = { json: api.door.blocks('room', 'voltage') };
        assert.deepEqual(column?.values, { 1: 13.5, 3: 13.5, 4: 13.5 });
    });

    it('the door tells health and inventory as the API does, and its listeners when they are others', async () => {
        pass({ voltage: all(4, 13.5) });
        const told: string[] = [];
        const end = api.door.subscribe(({ kind, id }) => told.push(`${kind} ${id}`));
        await time.clock.advance(2000);
        assert.deepEqual(api.door.health('room')?.ranking, []);
        assert.match(api.door.health('room')!.lacks[0]!, /^Not judged yet/);
        assert.deepEqual(api.door.health('room'), (await api.ask('GET', 'batteries/room/health')).json);
        assert.deepEqual(api.door.inventory('room'), { columns: [], blocks: [] });
        told.length = 0;
        const { health } = helper.getNode('room') as UpsBatteryNode;
        const inventory = { columns: ['Maker'], blocks: [null, { notes: ['FIAMM'], replacedOn: '2026-01-10' }] };
        health!.setInventory(inventory);
        await time.clock.advance(1500);
        assert.ok(told.includes('health room'), told.join());
        assert.deepEqual(api.door.inventory('room'), inventory);
        told.length = 0;
        await health!.judge();
        await time.clock.advance(1500);
        assert.ok(told.includes('health room'), told.join());
        assert.equal(api.door.health('room')!.modules, 4);
        assert.deepEqual([api.door.health('gone'), api.door.inventory('site1')], [undefined, undefined]);
        end();
        told.length = 0;
        health!.setInventory({ columns: [], blocks: [] });
        await time.clock.advance(1500);
        assert.deepEqual(told, []);
    });

    it('tells listeners of the door of each pass', async () => {
        const told: string[] = [];
        const end = api.door.subscribe(({ kind, id }) => told.push(`${kind} ${id}`));
        await time.clock.advance(2000);
        told.length = 0;
        pass({ voltage: all(4, 13.5) });
        await time.clock.advance(1500);
        assert.deepEqual(
            told.filter((each) => each === 'battery room'),
            ['battery room'],
        );
        end();
    });

    it('sets a baseline for those blocks that have an impedance, and writes down who did', async () => {
        const { status } = await order({ type: 'set-baseline' });
        assert.equal(status, 409);
        pass({ voltage: all(4, 13.5), impedance: [5, 6, NaN, 4] });
        const { json } = await order({ type: 'set-baseline', modules: '2-3' });
        assert.deepEqual(
            [json.ok, battery().baseline?.blocks.map((each) => each?.impedance)],
            [true, [undefined, 6, undefined, undefined]],
        );
        assert.match(said(), /Room: take the present impedance of blocks 2-3 .*blocks 3, .*\(by 127\.0\.0\.1\)/);
        assert.equal((await order({ type: 'set-baseline', modules: 'all' })).status, 400);
        const { json: kept } = await api.ask('GET', 'batteries/room/baseline');
        assert.equal((kept.blocks as ({ impedance: number } | null)[])[1]?.impedance, 6);
        const { text } = await api.ask('GET', 'batteries/room/baseline?format=csv');
        assert.match(text, /^\ufeffmodule,impedance,at\r\n2,6,\S+Z\r\n$/);
    });

    it('resets the counter, and keeps the totals', async () => {
        pass({ voltage: all(4, 12), current: [-20, -20] });
        await time.clock.advance(60_000);
        pass({ voltage: all(4, 12), current: [-20, -20] });
        await time.eventually(() => battery().discharges === 1);
        const { json } = await order({ type: 'reset-counter' });
        assert.deepEqual([json.ok, battery().discharges], [true, 0]);
        assert.match(said(), /Room: reset the counter, which is at 1 discharge: confirmed/);
        assert.equal(api.door.battery('room')?.counter?.by, '127.0.0.1');
        const { json: list } = await api.ask('GET', 'batteries/room/discharges');
        const [record] = list.discharges as { id: string; phase: string }[];
        assert.equal(record?.phase, 'discharging');
        const { json: one } = await api.ask('GET', `batteries/room/discharges/${record.id}`);
        assert.deepEqual((one.record as { id: string }).id, record.id);
        const { bytes } = await api.ask('GET', `batteries/room/discharges/${record.id}?format=bin`);
        const header = JSON.parse(bytes.subarray(4, 4 + bytes.readUInt32LE(0)).toString()) as {
            columns: object;
            count: number;
        };
        assert.deepEqual(header.columns, {
            voltage: 4,
            temperature: 0,
            current: 2,
        });
        assert.ok(header.count > 0);
        assert.equal((await api.ask('GET', 'batteries/room/discharges/none')).status, 404);
    });

    it('resets a runaway where there is one, and says of any other string that nothing is pending', async () => {
        const runaway = { runaway: true, runawayMinutes: 0, countdownMinutes: 0, highest: 60 };
        await api.close();
        api = new ApiFlow(time as FakeTime, [upsBattery]);
        await api.load({}, { more: [{ ...ROOM, ...runaway }] });
        await time.eventually(() => battery().parts !== undefined);
        for (const celsius of [25, 65, 65, 50, 30, 25, 25]) {
            pass({ voltage: all(4, 13.5), temperature: all(4, 25, { 4: celsius }) });
            await time.clock.advance(600_000);
        }
        assert.equal(battery().parts?.runaway?.views()[1]?.phase, 'latched');
        const { json: other } = await order({ type: 'reset-runaway', string: 1 });
        assert.match(String(other.text), /string 1: nothing is pending/);
        const { json: own } = await order({ type: 'reset-runaway', string: 2 });
        assert.match(String(own.text), /string 2: confirmed/);
    });

    it('says that there is no countdown to stop, and lets nobody stop one who may only look', async () => {
        pass({ voltage: all(4, 13.5) });
        const { json } = await order({ type: 'stop-runaway', string: 1 });
        assert.match(String(json.text), /string 1: nothing is pending/);
        assert.equal((await order({ type: 'stop-runaway' }, { 'X-Forwarded-For': '192.0.2.1' })).status, 403);
        assert.equal((await order({ type: 'explode' })).status, 400);
        assert.equal((await order({ type: 'stop-runaway', string: 17 })).status, 400);
    });
});
