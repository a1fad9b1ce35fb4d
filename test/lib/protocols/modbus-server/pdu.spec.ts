import assert from 'node:assert/strict';
import { ModbusException, type ModbusDevice } from '../../../../lib/protocols/modbus-server/device';
import { answerTo } from '../../../../lib/protocols/modbus-server/pdu';

/** A request or an answer, hexadecimal, as the examples of the Modbus Application Protocol print them. */
const ask = (
    device: ModbusDevice,
    hex: string,
    onFailure: (error: unknown) => void = (error) => assert.fail(String(error)),
) => answerTo(Buffer.from(hex.replace(/ /g, ''), 'hex'), device, onFailure, '192.0.2.1').toString('hex');

describe('a Modbus request is answered', () => {
    it('with coils, the first in the lowest bit (6.1: 20-38)', () => {
        const bits = 'cd6b05'
            .match(/../g)!
            .flatMap((hex) => [0, 1, 2, 3, 4, 5, 6, 7].map((i) => (parseInt(hex, 16) >> i) & 1));
        const asked: number[][] = [];
        const device: ModbusDevice = {
            readCoils: (address, count) => (asked.push([address, count]), bits.slice(0, count).map(Boolean)),
        };
        assert.equal(ask(device, '01 0013 0013'), '0103cd6b05');
        assert.deepEqual(asked, [[19, 19]]);
    });

    it('with discrete inputs and registers, each from its own table', () => {
        const device: ModbusDevice = {
            readDiscreteInputs: () => [true, false, true],
            readHoldingRegisters: () => [0x022b, 0, 0x64],
            readInputRegisters: () => [10],
        };
        assert.equal(ask(device, '02 00c4 0003'), '020105');
        assert.equal(ask(device, '03 006b 0003'), '0306022b00000064');
        assert.equal(ask(device, '04 0008 0001'), '0402000a');
    });

    it('by doing what is written, and saying so', () => {
        const done: unknown[] = [];
        const device: ModbusDevice = {
            writeCoils: (...args) => done.push(args),
            writesManyCoils: true,
            writeRegisters: (...args) => done.push(args),
        };
        assert.equal(ask(device, '05 00ac ff00'), '0500acff00');
        assert.equal(ask(device, '05 00ac 0000'), '0500ac0000');
        assert.equal(ask(device, '06 0001 0003'), '0600010003');
        assert.equal(ask(device, '0f 0013 000a 02 cd01'), '0f0013000a');
        assert.equal(ask(device, '10 0001 0002 04 000a 0102'), '1000010002');
        assert.deepEqual(done, [
            [172, [true], '192.0.2.1'],
            [172, [false], '192.0.2.1'],
            [1, [3]],
            [19, [true, false, true, true, false, false, true, true, true, false], '192.0.2.1'],
            [1, [10, 258]],
        ]);
    });

    const all: ModbusDevice = {
        readCoils: (_, count) => Array.from({ length: count }, () => true),
        readHoldingRegisters: (_, count) => Array.from({ length: count }, () => 1),
        writeCoils: () => undefined,
        writesManyCoils: true,
        writeRegisters: () => undefined,
    };
    for (const [what, request, answer] of [
        ['a function that does not exist', '2b', 'ab01'],
        ['a table that the device does not have', '04 0000 0001', '8401'],
        ['more registers than fit', '03 0000 007e', '8303'],
        ['more bits than fit', '01 0000 07d1', '8103'],
        ['no register at all', '03 0000 0000', '8303'],
        ['registers beyond the last', '03 ffff 0002', '8302'],
        ['a request that is cut short', '03 0000 00', '8303'],
        ['a request that is too long', '03 0000 0001 00', '8303'],
        ['a coil that is neither on nor off', '05 0000 0001', '8503'],
        ['coils whose byte count is wrong', '0f 0000 000a 01 ff', '8f03'],
        ['coils with less data than announced', '0f 0000 000a 02 ff', '8f03'],
        ['registers with more data than announced', '10 0000 0001 02 000000', '9003'],
    ] as const) {
        it(`${what}: by an exception`, () => assert.equal(ask(all, request), answer));
    }

    it('as many registers and bits as fit, and the very last register', () => {
        assert.equal(ask(all, '03 0000 007d').length, 2 * (2 + 250));
        assert.equal(ask(all, '01 0000 07d0').length, 2 * (2 + 250));
        assert.equal(ask(all, '03 ffff 0001'), '03020001');
    });

    it('a device that has function 5 only refuses 15', () => {
        assert.equal(ask({ writeCoils: () => undefined }, '0f 0000 0001 01 01'), '8f01');
    });

    it("with the device's own exception, and with 4, telling of it, if the device breaks", () => {
        const broken = new Error('broken');
        const failures: unknown[] = [];
        const device: ModbusDevice = {
            readHoldingRegisters: () => {
                throw new ModbusException(6);
            },
            readInputRegisters: () => {
                throw broken;
            },
        };
        assert.equal(ask(device, '03 0000 0001'), '8306');
        assert.equal(
            ask(device, '04 0000 0001', (error) => failures.push(error)),
            '8404',
        );
        assert.deepEqual(failures, [broken]);
    });
});
