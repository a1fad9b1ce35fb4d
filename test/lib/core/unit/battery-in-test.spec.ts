import assert from 'node:assert/strict';
import type { PartialStatus } from '../../../../lib/core/status/status';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

const CONFIG = { ratedVA: 1000, loadVA: 1000, holdMinutes: 60 };
const TESTING = ['test-in-progress'] as const;

describe('the estimated charge in a test', () => {
    const afterSixMinutes = (source: 'battery' | 'normal' | undefined, alarms: PartialStatus['alarms']) => {
        const bench = new UnitBench(CONFIG);
        const read = (told: PartialStatus) => () => ({
            ...told,
            ...{ battery: {}, input: onMains().input, output: { source, lines: [{ load: 100 }] } },
        });
        bench.readFor(2, () => ({
            ...read(onMains({ alarms: [] }))(),
            output: { source: 'normal', lines: [{ load: 100 }] },
        }));
        bench.readFor(360, read({ alarms }));
        assert.deepEqual(
            bench.told.filter((edge) => edge.startsWith('power-fail')),
            [],
        );
        return Math.round(bench.unit.status()!.derived.chargePercent!);
    };

    it('falls if the source of the output shows that the battery is used', () => {
        assert.equal(afterSixMinutes('battery', [...TESTING]), 90);
    });

    it('falls if only an alarm shows it', () => {
        assert.equal(afterSixMinutes(undefined, ['on-battery', ...TESTING]), 90);
    });

    it('stays if nothing shows it', () => {
        assert.equal(afterSixMinutes('normal', [...TESTING]), 100);
        assert.equal(afterSixMinutes(undefined, [...TESTING]), 100);
    });
});

describe('the verdict of the voltage on the battery', () => {
    const reading = (voltage: number, alarms: PartialStatus['alarms'] = []) =>
        onMains({ battery: { state: 'normal', voltage }, alarms });
    const bad = ({ told }: UnitBench) => told.filter((edge) => edge.startsWith('battery-bad'));

    /** A unit whose last test has shown a bad battery. */
    const withBadBattery = () => {
        const bench = new UnitBench();
        bench.readFor(2, () => reading(54));
        bench.readFor(2, () => reading(50, [...TESTING]));
        bench.readFor(2, () => reading(40));
        assert.deepEqual(bad(bench), ['battery-bad on']);
        return bench;
    };

    it('is taken back by a later test that shows a good one', () => {
        const bench = withBadBattery();
        bench.readFor(2, () => reading(54));
        bench.readFor(2, () => reading(50, [...TESTING]));
        bench.readFor(2, () => reading(54));
        assert.deepEqual(bad(bench), ['battery-bad on', 'battery-bad off']);
    });

    it('is not taken back by a test that begins in an outage: the voltage before it is that of a discharge', () => {
        const bench = withBadBattery();
        bench.driver.answersPolls = false;
        bench.readFor(5, () => onBattery({ battery: { voltage: 38 } }));
        bench.readFor(1, () => reading(39));
        bench.readFor(1, () => reading(39, [...TESTING]));
        assert.deepEqual(
            bench.told.slice(-2),
            ['power-fail off', 'test-in-progress on'],
            'the reading that shows the test ends the outage',
        );
        bench.readFor(2, () => reading(40));
        assert.deepEqual(bad(bench), ['battery-bad on']);
    });
});
