import assert from 'node:assert/strict';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

describe('figures of a reading that are none', () => {
    it('do not stay the runtime of a battery whose charge we reckon ourselves', () => {
        const bench = new UnitBench({ ratedVA: 1000, loadVA: 1000, holdMinutes: 60 });
        const at = (load: number, battery = {}) =>
            onBattery({ battery, output: { source: 'battery', lines: [{ voltage: 230, load }] } });
        bench.driver.read(onMains({ battery: {} }));
        bench.driver.read(at(NaN, { secondsOnBattery: NaN }));
        bench.clock.advanceSync(1000);
        bench.driver.read(at(50, { voltage: Infinity }));
        const left = bench.unit.remainingSeconds('smaller');
        assert.ok(left! > 7000 && left! <= 7200, `${left}`);
        assert.equal(bench.unit.status()?.battery.voltage, undefined);
    });

    it('are no runtime that is left, and no empty battery', () => {
        const bench = new UnitBench({ shutdownSeconds: 60 });
        bench.driver.read(onMains());
        bench.driver.read(onBattery({ battery: { minutesRemaining: -1, chargePercent: -1 } }));
        assert.deepEqual(bench.told, ['power-fail on']);
        assert.equal(bench.unit.remainingSeconds('smaller'), undefined);
    });

    it('and a group that is not there is one of which nothing is known', () => {
        const bench = new UnitBench();
        bench.driver.read(onBattery());
        bench.driver.read({ ...onBattery(), battery: null, output: undefined, alarms: undefined } as never);
        assert.deepEqual(bench.told, ['power-fail on']);
        assert.deepEqual(bench.unit.status()?.output, { lines: [] });
    });

    it('but what is small and negative on an idle phase is one', () => {
        const bench = new UnitBench();
        bench.driver.read(onMains({ output: { source: 'normal', lines: [{ power: -3 }] }, battery: { current: -2 } }));
        assert.equal(bench.unit.status()?.output.lines[0]?.power, -3);
        assert.equal(bench.unit.status()?.battery.current, -2);
    });

    it('of a channel leave the channel, of which nothing is known now', () => {
        const bench = new UnitBench();
        const channels = {
            volts: { value: NaN, unit: 'V' },
            door: { state: undefined },
            amps: { value: 0, unit: 'A' },
        };
        bench.driver.read(onMains({ channels, dc: { inputVoltage: 24, outputVoltage: Infinity } }));
        assert.deepEqual(bench.unit.status()?.channels, {
            volts: { unit: 'V' },
            door: {},
            amps: { value: 0, unit: 'A' },
        });
        assert.deepEqual(bench.unit.status()?.dc, { inputVoltage: 24 });
    });
});

describe('the DC side and the channels of a reading', () => {
    it('take the place of those before, as a whole', () => {
        const bench = new UnitBench();
        bench.driver.read(onMains({ dc: { inputVoltage: 24, outputVoltage: 24 }, channels: { a: { value: 1 } } }));
        bench.driver.read(onMains({ dc: { outputVoltage: 23 }, channels: { b: { state: 'on' } } }));
        const { dc, channels } = bench.unit.status()!;
        assert.deepEqual([dc, channels], [{ outputVoltage: 23 }, { b: { state: 'on' } }]);
        bench.driver.read(onMains());
        assert.deepEqual([bench.unit.status()?.dc, bench.unit.status()?.channels], [undefined, undefined]);
    });

    it('are still those of the last reading after a kill in an outage', () => {
        const bench = new UnitBench();
        bench.driver.read(onMains());
        bench.driver.read(onBattery({ dc: { outputVoltage: 23 }, channels: { b: { state: 'on' } } }));
        const after = bench.restart(5000);
        assert.deepEqual(after.unit.status()?.dc, { outputVoltage: 23 });
        assert.deepEqual(after.unit.status()?.channels, { b: { state: 'on' } });
    });
});
