import assert from 'node:assert/strict';
import { spawn, spawnSync, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { SystemClock } from '../../lib/core/clock';
import type { DriverState } from '../../lib/core/driver';
import type { PartialStatus } from '../../lib/core/status/status';
import { createCs141Driver, sharedCs141 } from '../../lib/protocols/cs141/create-driver';
import type { Cs141Driver } from '../../lib/protocols/cs141/driver';
import { cs141Settings } from '../support/cs141-settings';
import { eventually } from '../support/eventually';
import { requirePeer } from '../support/peers';

/** Debian's own: another Python in the path would not have Debian's packages. */
const PYTHON = '/usr/bin/python3';

/** A card as pymodbus sees it: default map without 112 and 113, unit by unit; what is not in its table is exception 2. */
const SERVER = `
import sys, logging
from pymodbus.datastore import ModbusSlaveContext, ModbusServerContext, ModbusSparseDataBlock
from pymodbus.server import StartTcpServer, StartSerialServer
from pymodbus.transaction import ModbusRtuFramer
def unit(volts):
    words = {address: 0 for address in range(97, 143) if address not in (112, 113)}
    words.update({97: volts, 100: 37, 103: 88, 104: 231, 107: 65531, 108: 17, 109: 12, 110: 268, 114: 65535, 116: 1})
    block = ModbusSparseDataBlock(words)
    bits = ModbusSparseDataBlock({address: 0 for address in range(0, 11)})
    coils = ModbusSparseDataBlock({address: 0 for address in range(0, 5)})
    return ModbusSlaveContext(di=bits, co=coils, hr=block, ir=block, zero_mode=True)
context = ModbusServerContext(slaves={1: unit(230), 2: unit(115)}, single=False)
if sys.argv[1] == 'tcp':
    StartTcpServer(context=context, address=('127.0.0.1', int(sys.argv[2])), allow_reuse_address=True)
else:
    StartSerialServer(context=context, framer=ModbusRtuFramer, port=sys.argv[2], baudrate=38400, timeout=0.01)
`;

describe("Debian's pymodbus as a CS141", function () {
    this.timeout(30_000);
    // A Python and an interpreter of ours start at once, on whatever the machine has left: one more try, all anew.
    this.retries(1);
    const children: ChildProcess[] = [];
    const drivers: Cs141Driver[] = [];
    let socat: string;
    let directory: string;

    before(function () {
        socat = requirePeer(this, 'socat');
        const { status } = spawnSync(PYTHON, ['-c', 'import pymodbus, serial, serial_asyncio']);
        if (status === 0) return;
        if (process.env.REQUIRE_PEERS === '1') throw new Error('python3-pymodbus is missing, and REQUIRE_PEERS=1');
        this.skip();
    });

    beforeEach(() => {
        directory = mkdtempSync(join(tmpdir(), 'ridethrough-cs141-'));
    });

    afterEach(async () => {
        await Promise.all(drivers.splice(0).map((driver) => driver.stop()));
        for (const child of children.splice(0)) child.kill('SIGKILL');
        rmSync(directory, { recursive: true, force: true });
    });

    function run(program: string, ...args: string[]): ChildProcess {
        const child = spawn(program, args, { stdio: 'ignore' });
        children.push(child);
        return child;
    }

    async function freePort(): Promise<number> {
        const server = createServer().listen(0, '127.0.0.1');
        await once(server, 'listening');
        const { port } = server.address() as { port: number };
        server.close();
        await once(server, 'close');
        return port;
    }

    const clock = new SystemClock();

    function read(settings: object, shared = sharedCs141(clock)) {
        const readings: PartialStatus[] = [];
        const states: DriverState[] = [];
        const driver = createCs141Driver(cs141Settings({ interval: 0.2, timeout: 1, ...settings }), clock, shared);
        drivers.push(driver);
        driver.start({ status: (reading) => readings.push(reading), state: (state) => states.push(state) });
        return { driver, readings, states };
    }

    function assertOnBattery(reading: PartialStatus, volts: number): void {
        assert.equal(reading.output?.source, 'battery');
        assert.deepEqual(reading.alarms, ['on-battery']);
        assert.deepEqual(reading.output?.lines, [{ voltage: volts, load: 37 }]);
        // 112 and 113 are refused, 111 between them and the rest is not; 114 reads -1.
        assert.deepEqual(reading.input, { lines: [{ frequency: 0, voltage: 231 }] });
        assert.deepEqual(reading.battery, {
            state: 'normal',
            charging: 'discharging',
            minutesRemaining: 17,
            chargePercent: 88,
            voltage: 268,
            temperature: -5,
        });
    }

    it('is read over TCP, without what it refuses', async () => {
        const port = await freePort();
        run(PYTHON, '-c', SERVER, 'tcp', String(port));
        const one = read({ host: '127.0.0.1', port });
        await eventually(() => one.readings.length > 2, 20_000);
        assertOnBattery(one.readings.at(-1)!, 230);
    });

    it('comes back when it was killed and starts again', async () => {
        const port = await freePort();
        const first = run(PYTHON, '-c', SERVER, 'tcp', String(port));
        const one = read({ host: '127.0.0.1', port, unitId: 2 });
        await eventually(() => one.readings.length > 0, 20_000);
        first.kill('SIGKILL');
        await eventually(() => one.states.at(-1)?.state === 'waiting', 5000);
        run(PYTHON, '-c', SERVER, 'tcp', String(port));
        await eventually(() => one.states.at(-1)?.state === 'ready', 20_000);
        assertOnBattery(one.readings.at(-1)!, 115);
    });

    it('is commanded by the coils of the RITTAL map', async () => {
        const port = await freePort();
        run(PYTHON, '-c', SERVER, 'tcp', String(port));
        const one = read({ host: '127.0.0.1', port, map: 'rittal-pmc' });
        await eventually(() => one.readings.length > 0, 20_000);
        const result = await one.driver.execute({ type: 'startup', seconds: 0 });
        assert.deepEqual(result, { confirmed: true, detail: 'UPS Turn On' });
    });

    it('is read over a serial line that two units share, with a third one dead', async () => {
        const [ours, theirs] = [join(directory, 'ours'), join(directory, 'theirs')];
        run(socat, `pty,raw,echo=0,link=${ours}`, `pty,raw,echo=0,link=${theirs}`);
        await eventually(() => existsSync(ours) && existsSync(theirs), 5000);
        run(PYTHON, '-c', SERVER, 'rtu', theirs);
        const shared = sharedCs141(clock);
        const line = { transport: 'rtu', path: ours, baudRate: 38_400, timeout: 0.5 };
        const [one, two, dead] = [1, 2, 9].map((unitId) => read({ ...line, unitId }, shared));
        await eventually(() => one!.readings.length > 3 && two!.readings.length > 3, 20_000);
        assertOnBattery(one!.readings.at(-1)!, 230);
        assertOnBattery(two!.readings.at(-1)!, 115);
        assert.equal(dead!.readings.length, 0);
        await eventually(() => dead!.states.at(-1)?.state === 'waiting', 5000);
        await one!.driver.stop();
        const { length } = two!.readings;
        await eventually(() => two!.readings.length > length + 1, 5000);
    });
});
