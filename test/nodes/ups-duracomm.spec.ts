import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import snmp from 'net-snmp';
import type { Node } from 'node-red';
import type { UpsStatus } from '../../lib/core/status/status';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsDuracomm from '../../nodes/devices/ups-duracomm';
import upsOutlet from '../../nodes/jobs/ups-outlet';
import upsSensor from '../../nodes/sensors/ups-sensor';
import type { UpsSiteNode, UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import { trapReceiversOf } from '../../nodes/shared/device/trap-receivers';
import { Rmcu, type RmcuOptions } from '../../simulators/rmcu/rmcu';
import type { Told } from '../support/card-flow';
import { fakeTime } from '../support/fake-time';
import { freePort } from '../support/free-port';
import { helper, RED } from '../support/node-red';

const ROOT = '1.3.6.1.4.1.8072.9999.9999.34';
const POWER_SUPPLY = { oid: `${ROOT}.2.5.2.2.0` };

/** As a user makes it from the MIB file that the simulator serves. */
const ITEMS = [
    { id: 'AC', at: { oid: `${ROOT}.2.1.2.0` }, kind: 'number', scale: 0.1, to: 'input.lines.1.voltage' },
    { id: 'battery', at: { oid: `${ROOT}.2.3.4.2.0` }, kind: 'number', scale: 0.01, to: 'battery.voltage' },
    { id: 'amps', at: { oid: `${ROOT}.2.3.1.2.0` }, kind: 'number', scale: 0.01, unit: 'A', to: 'channel:Amps' },
    {
        id: 'alarm in',
        at: { oid: `${ROOT}.2.4.1.2.0` },
        kind: 'state',
        states: { 0: 'open', 1: 'closed' },
        to: 'channel:Alarm In',
    },
];
const OUTPUT = {
    id: 'supply',
    at: POWER_SUPPLY,
    kind: 'state',
    states: { 0: 'on', 1: 'off' },
    to: 'outlet:Power Supply',
};
const map = (...items: object[]) => ({ version: 1, id: 'mine', name: 'Mine', judgedBy: 'the MIB file', items });

interface Lamp {
    fill: string;
    text: string;
}

describe('ups-duracomm', () => {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let rmcu: Rmcu;
    let sets: { oid: string; value: unknown }[];

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-duracomm-'));
        sets = [];
    });
    afterEach(async () => {
        await time.unload();
        await rmcu.stop();
        rmSync(directory, { recursive: true, force: true });
        assert.equal(trapReceiversOf(RED).open, 0);
    });

    async function startDevice(options: Partial<RmcuOptions> = {}): Promise<void> {
        rmcu = new Rmcu({ clock: time.clock, ...options });
        rmcu.on('set', (set) => void sets.push(set));
        await rmcu.start();
    }

    const unit = () => (helper.getNode('unit1') as unknown as UpsUnitNode).unit;
    const site = () => (helper.getNode('site1') as unknown as UpsSiteNode).runtime!;
    const events = () =>
        unit()
            .activeEvents()
            .map(({ id }) => id);
    const logged = () =>
        site()
            .store.logEntries({ kinds: ['system'] })
            .map(({ text }) => text);

    async function load(over: object = {}, credentials: object = {}, ...more: object[]) {
        const statuses: UpsStatus[] = [];
        const told: Told[] = [];
        await helper.load(
            [upsSite, upsUnit, upsDuracomm, upsOutlet, upsSensor] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory, dataLogSeconds: 60 },
                { id: 'unit1', type: 'ups-unit', name: 'DC supply', site: 'site1', staleSeconds: 10 },
                {
                    id: 'dev1',
                    type: 'ups-duracomm',
                    ups: 'unit1',
                    way: 'snmp',
                    interval: 0.5,
                    host: '127.0.0.1',
                    port: rmcu.port,
                    webPort: rmcu.httpPort,
                    version: '2c',
                    timeout: 0.3,
                    retries: 0,
                    map: map(...ITEMS, OUTPUT),
                    wires: [['h1']],
                    ...over,
                },
                { id: 'h1', type: 'helper' },
                { id: 'h2', type: 'helper' },
                ...more,
            ] as never,
            { dev1: credentials } as never,
        );
        (helper.getNode('h1') as Node).on('input', (message) => statuses.push(message.payload as UpsStatus));
        (helper.getNode('h2') as Node).on('input', (message) => told.push(message as unknown as Told));
        const { status } = helper.getNode('dev1') as unknown as { status: { args: [Lamp][] } };
        return { lamp: () => status.args.at(-1)?.[0], statuses, told };
    }

    it('is ready without anything of RFC 1628, and its unit has heard of it', async () => {
        await startDevice();
        const seen = await load();
        await eventually(() => seen.statuses.length >= 2);
        const { input, battery, channels, outlets, output } = seen.statuses.at(-1)!;
        assert.deepEqual(input.lines, [{ voltage: 116.7 }]);
        assert.equal(battery.voltage, 13.8);
        assert.equal(output.source, 'normal');
        assert.deepEqual(channels, { Amps: { value: 10.2, unit: 'A' }, 'Alarm In': { state: 'closed' } });
        assert.deepEqual(outlets, [{ id: 'Power Supply', on: true }]);
        assert.equal(seen.lamp()?.fill, 'green');
        await time.clock.advance(15_000);
        assert.deepEqual(events(), []);
    });

    it('is read as a v3 user by MD5 and AES-128', async () => {
        const keys = { authKey: 'auth-key-of-tests', privKey: 'priv-key-of-tests' };
        await startDevice({ users: [{ name: 'admin', password: 'admin', access: 'Admin', snmp: keys }] });
        const seen = await load(
            { version: '3', timeout: 2 },
            { user: 'admin', authProtocol: 'md5', privProtocol: 'aes', ...keys },
        );
        await eventually(() => seen.statuses.length > 0);
        assert.equal(seen.statuses[0]!.channels?.Amps?.value, 10.2);
    });

    it('begins an outage below 100 V at its AC line and ends it at 107 V; silence does neither', async function () {
        this.timeout(30_000);
        await startDevice();
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        rmcu.device.plant.setAc(99);
        await eventually(() => events().includes('power-fail'));
        rmcu.faults.silent = true;
        await eventually(() => events().includes('communication-lost'), 60_000);
        await time.clock.advance(60_000);
        assert.ok(events().includes('power-fail'), 'silence ends no outage');
        rmcu.faults.silent = false;
        rmcu.device.plant.setAc(106.9);
        await eventually(() => !events().includes('communication-lost'), 60_000);
        await time.clock.advance(10_000);
        assert.ok(events().includes('power-fail'), '106.9 V are between the limits');
        rmcu.device.plant.setAc(107);
        await eventually(() => !events().includes('power-fail'), 60_000);
        rmcu.faults.silent = true;
        await eventually(() => events().includes('communication-lost'), 60_000);
        assert.deepEqual(events(), ['communication-lost'], 'nor does it begin one');
    });

    it('has an empty battery in an outage where the device takes it off, until it is charged again', async function () {
        this.timeout(30_000);
        await startDevice({ chargePercent: 7.8 });
        const seen = await load();
        await eventually(() => seen.statuses.length > 0);
        rmcu.device.plant.setAc(0);
        await eventually(() => events().includes('battery-depleted'), 60_000);
        rmcu.device.plant.setAc(116.7);
        await eventually(() => !events().includes('power-fail'), 60_000);
        await time.clock.advance(10_000);
        assert.deepEqual(events(), ['battery-low', 'battery-depleted'], 'it is not charged yet');
        rmcu.device.plant.setCharge(100);
        await eventually(() => events().length === 0, 60_000);
    });

    it('says that outages cannot be seen, if its map has no AC line', async () => {
        await startDevice();
        const seen = await load({ map: map(ITEMS[2]!) });
        await eventually(() => seen.statuses.length > 0 && events().includes('outages-unseen'));
        assert.equal(seen.lamp()?.fill, 'yellow');
    });

    const job = (over: object) => ({
        id: 'job',
        type: 'ups-outlet',
        ups: 'unit1',
        site: 'site1',
        outlet: 'Power Supply',
        wires: [['h2']],
        ...over,
    });
    const press = () => (helper.getNode('job') as Node).receive({ topic: 'x', payload: true } as never);

    it('switches the supply off, not on, by the values of the map, and reads it back', async () => {
        await startDevice();
        const writes = { ...OUTPUT, write: { on: 0, off: 1 } };
        const seen = await load({ map: map(...ITEMS, writes) }, { community: 'private' }, job({ action: 'off' }));
        await eventually(() => seen.statuses.length > 0);
        press();
        const { job: result } = await eventually(() => seen.told[0]);
        assert.deepEqual([result?.ok, (result!.detail as { confirmed: boolean }).confirmed], [true, true]);
        assert.equal(rmcu.device.plant.reading().supplyOn, false);
        assert.deepEqual(sets, [{ oid: POWER_SUPPLY.oid, value: 1 }]);
        await eventually(() => seen.statuses.at(-1)!.outlets?.[0]?.on === false);
    });

    describe('the output Power Supply, which is on while it is inactive (RMCU manual, "Sensor Setup")', () => {
        const writes = { ...OUTPUT, write: { on: 0, off: 1 } };
        const supplyOn = () => rmcu.device.plant.reading().supplyOn;
        const values = () => sets.map(({ value }) => value);
        const begun = async (over: object, item: object = writes) => {
            await startDevice();
            const seen = await load({ map: map(...ITEMS, item) }, { community: 'private' }, job(over));
            await eventually(() => seen.statuses.length > 0);
            press();
            return seen;
        };

        it('goes off for the time of a pulse, and on again', async () => {
            const seen = await begun({ action: 'pulse', seconds: 2 });
            await eventually(() => !supplyOn());
            const { job: result } = await eventually(() => seen.told[0]);
            assert.deepEqual([result?.ok, (result!.detail as { confirmed: boolean }).confirmed], [true, true]);
            assert.deepEqual([supplyOn(), values()], [true, [1, 0]]);
        });

        it('goes off and on again, though the device has no command for it', async () => {
            const seen = await begun({ action: 'cycle', offSeconds: 5 });
            await eventually(() => !supplyOn());
            const { job: result } = await eventually(() => seen.told[0]);
            assert.deepEqual([result?.ok, (result!.detail as { confirmed: boolean }).confirmed], [true, true]);
            const { startedAt, endedAt } = result as unknown as { startedAt: number; endedAt: number };
            assert.ok(endedAt - startedAt >= 5000, String(endedAt - startedAt));
            assert.deepEqual([supplyOn(), values()], [true, [1, 0]]);
        });

        it('gets no pulse while its state is not known, unless a person has said what it is at rest', async () => {
            const unknown = { ...writes, states: { 7: 'on', 8: 'off' } };
            const seen = await begun({ action: 'pulse', seconds: 2 }, unknown);
            const { job: result } = await eventually(() => seen.told[0]);
            assert.equal(result?.ok, false);
            assert.match(result!.error!, /state-unknown/);
            assert.deepEqual([supplyOn(), values()], [true, []]);
        });

        it('gets a pulse by what a person has said of its rest', async () => {
            const unknown = { ...writes, states: { 7: 'on', 8: 'off' } };
            const seen = await begun({ action: 'pulse', seconds: 2, rest: 'on' }, unknown);
            await eventually(() => seen.told[0]);
            assert.deepEqual([supplyOn(), values()], [true, [1, 0]]);
        });
    });

    it('switches nothing without values to write: no packet is sent', async () => {
        await startDevice();
        const seen = await load({ interval: 3600 }, { community: 'private' }, job({ action: 'off' }));
        await eventually(() => seen.statuses.length > 0);
        await time.clock.advance(2000);
        const before = rmcu.requests;
        press();
        const { job: result } = await eventually(() => seen.told[0]);
        assert.equal(result?.ok, false);
        assert.deepEqual([sets, rmcu.requests - before], [[], 0]);
        assert.equal(rmcu.device.plant.reading().supplyOn, true);
    });

    it('reads an object that its map does not have, for a sensor', async () => {
        await startDevice();
        const at = { source: 'snmp', device: 'dev1', oid: `${ROOT}.2.2.2.0`, interval: 1 };
        const sensor = { id: 'sensor', type: 'ups-sensor', site: 'site1', unit: '°F', scale: 0.1, ...at };
        await load({}, {}, { ...sensor, wires: [[], ['h2']] });
        const told: unknown[] = [];
        (helper.getNode('h2') as Node).on('input', ({ payload }) => told.push(payload));
        await eventually(() => told.includes(90.5));
    });

    it('polls when a trap comes, and logs that the device has started', async () => {
        const trapPort = await freePort();
        await startDevice({ trap: { host: '127.0.0.1', port: trapPort, version: '2c' } });
        const seen = await load({ interval: 3600, trapPort, bootTrap: `${ROOT}.3.0.1` });
        await eventually(() => seen.statuses.length === 1);
        rmcu.device.reboot();
        await eventually(() => seen.statuses.length > 1 && logged().length > 0);
        assert.equal(logged().length, 1);
        const session = snmp.createSession('127.0.0.1', 'any', { trapPort, version: snmp.Version1 });
        await new Promise((resolve) => session.trap(snmp.TrapType.ColdStart, [], resolve));
        await eventually(() => logged().length === 2);
        await new Promise((resolve) => session.trap(snmp.TrapType.LinkUp, [], resolve));
        session.close();
        await time.clock.advance(3000);
        assert.equal(logged().length, 2, 'other traps only make it poll');
    });

    const LABELS = map(
        { id: 'AC', at: { label: 'AC Line' }, kind: 'number', to: 'input.lines.1.voltage' },
        { id: 'amps', at: { label: 'Amps Power Supply' }, kind: 'number', unit: 'A', to: 'channel:Amps' },
    );

    it('reads the status page, without SNMP', async () => {
        await startDevice();
        const seen = await load({ way: 'page', map: LABELS });
        await eventually(() => seen.statuses.length > 0);
        assert.deepEqual(seen.statuses[0]!.input.lines, [{ voltage: 116.7 }]);
        assert.deepEqual(seen.statuses[0]!.channels, { Amps: { value: 10.2, unit: 'A' } });
        assert.equal(rmcu.requests, 0);
    });

    it('has all rows of a log in the history, each once, over a restart, and the last as the present', async () => {
        await startDevice();
        const file = join(directory, 'RMCU.CSV');
        const start = time.clock.now();
        const row = (minute: number) => `${start / 1000 + minute * 60},${110 + minute}`;
        const write = (to: number) =>
            writeFileSync(
                file,
                ['Time,AC', ...Array.from({ length: to + 10 }, (_, index) => row(index - 9)), ''].join('\n'),
            );
        const settings = {
            way: 'csv',
            csvFrom: 'file',
            csvFile: file,
            csvTime: 'Time',
            csvFormat: 'epoch',
            map: map({ id: 'AC', at: { label: 'AC' }, kind: 'number', to: 'input.lines.1.voltage' }),
        };
        write(0);
        const first = await load(settings);
        await eventually(() => first.statuses.length > 0);
        assert.deepEqual(
            first.statuses.map(({ time: at, input }) => [at, input.lines[0]?.voltage]),
            [[start, 110]],
        );
        await time.unload();
        write(2);
        const second = await load(settings);
        await eventually(() => second.statuses.length > 0);
        assert.equal(second.statuses[0]!.time, start + 120_000);
        await time.clock.advance(1000);
        const table = site().series.read({
            owner: 'unit1',
            from: start - 3_600_000,
            to: start + 3_600_000,
            tier: 'fine',
        });
        const values = table.columns.find(({ quantity }) => quantity === 'inputVoltage1')!.mean;
        const all = Array.from({ length: 12 }, (_, index) => [index - 9, 101 + index]);
        assert.deepEqual(
            table.times.map((at, index) => [(at - start) / 60_000, values[index]]),
            all,
        );
    });

    for (const [what, over] of [
        ['a map of objects, while it reads the page', { way: 'page' }],
        ['a map of labels, while it asks SNMP', { map: LABELS }],
        ['no map', { map: '' }],
        ['mains that are back below where they fail', { mainsFail: 200, mainsBack: 190 }],
    ] as const)
        it(`refuses ${what}`, async () => {
            await startDevice();
            const seen = await load(over);
            await time.clock.advance(2000);
            assert.equal(seen.lamp()?.fill, 'red');
            assert.equal(rmcu.requests, 0);
        });
});
