import assert from 'node:assert/strict';
import type { UpsError } from '../../../../lib/core/errors';
import { modbusAddresses, modbusAuxPlace, ModbusBackend } from '../../../../lib/protocols/aux/modbus-backend';
import { FakeClock } from '../../../support/fake-clock';
import { ModbusMemory } from '../../../support/modbus-memory';

describe('Relay modules over Modbus', () => {
    const place = modbusAuxPlace({ transport: 'tcp', host: 'relays', unitId: 7 });
    const ports = [
        { name: 'Fan', output: true },
        { name: 'Lock', output: true, address: '1' },
        { name: 'Door', address: '0' },
        { name: 'Roof', address: '40' },
    ];

    it('are read in few requests; a port that they do not have is not known', async () => {
        const line = new ModbusMemory().set('coil', 0, 0, 1).set('discrete', 0, 1);
        const backend = new ModbusBackend(new FakeClock(), line, place, modbusAddresses(ports));
        assert.deepEqual(await backend.read(), [false, true, true, undefined]);
        line.asked.length = 0;
        await backend.read();
        assert.deepEqual(line.asked, [
            { table: 'discrete', address: 0, count: 1 },
            { table: 'coil', address: 0, count: 2 },
        ]);
        assert.deepEqual([...line.units], [7]);
        await backend.write(1, false);
        assert.deepEqual(line.written, [{ unitId: 7, address: 1, on: false }]);
        await backend.close();
        assert.equal(line.closed, true);
    });

    it('refuse settings that no module has', () => {
        const refused = (work: () => unknown, property: string) =>
            assert.throws(work, ({ code, data }: UpsError) => /^config-/.test(code) && data.property === property);
        refused(() => modbusAuxPlace({ transport: 'tcp' }), 'host');
        refused(() => modbusAuxPlace({ transport: 'rtu' }), 'path');
        refused(() => modbusAuxPlace({ transport: 'rtu', path: '/dev/ttyX', unitId: 0 }), 'unitId');
        refused(() => modbusAuxPlace({ transport: 'rtu', path: '/dev/ttyX', parity: 'mark' }), 'parity');
        for (const address of ['-1', '1.5', 'aux1', '65536']) {
            refused(() => modbusAddresses([{ name: 'Fan', output: true, address }]), 'ports');
        }
    });
});
