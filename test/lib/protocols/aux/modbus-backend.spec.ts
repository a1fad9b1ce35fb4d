import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { modbusAddresses, modbusAuxPlace, ModbusBackend } from '../../../../lib/protocols/aux/modbus-backend';
import { readSettings } from '../../../../lib/core/settings';
import type { AuxPort } from '../../../../lib/protocols/aux/ports';
import { ModbusLinePool } from '../../../../lib/protocols/modbus/line-pool';
import type { LineOptions } from '../../../../lib/protocols/modbus/modbus-serial-line';
import { settings } from '../../../../nodes/config/ups-aux-module.settings';
import { FakeClock } from '../../../support/fake-clock';
import { ModbusMemory } from '../../../support/modbus-memory';

const PORTS: AuxPort[] = [
    { name: 'Fan', output: true },
    { name: 'Lock', output: true },
    { name: 'Door' },
    { name: 'Beacon', output: true, address: '17' },
    { name: 'Window', address: '3' },
];

describe('a relay module over Modbus', () => {
    let clock: FakeClock;
    let memory: ModbusMemory;
    let taken: LineOptions[];
    let pool: ModbusLinePool;

    const make = (typed: object = {}, ports = PORTS) => {
        const place = modbusAuxPlace(
            readSettings(settings, { name: 'Relays', host: '192.0.2.9', ports: PORTS, ...typed }),
        );
        const addresses = modbusAddresses(ports);
        return new ModbusBackend(clock, pool.take(place), place, addresses);
    };

    beforeEach(() => {
        clock = new FakeClock();
        memory = new ModbusMemory().set('coil', 0, 1, 0).set('coil', 17, 1).set('discrete', 2, 0, 1);
        taken = [];
        pool = new ModbusLinePool(clock, (options) => {
            taken.push(options);
            return memory;
        });
    });

    it('reads outputs as coils and inputs as discrete inputs, neighbours together', async () => {
        const backend = make({ unitId: '7' });
        assert.deepEqual(await backend.read(), [true, false, false, true, true]);
        assert.deepEqual(memory.asked, [
            { table: 'discrete', address: 2, count: 2 },
            { table: 'coil', address: 0, count: 2 },
            { table: 'coil', address: 17, count: 1 },
        ]);
        assert.deepEqual([...memory.units], [7]);
        assert.equal(backend.readsBack, true);
    });

    it('writes the coil of the port, which is then read back', async () => {
        const backend = make();
        await backend.write(3, false);
        await backend.write(1, true);
        assert.deepEqual(memory.written, [
            { unitId: 1, address: 17, on: false },
            { unitId: 1, address: 1, on: true },
        ]);
        assert.deepEqual((await backend.read()).slice(0, 4), [true, true, false, false]);
    });

    it('does not know a port that the module refuses, and tells the others', async () => {
        memory.unset('coil', 17);
        assert.deepEqual(await make().read(), [true, false, false, undefined, true]);
    });

    it('waits for a module that is busy', async () => {
        memory.troubles.push(6);
        const reading = make().read();
        await clock.advance(1000);
        assert.deepEqual(await reading, [true, false, false, true, true]);
    });

    it('fails when nothing answers', async () => {
        memory.troubles.push(new UpsError('device-silent', { host: '192.0.2.9' }));
        await assert.rejects(make().read(), { code: 'device-silent' });
    });

    it('gives its line back', async () => {
        const backend = make({
            transport: 'rtu',
            path: '/dev/ttyX',
            timeout: '0.5',
            baudRate: '19200',
            parity: 'even',
        });
        assert.deepEqual(taken, [
            {
                endpoint: { transport: 'rtu', path: '/dev/ttyX', baudRate: 19_200, parity: 'even', stopBits: 1 },
                unitId: 1,
                timeoutMs: 500,
            },
        ]);
        await backend.close();
        await backend.close();
        assert.equal(memory.closed, true);
        await assert.rejects(backend.read(), { code: 'interrupted' });
        assert.equal(clock.pending, 0);
    });

    for (const [typed, property] of [
        [{ host: '' }, 'host'],
        [{ transport: 'rtu' }, 'path'],
        [{ transport: 'usb' }, 'transport'],
        [{ port: '70000' }, 'port'],
        [{ transport: 'rtu', path: '/dev/ttyX', unitId: 0 }, 'unitId'],
        [{ unitId: 256 }, 'unitId'],
        [{ timeout: 0 }, 'timeout'],
    ] as const) {
        it(`refuses ${JSON.stringify(typed)}, and takes no line`, () => {
            assert.throws(
                () => make(typed),
                (error: UpsError) => error.data.property === property,
            );
            assert.equal(taken.length, 0);
        });
    }

    for (const address of ['aux1', '-1', '65536', '1.5']) {
        it(`refuses the address ${address}, and takes no line`, () => {
            assert.throws(
                () => make({}, [{ name: 'A', address }]),
                (error: UpsError) => error.code === 'config-invalid' && error.data.value === address,
            );
            assert.equal(taken.length, 0);
        });
    }
});
