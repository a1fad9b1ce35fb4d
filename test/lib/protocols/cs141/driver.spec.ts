import assert from 'node:assert/strict';
import type { DriverState } from '../../../../lib/core/driver';
import { UpsError } from '../../../../lib/core/errors';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { createCs141Driver } from '../../../../lib/protocols/cs141/create-driver';
import type { Cs141Driver } from '../../../../lib/protocols/cs141/driver';
import { KeyedQueue } from '../../../../lib/protocols/cs141/http-report';
import { ModbusLinePool } from '../../../../lib/protocols/modbus/line-pool';
import { cs141Settings } from '../../../support/cs141-settings';
import { FakeClock } from '../../../support/fake-clock';
import { ModbusMemory } from '../../../support/modbus-memory';

describe('CS141 driver', () => {
    let clock: FakeClock;
    let card: ModbusMemory;
    let driver: Cs141Driver;
    let readings: PartialStatus[];
    let states: DriverState[];
    let warnings: UpsError[];

    function create(over: object = {}): Cs141Driver {
        const shared = { lines: new ModbusLinePool(clock, () => card), queue: new KeyedQueue() };
        warnings = [];
        return createCs141Driver(cs141Settings({ host: 'card', ...over }), clock, shared, (warning) =>
            warnings.push(warning as UpsError),
        );
    }

    async function start(over: object = {}): Promise<void> {
        driver = create(over);
        readings = [];
        states = [];
        driver.start({ status: (reading) => readings.push(reading), state: (state) => states.push(state) });
        await clock.advance(0);
    }

    beforeEach(() => {
        clock = new FakeClock();
        card = new ModbusMemory().set('holding', 97, ...Array.from({ length: 46 }, () => 0));
        card.set('holding', 97, 230).set('holding', 103, 90).set('holding', 109, 4);
    });

    afterEach(async () => {
        await driver?.stop();
        assert.equal(clock.pending, 0);
    });

    it('reads the default map in one request, each second, and faster in an outage', async () => {
        await start();
        assert.deepEqual(card.asked, [{ table: 'holding', address: 97, count: 46 }]);
        assert.equal(readings[0]?.battery?.chargePercent, 90);
        assert.equal(readings[0]?.output?.source, 'normal');
        assert.deepEqual(
            states.map(({ state }) => state),
            ['connecting', 'ready'],
        );
        await clock.advance(3000);
        assert.equal(card.asked.length, 4);
        driver.setUrgent(true);
        await clock.advance(3000);
        assert.equal(card.asked.length, 10);
    });

    it('says why nothing comes, and that it is well again', async () => {
        await start();
        card.troubles.push(new UpsError('device-silent', { host: 'card', reason: 'no answer' }));
        await clock.advance(1000);
        const reason = 'no answer';
        const data = { host: 'card', reason };
        assert.deepEqual(states.at(-1), { state: 'waiting', code: 'device-silent', reason, data });
        await clock.advance(1000);
        assert.equal(states.at(-1)?.state, 'ready');
    });

    it('asks one address higher for a device that counts from 1', async () => {
        card = new ModbusMemory().set('holding', 98, ...Array.from({ length: 46 }, () => 7));
        await start({ addressing: 'one', unitId: '5' });
        assert.deepEqual(card.asked[0], { table: 'holding', address: 98, count: 46 });
        assert.deepEqual([...card.units], [5]);
        assert.equal(readings[0]?.battery?.chargePercent, 7);
    });

    it('tells an outage by a map without a word for it, and that it could not see one when it may not conclude it', async () => {
        card = new ModbusMemory().set('holding', 100, 25, 0, 0, 50, 230, 400, 4, 0, 0, 0, 0, 0);
        await start({ map: 'everexceed' });
        assert.equal(readings.at(-1)?.output?.source, 'battery');
        card.set('holding', 101, 50, 230);
        await clock.advance(1000);
        assert.equal(readings.at(-1)?.output?.source, 'normal');
        await clock.advance(5000);
        assert.equal(driver.outagesUnseen, false);
        await driver.stop();

        await start({ map: 'everexceed', outages: 'told' });
        assert.equal(readings[0]?.output?.source, undefined);
        await clock.advance(10_000);
        assert.equal(driver.outagesUnseen, true);
        assert.deepEqual(
            warnings.map(({ code, data }) => [code, data.map]),
            [['outages-unseen', 'everexceed']],
        );
    });

    describe('with the modules of ABB', () => {
        const alarm = (module: number, address: number) => 30_000 + 100 * module + address - 100;
        const asked = () => card.asked.filter(({ address }) => address > 30_000).map(({ address }) => address);

        beforeEach(() => {
            const whole = Array.from({ length: 83 }, () => 0);
            card = new ModbusMemory()
                .set('holding', 100, ...whole)
                .set('holding', 109, 4)
                .set('holding', 104, 230);
            for (const module of [1, 2, 3]) {
                card.set('holding', alarm(module, 100), ...Array.from({ length: 67 }, () => 0));
                if (module < 3)
                    card.set('holding', alarm(module, 100), 40 + module).set('holding', alarm(module, 109), 4);
            }
        });

        it('tells the load and the alarms of those that are there, and no whole from them', async () => {
            card.set('holding', alarm(2, 130), 1).set('holding', alarm(2, 116), 1);
            await start({ map: 'abb-newave' });
            await clock.advance(20_000);
            const status = readings.at(-1)!;
            assert.deepEqual(status.alarms, ['vendor:module 2 fan failure']);
            assert.equal(status.output?.source, 'normal');
            assert.equal(status.settings?.['module 1 load, phase 1'], 41);
            assert.equal(status.settings?.['module 2 load, phase 1'], 42);
            assert.equal(status.settings?.['module 3 load, phase 1'], undefined, 'all of it reads 0');
            card.set('holding', alarm(2, 130), 0);
            await clock.advance(65_000);
            assert.deepEqual(readings.at(-1)?.alarms, []);
        });

        it('asks slowly: one request at a time beside the polls, and those that are not there seldom', async () => {
            await start({ map: 'abb-newave' });
            await clock.advance(20_000);
            assert.equal(asked().length, 30);
            assert.equal(readings.length, 21, 'no poll is left out');
            await clock.advance(60_000);
            assert.deepEqual(asked().slice(30), [30_100, 30_200]);
            await clock.advance(600_000);
            assert.ok(asked().length < 30 + 2 * 12 + 29);
        });

        it('forgets what a module said that has gone', async () => {
            card.set('holding', alarm(2, 130), 1);
            await start({ map: 'abb-newave' });
            await clock.advance(20_000);
            for (let address = 100; address <= 166; address++) card.unset('holding', alarm(2, address));
            await clock.advance(65_000);
            assert.deepEqual(readings.at(-1)?.alarms, []);
            assert.equal(readings.at(-1)?.settings?.['module 2 load, phase 1'], undefined);
        });
    });

    it('commands nothing where the CS141 manual has no coils', async () => {
        await start();
        const command = { type: 'shutdown', seconds: 0, scope: 'output' } as const;
        assert.equal(driver.supports(command), false);
        await assert.rejects(driver.execute(command), { code: 'not-supported' });
        assert.deepEqual(card.written, []);
    });

    it("writes RITTAL's coils, and reads them back", async () => {
        card.set('coil', 0, 0, 0, 0, 0, 0);
        await start({ map: 'rittal-pmc' });
        const command = { type: 'shutdown', seconds: 0, scope: 'output' } as const;
        assert.equal(driver.supports(command), true);
        assert.equal(driver.supports({ ...command, seconds: 60 }), false);
        assert.deepEqual(await driver.execute(command), { confirmed: true, detail: 'UPS Shut down' });
        assert.deepEqual(card.written, [{ unitId: 1, address: 1, on: true }]);
        await driver.execute({ type: 'startup', seconds: 0 });
        assert.equal(card.written[1]?.address, 0);
    });

    it('closes its line and falls silent when it is stopped', async () => {
        await start();
        await driver.stop();
        assert.equal(card.closed, true);
        assert.equal(states.at(-1)?.state, 'closed');
        const { length } = card.asked;
        await clock.advance(5000);
        assert.equal(card.asked.length, length);
    });

    for (const [what, settings, property] of [
        ['no host', { host: ' ' }, 'host'],
        ['no path', { transport: 'rtu' }, 'path'],
        ['an unknown map', { map: 'piller' }, 'map'],
        ['an unknown module', { sensors: 'x' }, 'sensors'],
        ['an unknown transport', { transport: 'udp' }, 'transport'],
        ['an unknown parity', { transport: 'rtu', path: '/dev/x', parity: 'odd-ish' }, 'parity'],
        ['an unknown way to see outages', { outages: 'guess' }, 'outages'],
        ['three stop bits', { transport: 'rtu', path: '/dev/x', stopBits: 3 }, 'stopBits'],
        ['unit 0 on a serial line', { transport: 'rtu', path: '/dev/x', unitId: 0 }, 'unitId'],
        ['unit 248', { unitId: 248 }, 'unitId'],
        ['a port beyond 65535', { port: 65_536 }, 'port'],
        ['a time limit of an hour', { timeout: 3600 }, 'timeout'],
        ['a log-in without a user', { http: true }, 'user'],
        ['a log-in without a password', { http: true, user: 'me' }, 'password'],
        [
            'a web address with a password',
            { http: true, user: 'me', password: 'p', httpUrl: 'http://me:s3cret@x/' },
            'httpUrl',
        ],
        [
            'no web address for a serial line',
            { transport: 'rtu', path: '/dev/x', http: true, user: 'a', password: 'b' },
            'httpUrl',
        ],
    ] as const) {
        it(`refuses ${what}`, () => {
            assert.throws(
                () => create(settings),
                (error: UpsError) => {
                    assert.equal(error.data.property, property);
                    assert.ok(!JSON.stringify(error.data).includes('s3cret'));
                    return true;
                },
            );
        });
    }
});
