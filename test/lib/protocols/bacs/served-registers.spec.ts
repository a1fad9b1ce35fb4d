import assert from 'node:assert/strict';
import type { BatteryFlags, BatterySweep } from '../../../../lib/core/batteries/model';
import { SystemClock } from '../../../../lib/core/clock';
import { servedBattery } from '../../../../lib/core/served/served-battery';
import { servedUps } from '../../../../lib/core/served/served-ups';
import { createBacsDriver } from '../../../../lib/protocols/bacs/create-driver';
import { registerMap } from '../../../../lib/protocols/cs141/maps';
import { ServedCard } from '../../../../lib/protocols/cs141/served/served-card';
import { ModbusLinePool } from '../../../../lib/protocols/modbus/line-pool';
import type { ModbusDevice } from '../../../../lib/protocols/modbus-server/device';
import { ModbusTcpServer } from '../../../../lib/protocols/modbus-server/tcp-server';
import { all, BatteryBench } from '../../../support/battery-bench';
import { eventually } from '../../../support/eventually';
import { onMains, UnitBench } from '../../../support/fake-ups';

const UNKNOWN = 0xffff;
const PASS = {
    voltage: all(8, 13.5, { 3: 12.825, 6: NaN }),
    temperature: all(8, 25, { 2: 24.5 }),
    impedance: all(8, 3.21, { 4: NaN }),
    charge: all(8, 98),
    equalizing: all(8, 12),
    current: [-3.5, 1.25],
    stringVoltage: [54.1, 54],
    moduleStates: { 'module-lost': [6] },
    strings: 2,
};

describe('the registers of a battery that is served', () => {
    let battery: BatteryBench;
    let ups: UnitBench;
    let card: ServedCard;
    beforeEach(() => {
        battery = new BatteryBench();
        ups = new UnitBench();
        ups.readFor(3, onMains);
        card = new ServedCard({
            units: [
                {
                    unitId: 1,
                    map: registerMap('default')!,
                    served: () => servedUps(ups.unit),
                    battery: () => servedBattery(battery.source),
                },
            ],
            unknownAs: -1,
            answerAnyUnit: false,
        });
    });
    afterEach(() => {
        battery.source.destroy();
        ups.unit.destroy();
    });
    const device = (): ModbusDevice => card.unit(1)!;
    const words = (address: number, count: number) => device().readHoldingRegisters!(address, count);

    it('are those of the manual: flags, counts, strings, blocks, charge', () => {
        battery.flags(['module-lost', 'discharging'], ['module-lost', 'discharging', 'charging']);
        battery.pass(PASS);
        // 1000: connected 2, module lost 4, discharging 8.
        assert.equal(words(1000, 1)[0]! & 0b1111, 2 + 4 + 8);
        assert.deepEqual(words(1003, 2), [2, 8]);
        // Strings: 0.01 A, 0.1 V, mV of the mean (nobody tells it), ripple, reserved.
        assert.deepEqual(words(1010, 2), [0x10000 - 350, 541]);
        assert.deepEqual(words(1015, 2), [125, 540]);
        assert.deepEqual(words(1020, 5), Array(5).fill(UNKNOWN));
        // Blocks: 0x80 is 25 °C, mV, 0.01 mΩ, flags, equalizing.
        assert.deepEqual(words(1060, 3), [0x80, 13_500, 321]);
        assert.equal(words(1065, 1)[0], 0x7f);
        assert.deepEqual(words(1071, 1), [12_825]);
        assert.deepEqual(words(1077, 1), [UNKNOWN]);
        // Block 6 is lost: bit 1 of its flags.
        assert.deepEqual([words(1086, 1)[0], words(1088, 1)[0]! & 2], [UNKNOWN, 2]);
        assert.deepEqual(words(1064, 1), [12]);
        assert.deepEqual(words(4004, 9), [...Array<number>(8).fill(98), UNKNOWN]);
        assert.deepEqual(device().readInputRegisters!(1060, 3), words(1060, 3));
    });

    it('stand beside those of the UPS, and nothing stands between', () => {
        battery.pass(PASS);
        assert.deepEqual(words(109, 1), [4]);
        for (const [address, count] of [
            [999, 1],
            [1005, 2],
            [4515, 2],
            [3690, 1],
        ] as const)
            assert.throws(() => words(address, count), { code: 2 }, `${address}`);
        assert.equal(words(4515, 1).length, 1);
    });

    it('have exception 6 before the first reading, and nothing known in silence', () => {
        assert.throws(() => words(1000, 1), { code: 6 });
        battery.pass(PASS);
        battery.flags([]);
        battery.clock.advanceSync(20 * 60_000);
        assert.equal(battery.source.silent, true);
        assert.deepEqual(words(1000, 5), Array(5).fill(UNKNOWN));
        assert.deepEqual(words(1060, 5), Array(5).fill(UNKNOWN));
    });

    it('are read back by our own driver as they were', async function () {
        this.timeout(20_000);
        battery.flags(['module-lost'], ['module-lost', 'discharging']);
        battery.pass(PASS);
        const clock = new SystemClock();
        const server = new ModbusTcpServer({ clock, units: card.unit });
        await server.start();
        const modbus = { transport: 'tcp', host: '127.0.0.1', port: server.port, path: '', baudRate: 9600, parity: 'none', stopBits: 1, unitId: 1, addressing: 'zero', timeout: 2 } as const; // prettier-ignore
        const driver = createBacsDriver({ way: 'modbus', modbus } as never, clock, new ModbusLinePool(clock));
        const seen: { flags?: BatteryFlags; sweep?: BatterySweep } = {};
        driver.start({
            flags: (flags) => (seen.flags = flags),
            sweep: (sweep) => (seen.sweep = sweep),
            identity: () => undefined,
            settings: () => undefined,
            state: () => undefined,
        });
        try {
            await eventually(() => seen.sweep && seen.flags, 15_000);
        } finally {
            await driver.stop();
            await server.stop();
        }
        const { sweep, flags } = seen;
        assert.deepEqual([sweep!.modules, sweep!.strings], [8, 2]);
        for (const quantity of ['voltage', 'temperature', 'impedance', 'charge', 'equalizing'] as const)
            assert.deepEqual([...sweep!.blocks[quantity]!], PASS[quantity], quantity);
        assert.deepEqual([...sweep!.byString.current!], PASS.current);
        assert.deepEqual([...sweep!.byString.voltage!], PASS.stringVoltage);
        assert.deepEqual(sweep!.moduleStates.get('module-lost'), [6]);
        assert.ok(flags!.states.has('module-lost') && !flags!.states.has('discharging'));
    });
});
