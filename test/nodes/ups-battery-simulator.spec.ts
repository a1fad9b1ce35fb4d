import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import upsBattery from '../../nodes/config/ups-battery';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsBatterySimulator from '../../nodes/devices/ups-battery-simulator';
import upsSimulator from '../../nodes/devices/ups-simulator';
import type { BatteryBlocksView } from '../../lib/views/battery-blocks';
import type { UpsBatteryNode } from '../../nodes/shared/config/battery-of';
import { fakeTime } from '../support/fake-time';
import { helper } from '../support/node-red';

describe('ups-battery-simulator', function () {
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let readings: BatteryBlocksView[];
    const battery = () => (helper.getNode('battery') as unknown as UpsBatteryNode).battery!;
    const amps = () => readings.at(-1)?.strings[0]?.current ?? 0;
    const isOn = (event: string) =>
        battery()
            .activeEvents()
            .some(({ id }) => id === event);

    async function load(own: object = {}, room: object = {}): Promise<void> {
        readings = [];
        await helper.load(
            [upsSite, upsUnit, upsBattery, upsSimulator, upsBatterySimulator] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory },
                { id: 'unit1', type: 'ups-unit', name: 'UPS 1', site: 'site1' },
                { id: 'ups1', type: 'ups-simulator', ups: 'unit1', interval: 1, ratedVA: 8000, loadVA: 5000 },
                {
                    id: 'battery',
                    type: 'ups-battery',
                    name: 'Room',
                    site: 'site1',
                    currentSensors: 'each-string',
                    ...room,
                },
                {
                    ...{ id: 'sim', type: 'ups-battery-simulator', battery: 'battery', wires: [['out']] },
                    ...{ modules: 8, strings: 2, capacityAh: 100, loadWatts: 2000, ...own },
                },
                { id: 'out', type: 'helper' },
            ] as never,
        );
        (helper.getNode('out') as Node).on('input', ({ payload }) => readings.push(payload as BatteryBlocksView));
        await eventually(() => battery().view().at !== undefined);
    }

    /** @returns the failure, in words */
    async function order(topic: string, payload?: unknown): Promise<string | undefined> {
        let failed: string | undefined;
        const sim = helper.getNode('sim') as Node;
        const heard = (error: unknown) => (failed = String(error));
        sim.on('call:error' as never, (({ firstArg }: { firstArg: unknown }) => heard(firstArg)) as never);
        sim.receive({ topic, payload } as never);
        await time.clock.advance(100);
        return failed;
    }

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-'));
    });
    afterEach(async () => {
        await time.unload();
        rmSync(directory, { recursive: true });
    });

    it('feeds the battery: blocks, strings, and what an outage does to them', async () => {
        await load();
        const { layout } = battery().view();
        assert.deepEqual([layout?.modules, layout?.strings], [8, 2]);
        await eventually(() => readings[0]);
        const volts = () => readings.at(-1)!.blocks.map(({ voltage }) => voltage!);
        assert.equal(volts().length, 8);
        for (const each of volts()) assert.ok(each > 13.3 && each < 13.7, `${each} V at float`);
        assert.equal(isOn('discharging'), false);
        await order('mains', false);
        await eventually(() => isOn('discharging'));
        // 2000 W from 4 blocks of 12 V in each of 2 strings: some 20 A each.
        await time.clock.advance(5000);
        await eventually(() => amps() < -15);
        await time.clock.advance(60_000);
        assert.ok(Math.max(...volts()) < 13, `${String(volts())} V in the discharge`);
        await order('mains', true);
        // It is over when that was so for half a minute.
        await time.clock.advance(40_000);
        await eventually(() => !isOn('discharging'));
    });

    it('follows a UPS of ours: its outage, and its load', async () => {
        await load({ ups: 'unit1' }, { ups: 'unit1' });
        (helper.getNode('ups1') as Node).receive({ topic: 'mains', payload: false } as never);
        await eventually(() => isOn('discharging'));
        await time.clock.advance(5000);
        await eventually(() => amps() < -20);
        assert.match((await order('mains', true))!, /payload-unknown .*UPS 1/);
        (helper.getNode('ups1') as Node).receive({ topic: 'mains', payload: true } as never);
        // It is over when that was so for half a minute.
        await time.clock.advance(40_000);
        await eventually(() => !isOn('discharging'));
    });

    it('has faults, breakers and inputs, and flags that are forced', async () => {
        await load();
        await order('fault', { fault: 'module-lost', module: 3 });
        await eventually(() => battery().detail('module-lost')?.modules.includes(3));
        await order('state', { state: 'temperature-high-alarm', modules: [5] });
        await eventually(() => battery().detail('temperature-high-alarm')?.modules.includes(5));
        assert.ok(isOn('general-alarm'));
        await order('state', { state: 'temperature-high-alarm', on: null });
        await order('replace', 3);
        await eventually(() => !isOn('temperature-high-alarm') && !isOn('module-lost'));
        await order('breaker', { string: 2, open: true });
        await eventually(() => isOn('breaker-open'));
        await order('breaker', { string: 2, open: false });
        await order('input', { device: 1, port: 2, on: true });
        await eventually(() => battery().view().inputs?.[1] === true);
    });

    it('says what is wrong with a message, and does nothing', async () => {
        await load();
        assert.match((await order('fault', { fault: 'weka', module: 1 }))!, /payload-unknown .*weka.* weak, dry/);
        assert.match((await order('fault', { fault: 'weak', module: 99 }))!, /out-of-range .*min 1, max 8/);
        assert.match((await order('mains', 'perhaps'))!, /true, false, on, off/);
        assert.match((await order('light', true))!, /mains, load, ambient/);
        assert.match(
            (await order('state', { state: 'voltage-low-alarm', modules: [0] }))!,
            /out-of-range .*min 1, max 8/,
        );
        assert.equal(await order('load', 3000), undefined);
        assert.equal(isOn('discharging'), false);
    });

    it('makes the battery live faster, and as fast as life when it is gone', async () => {
        await load({ speed: 60 });
        const { batteryClock } = helper.getNode('battery') as unknown as UpsBatteryNode;
        assert.equal(batteryClock.speed, 60);
        await order('mains', false);
        await eventually(() => isOn('discharging'));
        const before = battery().view().at!;
        await time.clock.advance(60_000);
        const { charge } = battery().view().blocks;
        // 2000 W of 8 blocks of 1200 Wh for an hour.
        const most = Math.max(...charge!);
        assert.ok(most > 60 && most < 85, `${most} % after an hour in a minute`);
        assert.ok(battery().view().at! > before);
        await time.unload();
        assert.equal(batteryClock.speed, 1);
    });

    it('is silent on command, and the battery says so', async () => {
        await load();
        await order('silent', true);
        await time.clock.advance(31_000);
        assert.ok(battery().silent);
        await order('silent', false);
        await eventually(() => !battery().silent);
    });

    it('keeps what was done to it over a restart', async () => {
        const equalizes = () => battery().view().states.has('equalizing');
        await load();
        await eventually(equalizes);
        await order('pause', 3);
        await eventually(() => !equalizes());
        await order('breaker', { string: 1, open: true });
        await order('fault', { fault: 'temperature-stuck', module: 4, value: 55 });
        await time.unload();
        await load();
        await eventually(() => isOn('breaker-open'));
        assert.equal(equalizes(), false);
        await order('breaker', { string: 1, open: false });
        await eventually(() => readings.at(-1)?.blocks[3]?.temperature === 55);
        await order('replace', 4);
        await order('resume');
        await eventually(equalizes);
    });

    it('tells at the deploy that blocks do not divide', async () => {
        await helper.load(
            [upsSite, upsBattery, upsBatterySimulator] as never,
            [
                { id: 'battery', type: 'ups-battery', name: 'Room' },
                { id: 'sim', type: 'ups-battery-simulator', battery: 'battery', modules: 9, strings: 2, wires: [[]] },
            ] as never,
        );
        const sim = helper.getNode('sim') as unknown as { status: { lastCall: { args: { shape: string }[] } } };
        assert.equal(sim.status.lastCall.args[0]?.shape, 'ring');
    });
});
