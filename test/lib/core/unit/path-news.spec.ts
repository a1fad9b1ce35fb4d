import assert from 'node:assert/strict';
import type { DriverState } from '../../../../lib/core/driver';
import type { IndicatorState } from '../../../../lib/core/status/indicator';
import type { PartialStatus, UpsStatus } from '../../../../lib/core/status/status';
import type { DevicePath } from '../../../../lib/core/unit/device-path';
import type { UnitConfig } from '../../../../lib/core/unit/unit-config';
import { pathIndicator, unitIndicator } from '../../../../lib/core/unit/unit-indicator';
import { FakeDriver, onBattery, onMains, UnitBench } from '../../../support/fake-ups';

const SILENT: DriverState = { state: 'waiting', code: 'device-silent', reason: '' };

/** A unit with one more path, to which a device node listens. */
class Bench extends UnitBench {
    readonly device = new FakeDriver();
    readonly states: string[] = [];
    readonly readings: UpsStatus[] = [];
    checks = 0;
    path: DevicePath | undefined;

    constructor(broken = false) {
        super();
        this.unit.subscribe(({ kind }) => kind === 'check' && this.checks++);
        this.unit.addDriver(
            'device',
            this.device,
            (path) => {
                this.path = path;
                this.states.push(path.state.state);
                if (broken) throw new Error('state');
            },
            (status) => {
                this.readings.push(status);
                if (broken) throw new Error('reading');
            },
        );
    }
}

describe('the device node of a path', () => {
    it('is told each state and each reading', () => {
        const bench = new Bench();
        bench.device.read(onMains());
        assert.deepEqual(bench.states, ['ready', 'ready']);
        assert.equal(bench.readings.at(-1)?.output.source, 'normal');
        bench.device.enter(SILENT);
        assert.deepEqual(bench.states, ['ready', 'ready', 'waiting']);
    });

    it('stops neither the unit nor the other callback if it throws, and the fault is reported', () => {
        const bench = new Bench(true);
        bench.device.read(onMains());
        bench.device.read(onBattery());
        assert.deepEqual(bench.told, ['power-fail on']);
        assert.equal(bench.readings.length, 2);
        assert.ok(bench.problems.length >= 4);
    });
});

describe('the followers of a unit', () => {
    it('are asked to look when one of its paths has another state, and only then', () => {
        const bench = new Bench();
        bench.device.enter(SILENT);
        assert.equal(bench.checks, 1);
        assert.equal(unitIndicator(bench.unit), 'never', 'what they then see');
        bench.device.enter(SILENT);
        assert.equal(bench.checks, 1);
    });
});

describe('the indicator of a path', () => {
    const FIRST: DriverState = { state: 'connecting' };
    const hot = onMains({ alarms: ['temp-bad'] });
    const tested = onBattery({ alarms: ['on-battery', 'test-in-progress'] });
    for (const [shown, ...steps] of [
        ['starting', FIRST],
        ['never', SILENT],
        ['never', SILENT, FIRST],
        ['ok', onMains()],
        ['starting', onMains(), FIRST],
        ['lost', onMains(), SILENT],
        ['lost', onMains(), SILENT, FIRST],
        ['ok', onMains(), SILENT, onMains()],
        ['outage', onBattery()],
        ['testing', tested],
        ['warning', onMains({ alarms: ['on-bypass'] })],
        ['warning', onMains({ alarms: ['battery-too-old'] })],
        ['warning', onMains({ alarms: ['vendor:lid open'] })],
        ['ok', onMains({ alarms: ['state:charging'] })],
        ['alarm', hot],
        ['disabled', hot, { state: 'closed' }],
        ['lost', onMains({ alarms: ['communications-lost'] })],
    ] as [IndicatorState, ...(DriverState | PartialStatus)[]][]) {
        it(`is "${shown}" after ${steps.map((step) => nameOf(step)).join(', ')}`, () => {
            const bench = new Bench();
            for (const step of steps) {
                if ('state' in step) bench.device.enter(step);
                else bench.device.read(step);
            }
            assert.equal(pathIndicator(bench.path!), shown);
        });
    }
});

describe('the indicator of a unit', () => {
    const shownAfter = (config: Partial<UnitConfig>, ...steps: (DriverState | PartialStatus | number)[]) => {
        const bench = new UnitBench(config);
        for (const step of steps) {
            if (typeof step === 'number') bench.clock.advanceSync(step * 1000);
            else if ('state' in step) bench.driver.enter(step);
            else bench.driver.read(step);
        }
        return unitIndicator(bench.unit);
    };

    it('says whether a device that has not answered yet was asked in vain', () => {
        assert.equal(shownAfter({}, { state: 'connecting' }), 'starting');
        assert.equal(shownAfter({}, SILENT), 'never');
        assert.equal(shownAfter({}, SILENT, { state: 'connecting' }), 'never', 'while it is asked once more');
        assert.equal(shownAfter({}, { state: 'connecting' }, 31), 'never');
    });

    it('shows that the battery is in use before the outage is confirmed, but not from an old reading', () => {
        const slow = { confirmSeconds: 300 };
        assert.equal(shownAfter(slow, onBattery()), 'outage');
        assert.equal(shownAfter(slow, onBattery(), SILENT, 31), 'lost');
        assert.equal(shownAfter({}, onBattery(), SILENT, 31), 'outage', 'an outage is presumed to go on');
        assert.equal(shownAfter(slow, onMains()), 'ok');
    });

    it('shows a test that uses the battery as a test, and in an outage the outage', () => {
        const tested = { ...onBattery({ alarms: ['on-battery', 'test-in-progress'] }), input: onMains().input };
        assert.equal(shownAfter({}, onMains(), tested), 'testing');
        assert.equal(shownAfter({}, onBattery(), { ...tested, input: onBattery().input }), 'outage');
    });
});

function nameOf(step: DriverState | PartialStatus): string {
    if ('state' in step) return step.state;
    return [step.output?.source, ...(step.alarms ?? [])].join(' with ');
}
