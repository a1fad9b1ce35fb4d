import assert from 'node:assert/strict';
import { createBacsDriver, type BacsSettings } from '../../../../lib/protocols/bacs/create-driver';
import { createCs141Driver, sharedCs141 } from '../../../../lib/protocols/cs141/create-driver';
import { ModbusLinePool } from '../../../../lib/protocols/modbus/line-pool';
import { BacsMemory, BatteryWatch } from '../../../support/bacs-memory';
import { cs141Settings } from '../../../support/cs141-settings';
import { FakeClock } from '../../../support/fake-clock';

const MODBUS: NonNullable<BacsSettings['modbus']> = {
    transport: 'tcp',
    host: 'card',
    port: 502,
    path: '/dev/ttyX',
    baudRate: 9600,
    parity: 'none',
    stopBits: 1,
    unitId: 1,
    addressing: 'zero',
    timeout: 2,
};

describe('A driver of a BACS system, as its settings say', () => {
    let clock: FakeClock;
    let opened: BacsMemory[];
    let lines: ModbusLinePool;
    let watch: BatteryWatch;

    beforeEach(() => {
        clock = new FakeClock();
        opened = [];
        watch = new BatteryWatch();
        lines = new ModbusLinePool(clock, () => {
            const card = new BacsMemory(clock, 4, 1);
            opened.push(card);
            return card;
        });
    });

    for (const [transport, sweeps] of [
        ['tcp', 7],
        ['rtu', 3],
    ] as const) {
        it(`sweeps ${sweeps} times a minute by Modbus ${transport}`, async () => {
            const driver = createBacsDriver({ way: 'modbus', modbus: { ...MODBUS, transport } }, clock, lines);
            driver.start(watch);
            await clock.advance(60_000);
            assert.equal(watch.all.sweeps.length, sweeps);
            await driver.stop();
            assert.equal(opened[0]!.closed, true);
        });
    }

    it('shares one TCP connection with the UPS of the same card', async () => {
        const ups = createCs141Driver(
            cs141Settings({ ups: 'u', host: 'card', port: 502 }),
            clock,
            sharedCs141(clock, lines),
        );
        const battery = createBacsDriver({ way: 'modbus', modbus: MODBUS }, clock, lines);
        battery.start(watch);
        await clock.advance(1000);
        assert.equal(opened.length, 1);
        await ups.stop();
        await clock.advance(10_000);
        assert.ok(watch.all.sweeps.length > 1);
        await battery.stop();
        assert.equal(opened[0]!.closed, true);
        assert.equal(clock.pending, 0);
    });

    it('sends addresses plus one to a card that counts them so', async () => {
        const modbus = { ...MODBUS, addressing: 'one' } as const;
        const driver = createBacsDriver({ way: 'modbus', modbus }, clock, lines);
        driver.start(watch);
        await clock.advance(0);
        assert.equal(opened[0]!.asked[0]!.address, 1001);
        await driver.stop();
    });
});
