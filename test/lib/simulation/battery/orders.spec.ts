import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { BatteryOrders } from '../../../../lib/simulation/battery/orders';
import { SimulatedBattery } from '../../../../lib/simulation/battery/simulated-battery';
import { FakeClock } from '../../../support/fake-clock';

const MINUTE = 60_000;

describe('BatteryOrders', () => {
    let clock: FakeClock;
    let battery: SimulatedBattery;
    let orders: BatteryOrders;
    const make = (ups?: string) => {
        battery = new SimulatedBattery(clock, { bank: { modules: 8, strings: 2 }, monitor: { auxDevices: 4 } });
        orders = new BatteryOrders(battery, 2000, ups);
    };
    const refused = (topic: string, payload: unknown, code: string) =>
        assert.throws(
            () => orders.take(topic, payload),
            (error) => error instanceof UpsError && error.code === code,
            `${topic} ${JSON.stringify(payload)}`,
        );

    beforeEach(() => {
        clock = new FakeClock();
        make();
    });

    it('a mains failure feeds the load from the battery, one after the other', () => {
        orders.take('mains', 'off');
        clock.advanceSync(MINUTE);
        const [first] = battery.sweep().byString.current!;
        assert.ok(first! < -18 && first! > -26, `${first} A of 2000 W`);
        orders.take('load', '4000');
        clock.advanceSync(MINUTE);
        assert.ok(battery.sweep().byString.current![0]! < -38);
        orders.take('mains', true);
        clock.advanceSync(MINUTE);
        assert.ok(battery.sweep().byString.current![0]! > 0);
    });

    it('refuses what is no order, and changes nothing by it', () => {
        const before = JSON.stringify(orders.keep());
        for (const [topic, payload] of [
            ['mains', 'maybe'],
            ['mains', undefined],
            ['load', ''],
            ['load', NaN],
            ['load', {}],
            ['fault', 'weak'],
            ['fault', { fault: 'toString', module: 1 }],
            ['fault', { fault: 'weak', module: 1.5 }],
            ['fault', { fault: 'weak' }],
            ['replace', null],
            ['breaker', { open: true }],
            ['state', { state: 'no-such-state' }],
            ['state', { state: 'voltage-low-alarm', modules: 3 }],
            ['input', [1, 2]],
            ['pause', true],
            ['', 1],
            ['constructor', 1],
        ] as const)
            refused(topic, payload, 'payload-unknown');
        for (const [topic, payload] of [
            ['load', -1],
            ['ambient', 1000],
            ['charge', 101],
            ['fault', { fault: 'weak', module: 9 }],
            ['fault', { fault: 'weak', module: 1, value: 2 }],
            ['breaker', { string: 3 }],
            ['input', { device: 5, port: 1 }],
            ['state', { state: 'voltage-low-alarm', modules: [9] }],
            ['pause', -1],
        ] as const)
            refused(topic, payload, 'out-of-range');
        assert.equal(JSON.stringify(orders.keep()), before);
    });

    it('leaves mains and load to a UPS', () => {
        make('UPS 1');
        refused('mains', false, 'payload-unknown');
        refused('load', 1, 'payload-unknown');
    });

    it('keeps as JSON what a battery that begins anew has to be told', () => {
        orders.take('mains', false);
        orders.take('load', 3000);
        orders.take('ambient', 30);
        orders.take('charge', 60);
        orders.take('fault', { fault: 'module-lost', module: 3 });
        orders.take('fault', { fault: 'weak', module: 4, value: 0.5 });
        orders.take('breaker', { string: 2 });
        orders.take('input', { device: 2, port: 3 });
        orders.take('state', { state: 'voltage-low-alarm', modules: [7], strings: [2] });
        orders.take('pause', 5);
        orders.take('silent', 'on');
        const kept = JSON.parse(JSON.stringify(orders.keep())) as unknown;
        make();
        orders.restore(kept);
        assert.deepEqual(orders.keep(), kept);
        assert.deepEqual(battery.faults.list(), [
            { fault: 'module-lost', module: 3, value: NaN },
            { fault: 'weak', module: 4, value: 0.5 },
        ]);
        assert.equal(battery.silent, true);
        clock.advanceSync(MINUTE);
        const { states, inputs } = battery.flags();
        assert.ok(states.has('voltage-low-alarm') && states.has('breaker-open') && states.has('discharging'));
        assert.equal(inputs?.[6], true);
    });

    it('uses nothing of what was kept where it does not fit', () => {
        for (const kept of [undefined, null, 'x', { version: 2 }]) orders.restore(kept);
        orders.take('fault', { fault: 'fuse', module: 8 });
        orders.take('breaker', { string: 2 });
        const kept = orders.keep();
        battery = new SimulatedBattery(clock, { bank: { modules: 4, strings: 1 } });
        orders = new BatteryOrders(battery, 2000);
        orders.restore(kept);
        assert.deepEqual(battery.faults.list(), []);
    });
});
