import assert from 'node:assert/strict';
import { fileSettings } from '../../../../lib/core/unit/file-settings';
import { StagedSettings } from '../../../../lib/core/unit/staged-settings';
import { showSettings, writeSettings } from '../../../../lib/core/unit/write-settings';
import { onMains, UnitBench } from '../../../support/fake-ups';
import { DuramaxBench } from './bench';

describe('A UPS that is a DURAmax', () => {
    let dura: DuramaxBench;
    let bench: UnitBench;

    async function start(...options: ConstructorParameters<typeof DuramaxBench>): Promise<void> {
        dura = new DuramaxBench(...options);
        bench = new UnitBench({}, dura.clock);
        await bench.unit.removeDriver('driver1');
        bench.addPath('dura', dura.driver);
        await dura.clock.advance(1100);
    }
    afterEach(async () => {
        await bench.unit.removeDriver('dura');
        bench.unit.destroy();
        dura.device.destroy();
        assert.equal(dura.clock.pending, 0, 'timers are left');
    });

    /** The outcome of each, and the numbers of the settings in the order in which they were sent. */
    async function write(wanted: Record<string, unknown>, options: Parameters<typeof writeSettings>[2] = {}) {
        const before = dura.wire.sent.length;
        const done = writeSettings(bench.unit, wanted, options);
        await dura.clock.advance(10_000);
        const told = await done;
        const sent = dura.wire.sent.slice(before).filter((each) => each.startsWith('a510'));
        return {
            told: Object.fromEntries(
                Object.entries(told).map(([name, { error, confirmed }]) => [name, error?.code ?? confirmed]),
            ),
            sent: sent.map((each) => Number.parseInt(each.slice(6, 8), 16)),
            outcomes: told,
        };
    }

    it('has an outage, its end, and the events of PC-Mode', async () => {
        await start({ mode: 'pc' });
        dura.device.ups.setInput(0);
        await dura.clock.advance(25_000);
        dura.device.ups.setInput(24);
        await dura.clock.advance(15_000);
        assert.deepEqual(bench.told, [
            'power-fail on',
            'shutdown-pending on',
            'output-off on',
            'shutdown-pending off',
            'power-fail off',
            'output-off off',
        ]);
    });

    it('neither ends its outage nor begins another while it is silent', async () => {
        await start();
        dura.device.ups.setInput(0);
        await dura.clock.advance(3000);
        dura.device.unplug(true);
        await dura.clock.advance(120_000);
        dura.device.unplug(false);
        await dura.clock.advance(15_000);
        assert.deepEqual(
            bench.told.filter((each) => each.startsWith('power-fail')),
            ['power-fail on'],
        );
        assert.ok(bench.told.includes('communication-lost on'));
        dura.device.ups.setInput(24);
        await dura.clock.advance(5000);
        assert.equal(bench.told.filter((each) => each === 'power-fail off').length, 1);
    });

    it('on mains, silence is only lost communication', async () => {
        await start();
        dura.device.faults.badChecksum = true;
        await dura.clock.advance(120_000);
        dura.device.faults.badChecksum = false;
        await dura.clock.advance(15_000);
        assert.deepEqual(bench.told, ['communication-lost on', 'communication-lost off']);
    });

    it('gets the unit of the threshold before the threshold, however they are given', async () => {
        await start();
        const { told, sent } = await write({ deepDischargeThreshold: 20, dodUnit: '%' });
        assert.deepEqual(told, { deepDischargeThreshold: true, dodUnit: true });
        assert.deepEqual(sent, [7, 4]);
        assert.equal(dura.device.ups.view().settings.deepDischargeThreshold, 20);
        assert.equal(dura.device.ups.view().settings.dodUnit, '%');
    });

    it('gets both thresholds in the order in which they can be moved, up and down', async () => {
        await start();
        const up = await write({ deepDischargeThreshold: 22, bufferThreshold: 23.5 });
        assert.deepEqual(up.told, { deepDischargeThreshold: true, bufferThreshold: true });
        const down = await write({ bufferThreshold: 21, deepDischargeThreshold: 19 });
        assert.deepEqual(down.told, { bufferThreshold: true, deepDischargeThreshold: true });
        assert.deepEqual(down.sent, [4, 1]);
        const wrong = await write({ bufferThreshold: 20, deepDischargeThreshold: 21 });
        assert.deepEqual(wrong.told, { bufferThreshold: true, deepDischargeThreshold: 'setting-refused' });
    });

    it('writes with a confirmation what can do harm', async () => {
        await start();
        assert.deepEqual((await write({ dodProtection: 'off' })).told, { dodProtection: 'setting-refused' });
        assert.deepEqual((await write({ dodProtection: false }, { confirm: true })).told, { dodProtection: true });
    });

    it('writes in PC-Mode what was staged, and leaves alone what it has already', async () => {
        await start({ mode: 'pc', settings: { idleSeconds: 99 } });
        const staged = new StagedSettings();
        assert.throws(() => staged.take(), { code: 'setting-refused' });
        staged.stageDefaults(bench.unit);
        assert.equal(dura.wire.sent.filter((each) => each.startsWith('a510')).length, 0, 'nothing is written yet');
        assert.deepEqual(staged.show(bench.unit).idleSeconds, {
            ...{ writable: true, unit: 's', min: 0, max: 3600, default: 10, value: 99, staged: 10 },
        });
        const sent: number[] = [];
        const outcomes = await staged.write(async (values) => {
            const done = await write(values, { onlyChanges: true });
            sent.push(...done.sent);
            assert.ok(Object.values(done.told).every((each) => each === true));
            return done.outcomes;
        });
        assert.deepEqual(sent, [NUMBER_OF_IDLE]);
        assert.equal(outcomes.maxBufferSeconds?.unchanged, true);
        assert.deepEqual(staged.values, {});
    });

    it('keeps staged what was refused', async () => {
        await start({ mode: 'pc' });
        const staged = new StagedSettings();
        staged.stage({ idleSeconds: 20, maxBufferSeconds: 60 });
        await staged.write(async (values) => (await write(values, { onlyChanges: true })).outcomes);
        assert.deepEqual(staged.values, { maxBufferSeconds: 60 });
    });

    it('shows what may be written, and says so of a device without values of delivery', async () => {
        await start({ mode: 'pc' });
        const { maxBufferSeconds, operationMode } = showSettings(bench.unit);
        assert.deepEqual([maxBufferSeconds?.writable, maxBufferSeconds?.lockedNow], [false, true]);
        assert.deepEqual([operationMode?.writable, operationMode?.value], [false, 'pc']);
        const other = new UnitBench();
        other.driver.read(onMains({ settings: { low: 1 } }));
        assert.throws(() => new StagedSettings().stageDefaults(other.unit), { code: 'not-supported' });
        other.unit.destroy();
    });

    it('gives its settings for a file while it answers, and says why not', async () => {
        await start();
        assert.equal(fileSettings(bench.unit, 'import').chargeCurrent?.max, 5);
        dura.device.unplug(true);
        await dura.clock.advance(120_000);
        assert.ok(bench.unit.status(), 'the last reading is kept');
        assert.throws(() => fileSettings(bench.unit, 'import'), { code: 'ups-silent' });
        dura.device.unplug(false);
        const other = new UnitBench();
        other.driver.read(onMains({ settings: { low: 1 } }));
        assert.throws(() => fileSettings(other.unit, 'export'), { code: 'setting-refused' });
        other.unit.destroy();
    });
});

const NUMBER_OF_IDLE = 11;
