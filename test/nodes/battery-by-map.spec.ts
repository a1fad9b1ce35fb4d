import assert from 'node:assert/strict';
import { faultsOf } from '../../lib/core/settings';
import type { BatteryBlocksView } from '../../lib/views/battery-blocks';
import upsBatteryEvent from '../../nodes/batteries/ups-battery-event';
import upsBattery from '../../nodes/config/ups-battery';
import upsModbus from '../../nodes/devices/ups-modbus';
import { settings } from '../../nodes/devices/ups-modbus.settings';
import upsSnmp from '../../nodes/devices/ups-snmp';
import { settings as snmpSettings } from '../../nodes/devices/ups-snmp.settings';
import type { TryRow } from '../../nodes/shared/admin/try-now';
import { ObjectCard } from '../e2e/support/object-card';
import { freePort } from '../support/free-port';
import { ModbusTable } from '../support/modbus-table';
import { helper, speakInWords } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

const run = (to: string, register: number, scale: number) => ({
    ...{ id: to, at: { register, table: 'holding', rows: 4 }, kind: 'number', scale, to },
});
const MAP = {
    ...{ version: 1, id: 'bms', name: 'BMS of another maker', judgedBy: 'this test' },
    items: [
        run('block:*.voltage', 100, 0.01),
        run('block:*.temperature', 200, 0.1),
        {
            ...{ id: 'current', at: { register: 300, table: 'holding', type: 's16' }, kind: 'number', scale: 0.1 },
            to: 'string:1.current',
        },
    ],
};
const OTHER = { ...MAP, items: [{ ...MAP.items[2]!, to: 'battery.current' }] };

describe('a battery monitor of another maker, by a device map', function () {
    this.timeout(30_000);
    let flow: SourceFlow;
    let device: ModbusTable;
    let port: number;

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(async () => {
        speakInWords(true);
        flow = new SourceFlow([upsBattery, upsBatteryEvent, upsModbus, upsSnmp]);
        device = new ModbusTable();
        [1350, 1360, 1340, 1355].forEach((word, i) => device.words.holding.set(100 + i, word).set(200 + i, 245));
        device.words.holding.set(300, 0xffff - 124);
        port = await device.start();
    });
    afterEach(async () => {
        speakInWords(false);
        await flow.close();
        await device.stop();
    });

    const monitor = (more: object = {}) => ({
        ...{ id: 'd1', type: 'ups-modbus', feeds: 'battery', battery: 'b1', host: '127.0.0.1', port, unitId: 255 },
        ...{ map: 'own', ownMap: MAP, interval: 0.2, timeout: 0.5, wires: [['readings']], ...more },
    });
    const nodes = (more: object = {}) => [
        {
            ...{ id: 'b1', type: 'ups-battery', name: 'Battery 1', site: 'site1', staleSeconds: 2, runaway: false },
            currentSensors: 'each-string',
            limits: [{ kind: 'voltage', alarmLow: 12, recovery: 0, seconds: 0 }],
        },
        monitor(more),
        { id: 'e1', type: 'ups-battery-event', battery: 'b1', all: true, wires: [['out'], []] },
        { id: 'readings', type: 'helper' },
    ];

    it('feeds a battery: values, events of its limits, silence and its end', async () => {
        await flow.load(nodes());
        const sent: { topic: string; payload: BatteryBlocksView }[] = [];
        flow.node('readings').on('input', (message) => sent.push(message as never));
        await flow.eventually(() => sent.length > 0);
        const [{ topic, payload }] = sent as [(typeof sent)[0]];
        assert.equal(topic, 'Battery 1/readings');
        assert.deepEqual(
            payload.blocks.map(({ voltage, temperature }) => [voltage, temperature]),
            [[13.5, 24.5], [13.6, 24.5], [13.4, 24.5], [13.55, 24.5]], // prettier-ignore
        );
        assert.equal(payload.strings[0]?.current, -12.5);
        assert.deepEqual([flow.status('d1').fill, flow.status('d1').text], ['green', '4 blocks']);
        device.words.holding.set(102, 1150);
        await flow.eventually(() => flow.arrived().some(({ event }) => event.id === 'voltage-low-alarm'));
        assert.equal(flow.status('d1').fill, 'red');
        await device.stop();
        await flow.eventually(() => flow.arrived().some(({ event }) => event.id === 'communication-lost'), 20_000);
    });

    it('feeds a battery by the columns of an SNMP table, too', async () => {
        const column = '1.3.6.1.4.1.8072.9999.9999.4';
        const objects = [1350, 1360, 1345, -1].map((raw, row) => [`${column}.${row}`, raw] as const);
        const card = new ObjectCard(objects);
        const { community, ...address } = await card.start();
        try {
            const at = { column, row: '*' };
            const voltages = { id: 'v', at, kind: 'number', scale: 0.01, absent: [-1], to: 'block:*.voltage' };
            await flow.load(
                nodes({ type: 'ups-snmp', dialect: 'own', map: { ...MAP, items: [voltages] }, retries: 0, ...address }),
                { d1: { community } },
            );
            const sent: BatteryBlocksView[] = [];
            flow.node('readings').on('input', ({ payload }) => sent.push(payload as never));
            await flow.eventually(() => sent.length > 0);
            assert.deepEqual(
                sent[0]!.blocks.map(({ voltage }) => voltage),
                [13.5, 13.6, 13.45, undefined],
            );
            assert.equal(flow.status('d1').text, '4 blocks');
        } finally {
            await flow.unload();
            await card.stop();
        }
    });

    it('says what is wrong with its settings', async () => {
        const wrong = (more: object) =>
            faultsOf(settings, monitor(more)).map(({ property, rule }) => `${property} ${rule}`);
        assert.deepEqual(wrong({}), []);
        assert.deepEqual(wrong({ battery: '' }), ['battery choose']);
        assert.deepEqual(wrong({ map: 'apc-smart-ups' }), ['map feedsMap']);
        assert.deepEqual(wrong({ ownMap: OTHER }), ['ownMap noBlocks']);
        assert.deepEqual(wrong({ feeds: undefined, ups: 'u1', battery: '', ownMap: OTHER }), []);
        assert.deepEqual(wrong({ feeds: 'ups', ups: '' }), ['ups choose']);
        const snmp = { host: '192.0.2.1', feeds: 'battery', battery: 'b1', dialect: 'auto' };
        assert.deepEqual(
            faultsOf(snmpSettings, snmp).map(({ property, rule }) => `${property} ${rule}`),
            ['dialect feedsMap'],
        );
        await flow.load(nodes({ ownMap: OTHER }));
        assert.match(String(flow.calls('d1', 'error')[0]), /has no item that goes to a block/);
        await flow.reload(nodes({ battery: 'gone' }));
        assert.match(String(flow.calls('d1', 'error')[0]), /Battery|battery/);
    });

    it('"Read now" shows its blocks before a deploy, and raw values of a map that is not finished', async () => {
        await flow.load([]);
        const read = async (config: object) =>
            (await helper.request().post('/ridethrough/try/ups-modbus').send({ id: 'new', config }).expect(200))
                .body as {
                ok: boolean;
                rows?: TryRow[];
                raw?: { rows?: object[] }[];
            };
        const { ok, rows, raw } = await read(monitor({ battery: '' }));
        assert.equal(ok, true);
        assert.deepEqual(rows!.slice(0, 2).map(({ key, value }) => [key, value]), [['blocks', 4], ['strings', 1]]); // prettier-ignore
        assert.deepEqual(raw![0]!.rows![1], { row: '2', raw: 1360 });
        const unfinished = { ...MAP, items: [{ ...MAP.items[0]!, to: 'block:*.colour' }] };
        const found = await read(monitor({ ownMap: unfinished }));
        assert.deepEqual([found.ok, found.raw![0]!.rows!.length], [false, 4]);
        assert.equal((await read(monitor({ port: await freePort() }))).ok, false);
    });
});
