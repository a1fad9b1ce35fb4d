import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { BacsDriver } from '../../../../lib/protocols/bacs/driver';
import { ModbusReader } from '../../../../lib/protocols/bacs/modbus-reader';
import { inputAddress } from '../../../../lib/protocols/bacs/registers';
import type { ModbusBlock } from '../../../../lib/protocols/modbus/line';
import { BacsMemory, BatteryWatch } from '../../../support/bacs-memory';
import { FakeClock } from '../../../support/fake-clock';

describe('A BACS system behind a gateway that drops what is larger than 20 words', () => {
    let clock: FakeClock;
    let card: BacsMemory;
    let watch: BatteryWatch;
    let driver: BacsDriver;
    let warnings: UpsError[];
    let most = 20;

    class Gateway extends BacsMemory {
        largest = 0;

        override async read(unitId: number, block: ModbusBlock): Promise<number[]> {
            const words = await super.read(unitId, block);
            this.largest = Math.max(this.largest, block.count);
            if (block.count <= most) return words;
            await new Promise<void>((resolve) => clock.setTimeout(resolve, 2000));
            throw new UpsError('device-silent', { host: 'card', why: 'timeout' });
        }
    }
    const volts = () => [...watch.last.blocks.voltage!];
    const beginBehind = async (modules = 60) => {
        most = 20;
        const gateway = (card = new Gateway(clock, modules, 2)) as Gateway;
        gateway.set('holding', inputAddress(1, 1), 1);
        const path = new ModbusReader({ clock, line: gateway, unitId: 1, host: 'card', addressOffset: 0 });
        const warn = (error: UpsError) => warnings.push(error);
        driver = new BacsDriver({ clock, host: 'card', path, sweepMs: 10_000, warn });
        driver.start(watch);
        await clock.advance(0);
        return gateway;
    };

    beforeEach(() => {
        clock = new FakeClock();
        watch = new BatteryWatch();
        warnings = [];
    });

    afterEach(async () => {
        await driver.stop();
        assert.equal(clock.pending, 0);
    });

    it('learns the size within half a minute, and then reads all without loss', async () => {
        const gateway = await beginBehind();
        await clock.advance(30_000);
        assert.deepEqual([volts()[0], volts()[59], watch.last.blocks.charge![59]], [13.001, 13.06, 99]);
        assert.equal(watch.lastFlags.inputs![0], true);
        assert.deepEqual(warnings, []);
        assert.deepEqual(
            watch.all.states.map(({ state }) => state),
            ['connecting', 'ready'],
        );
        gateway.largest = 0;
        const sweeps = watch.all.sweeps.length;
        await clock.advance(60_000);
        assert.ok(gateway.largest <= 20, String(gateway.largest));
        assert.equal(watch.all.sweeps.length - sweeps, 6);
    });

    it('tries larger ones each hour, and takes them when they are answered', async () => {
        const gateway = await beginBehind(10);
        await clock.advance(60_000);
        gateway.largest = 0;
        const sweeps = watch.all.sweeps.length;
        await clock.advance(3_600_000);
        assert.ok(gateway.largest > 20);
        // One of 360 is cut off.
        assert.ok(watch.all.sweeps.length - sweeps >= 358, String(watch.all.sweeps.length - sweeps));
        most = 125;
        await clock.advance(3_600_000);
        const before = card.asked.length;
        await clock.advance(10_000);
        assert.ok(card.asked.slice(before).some(({ count }) => count >= 40));
    });

    it('a card that answers nothing is silent, and not small', async () => {
        await beginBehind();
        await clock.advance(30_000);
        most = 0;
        await clock.advance(10_000);
        assert.equal(driver.state.state, 'waiting');
        most = 125;
        await clock.advance(20_000);
        assert.equal(volts()[59], 13.06);
    });
});
