import assert from 'node:assert/strict';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import { SensorSource } from '../../../../lib/core/sensors/sensor-source';
import { FakeClock } from '../../../support/fake-clock';
import { FakeSource } from '../../../support/fake-source';

describe('a sensor that reads a level of the battery', () => {
    it('begins anew with each outage, and ends on mains', () => {
        const ups = Object.assign(new FakeSource(), { onBattery: 0 });
        const sensor = new SensorSource({
            id: 'sensor1',
            name: 'Charge',
            clock: new FakeClock(),
            journal: new MemoryJournal(),
            config: { alarmLow: 40 },
            ups,
            discharge: 'low',
            text: (id) => id,
        });
        const told: string[] = [];
        sensor.subscribe((change) => {
            if (change.kind !== 'edge' || change.event.id !== 'alarm-low') return;
            told.push([change.event.active ? 'on' : 'off', change.event.replaces && 'anew'].filter(Boolean).join(' '));
        });
        sensor.start();
        const take = (...values: number[]) => {
            for (const value of values) sensor.take(value);
            return told.splice(0);
        };
        ups.on('power-fail', 'o1');
        assert.deepEqual(take(60, 38, 55), ['on']);
        ups.off('power-fail');
        assert.deepEqual(take(38), []);
        ups.on('power-fail', 'o2');
        assert.deepEqual(take(38, 50), ['on anew']);
        ups.off('power-fail');
        assert.deepEqual(take(50), ['off']);
        sensor.destroy();
    });
});
