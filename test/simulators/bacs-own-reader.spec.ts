import assert from 'node:assert/strict';
import type { BatteryFlags, BatterySweep, CardSettings } from '../../lib/core/batteries/model';
import { SystemClock } from '../../lib/core/clock';
import { createBacsDriver } from '../../lib/protocols/bacs/create-driver';
import type { BacsDriver } from '../../lib/protocols/bacs/driver';
import { ModbusLinePool } from '../../lib/protocols/modbus/line-pool';
import { SimulatedBattery } from '../../lib/simulation/battery/simulated-battery';
import { BacsCard } from '../../simulators/bacs/card';
import { eventually } from '../support/eventually';
import { FakeClock } from '../support/fake-clock';

/** The quantities of a sweep as plain numbers, null where they are not known. */
const plain = (values: Float64Array | undefined) =>
    values && [...values].map((value) => (Number.isNaN(value) ? null : value));

describe('the simulated BACS WEBMANAGER, read by our own driver', function () {
    this.timeout(20_000);
    const clock = new SystemClock();
    let battery: SimulatedBattery;
    let card: BacsCard;
    let driver: BacsDriver | undefined;
    afterEach(async () => {
        await driver?.stop();
        await card.stop();
        battery.stop();
    });

    /** No time passes for the battery. */
    async function start(way: 'modbus' | 'snmp' | 'both', firstIndex: 0 | 1 = 1) {
        battery = new SimulatedBattery(new FakeClock(), {
            bank: { modules: 48, strings: 12 },
            monitor: {
                auxDevices: 2,
                limits: { stringVoltage: { lowAlarm: 53.99, lowWarning: NaN, highWarning: NaN, highAlarm: NaN } },
            },
        });
        battery.setFault('module-lost', 5, true);
        battery.setFault('temperature-offset', 7, true, 20);
        battery.setInput(1, 2, true);
        battery.force('string-voltage-low-alarm', true, [], [11]);
        card = new BacsCard({ battery, clock, tcp: {}, snmp: { firstIndex } });
        await card.start();
        const seen: { flags?: BatteryFlags; sweep?: BatterySweep; settings?: CardSettings } = {};
        driver = createBacsDriver(
            {
                way,
                modbus: { transport: 'tcp', host: '127.0.0.1', port: card.endpoint.tcpPort, path: '', baudRate: 9600, parity: 'none', stopBits: 1, unitId: 1, addressing: 'zero', timeout: 2 }, // prettier-ignore
                snmp: {
                    host: '127.0.0.1',
                    port: card.agent!.port,
                    version: '2c',
                    community: 'public',
                    timeout: 2,
                    retries: 0,
                },
            },
            clock,
            new ModbusLinePool(clock),
        );
        driver.start({
            flags: (flags) => (seen.flags = flags),
            sweep: (sweep) => (seen.sweep = sweep),
            identity: () => undefined,
            settings: (settings) => (seen.settings = settings),
            state: () => undefined,
        });
        await eventually(() => seen.sweep && seen.flags && (way === 'modbus' || seen.settings), 15_000);
        return seen;
    }

    for (const way of ['modbus', 'snmp', 'both'] as const)
        it(`tells the same as the battery knows, by ${way}`, async () => {
            const { flags, sweep } = await start(way, way === 'snmp' ? 0 : 1);
            const truth = battery.sweep();
            assert.deepEqual([sweep!.modules, sweep!.strings], [48, 12]);
            for (const quantity of ['temperature', 'impedance', 'equalizing'] as const)
                assert.deepEqual(plain(sweep!.blocks[quantity]), plain(truth.blocks[quantity]), quantity);
            sweep!.blocks.voltage!.forEach((volts, i) => {
                const known = truth.blocks.voltage![i]!;
                if (i === 4) assert.ok(Number.isNaN(volts));
                else assert.ok(Math.abs(volts - known) <= (way === 'snmp' ? 0.005_001 : 1e-9), `${volts} of ${known}`);
            });
            assert.deepEqual(plain(sweep!.byString.current), plain(truth.byString.current));
            assert.deepEqual(sweep!.moduleStates.get('module-lost'), [5]);
            assert.deepEqual(sweep!.moduleStates.get('temperature-high-alarm'), [7]);
            for (const state of battery.flags().states)
                if (flags!.tells.has(state)) assert.ok(flags!.states.has(state), state);
            for (const state of flags!.states) assert.ok(battery.flags().states.has(state), state);
            if (way !== 'snmp') assert.deepEqual(flags!.inputs?.slice(0, 3), [false, true, false]);
        });
});
