import assert from 'node:assert/strict';
import upsUnit from '../../nodes/config/ups-unit';
import upsEvent from '../../nodes/events/ups-event';
import upsTiming from '../../nodes/events/ups-timing';
import upsLog from '../../nodes/jobs/ups-log';
import upsMarker from '../../nodes/sensors/ups-marker';
import type { UpsUnitNode } from '../../nodes/shared/config/config-nodes';
import type { PartialStatus } from '../../lib/core/status/status';
import { FakeDriver, onBattery, onMains } from '../support/fake-ups';
import { helper, theFlow } from '../support/node-red';
import { SourceFlow } from '../support/source-flow';

const unit = { id: 'unit1', type: 'ups-unit', name: 'U', site: 'site1' };
const event = (more: object = {}) => ({ id: 'event1', type: 'ups-event', ups: 'unit1', wires: [['out']], ...more });
const low = (reading: PartialStatus): PartialStatus => ({
    ...reading,
    battery: { ...reading.battery, state: 'low' },
});

describe('ups-event', () => {
    let bench: SourceFlow;
    let driver: FakeDriver;

    before(() => helper.startServer() as unknown as Promise<void>);
    after(() => helper.stopServer() as unknown as Promise<void>);
    beforeEach(() => (bench = new SourceFlow([upsUnit, upsEvent, upsTiming, upsMarker, upsLog])));
    afterEach(() => bench.close());

    const drive = () => {
        driver = new FakeDriver();
        const { unit: ups } = bench.node('unit1') as unknown as UpsUnitNode;
        ups.addDriver(
            'd1',
            driver,
            () => {},
            () => {},
        );
    };
    const load = async (...flow: object[]) => {
        await bench.load([unit, ...flow]);
        drive();
    };
    const reload = async (...flow: object[]) => {
        await bench.reload([unit, ...flow]);
        drive();
    };
    const read = async (...readings: PartialStatus[]) => {
        for (const reading of readings) {
            driver.read(reading);
            await bench.settle();
        }
        return bench.told();
    };

    it('of an older flow without a choice passes every event', async () => {
        await load(event({ events: [] }));
        assert.deepEqual(await read(onMains(), onBattery()), ['U/power-fail true']);
        assert.equal(bench.calls('event1', 'error').length, 0);
    });

    it('of which all are chosen passes every event', async () => {
        await load(event({ events: ['overload'], all: true }));
        assert.deepEqual(await read(onMains(), onBattery()), ['U/power-fail true']);
    });

    it('without a choice passes nothing, and says so', async () => {
        await load(event({ events: [], all: false }));
        assert.deepEqual(await read(onMains(), onBattery()), []);
        assert.match(String(bench.calls('event1', 'error')[0]), /events/);
        assert.equal(bench.status('event1').fill, 'red');
    });

    it('takes its tick boxes from environment variables, and says what it cannot read', async () => {
        await load(event({ events: [], all: 'Yes', onlyOnBattery: '0' }));
        assert.deepEqual(await read(onMains(), onBattery()), ['U/power-fail true']);
        for (const wrong of [{ all: 'perhaps' }, { all: true, onlyOnBattery: 'perhaps' }]) {
            await reload(event(wrong));
            const [error] = bench.calls('event1', 'error') as [string];
            assert.match(error, /config-invalid.*perhaps/);
            assert.equal((bench.calls('event1', 'status').at(-1) as { fill: string }).fill, 'red');
        }
    });

    it('is green only where the UPS was read, and would tell an outage', async () => {
        await load(event({ events: ['power-fail'] }));
        assert.equal(bench.status('event1').fill, 'grey', 'not read yet');
        await read(onMains());
        assert.equal(bench.status('event1').fill, 'green');
        // Nothing of the mains for as long as it takes to call a path blind.
        await bench.clock.advance(20_000);
        for (let i = 0; i < 4; i++) {
            await bench.clock.advance(3000);
            await read({ battery: { chargePercent: 100 }, output: { lines: [] } });
        }
        assert.equal(bench.status('event1').fill, 'yellow', 'blind');
    });

    it('is red in an outage, and when a UPS that answered does no more', async () => {
        await load(event({ events: ['power-fail'] }));
        await read(onMains(), onBattery());
        assert.equal(bench.status('event1').fill, 'red', 'on battery');
        await read(onMains());
        assert.equal(bench.status('event1').fill, 'green');
        await bench.clock.advance(60_000);
        await bench.eventually(() => bench.status('event1').fill === 'red');
        assert.equal(bench.status('event1').shape, 'ring', 'nothing is there');
    });

    it('is blue where the UPS has never answered', async () => {
        await load(event({ events: ['power-fail'] }));
        await bench.clock.advance(60_000);
        await bench.eventually(() => bench.status('event1').fill === 'blue');
    });

    it('only on battery: a low battery on mains is nothing; it counts at once when the mains fail', async () => {
        await load(event({ events: ['battery-low'], onlyOnBattery: true }));
        assert.deepEqual(await read(onMains(), low(onMains())), []);
        assert.deepEqual(await read(low(onBattery())), ['U/battery-low true']);
        assert.deepEqual(await read(low(onMains())), ['U/battery-low false']);
        assert.deepEqual(await read(low(onBattery())), ['U/battery-low true']);
    });

    it('only on battery: once over a restart, and followed by timings and markers', async () => {
        const flow = [
            event({ events: ['battery-low'], onlyOnBattery: true, wires: [['out', 't', 'm']] }),
            { id: 't', type: 'ups-timing', mode: 'remaining', seconds: 36_000, wires: [['out']] },
            { id: 'm', type: 'ups-marker', name: 'M', logic: 'or', topics: ['U/battery-low'], wires: [['out']] },
        ];
        await load(...flow);
        assert.deepEqual((await read(onMains(), low(onBattery()))).sort(), [
            'M/on true',
            'U/battery-low true',
            'U/battery-low true',
        ]);
        await reload(...flow);
        assert.deepEqual(await read(low(onBattery())), []);
        assert.deepEqual((await read(onMains())).sort(), ['M/on false', 'U/battery-low false', 'U/battery-low false']);
        for (const id of ['t', 'm']) {
            assert.deepEqual([...bench.calls(id, 'error'), ...bench.calls(id, 'warn')], [], id);
        }
    });

    it('a counter job behind two timings runs once at each end', async () => {
        const timing = (id: string) => ({ id, type: 'ups-timing', mode: 'immediately', wires: [['job']] });
        await load(
            event({ events: ['power-fail'], all: false, wires: [['t1', 't2', 'job']] }),
            timing('t1'),
            timing('t2'),
            { id: 'job', type: 'ups-log', site: 'site1', edge: 'off', text: 'back', wires: [['out']] },
        );
        await read(onMains(), onBattery());
        assert.deepEqual(await read(onMains()), ['U/power-fail false']);
        await read(onBattery());
        assert.deepEqual(await read(onMains()), ['U/power-fail false']);
    });

    it('of a UPS without a site is not told again after a deploy in mid-outage, and not ended', async () => {
        const homeless = { ...unit, site: '' };
        const flow = [homeless, event({ events: ['power-fail'] })];
        await bench.load(flow);
        drive();
        assert.deepEqual(await read(onMains(), onBattery()), ['U/power-fail true']);
        await bench.reload(flow);
        drive();
        assert.deepEqual(await read(onBattery(), onBattery()), []);
        assert.deepEqual(await read(onMains()), ['U/power-fail false']);
        await bench.eventually(() => theFlow().registry.source('unit1')!.activeEvents().length === 0);
    });
});
