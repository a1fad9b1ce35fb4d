import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { SystemClock } from '../../lib/core/clock';
import type { DriverState } from '../../lib/core/driver';
import type { PartialStatus } from '../../lib/core/status/status';
import { readSettings } from '../../lib/core/settings';
import type { DeviceMap, MapItem } from '../../lib/protocols/device-map/device-map';
import { ModbusLinePool } from '../../lib/protocols/modbus/line-pool';
import { createModbusMapDriver } from '../../lib/protocols/modbus-map/create-driver';
import type { ModbusMapDriver } from '../../lib/protocols/modbus-map/driver';
import { settings } from '../../nodes/devices/ups-modbus.settings';
import { eventually } from '../support/eventually';
import { freePort } from '../support/free-port';
import { requirePeer } from '../support/peers';
import { ptyPair, type PtyPair } from '../support/pty-pair';

/** Debian's own: another Python in the path would not have Debian's packages. */
const PYTHON = '/usr/bin/python3';

/** A device as pymodbus packs it, unit 7: numbers by its own payload builder, both orders of words. */
const SERVER = `
import sys
from pymodbus.constants import Endian
from pymodbus.datastore import ModbusSlaveContext, ModbusServerContext, ModbusSparseDataBlock
from pymodbus.payload import BinaryPayloadBuilder
from pymodbus.server import StartTcpServer, StartSerialServer
from pymodbus.transaction import ModbusRtuFramer
words = {}
def put(address, order, add):
    builder = BinaryPayloadBuilder(byteorder=Endian.Big, wordorder=order)
    add(builder)
    for i, word in enumerate(builder.to_registers()):
        words[address + i] = word
put(10, Endian.Big, lambda b: b.add_16bit_uint(54321))
put(11, Endian.Big, lambda b: b.add_16bit_int(-5))
put(12, Endian.Big, lambda b: b.add_32bit_uint(305419896))
put(14, Endian.Little, lambda b: b.add_32bit_uint(305419896))
put(16, Endian.Big, lambda b: b.add_32bit_float(54.25))
put(18, Endian.Little, lambda b: b.add_32bit_float(-1.5))
put(20, Endian.Big, lambda b: b.add_32bit_int(-70000))
put(22, Endian.Little, lambda b: b.add_32bit_int(-70000))
put(30, Endian.Big, lambda b: b.add_string('Shelter 7 '))
words[40] = 0b1010
words[41] = 65535
unit = ModbusSlaveContext(
    di=ModbusSparseDataBlock({4: True, 5: False}),
    co=ModbusSparseDataBlock({3: True}),
    hr=ModbusSparseDataBlock(words),
    ir=ModbusSparseDataBlock({5: 777}),
    zero_mode=True)
context = ModbusServerContext(slaves={7: unit}, single=False)
if sys.argv[1] == 'tcp':
    StartTcpServer(context=context, address=('127.0.0.1', int(sys.argv[2])), allow_reuse_address=True)
else:
    StartSerialServer(context=context, framer=ModbusRtuFramer, port=sys.argv[2], baudrate=38400, timeout=0.01)
`;

const holding = (register: number, more: object = {}) => ({ register, table: 'holding', ...more }) as MapItem['at'];
const channel = (name: string, at: MapItem['at'], more: Partial<MapItem> = {}): MapItem => ({
    id: name,
    at,
    kind: 'number',
    to: `channel:${name}`,
    ...more,
});
const ON_OFF = { kind: 'state', states: { '0': 'off', '1': 'on' } } as const;

const MAP: DeviceMap = {
    version: 1,
    id: 'pymodbus',
    name: 'pymodbus',
    judgedBy: 'this test',
    items: [
        channel('u16', holding(10)),
        channel('s16', holding(11, { type: 's16' }), { unit: '°C' }),
        channel('u32', holding(12, { type: 'u32' })),
        channel('u32 little', holding(14, { type: 'u32', order: 'little' })),
        channel('f32', holding(16, { type: 'f32' }), { unit: 'V' }),
        channel('f32 little', holding(18, { type: 'f32', order: 'little' })),
        channel('s32', holding(20, { type: 's32' }), { scale: 0.001 }),
        channel('s32 little', holding(22, { type: 's32', order: 'little' }), { scale: 0.001 }),
        channel('text', holding(30, { type: 'text', words: 5 }), { kind: 'text' }),
        channel('bit 1', holding(40, { bit: 1 }), ON_OFF),
        channel('bit 2', holding(40, { bit: 2 }), ON_OFF),
        channel('absent', holding(41), { absent: [65_535] }),
        channel('input', { register: 5, table: 'input' }),
        channel('discrete', { register: 4, table: 'discrete' }, ON_OFF),
        channel('refused', holding(500)),
        {
            id: 'coil',
            at: { register: 3, table: 'coil' },
            ...ON_OFF,
            states: { ...ON_OFF.states },
            write: { on: 1, off: 0 },
            to: 'outlet:coil',
        },
    ],
};

describe('Debian’s pymodbus, read by a device map', function () {
    this.timeout(30_000);
    // A Python and an interpreter of ours start at once, on whatever the machine has left: one more try, all anew.
    this.retries(1);
    const clock = new SystemClock();
    const children: ChildProcess[] = [];
    const drivers: ModbusMapDriver[] = [];
    let socat: string;
    let line: PtyPair | undefined;

    before(function () {
        socat = requirePeer(this, 'socat');
        const { status } = spawnSync(PYTHON, ['-c', 'import pymodbus, serial, serial_asyncio']);
        if (status === 0) return;
        if (process.env.REQUIRE_PEERS === '1') throw new Error('python3-pymodbus is missing, and REQUIRE_PEERS=1');
        this.skip();
    });
    afterEach(async () => {
        await Promise.all(drivers.splice(0).map((driver) => driver.stop()));
        for (const child of children.splice(0)) child.kill('SIGKILL');
        await line?.close();
        line = undefined;
    });

    function serve(...args: string[]): void {
        children.push(spawn(PYTHON, ['-c', SERVER, ...args], { stdio: 'ignore' }));
    }

    function read(over: object) {
        const own = readSettings(settings, {
            ups: 'u',
            unitId: 7,
            map: 'own',
            ownMap: MAP,
            interval: 0.2,
            timeout: 1,
            ...over,
        });
        const readings: PartialStatus[] = [];
        const states: DriverState[] = [];
        const driver = createModbusMapDriver(own, clock, new ModbusLinePool(clock));
        drivers.push(driver);
        driver.start({ status: (reading) => readings.push(reading), state: (state) => states.push(state) });
        return { driver, readings, states };
    }

    function assertRight(reading: PartialStatus): void {
        assert.deepEqual(reading.channels, {
            u16: { value: 54_321 },
            s16: { value: -5, unit: '°C' },
            u32: { value: 305_419_896 },
            'u32 little': { value: 305_419_896 },
            f32: { value: 54.25, unit: 'V' },
            'f32 little': { value: -1.5 },
            s32: { value: -70 },
            's32 little': { value: -70 },
            text: { state: 'Shelter 7' },
            'bit 1': { state: 'on' },
            'bit 2': { state: 'off' },
            absent: {},
            input: { value: 777 },
            discrete: { state: 'on' },
            refused: {},
        });
        assert.deepEqual(reading.outlets, [{ id: 'coil', on: true }]);
    }

    it('over TCP: each type, both orders of words, bits, coils and inputs', async () => {
        const port = await freePort();
        serve('tcp', String(port));
        const { readings, driver } = read({ host: '127.0.0.1', port });
        await eventually(() => readings.length > 1, 20_000);
        assertRight(readings.at(-1)!);
        assert.deepEqual(driver.rawItems()['u32 little'], { raw: 305_419_896 });
    });

    it('over TCP: a coil is switched and read back', async () => {
        const port = await freePort();
        serve('tcp', String(port));
        const { readings, driver } = read({ host: '127.0.0.1', port });
        await eventually(() => readings.length > 0, 20_000);
        const result = await driver.execute({ type: 'outlet', outlet: 'coil', action: 'off' });
        assert.deepEqual(result, { confirmed: true });
        await eventually(() => readings.at(-1)!.outlets?.[0]?.on === false, 5000);
    });

    it('over a serial line (RTU)', async () => {
        line = await ptyPair(socat);
        serve('rtu', line.b);
        const { readings } = read({ transport: 'rtu', path: line.a, baudRate: 38_400 });
        await eventually(() => readings.length > 1, 20_000);
        assertRight(readings.at(-1)!);
    });

    it('is silent under another unit id', async () => {
        const port = await freePort();
        serve('tcp', String(port));
        const right = read({ host: '127.0.0.1', port });
        await eventually(() => right.readings.length > 0, 20_000);
        const wrong = read({ host: '127.0.0.1', port, unitId: 8, timeout: 0.3 });
        await eventually(() => wrong.states.at(-1)?.state === 'waiting', 10_000);
        assert.equal(wrong.readings.length, 0);
    });
});
