import assert from 'node:assert/strict';
import type { Battery, PartialStatus } from '../../../../lib/core/status/status';
import { onBattery, onMains, UnitBench } from '../../../support/fake-ups';

const FULL: Battery = { state: 'normal', chargePercent: 95, minutesRemaining: 50 };
const outage = (battery: Battery = FULL, over: PartialStatus = {}) => onBattery({ battery, ...over });

/** A device that does not answer the poll that it is asked for. */
function slow(config: ConstructorParameters<typeof UnitBench>[0] = {}): UnitBench {
    const bench = new UnitBench(config);
    bench.driver.answersPolls = false;
    return bench;
}

describe('a single reading that would begin or end something drastic', () => {
    it('that says that the mains are back is looked at again at once', () => {
        const bench = slow();
        bench.readFor(3, onMains);
        bench.readFor(30, outage);
        bench.driver.read(onMains());
        assert.equal(bench.driver.polls, 1);
        assert.equal(bench.unit.stateOf('power-fail').held, true, 'nobody fires meanwhile');
        bench.driver.read(outage());
        assert.equal(bench.unit.stateOf('power-fail').held, false);
        assert.deepEqual(bench.told, ['power-fail on']);
        bench.driver.read(onMains());
        bench.driver.read(onMains());
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
    });

    it('counts when nobody says otherwise for as long as readings usually take', () => {
        const bench = slow();
        bench.readFor(3, onMains);
        bench.readFor(3, outage);
        bench.driver.read(onMains());
        bench.clock.advanceSync(1300);
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
    });

    it('counts for nothing when the device falls silent after it', () => {
        const bench = slow({ staleSeconds: 5 });
        bench.driver.read(onMains());
        bench.clock.advanceSync(4900);
        bench.driver.read(outage());
        bench.clock.advanceSync(4900);
        bench.driver.read(onMains());
        bench.driver.enter({ state: 'waiting', code: 'device-silent', reason: '' });
        bench.clock.advanceSync(120_000);
        assert.ok(!bench.told.includes('power-fail off'), bench.told.join());
    });

    it('mains that must be back for a while: if they fail again, it is the same outage', () => {
        const bench = new UnitBench({ mainsBackSeconds: 30 });
        bench.readFor(3, onMains);
        bench.readFor(60, outage);
        bench.readFor(29, onMains);
        bench.readFor(10, outage);
        assert.deepEqual(bench.told, ['power-fail on']);
        assert.ok(bench.unit.secondsOnBattery() >= 99);
        bench.readFor(31, onMains);
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
    });

    it('a runtime that is nearly gone all at once', () => {
        const bench = slow({ shutdownSeconds: 120 });
        bench.readFor(3, outage);
        bench.driver.read(outage({ ...FULL, minutesRemaining: 1 }));
        assert.equal(bench.driver.polls, 1);
        assert.ok(bench.unit.remainingSeconds('device')! > 2900);
        bench.driver.read(outage());
        bench.clock.advanceSync(5000);
        assert.deepEqual(bench.told, ['power-fail on']);
        bench.readFor(2, () => outage({ ...FULL, minutesRemaining: 1 }));
        assert.ok(bench.told.includes('system-shutdown on'), 'twice is believed');
    });

    it('a charge that is gone all at once, too', () => {
        const bench = slow();
        bench.readFor(3, outage);
        bench.driver.read(outage({ ...FULL, chargePercent: 2 }));
        assert.notEqual(bench.unit.status()?.battery.chargePercent, 2);
        bench.driver.read(outage({ ...FULL, chargePercent: 2 }));
        assert.equal(bench.unit.status()?.battery.chargePercent, 2);
    });

    it('but what falls step by step, or beside "low", counts at once', () => {
        const bench = slow({ shutdownSeconds: 120 });
        bench.driver.read(outage({ state: 'normal', minutesRemaining: 50, chargePercent: 60 }));
        bench.driver.read(outage({ state: 'low', minutesRemaining: 1, chargePercent: 8 }));
        assert.ok(bench.told.includes('system-shutdown on'));
        assert.equal(bench.driver.polls, 0);
    });

    it('"low" at 96 % and 26 min is looked at again, and told with its doubt', () => {
        const bench = slow();
        const doubtful = { state: 'low' as const, chargePercent: 96, minutesRemaining: 26 };
        bench.readFor(3, () => outage({ ...FULL, minutesRemaining: 27 }));
        bench.driver.read(outage(doubtful));
        assert.deepEqual(bench.told, ['power-fail on']);
        bench.driver.read(outage(doubtful));
        assert.deepEqual(bench.told, ['power-fail on', 'battery-low on']);
        assert.equal(bench.edges[1].evidence?.values.doubt, '96 %, 26 min');
    });

    it('that tells little runtime beside a charge leaves the one before it running, and is looked at again once', () => {
        const bench = slow();
        const told = (minutesRemaining: number, chargePercent: number) =>
            outage({ state: 'normal', chargePercent, minutesRemaining });
        bench.readFor(3, onMains);
        bench.readFor(20, () => told(4, 80));
        const { polls } = bench.driver;
        bench.driver.read(told(2.9, 75));
        const left = bench.unit.remainingSeconds('device')!;
        assert.ok(left > 230 && left <= 240, `${left}: neither the new runtime nor an estimate of ours`);
        bench.driver.read(told(2.9, 75));
        assert.equal(bench.unit.remainingSeconds('device'), 174);
        assert.equal(bench.driver.polls, polls + 1);
        bench.readFor(5, () => told(2.8, 74));
        assert.equal(bench.driver.polls, polls + 1, 'what was confirmed is no news any more');
    });

    it('two parts of one reading are one', () => {
        const bench = slow();
        bench.readFor(3, outage);
        bench.driver.read({ ...onMains({ alarms: undefined }), time: 5 });
        bench.driver.read({ ...onMains(), time: 5 }, true);
        assert.deepEqual(bench.told, ['power-fail on']);
        bench.driver.read({ ...onMains(), time: 6 });
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
    });

    it('two readings are two, also within one millisecond of the wall clock', () => {
        const bench = slow();
        bench.readFor(3, outage);
        bench.driver.read({ ...onMains(), time: 5 });
        bench.driver.read({ ...onMains(), time: 5 });
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
    });

    it('leaves no timer behind', async () => {
        const bench = slow({ mainsBackSeconds: 10 });
        bench.readFor(2, outage);
        bench.driver.read(onMains());
        await bench.unit.removeDriver('driver1');
        bench.unit.destroy();
        assert.equal(bench.clock.pending, 0);
    });
});

describe('a runtime of 0', () => {
    it('that charge and battery contradict is unknown', () => {
        for (const battery of [
            { state: 'normal', chargePercent: 100, minutesRemaining: 0 },
            { state: 'unknown', chargePercent: 100, minutesRemaining: 0 },
            { state: 'unknown', chargePercent: 0, minutesRemaining: 0 },
            { chargePercent: 40, minutesRemaining: 0 },
            { minutesRemaining: 0 },
        ] satisfies Battery[]) {
            const bench = new UnitBench({ shutdownSeconds: 120 });
            bench.readFor(5, () => outage(battery));
            assert.equal(bench.unit.remainingSeconds('smaller'), undefined, JSON.stringify(battery));
            assert.ok(!bench.told.includes('system-shutdown on'));
        }
    });

    it('that something bears out is believed', () => {
        for (const battery of [
            { state: 'low', chargePercent: 40, minutesRemaining: 0 },
            { state: 'normal', chargePercent: 3, minutesRemaining: 0 },
            { state: 'normal', chargePercent: 18, lowPercent: 20, minutesRemaining: 0 },
        ] satisfies Battery[]) {
            const bench = new UnitBench({ shutdownSeconds: 120 });
            bench.readFor(2, () => outage(battery));
            assert.ok(bench.told.includes('system-shutdown on'), JSON.stringify(battery));
        }
    });

    it('that was counted down to is believed', () => {
        const bench = new UnitBench({ shutdownSeconds: 30 });
        for (const minutesRemaining of [4, 3, 2, 1, 0]) {
            bench.readFor(60, () => outage({ state: 'normal', minutesRemaining }));
        }
        assert.ok(bench.told.includes('system-shutdown on'));
    });
});

describe('levels of the battery', () => {
    const low = { state: 'low' as const, chargePercent: 10, minutesRemaining: 2 };
    const lows = ({ edges }: UnitBench) =>
        edges
            .filter(({ id }) => id === 'battery-low')
            .map(({ active, replaces }) => `${active ? 'on' : 'off'}${replaces ? ' anew' : ''}`);

    it('begin anew with each outage, without an end between', () => {
        const bench = new UnitBench();
        bench.readFor(3, onMains);
        bench.readFor(3, () => outage(low));
        bench.readFor(3, () => onMains({ battery: low }));
        bench.readFor(3, () => outage(low));
        assert.deepEqual(lows(bench), ['on', 'on anew']);
        const [first, second] = bench.edges.filter(({ id }) => id === 'battery-low');
        assert.equal(second.replaces, first.episode);
        assert.notEqual(second.episode, first.episode);
        bench.readFor(3, onMains);
        assert.deepEqual(lows(bench), ['on', 'on anew', 'off']);
        assert.equal(bench.edges.filter(({ id }) => id === 'battery-low').at(-1)!.episode, second.episode);
    });

    it('stay on in an outage: a battery that recovers after load was shed wakes nobody', () => {
        const bench = new UnitBench();
        bench.readFor(3, () => outage(low));
        bench.readFor(60, () => outage({ state: 'normal', chargePercent: 30, minutesRemaining: 45 }));
        assert.deepEqual(lows(bench), ['on']);
        bench.readFor(3, onMains);
        assert.deepEqual(lows(bench), ['on', 'off']);
    });

    it('do not begin with the reading that tells that the mains are back', () => {
        for (const answers of [true, false]) {
            const bench = new UnitBench({ shutdownSeconds: 300 });
            bench.driver.answersPolls = answers;
            bench.readFor(3, onMains);
            bench.readFor(3, () => outage());
            bench.driver.enter({ state: 'waiting', code: 'device-silent', reason: '' });
            bench.clock.advanceSync(20_000);
            bench.readFor(5, () => onMains({ battery: low }));
            const off = bench.told.indexOf('power-fail off');
            const on = bench.told.indexOf('battery-low on');
            assert.ok(off >= 0 && on > off, bench.told.join());
            assert.ok(!bench.told.includes('system-shutdown on'));
        }
    });

    it('begin anew over a restart between two outages', () => {
        const bench = new UnitBench();
        bench.readFor(3, () => outage(low));
        bench.readFor(3, () => onMains({ battery: low }));
        const again = bench.restart(5000);
        again.readFor(3, () => onMains({ battery: low }));
        again.readFor(3, () => outage(low));
        assert.deepEqual(lows(again), ['on anew']);
        const third = again.restart(5000);
        third.readFor(3, () => outage(low));
        assert.deepEqual(lows(third), [], 'the same outage goes on');
    });

    it("are made of the device's own limits where it never says low, in an outage only", () => {
        const limits = { lowPercent: 20, lowMinutes: 3 };
        const bench = new UnitBench();
        bench.readFor(3, () => onMains({ battery: { state: 'normal', chargePercent: 15, ...limits } }));
        assert.deepEqual(lows(bench), []);
        bench.readFor(3, () => outage({ state: 'normal', chargePercent: 21, minutesRemaining: 9, ...limits }));
        assert.deepEqual(lows(bench), []);
        bench.readFor(3, () => outage({ state: 'normal', chargePercent: 20, minutesRemaining: 9, ...limits }));
        assert.deepEqual(lows(bench), ['on']);
    });
});

describe('alarms of the device that have no name of ours', () => {
    it('are an event with the words, and new words are told as well', () => {
        const bench = new UnitBench();
        const raising = (...alarms: PartialStatus['alarms'] & object) => onMains({ alarms });
        bench.driver.read(raising('state:charging'));
        assert.deepEqual(bench.told, []);
        bench.driver.read(raising('vendor:Battery voltage too low!'));
        bench.driver.read(raising('vendor:Battery voltage too low!'));
        bench.driver.read(raising('vendor:Battery voltage too low!', 'vendor:door open'));
        bench.driver.read(raising('vendor:door open'));
        bench.driver.read(raising());
        assert.deepEqual(bench.told, ['device-alarm on', 'device-alarm on', 'device-alarm off']);
        assert.equal(bench.edges[0].evidence?.values.alarm, 'Battery voltage too low!');
        assert.match(String(bench.edges[1].evidence?.values.alarm), /door open/);
        assert.equal(bench.edges[1].replaces, bench.edges[0].episode);
    });

    it('are not told anew because our process began anew', () => {
        const bench = new UnitBench();
        const raising = () => onMains({ alarms: ['vendor:door open'] });
        bench.readFor(2, raising);
        const again = bench.restart(1000);
        again.readFor(2, raising);
        assert.deepEqual(again.told, []);
    });
});

describe('the count of seconds on battery that a device tells', () => {
    const plate = { ratedVA: 1000, loadVA: 500, holdMinutes: 20, shutdownSeconds: 120 };
    const at = (secondsOnBattery: number, load = 50) =>
        onBattery({ battery: { state: 'normal', secondsOnBattery }, output: { source: 'battery', lines: [{ load }] } });

    for (const stale of [172_800, 900]) {
        it(`is nothing to reckon with while it stands, e.g. at ${stale} s of the last outage`, () => {
            const bench = new UnitBench(plate);
            bench.readFor(30, () => at(stale));
            assert.ok(bench.unit.remainingSeconds('smaller')! > 1100, `${bench.unit.remainingSeconds('smaller')}`);
            assert.ok(!bench.told.includes('system-shutdown on'));
            const again = bench.restart(5000, plate);
            again.readFor(5, () => at(stale));
            assert.ok(again.unit.remainingSeconds('smaller')! > 1000);
        });
    }

    it('is believed where it runs and we began in mid-outage', () => {
        const bench = new UnitBench(plate);
        let second = 600;
        bench.readFor(5, () => at(second++));
        const left = bench.unit.remainingSeconds('smaller')!;
        assert.ok(left > 560 && left < 620, `${left} s`);
    });
});
