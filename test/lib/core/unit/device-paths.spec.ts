import assert from 'node:assert/strict';
import type { PartialStatus } from '../../../../lib/core/status/status';
import type { UnitConfig } from '../../../../lib/core/unit/unit-config';
import { FakeDriver, onBattery, onMains, UnitBench } from '../../../support/fake-ups';

/** A spare that can be polled, and says that it waits as a driver does whose device is silent. */
class Way extends FakeDriver {
    polled = 0;

    override pollNow(): void {
        this.polled++;
    }

    falls(): void {
        this.enter({ state: 'waiting', code: 'device-silent', reason: '' });
    }
}

class TwoWays extends UnitBench {
    readonly spare = new Way();

    constructor(config: Partial<UnitConfig> = {}, priority?: number) {
        super(config);
        this.addPath('driver2', this.spare, { name: 'spare', priority });
    }

    leaderFalls(): void {
        this.driver.enter({ state: 'waiting', code: 'device-silent', reason: '' });
    }

    both(leader: PartialStatus, spare: PartialStatus): void {
        this.driver.read(leader);
        this.spare.read(spare);
    }

    get leads(): string | undefined {
        return this.unit.pathViews.find(({ leads }) => leads)?.nodeId;
    }

    get shown(): number | undefined {
        return this.unit.status()?.input.lines[0]?.voltage;
    }
}

const at = (volts: number, over: PartialStatus = {}) => onMains({ input: { lines: [{ voltage: volts }] }, ...over });

describe('two ways to one UPS', () => {
    it('the first one leads, and the status is what it tells', () => {
        const bench = new TwoWays();
        bench.both(at(230), at(220));
        bench.spare.read(at(220));
        assert.equal(bench.leads, 'driver1');
        assert.equal(bench.shown, 230);
    });

    it('a lower number leads, wherever the node stands', () => {
        const bench = new UnitBench();
        const preferred = new Way();
        const add = (id: string, driver: FakeDriver, priority: number) => bench.addPath(id, driver, { priority });
        const other = new Way();
        add('third', other, 3);
        add('second', preferred, 2);
        other.read(at(1));
        preferred.read(at(2));
        assert.deepEqual(
            bench.unit.pathViews.map(({ nodeId }) => nodeId),
            ['driver1', 'second', 'third'],
        );
        assert.equal(bench.unit.pathViews.find(({ leads }) => leads)?.nodeId, 'second');
        bench.driver.read(at(3));
        assert.equal(bench.unit.pathViews.find(({ leads }) => leads)?.nodeId, 'driver1');
    });

    it('the spare leads at once when the leader is silent, and gives way when it is back, without an event', () => {
        const bench = new TwoWays();
        bench.both(at(230), at(220));
        bench.leaderFalls();
        assert.equal(bench.leads, 'driver2');
        bench.spare.read(at(221));
        assert.equal(bench.shown, 221);
        bench.clock.advanceSync(5000);
        bench.driver.read(at(231));
        assert.equal(bench.leads, 'driver1');
        assert.equal(bench.shown, 231);
        bench.spare.read(at(222));
        assert.equal(bench.shown, 231);
        assert.deepEqual(bench.told, []);
    });

    it('a spare that read after the leader is taken at once', () => {
        const bench = new TwoWays();
        bench.driver.read(at(230));
        bench.clock.advanceSync(500);
        bench.spare.read(at(220));
        bench.leaderFalls();
        assert.equal(bench.shown, 220);
    });

    it('what the spare read before an outage does not end it: it is asked for a fresh reading', () => {
        const bench = new TwoWays();
        bench.both(onMains(), onMains());
        bench.clock.advanceSync(10_000);
        bench.driver.read(onBattery());
        bench.clock.advanceSync(1000);
        bench.leaderFalls();
        bench.clock.advanceSync(2000);
        assert.deepEqual(bench.told, ['power-fail on']);
        assert.equal(bench.spare.polled, 1);
        bench.spare.read(onBattery());
        assert.deepEqual(bench.told, ['power-fail on']);
        bench.spare.read(onMains());
        bench.spare.read(onMains());
        assert.deepEqual(bench.told, ['power-fail on', 'power-fail off']);
    });

    it('a spare that tells no alarms ends no event that only the leader can tell', () => {
        const bench = new TwoWays();
        const faulty = onMains({ alarms: ['fan-failure', 'output-overload'] });
        const poor: PartialStatus = { output: { source: 'normal', lines: [] } };
        bench.both(faulty, poor);
        bench.leaderFalls();
        for (let i = 0; i < 3; i++) bench.spare.read(poor);
        assert.deepEqual(bench.told, ['overload on', 'fan-failure on']);
        bench.driver.read(onMains());
        assert.deepEqual(bench.told.slice(2), ['overload off', 'fan-failure off']);
    });

    it('a spare that tells only some alarms ends only the events of these', () => {
        const bench = new TwoWays();
        const faulty = onMains({
            output: { source: 'bypass', lines: [] },
            alarms: ['fan-failure', 'output-overload', 'on-bypass', 'battery-too-old'],
        });
        const contacts: PartialStatus = {
            output: { source: 'normal', lines: [] },
            battery: { state: 'normal' },
            alarms: [],
            alarmsTold: ['on-battery', 'low-battery', 'output-overload'],
        };
        bench.both(faulty, contacts);
        assert.deepEqual(bench.told.sort(), ['battery-too-old on', 'fan-failure on', 'on-bypass on', 'overload on']);
        bench.leaderFalls();
        bench.spare.read(contacts);
        assert.deepEqual(bench.told.slice(4), ['overload off']);
    });

    it('what the state of a device has begun its state ends, though it never tells the alarm; that of a spare does not', () => {
        const bench = new TwoWays();
        const told: PartialStatus = { alarms: [], alarmsTold: ['on-battery', 'low-battery'] };
        const says = (source: 'bypass' | 'none' | 'normal', result: 'failed' | 'passed'): PartialStatus =>
            onMains({ output: { source, lines: [] }, test: { result }, ...told });
        let seen = 0;
        const edges = () => {
            const fresh = bench.told.slice(seen);
            seen = bench.told.length;
            return fresh.sort();
        };
        bench.both(says('bypass', 'failed'), says('normal', 'passed'));
        assert.deepEqual(edges(), ['on-bypass on', 'test-failed on']);
        bench.driver.read(says('none', 'failed'));
        assert.deepEqual(edges(), ['on-bypass off', 'output-off on']);
        bench.leaderFalls();
        bench.spare.read(says('normal', 'passed'));
        assert.deepEqual(edges(), [], 'another device began them');
        bench.driver.enter({ state: 'ready', since: 0 });
        bench.driver.read(says('normal', 'passed'));
        assert.deepEqual(edges(), ['output-off off', 'test-failed off']);
    });

    it('an old test result of one of them is no news when it leads again', () => {
        const bench = new TwoWays();
        const tested = onMains({ test: { result: 'passed' } });
        const untested = onMains({ test: { result: 'none' } });
        bench.both(tested, untested);
        bench.leaderFalls();
        bench.spare.read(untested);
        bench.driver.read(tested);
        assert.deepEqual(bench.told, []);
    });

    it('a test that the leader has begun is no outage when the spare cannot tell tests', () => {
        const bench = new TwoWays({ testMaxMinutes: 30 });
        bench.both(onMains(), onMains());
        bench.driver.read(
            onMains({ output: { source: 'battery', lines: [] }, alarms: ['on-battery', 'test-in-progress'] }),
        );
        bench.leaderFalls();
        bench.spare.read({
            output: { source: 'battery', lines: [] },
            alarms: ['on-battery'],
            alarmsTold: ['on-battery'],
        });
        assert.ok(!bench.told.includes('power-fail on'));
        bench.clock.advanceSync(29 * 60_000);
        bench.spare.read({
            output: { source: 'battery', lines: [] },
            alarms: ['on-battery'],
            alarmsTold: ['on-battery'],
        });
        assert.ok(!bench.told.includes('power-fail on'));
        bench.clock.advanceSync(2 * 60_000);
        bench.spare.read({
            output: { source: 'battery', lines: [] },
            alarms: ['on-battery'],
            alarmsTold: ['on-battery'],
        });
        assert.ok(bench.told.includes('power-fail on'), 'a test has a hard end');
    });

    it('the runtime that the leader told goes on running out when the spare tells none', () => {
        const bench = new TwoWays();
        const poor: PartialStatus = { output: { source: 'battery', lines: [] } };
        bench.both(onMains(), onMains());
        bench.driver.read(onBattery({ battery: { chargePercent: 90, minutesRemaining: 54 } }));
        bench.leaderFalls();
        for (let second = 0; second < 600; second++) {
            bench.spare.read(poor);
            bench.clock.advanceSync(1000);
        }
        assert.deepEqual(bench.told, ['power-fail on']);
        const left = bench.unit.remainingSeconds('smaller')! / 60;
        assert.ok(left > 43 && left < 45, `${left} min left`);
        const { chargePercent } = bench.unit.status()!.derived;
        assert.ok(chargePercent! > 70 && chargePercent! < 76, `${chargePercent} %`);
    });

    it('communication is lost only when both are silent', () => {
        const bench = new TwoWays({ staleSeconds: 30 });
        bench.both(onMains(), onMains());
        bench.leaderFalls();
        for (let second = 0; second < 60; second++) {
            bench.spare.read(onMains());
            bench.clock.advanceSync(1000);
        }
        assert.deepEqual(bench.told, []);
        bench.spare.falls();
        bench.clock.advanceSync(31_000);
        assert.deepEqual(bench.told, ['communication-lost on']);
        assert.equal(bench.leads, undefined);
        bench.spare.read(onMains());
        assert.deepEqual(bench.told, ['communication-lost on', 'communication-lost off']);
        assert.equal(bench.leads, 'driver2');
    });

    it('an agent that has lost its UPS gives way at once', () => {
        const bench = new TwoWays();
        bench.driver.read(at(230));
        bench.clock.advanceSync(200);
        bench.spare.read(at(220));
        bench.driver.read(at(0, { alarms: ['communications-lost'] }));
        assert.equal(bench.leads, 'driver2');
        assert.equal(bench.shown, 220);
        assert.deepEqual(bench.told, []);
    });

    it('a deploy of the leader makes the spare lead meanwhile, and the leader keeps its place', async () => {
        const bench = new TwoWays();
        bench.both(at(230), at(220));
        await bench.unit.removeDriver('driver1');
        bench.spare.read(at(221));
        assert.equal(bench.shown, 221);
        const successor = new FakeDriver();
        bench.addPath('driver1', successor);
        successor.read(at(231));
        assert.equal(bench.leads, 'driver1');
        assert.equal(bench.shown, 231);
        assert.deepEqual(bench.told, []);
    });

    it('a unit that has closed before its ways decides nothing any more: its successor does', async () => {
        const bench = new TwoWays({ confirmSeconds: 5 });
        bench.driver.read(at(230));
        bench.clock.advanceSync(500);
        bench.spare.read(onBattery());
        bench.unit.destroy();
        await bench.unit.removeDriver('driver1');
        await bench.unit.removeDriver('driver2');
        assert.equal(bench.clock.pending, 0);
        await bench.clock.advance(10_000);
        assert.deepEqual(bench.journal.openEpisodes('unit1'), []);
    });

    it('commands go by the one that leads', async () => {
        const bench = new TwoWays();
        bench.both(onMains(), onMains());
        bench.leaderFalls();
        await bench.unit.execute({ type: 'buzzer', state: 'mute' });
        assert.deepEqual([bench.driver.executed.length, bench.spare.executed.length], [0, 1]);
    });

    it('shows how both stand', () => {
        const bench = new TwoWays();
        bench.both(onMains(), onMains());
        bench.leaderFalls();
        const failure = { code: 'device-silent', data: {}, since: bench.clock.now() };
        assert.deepEqual(bench.unit.pathViews, [
            {
                nodeId: 'driver1',
                name: 'driver1',
                state: 'waiting',
                indicator: 'lost',
                trouble: 'device-silent',
                failure,
                failed: true,
                leads: false,
            },
            { nodeId: 'driver2', name: 'spare', state: 'ready', indicator: 'ok', leads: true },
        ]);
    });
});
