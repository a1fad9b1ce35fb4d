import assert from 'node:assert/strict';
import { OnBatteryEvents } from '../../../../lib/core/events/on-battery';
import type { EventInfo } from '../../../../lib/core/messages';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

const low = (reading: PartialStatus): PartialStatus => ({
    ...reading,
    battery: { ...reading.battery, state: 'low' },
});

class Bench {
    readonly edges: EventInfo[] = [];
    readonly events: OnBatteryEvents;

    constructor(readonly ups = new UnitBench()) {
        this.events = new OnBatteryEvents({
            id: 'event1',
            unit: ups.unit,
            journal: ups.journal,
            wanted: new Set(['battery-low', 'over-temperature']),
            text: (id, active) => `${id} ${active ? 'on' : 'off'}`,
        });
        this.events.subscribe((change) => change.kind === 'edge' && this.edges.push(change.event));
        this.events.start();
    }

    read(...readings: PartialStatus[]): string[] {
        for (const reading of readings) {
            this.ups.driver.read(reading);
            this.ups.clock.advanceSync(1000);
        }
        return this.edges.splice(0).map(({ id, active }) => `${id} ${active ? 'on' : 'off'}`);
    }
}

describe('events that count only on battery', () => {
    it('are nothing on mains, and begin and end with the outage', () => {
        const bench = new Bench();
        assert.deepEqual(bench.read(onMains(), low(onMains())), []);
        assert.deepEqual(bench.read(low(onBattery())), ['battery-low on']);
        assert.deepEqual(bench.read(low(onMains())), ['battery-low off']);
        assert.deepEqual(bench.read(low(onBattery())), ['battery-low on']);
    });

    it('begin with the event where that comes later, each outage being an occurrence of its own', () => {
        const bench = new Bench();
        const hot = onBattery({ alarms: ['on-battery', 'temp-bad'] });
        assert.deepEqual(bench.read(onMains(), onBattery()), []);
        bench.read(hot);
        const first = bench.events.stateOf('over-temperature').episode;
        bench.read(onMains({ alarms: ['temp-bad'] }), hot);
        assert.notEqual(bench.events.stateOf('over-temperature').episode, first);
        assert.equal(bench.ups.unit.stateOf('over-temperature').active, true);
    });

    it('say of the end that the mains are back, not that the battery has recovered', () => {
        const bench = new Bench();
        bench.read(onMains(), low(onBattery()));
        bench.ups.driver.read(low(onMains()));
        bench.ups.clock.advanceSync(1000);
        assert.ok(['power-fail off', 'battery-low off'].includes(bench.edges.at(-1)!.text));
    });

    it('pass under the name of the UPS, with its runtime and its outage', () => {
        const bench = new Bench();
        bench.read(onMains(), low(onBattery()));
        assert.equal(bench.events.name, 'UPS 1');
        assert.equal(bench.events.standsFor, 'unit1');
        assert.equal(bench.events.outage()?.active, true);
        assert.equal(bench.events.remainingSeconds('device'), bench.ups.unit.remainingSeconds('device'));
    });

    it('come once over a restart, and wait for the first reading', () => {
        const before = new Bench();
        before.read(onMains(), low(onBattery()));
        const { episode } = before.events.stateOf('battery-low');
        before.events.destroy();
        const after = new Bench(before.ups.restart(5000));
        assert.equal(after.events.stateOf('battery-low').confirmed, false);
        assert.deepEqual(after.read(low(onBattery())), []);
        assert.equal(after.events.stateOf('battery-low').episode, episode);
        assert.equal(after.events.stateOf('battery-low').confirmed, true);
        assert.deepEqual(after.read(onMains()), ['battery-low off']);
    });
});
