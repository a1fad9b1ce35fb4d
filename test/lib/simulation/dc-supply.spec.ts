import assert from 'node:assert/strict';
import { isDcSupply } from '../../../lib/core/status/channels';
import { emptyStatus, type PartialStatus } from '../../../lib/core/status/status';
import { SimulatedDriver } from '../../../lib/simulation/simulated-driver';
import { SimulatedUps } from '../../../lib/simulation/simulated-ups';
import { FakeClock } from '../../support/fake-clock';

describe('a simulated DC supply', () => {
    let clock: FakeClock;
    let ups: SimulatedUps;
    let last: PartialStatus;
    beforeEach(() => {
        clock = new FakeClock();
        ups = new SimulatedUps(clock, { loadVA: 400, batteryVoltage: 24, powerFactor: 0.9 });
        const driver = new SimulatedDriver(ups, clock, 1000, 24);
        driver.start({ status: (reading) => (last = reading), state: () => {} });
    });
    afterEach(() => ups.destroy());

    it('gives its load as a current at its voltage, and has nothing of an AC output', () => {
        assert.deepEqual(last.dc, { outputVoltage: 24, outputCurrent: 15, temperature: 25 });
        assert.deepEqual([last.output?.source, last.output?.lines, last.bypass], ['normal', [], { lines: [] }]);
        assert.deepEqual(last.input?.lines, [{ voltage: 230 }]);
        assert.equal(isDcSupply({ ...emptyStatus(0), ...last }), true);
        assert.deepEqual(last.channels?.['DC OK'], { state: 'CLOSED' });
    });

    it('gives what its battery has in an outage, and nothing when that is empty', () => {
        ups.setMains(false);
        const { voltage } = last.battery!;
        assert.deepEqual([last.output?.source, last.dc?.outputVoltage], ['battery', voltage]);
        assert.deepEqual(last.channels?.['Volts Battery'], { value: voltage, unit: 'V' });
        clock.advanceSync(2 * 3_600_000);
        assert.deepEqual([last.output?.source, last.dc?.outputVoltage, last.dc?.outputCurrent], ['none', 0, 0]);
        assert.deepEqual(last.channels?.['DC OK'], { state: 'OPEN' });
    });
});
