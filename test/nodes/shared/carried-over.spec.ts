import assert from 'node:assert/strict';
import upsUnit from '../../../nodes/config/ups-unit';
import type { UpsUnitNode } from '../../../nodes/shared/config/config-nodes';
import { eventuallyBy } from '../../support/eventually';
import { FakeClock } from '../../support/fake-clock';
import { FakeDriver, onBattery, onMains } from '../../support/fake-ups';
import { helper, liveBy } from '../../support/node-red';

/** Without a site each deploy of a unit gives it another journal, as one to a site with another folder does. */
describe('a unit that a deploy gave another journal in mid-outage', () => {
    let loads = 0;
    let id: string;
    let driver: FakeDriver;
    let clock: FakeClock;
    const eventually = <T>(condition: () => T) => eventuallyBy(clock, condition);

    before(() => helper.startServer());
    after(() => helper.stopServer());
    beforeEach(() => {
        id = `carried${++loads}`;
        clock = new FakeClock();
        liveBy(clock);
    });
    afterEach(() => helper.unload());

    const unit = () => (helper.getNode(id) as unknown as UpsUnitNode).unit;

    async function deploy(): Promise<void> {
        await helper.unload();
        await helper.load([upsUnit] as never, [{ id, type: 'ups-unit', name: 'UPS', confirmSeconds: 0 }] as never);
        driver = new FakeDriver();
        unit().addDriver(
            'device',
            driver,
            () => {},
            () => {},
        );
    }

    async function outageFor(ms: number): Promise<void> {
        driver.read(onMains());
        driver.read(onBattery());
        await eventually(() => unit().stateOf('power-fail').active);
        await clock.advance(ms);
    }

    it('goes on counting from the beginning of the outage, however often', async () => {
        await deploy();
        const begun = clock.now();
        await outageFor(700);
        for (const least of [0.7, 0.9]) {
            await deploy();
            driver.read(onBattery());
            await eventually(() => unit().stateOf('power-fail').active);
            await clock.advance(200);
            const seconds = unit().secondsOnBattery();
            assert.ok(seconds >= least && seconds <= (clock.now() - begun) / 1000 + 0.05, `${seconds}`);
        }
        const { since } = unit()
            .activeEvents()
            .find(({ id: event }) => event === 'power-fail')!;
        assert.ok(Math.abs(since - begun) < 700, `${since - begun}`);
    });

    it('counts the next outage from its own beginning', async () => {
        await deploy();
        await outageFor(700);
        await deploy();
        driver.read(onMains());
        await clock.advance(50);
        driver.read(onBattery());
        await eventually(() => unit().stateOf('power-fail').active);
        assert.ok(unit().secondsOnBattery() < 0.5, `${unit().secondsOnBattery()}`);
    });
});
