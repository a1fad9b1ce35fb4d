import assert from 'node:assert/strict';
import { once } from 'node:events';
import { Duplex } from 'node:stream';
import { SerialPort } from 'serialport';
import { SystemClock } from '../../lib/core/clock';
import type { PartialStatus } from '../../lib/core/status/status';
import { AuxModule, powerUpOf } from '../../lib/protocols/aux/aux-module';
import { modbusAddresses, modbusAuxPlace, ModbusBackend } from '../../lib/protocols/aux/modbus-backend';
import { createCs141Driver, sharedCs141 } from '../../lib/protocols/cs141/create-driver';
import { ModbusLinePool } from '../../lib/protocols/modbus/line-pool';
import { SimulatedUps } from '../../lib/simulation/simulated-ups';
import { Cs141Card } from '../../simulators/cs141-card/card';
import { RelayModule } from '../../simulators/relay-module/relay-module';
import { cs141Settings } from '../support/cs141-settings';
import { allInEnglish } from '../support/in-english';
import { eventually } from '../support/eventually';
import { requirePeer } from '../support/peers';
import { ptyPair, type PtyPair } from '../support/pty-pair';

const LINE = { baudRate: 38_400, parity: 'none', stopBits: 1 } as const;

/** What one device has of a bus with several. */
function tapOf(bus: SerialPort): Duplex {
    const tap = new Duplex({ read() {}, write: (bytes, _, done) => bus.write(bytes, () => done()) });
    bus.on('data', (bytes: Buffer) => tap.push(bytes));
    return tap;
}

describe('a relay module and a CS141 on one serial line of socat', function () {
    this.timeout(30_000);
    const clock = new SystemClock();
    let socat: string;
    let line: PtyPair;
    let bus: SerialPort;
    let relays: RelayModule;
    let card: Cs141Card;
    let ups: SimulatedUps;

    before(function () {
        socat = requirePeer(this, 'socat');
    });
    beforeEach(async () => {
        line = await ptyPair(socat);
        bus = new SerialPort({ path: line.a, ...LINE });
        await once(bus, 'open');
        relays = new RelayModule({ clock, outputs: 4, inputs: 4, unitId: 7, rtu: tapOf(bus) });
        ups = new SimulatedUps(clock, { ratedVA: 3000, loadVA: 1500, holdMinutes: 30 });
        card = new Cs141Card({ ups, clock, unitId: 2, rtu: tapOf(bus) });
        await relays.start();
        await card.start();
    });
    afterEach(async () => {
        await relays.stop();
        await card.stop();
        ups.destroy();
        await new Promise<void>((done) => bus.close(() => done()));
        await line.close();
    });

    function moduleOn(lines: ModbusLinePool): AuxModule {
        const ports = [{ name: 'Fan', output: true }, { name: 'Beacon', output: true }, { name: 'Door' }];
        const place = modbusAuxPlace({
            ...{ transport: 'rtu', path: line.b, ...LINE, host: '', port: 502 },
            ...{ unitId: 7, timeout: 1.5 },
        });
        return new AuxModule({
            name: 'Relays',
            clock,
            intervalMs: 100,
            ports,
            backend: new ModbusBackend(clock, lines.take(place), place, modbusAddresses(ports)),
            powerUp: powerUpOf([], clock),
            problem: () => {},
        });
    }

    function unitOn(lines: ModbusLinePool) {
        const readings: PartialStatus[] = [];
        const settings = { transport: 'rtu', path: line.b, ...LINE, unitId: 2, timeout: 1.5, interval: 0.2 };
        const driver = createCs141Driver(cs141Settings(settings), clock, sharedCs141(clock, lines));
        driver.start({ status: (reading) => readings.push(reading), state: () => {} });
        return { driver, readings };
    }

    it('serves both; a relay that sticks is told; the one that is left goes on, and the port is free in the end', async () => {
        for (let round = 0; round < 2; round++) {
            const lines = new ModbusLinePool(clock);
            const module = moduleOn(lines);
            const unit = unitOn(lines);
            module.start();
            await eventually(() => module.state.state === 'ready' && unit.readings.length > 1, 10_000);
            assert.deepEqual(await module.switch('Fan', true), { confirmed: true });
            assert.equal(relays.outputs[0], true);
            relays.setStuck(2, false);
            assert.deepEqual(allInEnglish(await module.switch('Beacon', true)), {
                confirmed: false,
                detail: 'still off',
            });
            relays.setInput(3, round === 0);
            await eventually(() => module.ports[2]!.on === (round === 0));
            await unit.driver.stop();
            assert.deepEqual(await module.switch('Fan', false), { confirmed: true });
            await module.stop();
        }
    });

    it('a module that is unplugged does not take the UPS with it, and comes back', async () => {
        const lines = new ModbusLinePool(clock);
        const module = moduleOn(lines);
        const unit = unitOn(lines);
        module.start();
        await eventually(() => module.state.state === 'ready' && unit.readings.length > 1, 10_000);
        relays.setPower(false);
        await eventually(() => module.state.state === 'waiting', 15_000);
        assert.equal(module.ports[2]!.on, undefined);
        await assert.rejects(module.switch('Fan', true), { code: 'device-silent' });
        ups.setMains(false);
        await eventually(() => unit.readings.at(-1)?.output?.source === 'battery', 15_000);
        relays.setPower(true);
        assert.deepEqual(await module.switch('Fan', true), { confirmed: true }, 'a command is tried at once');
        await eventually(() => (module.state.state as string) === 'ready', 15_000);
        await module.stop();
        await unit.driver.stop();
    });
});
