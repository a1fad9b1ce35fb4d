import assert from 'node:assert/strict';
import type { ServedUps } from '../../../../lib/core/served/served-ups';
import { ObjectType } from '../../../../lib/protocols/bacnet/codes';
import { Device } from '../../../../lib/protocols/bacnet/device';
import { QUANTITIES } from '../../../../lib/protocols/bacnet/quantities';
import type { ServedTarget } from '../../../../lib/protocols/bacnet/serving';
import { bacnetServing, type Serving } from '../../../support/bacnet-wire';
import { FakeClock } from '../../../support/fake-clock';
import { eventOf, servedSample, silentSample } from '../../../support/served-sample';

const { analogInput: AI, binaryInput: BI, multiStateValue: MSV } = ObjectType;

describe('the BACnet objects of a UPS', () => {
    const target = (served: () => ServedUps | undefined): ServedTarget => ({
        served,
        supports: () => true,
        order: () => Promise.resolve(),
    });
    const deviceOf = (targets: Record<number, ServedTarget>, settings: Partial<Serving> = {}) =>
        new Device(new FakeClock(), bacnetServing(targets, settings).serving, {
            subscriptions: () => () => undefined,
        });
    const of = (served: ServedUps, settings: Partial<Serving> = {}) => {
        const device = deviceOf({ 1: target(() => served) }, settings);
        return (type: number, offset: number) => device.findPoint({ type, instance: 1000 + offset })?.state();
    };
    const good = (value: number) => ({ value: Math.fround(value), reliability: 0 });

    it('are its measures in the units of RFC 1628, each at its place', () => {
        const state = of(servedSample());
        const places = {
            ...{ 1: 100, 2: 60, 3: 0, 4: 54.3, 5: 0, 6: 24.6, 11: 3, 13: 49.9, 14: 12.34 },
            ...{ 111: 230.4, 112: 1.25, 113: 50, 114: 260, 211: 229.6, 212: 1.1, 213: 250, 214: 25, 215: 300 },
        };
        for (const [offset, value] of Object.entries(places)) assert.deepEqual(state(AI, Number(offset)), good(value));
        // What it has never told is not there.
        assert.equal(state(AI, 16), undefined);
        assert.equal(state(AI, 121), undefined);
        assert.equal(new Set(QUANTITIES.map(({ offset }) => offset)).size, QUANTITIES.length);
    });

    it('are the alarms by their numbers, battery state and source as the view has them', () => {
        const events = [eventOf('power-fail'), eventOf('battery-low'), eventOf('fan-failure'), eventOf('eco-mode')];
        const alarms = ['on-battery', 'fan-failure', 'vendor:E77'] as const;
        const outage = { onBattery: true, batteryLow: true, events };
        const state = of(servedSample(outage, { alarms: [...alarms], output: { source: 'battery', lines: [] } }));
        const active = Array.from({ length: 99 }, (_, n) => n).filter((n) => state(BI, n)?.value === 1);
        // on battery, low battery, fan failure; eco mode; an alarm that only the device has a name for.
        assert.deepEqual(active, [2, 3, 16, 45, 71]);
        assert.deepEqual([state(MSV, 1)?.value, state(MSV, 2)?.value, state(MSV, 3)?.value], [3, 5, 6]);
    });

    it('have the fault communication-failure in silence on mains, and know that the communication is lost', () => {
        const fault = (value: number) => ({ value, reliability: 12 });
        const state = of(silentSample());
        assert.deepEqual(state(AI, 1), fault(NaN));
        assert.deepEqual(state(BI, 2), fault(0));
        assert.deepEqual(state(MSV, 1), fault(1));
        assert.deepEqual(state(BI, 20), good(1));
        assert.deepEqual(of(silentSample(), { unknownAs: '-1' })(AI, 1), fault(-1));
    });

    it('count on in a silent outage; what needs a reading has the fault', () => {
        const state = of(
            servedSample({
                ...{ knowledge: 'presumed', onBattery: true, communicationLost: true },
                ...{ chargePercent: 71, remainingSeconds: 900, secondsOnBattery: 240, ageSeconds: 60 },
            }),
        );
        assert.deepEqual([1, 2, 3, 31].map((offset) => state(AI, offset)), [71, 15, 240, 60].map(good)); // prettier-ignore
        assert.deepEqual(state(AI, 4), { value: Math.fround(54.3), reliability: 12 });
        assert.deepEqual([state(MSV, 2), state(BI, 2), state(BI, 20)], [good(5), good(1), good(1)]);
    });

    it('have no sensor for what the UPS has told once and does not tell now', () => {
        let served = servedSample();
        const device = deviceOf({ 1: target(() => served) });
        served = servedSample({}, { battery: { state: 'normal' } });
        const voltage = device.findPoint({ type: AI, instance: 1004 })!;
        assert.deepEqual(voltage.state(), { value: NaN, reliability: 1 });
    });

    it('have names that differ, also of two UPSs of one name', () => {
        const same = target(() => servedSample());
        const device = deviceOf({ 1: same, 7: same, 9: target(() => undefined) });
        const names = [1001, 7001, 9001].map((instance) => device.findPoint({ type: AI, instance })!.name);
        assert.deepEqual(names, ['UPS 1.Battery charge', 'UPS 1 (7).Battery charge', 'UPS 9.Battery charge']);
        assert.equal(device.findNamed(names[1]!)?.id.instance, 7001);
    });

    it('have names that differ whatever UPSs are called, and are not too long to be sent', () => {
        const called = (name: string) => target(() => servedSample({ name }));
        const device = deviceOf({
            ...{ 1: called('A (3)'), 2: called('A'), 3: called('A') },
            ...{ 4: called('\u{1f50b}'.repeat(40_000)), 5: called('\u{1f50b}'.repeat(50_000)) },
        });
        const names = [1001, 2001, 3001, 4001, 5001].map(
            (instance) => device.findPoint({ type: AI, instance })!.name.split('.')[0],
        );
        const long = '\u{1f50b}'.repeat(100);
        assert.deepEqual(names, ['A (3)', 'A', 'A (3) (3)', long, `${long} (5)`]);
    });
});
