import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Node } from 'node-red';
import type { UpsStatus } from '../../lib/core/status/status';
import { FRAME_MAPS } from '../../lib/protocols/device-map/maps';
import upsSite from '../../nodes/config/ups-site';
import upsUnit from '../../nodes/config/ups-unit';
import upsDuramax from '../../nodes/devices/ups-duramax';
import { settings } from '../../nodes/devices/ups-duramax.settings';
import upsEvent from '../../nodes/events/ups-event';
import upsSettings from '../../nodes/jobs/ups-settings';
import upsShutdown from '../../nodes/jobs/ups-shutdown';
import { Duramax } from '../../simulators/duramax/duramax';
import { DuramaxLine } from '../../simulators/duramax/line';
import { fakeTime } from '../support/fake-time';
import { helper } from '../support/node-red';

interface Lamp {
    fill: string;
    text: string;
}

type Told = Record<string, Record<string, unknown>>;

describe('ups-duramax', function () {
    this.timeout(20_000);
    const time = fakeTime();
    const { eventually } = time;
    let directory: string;
    let device: Duramax;
    let line: DuramaxLine;

    before(() => helper.startServer());
    after(() => helper.stopServer());

    beforeEach(async () => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-duramax-node-'));
        device = new Duramax({ clock: time.clock });
        line = new DuramaxLine({ clock: time.clock, device });
        await line.start();
    });

    afterEach(async () => {
        await time.unload();
        await eventually(() => line.clients === 0);
        await line.stop();
        device.destroy();
        rmSync(directory, { recursive: true, force: true });
    });

    async function load(over: object = {}, { site = {}, job = {} } = {}) {
        const statuses: UpsStatus[] = [];
        const results: { payload: Told; warnings?: string[]; suggested?: object[]; job?: { ok: boolean } }[] = [];
        const events: string[] = [];
        await helper.load(
            [upsSite, upsUnit, upsDuramax, upsEvent, upsSettings, upsShutdown] as never,
            [
                { id: 'site1', type: 'ups-site', name: 'Site', directory, ...site },
                { id: 'unit1', type: 'ups-unit', name: 'DC UPS', site: 'site1', staleSeconds: 30 },
                {
                    ...{ id: 'dev1', type: 'ups-duramax', ups: 'unit1', interval: 0.2, way: 'tcp', host: '127.0.0.1' },
                    ...{ port: line.port, wires: [['h1']], ...over },
                },
                { id: 'ev1', type: 'ups-event', ups: 'unit1', events: ['power-fail'], wires: [['h3']] },
                { id: 'job1', type: 'ups-settings', ups: 'unit1', wires: [['h2']], ...job },
                ...['h1', 'h2', 'h3'].map((id) => ({ id, type: 'helper' })),
            ] as never,
        );
        const on = (id: string, take: (message: never) => void) =>
            (helper.getNode(id) as Node).on('input', (message) => take(message as never));
        on('h1', ({ payload }: { payload: UpsStatus }) => statuses.push(payload));
        on('h2', (message) => results.push(message));
        on('h3', ({ topic, payload }: { topic: string; payload: boolean }) => events.push(`${topic} ${payload}`));
        // The spy is shared by all nodes.
        const node = helper.getNode('dev1') as unknown as { status: { args: [Lamp][]; thisValues: unknown[] } };
        const lamp = () => {
            const { args, thisValues } = node.status;
            return args.filter((_, call) => thisValues[call] === node).at(-1)?.[0];
        };
        return { lamp, statuses, results, events };
    }
    type Loaded = Awaited<ReturnType<typeof load>>;

    async function ask({ results }: Loaded, payload: unknown, more: object = {}) {
        const before = results.length;
        (helper.getNode('job1') as Node).receive({ payload, ...more } as never);
        return eventually(() => results[before]);
    }

    it('offers the shipped maps, and no others', () => {
        assert.deepEqual(
            (settings.fields.map!.widget.values ?? []).filter((id) => id !== 'own'),
            FRAME_MAPS.map(({ id }) => id),
        );
    });

    it('reads frames over TCP, sees an outage and its end, and says when the cable is out', async () => {
        const loaded = await load();
        await eventually(() => loaded.lamp()?.fill === 'green');
        assert.equal(loaded.statuses.at(-1)?.identity.model, 'DURAmax DC UPS 24V 10A');
        assert.equal(loaded.statuses.at(-1)?.dc?.outputVoltage, 24);
        device.ups.setInput(0);
        await eventually(() => loaded.events.at(-1) === 'DC UPS/power-fail true');
        device.ups.setInput(24);
        await eventually(() => loaded.events.at(-1) === 'DC UPS/power-fail false');
        device.unplug(true);
        await eventually(() => loaded.lamp()?.fill === 'red');
        device.unplug(false);
        await eventually(() => loaded.lamp()?.fill === 'green');
    });

    it('reads contacts by messages, with the model that was chosen, and takes no settings', async () => {
        const contacts = [{ contact: 'power-fail', type: 'no' }];
        const loaded = await load({ way: 'contacts', source: 'message', contacts, debounce: 0, model: '20' });
        const say = (payload: unknown, topic = 'power-fail') =>
            (helper.getNode('dev1') as Node).receive({ topic, payload } as never);
        say(false);
        await eventually(() => loaded.lamp()?.fill === 'green');
        assert.deepEqual(loaded.statuses.at(-1)?.identity, {
            manufacturer: 'Weidmüller',
            model: 'DURAmax DC UPS 24V 20A',
        });
        say(true);
        await eventually(() => loaded.events.at(-1) === 'DC UPS/power-fail true');
        const told = await ask(loaded, { idleSeconds: 20 });
        assert.match(String(told.payload.idleSeconds?.error), /idleSeconds/);
        assert.equal(device.requests, 0);
    });

    it('reads by a map of its own, and refuses one with a fault', async () => {
        const own = structuredClone(FRAME_MAPS[0]!);
        own.id = 'mine';
        own.items = own.items.filter(({ id }) => id !== 'model');
        const loaded = await load({ map: 'own', ownMap: own });
        await eventually(() => loaded.lamp()?.fill === 'green');
        assert.deepEqual(loaded.statuses.at(-1)?.identity, { serial: 'SIM0000001', firmware: '1.0.0' });
        await time.unload();
        own.frames![0]!.checksum = 'crc32' as never;
        const { lamp } = await load({ map: 'own', ownMap: own });
        await eventually(() => lamp()?.fill === 'red');
    });

    it('without a host, or a contact, is not configured', async () => {
        for (const over of [{ host: '' }, { way: 'serial' }, { way: 'contacts', contacts: [] }, { map: 'nonsense' }]) {
            const { lamp } = await load(over);
            await eventually(() => lamp()?.fill === 'red');
            await time.unload();
        }
    });

    describe('with ups-settings', () => {
        it('writes, reads back, and says why it refuses', async () => {
            const loaded = await load();
            await eventually(() => loaded.statuses.length > 0);
            const { payload } = await ask(loaded, { idleSeconds: 15, dodProtection: false, bufferThreshold: 19 });
            assert.deepEqual(payload.idleSeconds, { ok: true, confirmed: true, before: 10, after: 15 });
            assert.match(String(payload.dodProtection?.error), /duramax.confirm/);
            assert.match(String(payload.bufferThreshold?.error), /20/);
            const confirmed = await ask(loaded, { dodProtection: false }, { confirm: true });
            assert.equal(confirmed.payload.dodProtection?.confirmed, true);
            assert.equal(device.ups.view().settings.dodProtection, false);
        });

        it('stages the values of delivery, shows them, and writes them when it is told to', async () => {
            device.ups.write(11, 99);
            const loaded = await load();
            await eventually(() => loaded.statuses.length > 0);
            const staged = await ask(loaded, 'defaults');
            assert.equal(staged.payload.idleSeconds?.staged, 10);
            assert.equal(staged.payload.idleSeconds?.value, 99);
            assert.equal(device.ups.view().settings.idleSeconds, 99);
            assert.equal((await ask(loaded, 'read')).payload.idleSeconds?.staged, 10);
            const written = await ask(loaded, 'write');
            assert.deepEqual(written.payload.idleSeconds, { ok: true, confirmed: true, before: 99, after: 10 });
            assert.equal(device.ups.view().settings.idleSeconds, 10);
            assert.equal((await ask(loaded, 'read')).payload.idleSeconds?.staged, undefined);
        });

        it('writes nothing in a dry run', async () => {
            const loaded = await load({}, { site: { dryRun: true } });
            await eventually(() => loaded.statuses.length > 0);
            await ask(loaded, 'defaults');
            assert.equal((await ask(loaded, 'write')).payload.idleSeconds?.dryRun, true);
            assert.equal((await ask(loaded, { idleSeconds: 20 })).payload.idleSeconds?.dryRun, true);
            assert.equal((await ask(loaded, 'latch-reset')).payload.dryRun as unknown, true);
            assert.equal(device.ups.view().settings.idleSeconds, 10);
        });

        it('resets the latch when the fault is gone', async () => {
            device.ups.write(8, 1);
            const loaded = await load();
            await eventually(() => loaded.statuses.length > 0);
            device.ups.setInput(33);
            device.ups.setInput(24);
            await eventually(() => loaded.statuses.at(-1)?.output.source === 'none');
            const { payload } = await ask(loaded, 'latch-reset');
            assert.equal(payload.confirmed as unknown, true);
            assert.equal(device.ups.view().source, 'input');
        });

        it('takes a file by the keys of its table, shows it, and writes it', async () => {
            const keys = [
                { section: 'PC', key: 'Idle', setting: 'idleSeconds' },
                { section: 'Battery', key: 'DOD', setting: 'dodUnit', values: '0=V, 1=%' },
                { section: 'Battery', key: 'Deep', setting: 'deepDischargeThreshold' },
            ];
            const loaded = await load({}, { job: { keys } });
            await eventually(() => loaded.statuses.length > 0);
            const file = '[PC]\r\nIdle=33\r\nDelay Time=5\r\n[Battery]\r\nDOD=1\r\nDeep=45,0\r\n';
            const shown = await ask(loaded, Buffer.from(file));
            assert.deepEqual(Object.keys(shown.payload).sort(), ['deepDischargeThreshold', 'dodUnit', 'idleSeconds']);
            assert.deepEqual(shown.suggested, [{ setting: 'delaySeconds', section: 'PC', key: 'Delay Time' }]);
            assert.equal(shown.warnings?.length, 1);
            assert.equal(device.ups.view().settings.idleSeconds, 10);
            const { payload } = await ask(loaded, 'write');
            assert.ok(Object.values(payload).every(({ confirmed }) => confirmed === true));
            const { idleSeconds, dodUnit, deepDischargeThreshold } = device.ups.view().settings;
            assert.deepEqual([idleSeconds, dodUnit, deepDischargeThreshold], [33, '%', 45]);
            // A file is made of the last reading, which comes right behind the write.
            await eventually(() => loaded.statuses.at(-1)?.settings?.deepDischargeThreshold === 45);
            const out = await ask(loaded, { export: file });
            assert.equal((out.payload as unknown as Buffer).toString(), file);
            device.ups.write(11, 44);
            await eventually(() => loaded.statuses.at(-1)?.settings?.idleSeconds === 44);
            const changed = (await ask(loaded, { export: file })).payload as unknown as Buffer;
            assert.equal(changed.toString(), file.replace('33', '44'));
        });

        it('stages nothing of a file with a fault, and forgets what waited', async () => {
            const keys = [{ section: '', key: 'idle', setting: 'idleSeconds' }];
            const loaded = await load({}, { job: { keys } });
            await eventually(() => loaded.statuses.length > 0);
            await ask(loaded, 'defaults');
            const job = helper.getNode('job1') as Node & { status: { args: [Lamp][] } };
            for (const [payload, fill] of [
                [Buffer.from('idle=ten\n'), 'red'],
                ['write', 'red'],
            ] as const) {
                job.receive({ payload } as never);
                await eventually(() => job.status.args.at(-1)?.[0].fill === fill);
            }
            assert.equal((await ask(loaded, 'read')).payload.idleSeconds?.staged, undefined);
        });

        it('makes a file of its own, and takes it back', async () => {
            const loaded = await load();
            await eventually(() => loaded.statuses.length > 0);
            const file = (await ask(loaded, 'export')).payload as unknown as Buffer;
            assert.match(file.toString(), /^\[ridethrough\]\r\n[^]*idleSeconds=10\r\n/);
            device.ups.write(11, 77);
            await eventually(() => loaded.statuses.at(-1)?.settings?.idleSeconds === 77);
            const staged = await ask(loaded, file);
            assert.equal(staged.payload.idleSeconds?.staged, 10);
            await ask(loaded, 'write');
            assert.equal(device.ups.view().settings.idleSeconds, 10);
        });
    });

    it('has its latch reset by a job, again and again until the fault is gone', async () => {
        device.ups.write(8, 1);
        const loaded = await load({}, { job: { type: 'ups-shutdown', action: 'latch-reset' } });
        await eventually(() => loaded.statuses.length > 0);
        device.ups.setInput(33);
        await eventually(() => loaded.statuses.at(-1)?.alarms?.includes('vendor:latched off') === true);
        (helper.getNode('job1') as Node).receive({ payload: true, topic: 'test' } as never);
        await time.clock.advance(1500);
        device.ups.setInput(24);
        const { job } = await eventually(() => loaded.results[0]);
        assert.equal(job?.ok, true);
        assert.equal(device.ups.view().source, 'input');
    });
});
