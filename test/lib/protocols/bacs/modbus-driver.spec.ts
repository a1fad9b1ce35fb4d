import assert from 'node:assert/strict';
import type { UpsError } from '../../../../lib/core/errors';
import { UpsError as Failure } from '../../../../lib/core/errors';
import { BacsDriver } from '../../../../lib/protocols/bacs/driver';
import { ModbusReader } from '../../../../lib/protocols/bacs/modbus-reader';
import { moduleAddress } from '../../../../lib/protocols/bacs/registers';
import { BacsMemory, BatteryWatch } from '../../../support/bacs-memory';
import { FakeClock } from '../../../support/fake-clock';

const SILENCE = () => new Failure('device-silent', { host: 'card', why: 'timeout' });

describe('A BACS system by Modbus', () => {
    let clock: FakeClock;
    let card: BacsMemory;
    let watch: BatteryWatch;
    let driver: BacsDriver;
    let warnings: UpsError[];

    /** A card with so many modules, and a driver that has begun. */
    async function begin(modules = 8, strings = 2, over: { sweepMs?: number; failuresToWaiting?: number } = {}) {
        card = new BacsMemory(clock, modules, strings);
        await startOn(card, over);
    }

    async function startOn(line: BacsMemory, over: { sweepMs?: number; failuresToWaiting?: number } = {}) {
        const path = new ModbusReader({ clock, line, unitId: 1, host: 'card', addressOffset: 0 });
        const warn = (error: UpsError) => warnings.push(error);
        driver = new BacsDriver({ clock, host: 'card', path, sweepMs: 10_000, warn, ...over });
        driver.start(watch);
        await clock.advance(0);
    }

    const volts = () => [...watch.last.blocks.voltage!];
    const modulesOf = (state: string) => watch.last.moduleStates.get(state);

    beforeEach(() => {
        clock = new FakeClock();
        watch = new BatteryWatch();
        warnings = [];
    });

    afterEach(async () => {
        await driver.stop();
        assert.equal(clock.pending, 0);
    });

    it('tells flags, all values and who it is', async () => {
        await begin(4, 2);
        card.flags('charging');
        await clock.advance(1000);
        assert.deepEqual([...watch.lastFlags.states].sort(), ['charging', 'monitoring-started']);
        const { modules, strings, blocks, byString } = watch.last;
        assert.deepEqual({ modules, strings }, { modules: 4, strings: 2 });
        assert.deepEqual(volts(), [13.001, 13.002, 13.003, 13.004]);
        assert.deepEqual([...blocks.temperature!], [25, 25, 25, 25]);
        assert.deepEqual([...blocks.impedance!], [4.5, 4.5, 4.5, 4.5]);
        assert.deepEqual([...blocks.equalizing!], [30, 30, 30, 30]);
        assert.deepEqual([...blocks.charge!], [99, 99, 99, 99]);
        assert.deepEqual([...byString.current!], [1.5, 1.5]);
        assert.deepEqual([...byString.voltage!], [52, 52]);
        assert.deepEqual([...byString.average!], [13, 13]);
        assert.deepEqual([...byString.ripple!], [0.2, 0.2]);
        assert.deepEqual(watch.all.identities, [{ serial: '12345', firmware: '216' }]);
        assert.equal(watch.all.states.at(-1)!.state, 'ready');
    });

    it('asks for nothing that is not there', async () => {
        await begin(4, 2);
        // The last module ends at 1079; then come serial number, firmware, and the charge of four modules.
        const highest = card.asked.filter(({ address }) => address < 3650).map(({ address, count }) => address + count);
        assert.equal(Math.max(...highest), 1080);
        assert.ok(card.asked.every(({ address, count }) => address + count <= 4008));
    });

    it('reads 512 modules in 16 strings with at most 31 requests', async () => {
        await begin(512, 16);
        const before = card.asked.length;
        await clock.advance(10_000);
        const sweep = card.asked.slice(before).filter(({ address, count }) => count > 32 || address > 1005);
        const aux = sweep.filter(({ address }) => address === 3650).length;
        assert.ok(sweep.length - aux <= 31, String(sweep.length - aux));
        assert.equal(volts()[511], 13.512);
        assert.equal(watch.last.byString.voltage![10], NaN);
        assert.equal(watch.last.byString.current![15], 1.5);
    });

    it('reads the flags each second, and all values each 10 s', async () => {
        await begin();
        const [flags, sweeps] = [watch.all.flags.length, watch.all.sweeps.length];
        await clock.advance(60_000);
        assert.equal(watch.all.sweeps.length - sweeps, 6);
        // One more at the end of each sweep.
        assert.equal(watch.all.flags.length - flags, 66);
    });

    it('reads all values at once when a flag changes, but not because the bus is busy', async () => {
        await begin();
        await clock.advance(4000);
        card.flags('polling');
        await clock.advance(2000);
        assert.equal(watch.all.sweeps.length, 1);
        card.flags('polling', 'voltage-low-alarm');
        card.module(3, 9.8, ['voltage-low-alarm']);
        await clock.advance(1000);
        assert.equal(watch.all.sweeps.length, 2);
        assert.deepEqual(modulesOf('voltage-low-alarm'), [3]);
        assert.equal(volts()[2], 9.8);
    });

    it('reads all values each 5 s in a discharge', async () => {
        await begin();
        driver.setUrgent(true);
        await clock.advance(60_000);
        assert.ok(watch.all.sweeps.length >= 12, String(watch.all.sweeps.length));
        driver.setUrgent(false);
        await clock.advance(10_000);
        const before = watch.all.sweeps.length;
        await clock.advance(30_000);
        assert.equal(watch.all.sweeps.length - before, 3);
    });

    it('reads all values when asked to', async () => {
        await begin();
        await clock.advance(3000);
        driver.pollNow();
        driver.pollNow();
        await clock.advance(0);
        assert.equal(watch.all.sweeps.length, 2);
    });

    it('knows nothing where the card says so: -1, -9999, no impedance yet', async () => {
        await begin(4, 1);
        card.set('holding', moduleAddress(1), -1, -1, 0, -1, -1);
        card.set('holding', moduleAddress(2), -9999, -9999, -9999, -9999, -9999);
        card.set('holding', 4006, -1);
        driver.pollNow();
        await clock.advance(0);
        assert.deepEqual(volts(), [NaN, NaN, 13.003, 13.004]);
        assert.deepEqual([...watch.last.blocks.temperature!], [NaN, NaN, 25, 25]);
        assert.deepEqual([...watch.last.blocks.impedance!], [NaN, NaN, 4.5, 4.5]);
        assert.deepEqual([...watch.last.blocks.charge!], [99, 99, NaN, 99]);
        assert.equal(watch.last.moduleStates.size, 0);
    });

    it('tells no charge where there is no current sensor', async () => {
        await begin(2, 1);
        card.set('holding', 4004, -1, -1);
        card.set('holding', 1010, -1);
        driver.pollNow();
        await clock.advance(0);
        assert.equal(watch.last.blocks.charge, undefined);
        assert.equal(watch.last.byString.current, undefined);
    });

    it('knows nothing of a module that is silent, and all of the others', async () => {
        await begin(4, 1);
        card.set('holding', moduleAddress(2), 0, 0, 0, 0, 0);
        card.set('holding', moduleAddress(3), -9999, -9999, -9999, 0x0002, -9999);
        card.flags('module-lost');
        await clock.advance(3000);
        assert.deepEqual(volts(), [13.001, NaN, NaN, 13.004]);
        assert.deepEqual([...watch.last.blocks.temperature!], [25, NaN, NaN, 25]);
        assert.deepEqual(modulesOf('module-lost'), [3]);
    });

    for (const modules of [0, 513, 65535, 55537]) {
        it(`tells flags but no values while the card counts ${modules} modules`, async () => {
            await begin(4, 1);
            card.counts(modules, 1);
            card.flags('initializing');
            await clock.advance(59_000);
            const sweeps = watch.all.sweeps.length;
            assert.ok(watch.lastFlags.states.has('initializing'));
            assert.equal(warnings.length, 0);
            await clock.advance(30_000);
            assert.equal(watch.all.sweeps.length, sweeps);
            // 65535 and 55537 say "not supported", which is no count.
            assert.equal(warnings.length, modules < 1000 ? 1 : 0);
            card.counts(3, 1);
            await clock.advance(1000);
            assert.equal(watch.last.modules, 3);
        });
    }

    it('begins anew when the counts change in a sweep', async () => {
        await begin(60, 2);
        const before = watch.all.sweeps.length;
        let changed = false;
        card.onRead = ({ address }) => {
            if (changed || address < 1100 || address > 3000) return;
            changed = true;
            card.counts(58, 2);
        };
        driver.pollNow();
        await clock.advance(0);
        assert.ok(changed);
        assert.equal(watch.all.sweeps.length, before + 1);
        assert.equal(watch.last.modules, 58);
        assert.equal(volts().length, 58);
    });

    it('tells nothing of a sweep that was cut off, and never mixes it with the next', async () => {
        await begin(100, 2);
        const before = watch.all.sweeps.length;
        for (let module = 1; module <= 100; module++) card.module(module, 12);
        let cut = 0;
        card.onRead = ({ address }) => {
            if (address > 1300 && address < 3000) cut = 1;
            if (cut) card.troubles.push(SILENCE());
        };
        driver.pollNow();
        await clock.advance(3000);
        assert.equal(watch.all.sweeps.length, before);
        assert.equal(watch.all.states.at(-1)!.state, 'waiting');
        card.onRead = undefined;
        card.troubles.length = 0;
        for (let module = 1; module <= 100; module++) card.module(module, 11);
        await clock.advance(2000);
        assert.equal(watch.all.sweeps.length, before + 1);
        assert.deepEqual([...new Set(volts())], [11]);
        assert.equal(watch.all.states.at(-1)!.state, 'ready');
    });

    it('repeats a request that was lost, in the same sweep', async () => {
        await begin(100, 2, { failuresToWaiting: 2 });
        const before = watch.all.sweeps.length;
        let lost = 0;
        card.onRead = ({ address }) => {
            if (address > 1100 && address < 3000 && lost++ === 0) card.troubles.push(SILENCE());
        };
        driver.pollNow();
        await clock.advance(0);
        assert.equal(watch.all.sweeps.length, before + 1);
        assert.equal(watch.all.states.at(-1)!.state, 'ready');
    });

    it('waits for a card that is busy', async () => {
        await begin(100, 2);
        const before = watch.all.sweeps.length;
        let asked = 0;
        card.onRead = ({ address }) => {
            if (address > 1100 && address < 3000 && ++asked <= 3) card.troubles.push(6);
        };
        driver.pollNow();
        await clock.advance(0);
        assert.equal(watch.all.sweeps.length, before);
        await clock.advance(450);
        assert.equal(watch.all.sweeps.length, before + 1);
    });

    it('gives up a sweep of a card that stays busy, or answers garbage, and says so once', async () => {
        await begin(100, 2);
        const before = watch.all.sweeps.length;
        const garbage = new Failure('protocol', { host: 'card', reason: 'garbage' });
        card.onRead = ({ address }) => {
            if (address > 1100 && address < 3000) card.troubles.push(garbage);
        };
        driver.pollNow();
        await clock.advance(60_000);
        assert.equal(watch.all.sweeps.length, before);
        assert.equal(watch.all.states.at(-1)!.state, 'ready');
        assert.deepEqual(
            warnings.map(({ code }) => code),
            ['protocol'],
        );
        card.onRead = undefined;
        await clock.advance(10_000);
        assert.ok(watch.all.sweeps.length > before);
    });

    it('does without registers that the card refuses, and takes them when they come', async () => {
        card = new BacsMemory(clock, 50, 1);
        for (let i = 0; i < 5; i++) card.unset('holding', moduleAddress(20) + i);
        for (let i = 0; i < 512; i++) card.unset('holding', 4004 + i);
        await startOn(card);
        await clock.advance(10_000);
        assert.deepEqual([volts()[18], volts()[19], volts()[20]], [13.019, NaN, 13.021]);
        assert.equal(watch.last.blocks.charge, undefined);
        const before = card.asked.length;
        await clock.advance(10_000);
        // What was found out is known: only what is due again is asked for.
        assert.ok(card.asked.length - before < 40, String(card.asked.length - before));
        card.module(20);
        await clock.advance(600_000);
        assert.equal(volts()[19], 13.02);
    });

    it('refuses all registers: tells that the card is none', async () => {
        card = new BacsMemory(clock, 4, 1);
        for (let address = 1000; address <= 4515; address++) card.unset('holding', address);
        await startOn(card);
        const state = watch.all.states.at(-1)!;
        assert.equal(state.state === 'waiting' && state.code, 'device-refused');
        assert.equal(watch.all.flags.length, 0);
    });

    it('tells that a card has no battery system, if it supports none of its registers', async () => {
        card = new BacsMemory(clock, 4, 1);
        for (let address = 1000; address <= 4515; address++) card.set('holding', address, -1);
        await startOn(card);
        const state = watch.all.states.at(-1)!;
        assert.equal(state.state === 'waiting' && state.code, 'device-refused');
        assert.equal(watch.all.flags.length, 0);
    });

    it('does not let flags wait for I/O modules that do not answer', async () => {
        card = new BacsMemory(clock, 4, 1);
        let asked = 0;
        card.onRead = ({ address }) => {
            if (address >= 3650 && address <= 3681 && ++asked) card.troubles.push(SILENCE());
        };
        await startOn(card);
        await clock.advance(20_000);
        assert.equal(asked, 1);
        assert.ok(watch.all.flags.length >= 20);
    });

    it('reads flags between the requests of a slow line', async () => {
        card = new BacsMemory(clock, 512, 16);
        card.delayMs = 200;
        await startOn(card, { sweepMs: 30_000 });
        await clock.advance(20_000);
        assert.equal(watch.all.sweeps.length, 1);
        assert.ok(watch.last.tookMs > 5000);
        // As many as seconds, while the sweep ran as well.
        assert.ok(watch.all.flags.length >= 18, String(watch.all.flags.length));
    });

    it('reads as fast as the line allows in a discharge', async () => {
        card = new BacsMemory(clock, 512, 16);
        card.delayMs = 200;
        await startOn(card, { sweepMs: 30_000 });
        driver.setUrgent(true);
        await clock.advance(60_000);
        assert.ok(watch.all.sweeps.length >= 6, String(watch.all.sweeps.length));
    });

    it('takes nothing of a sweep that has become too old', async () => {
        card = new BacsMemory(clock, 512, 16);
        card.delayMs = 100;
        await startOn(card);
        await clock.advance(1500);
        assert.equal(watch.all.sweeps.length, 0);
        // The process stands still for five minutes.
        clock.stall(300_000);
        card.module(1, 12.5);
        await clock.advance(6000);
        assert.equal(watch.all.sweeps.length, 1);
        assert.equal(volts()[0], 12.5);
        assert.ok(watch.last.tookMs < 10_000);
    });

    it('is not moved by a jump of the wall clock', async () => {
        await begin();
        const before = watch.all.sweeps.length;
        clock.jumpWall(-86_400_000);
        await clock.advance(20_000);
        clock.jumpWall(2 * 86_400_000);
        await clock.advance(20_000);
        assert.equal(watch.all.sweeps.length - before, 4);
    });

    it('reads a card anew that has been restarted', async () => {
        await begin(8, 2);
        card.onRead = () => card.troubles.push(SILENCE());
        await clock.advance(20_000);
        const before = watch.all.sweeps.length;
        // It answers, and has not found its modules yet.
        card.onRead = undefined;
        card.troubles.length = 0;
        card.counts(0, 0);
        for (let module = 1; module <= 8; module++) card.set('holding', moduleAddress(module), 0, 0, 0, 0, 0);
        await clock.advance(10_000);
        assert.equal(watch.all.sweeps.length, before);
        card.counts(8, 2);
        for (let module = 1; module <= 8; module++) card.module(module);
        await clock.advance(1000);
        assert.equal(watch.all.sweeps.length, before + 1);
        assert.equal(volts()[7], 13.008);
    });

    it('notices another card at the address, and mixes nothing', async () => {
        await begin(100, 2);
        let swapped = false;
        card.onRead = ({ address }) => {
            if (swapped || address < 1300 || address > 3000) return;
            swapped = true;
            for (let module = 1; module <= 100; module++) card.module(module, 12);
            card.set('holding', 4001, 777);
        };
        driver.pollNow();
        await clock.advance(0);
        assert.ok(swapped);
        assert.deepEqual(watch.all.identities.at(-1), { serial: '777', firmware: '216' });
        assert.deepEqual([...new Set(volts())], [12]);
        for (const sweep of watch.all.sweeps.slice(1)) assert.equal(sweep.blocks.voltage![0], 12);
    });

    it('does not know a current that is over the sign of its word', async () => {
        await begin(4, 1);
        const current = async (amperes: number, ...states: string[]) => {
            card.string(1, amperes);
            card.flags(...states);
            driver.pollNow();
            await clock.advance(0);
            return watch.last.byString.current?.[0];
        };
        assert.equal(await current(-200, 'discharging'), -200);
        assert.equal(await current(-320, 'discharging'), -320);
        assert.equal(await current(-340, 'discharging'), undefined);
        assert.equal(await current(-700, 'discharging'), undefined);
        assert.equal(await current(-340, 'discharging'), undefined);
        assert.equal(await current(-300, 'discharging'), -300);
        // Back to little in one step, or on to 655 A more: nobody can tell.
        assert.equal(await current(-340, 'discharging'), undefined);
        assert.equal(await current(-20, 'discharging'), undefined);
        assert.equal(await current(40, 'charging'), 40);
        assert.equal(await current(0.5), 0.5);
    });

    it('tells inputs and outputs of I/O modules, and nothing where there are none', async () => {
        await begin(4, 1);
        assert.equal(watch.lastFlags.inputs, undefined);
        await driver.stop();
        card = new BacsMemory(clock, 4, 1);
        card.set('holding', 3650, 0, 1, 0, 0);
        card.set('holding', 3666, 1, 0, 0, 0);
        await startOn(card);
        assert.deepEqual(watch.lastFlags.inputs!.slice(0, 5), [false, true, false, false, undefined]);
        assert.deepEqual(watch.lastFlags.outputs!.slice(0, 4), [true, false, false, false]);
        card.set('holding', 3653, 1);
        await clock.advance(1000);
        assert.equal(watch.lastFlags.inputs![3], true);
    });

    it('tells nothing any more after its end, and lets go of the line', async () => {
        await begin();
        await driver.stop();
        const { flags, sweeps } = watch.all;
        const counts = [flags.length, sweeps.length];
        await clock.advance(30_000);
        assert.deepEqual([flags.length, sweeps.length], counts);
        assert.equal(card.closed, true);
        assert.equal(watch.all.states.at(-1)!.state, 'closed');
    });
});
