import assert from 'node:assert/strict';
import { UpsError } from '../../../lib/core/errors';
import { SimulatedDriver } from '../../../lib/simulation/simulated-driver';
import { SimulatedUps, type SimulatedUpsOptions } from '../../../lib/simulation/simulated-ups';
import { FakeClock } from '../../support/fake-clock';

const MINUTE = 60_000;

describe('log of a simulated device', () => {
    const build = (options: SimulatedUpsOptions = {}) => {
        const clock = new FakeClock();
        const ups = new SimulatedUps(clock, options);
        return { clock, ups, driver: new SimulatedDriver(ups, clock, 1000) };
    };

    it('tells an outage as a card would, oldest first, each at its time', async () => {
        const { clock, ups, driver } = build({ ratedVA: 1000, loadVA: 1000, holdMinutes: 10, lowMinutes: 2 });
        const began = clock.now();
        assert.deepEqual(await driver.history(), []);
        clock.advanceSync(MINUTE);
        ups.setMains(false);
        clock.advanceSync(9 * MINUTE);
        ups.setMains(true);
        assert.deepEqual(await driver.history(), [
            { at: began + MINUTE, text: 'MAINS FAILED', level: 'alarm' },
            { at: began + MINUTE, text: 'ON BATTERY', level: 'alarm' },
            { at: began + 9 * MINUTE, text: 'BATTERY LOW', level: 'alarm' },
            { at: began + 10 * MINUTE, text: 'MAINS RESTORED', level: 'info' },
            { at: began + 10 * MINUTE, text: 'OFF BATTERY', level: 'info' },
        ]);
    });

    it('tells faults and outlets in its own words, and no alarm twice', async () => {
        const { clock, ups, driver } = build({ loads: [{ name: 'rack', va: 100 }] });
        ups.setFault('fan-failure', true);
        ups.setFault('vendor:door', true);
        ups.setFault('state:charging', true);
        ups.setFault('fan-failure', false);
        ups.execute({ type: 'outlet', outlet: 'rack', action: 'off' });
        clock.advanceSync(5 * MINUTE);
        assert.deepEqual(
            (await driver.history()).map(({ text }) => text),
            ['ALARM FAN FAILURE', 'ALARM DOOR', 'CLEARED FAN FAILURE', 'OUTLET rack OFF'],
        );
    });

    it('is read anew at each call, up to now, and not at all from a device that is silent', async () => {
        const { clock, ups, driver } = build();
        ups.execute({ type: 'test', test: 'quick' });
        const first = await driver.history();
        clock.advanceSync(5 * MINUTE);
        assert.equal((await driver.history()).length, first.length + 2, 'the end of the test, and of the discharge');
        ups.silent = true;
        await assert.rejects(driver.history(), (error) => error instanceof UpsError && error.code === 'device-silent');
    });

    it('outlives a restart of the program, and keeps the newest 200 events', async () => {
        const { clock, ups } = build();
        for (let n = 0; n < 300; n++) {
            ups.setFault('fan-failure', n % 2 === 0);
            clock.advanceSync(MINUTE);
        }
        const next = build();
        next.ups.restore(JSON.parse(JSON.stringify(ups.snapshot())) as ReturnType<typeof ups.snapshot>, 0);
        const kept = await next.driver.history();
        assert.deepEqual(kept, ups.history());
        assert.equal(kept.length, 200);
        assert.deepEqual(kept.at(-1)?.text, 'CLEARED FAN FAILURE');
        const { history: _none, ...earlier } = ups.snapshot();
        next.ups.restore(earlier, 0);
        assert.deepEqual(next.ups.history(), [], 'a snapshot of an earlier version has none');
    });
});
