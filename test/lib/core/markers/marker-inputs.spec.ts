import assert from 'node:assert/strict';
import type { EventSource } from '../../../../lib/core/events/source';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { InputEvent } from '../../../../lib/core/markers/inputs';
import { MarkerSource, type MarkerConfig } from '../../../../lib/core/markers/marker-source';
import type { EventInfo } from '../../../../lib/core/messages';
import { FakeClock } from '../../../support/fake-clock';
import { FakeSource } from '../../../support/fake-source';

/** A marker over sources that are there; inputs are told as relays would tell them. */
class Bench {
    readonly told: string[] = [];
    readonly marker: MarkerSource;
    speed = 1;

    constructor(
        config: Partial<MarkerConfig>,
        readonly sources: FakeSource[],
        journal = new MemoryJournal(),
        bind: Record<string, InputEvent[]> = {},
    ) {
        const byName = (topic: string) =>
            sources
                .filter(({ name }) => topic.startsWith(`${name}/`))
                .map(({ id, name }) => ({ sourceId: id, eventId: topic.slice(name.length + 1) }));
        this.marker = new MarkerSource({
            id: 'm1',
            name: 'M',
            clock: new FakeClock(0),
            journal,
            config: { logic: 'and', inputs: ['U/power-fail'], ...config },
            text: (on) => `marker ${on}`,
            decide: () => () => undefined,
            around: {
                source: (id): EventSource | undefined => sources.find((source) => source.id === id),
                onSource: () => () => undefined,
                bind: (topic) => bind[topic] ?? byName(topic),
                setSpeed: (speed) => (this.speed = speed),
            },
        });
        this.marker.subscribe(
            (change) =>
                change.kind === 'edge' &&
                this.told.push(
                    [change.event.active ? 'on' : 'off', change.event.replaces && 'anew'].filter(Boolean).join(' '),
                ),
        );
        this.marker.start();
    }

    take(event: EventInfo, topic = `${event.source}/${event.id}`): string[] {
        this.marker.take(topic, event.active, event);
        return this.told.splice(0);
    }
}

const ups = (id: string, name = 'U', more: Partial<FakeSource> = {}) =>
    Object.assign(new FakeSource(id, name), { onBattery: 0, ...more });

describe('inputs of a marker', () => {
    it('are known by the id of their source: a namesake is another', () => {
        const [a, b] = [ups('a'), ups('b')];
        const bench = new Bench({}, [a, b], undefined, { 'U/power-fail': [{ sourceId: 'a', eventId: 'power-fail' }] });
        assert.deepEqual(bench.take(b.on('power-fail', 'b1')), []);
        assert.deepEqual(bench.take(a.on('power-fail', 'a1')), ['on']);
    });

    it('are at rest, and no riddle, while their source knows how it stands and has told nothing', () => {
        const states = (config: Partial<MarkerConfig>, source: FakeSource) =>
            new Bench(config, [source]).marker.inputs().map(({ active }) => active);
        const starting = ups('a');
        starting.stateOf = () => ({ active: false, confirmed: false, held: false });
        assert.deepEqual(states({}, starting), [undefined], 'no reading yet');
        assert.deepEqual(states({}, ups('a')), [false]);
        assert.deepEqual(states({ unknown: 'wait' }, ups('a')), [undefined], 'it waits for a message');
        assert.deepEqual(states({ inputs: ['Other/on'] }, ups('a')), [undefined], 'no source');
        const bench = new Bench({}, [ups('a')]);
        bench.take(bench.sources[0]!.on('power-fail', 'a1'));
        assert.deepEqual(bench.marker.inputs(), [{ topic: 'U/power-fail', active: true }]);
    });

    it('are known after their source was renamed, also what was kept of them', () => {
        const journal = new MemoryJournal();
        const bound = { 'U/power-fail': [{ sourceId: 'a', eventId: 'power-fail' }] };
        const a = ups('a');
        new Bench({}, [a], journal, bound).take(a.on('power-fail', 'a1'));
        const renamed = ups('a', 'V');
        const bench = new Bench({}, [renamed], journal, bound);
        assert.equal(bench.marker.isActive('on'), true);
        assert.deepEqual(bench.marker.inputs(), [{ topic: 'V/power-fail', active: true }]);
        assert.deepEqual(bench.take({ ...renamed.on('power-fail', 'a1'), active: false }), ['off']);
    });

    it('of which the name does not tell the source count by their name', () => {
        const [a, b] = [ups('a'), ups('b')];
        assert.deepEqual(new Bench({}, [a, b]).take(b.on('power-fail', 'b1')), ['on']);
    });

    it('hand on the shortest runtime and the longest time on battery of those that are on', () => {
        const a = ups('a', 'A', { onBattery: 50, remaining: 900 });
        const b = ups('b', 'B', { onBattery: 20, remaining: 300 });
        const inputs = ['A/power-fail', 'B/power-fail'];
        const bench = new Bench({ logic: 'or', inputs }, [a, b]);
        assert.equal(bench.marker.outage()?.active, false);
        assert.equal(bench.marker.remainingSeconds('smaller'), undefined);
        bench.take(a.on('power-fail', 'a1'));
        assert.equal(bench.marker.remainingSeconds('smaller'), 900);
        bench.take(b.on('power-fail', 'b1'));
        assert.equal(bench.marker.remainingSeconds('smaller'), 300);
        assert.equal(bench.marker.secondsOnBattery(), 50);
        assert.equal(bench.marker.outage()?.active, true);
    });

    it('without a UPS give it no battery', () => {
        const bench = new Bench({ inputs: ['Door/on'] }, [new FakeSource('door', 'Door')]);
        assert.equal(bench.marker.outage(), undefined);
        assert.equal(bench.marker.secondsOnBattery(), undefined);
    });

    it('that hold their timers hold those of the marker, unless it is on without them', () => {
        const [a, b] = [ups('a', 'A'), ups('b', 'B')];
        const inputs = ['A/power-fail', 'B/power-fail'];
        for (const [logic, held] of [
            ['and', true],
            ['or', false],
        ] as const) {
            const bench = new Bench({ logic, inputs }, [a, b]);
            bench.take(a.on('power-fail', 'a1'));
            bench.take(b.on('power-fail', 'b1'));
            a.held = true;
            assert.equal(bench.marker.stateOf('on').held, held, logic);
            a.held = false;
            assert.equal(bench.marker.stateOf('on').held, false);
        }
    });

    it('of a UPS that is silent on mains are unknown: nothing begins and nothing ends on them', () => {
        const [a, b] = [ups('a', 'A'), ups('b', 'B')];
        const inputs = ['A/input-bad', 'B/input-bad'];
        const bench = new Bench({ inputs }, [a, b]);
        bench.take(a.on('input-bad', 'a1'));
        a.on('communication-lost', 'a2');
        assert.deepEqual(bench.marker.inputs()[0], { topic: 'A/input-bad', active: undefined });
        assert.deepEqual(bench.take(b.on('input-bad', 'b1')), []);
        a.off('communication-lost');
        assert.deepEqual(bench.told.splice(0), ['on']);
        a.on('communication-lost', 'a3');
        assert.deepEqual(bench.told.splice(0), [], 'silence ends nothing');
    });

    it('of a silent UPS count as active where unknown ones do, but silence is never an outage', () => {
        const a = ups('a', 'A');
        for (const [event, told] of [
            ['input-bad', ['on']],
            ['power-fail', []],
        ] as const) {
            const bench = new Bench({ logic: 'or', unknown: 'active', inputs: [`A/${event}`] }, [a]);
            bench.take({ ...a.on(event, 'x'), active: false });
            a.off(event);
            bench.told.length = 0;
            a.on('communication-lost', `lost ${event}`);
            assert.deepEqual(bench.told.splice(0), told, event);
            a.off('communication-lost');
        }
    });

    it('in a silent outage that is presumed to go on are as they are', () => {
        const a = ups('a', 'A', { onBattery: 10 });
        const bench = new Bench({ inputs: ['A/power-fail', 'A/system-shutdown'] }, [a]);
        bench.take(a.on('power-fail', 'a1'));
        a.on('communication-lost', 'a2');
        assert.deepEqual(bench.take(a.on('system-shutdown', 'a3')), ['on']);
    });

    it('that begin anew with a new outage begin the marker anew, once', () => {
        const a = ups('a', 'A');
        const later = (event: EventInfo, ms: number) => ({ ...event, since: ms });
        const bench = new Bench({ logic: 'or', inputs: ['A/battery-low', 'A/power-fail'] }, [a]);
        assert.deepEqual(bench.take(later(a.on('battery-low', 'l1'), 0)), ['on']);
        const anew = later(a.renew('battery-low', 'l2'), 5000);
        assert.deepEqual(bench.take(anew), ['on anew']);
        assert.deepEqual(bench.take(anew), []);
    });

    it('that begin anew with the outage that has just begun the marker do not begin it twice', () => {
        const a = ups('a', 'A');
        const bench = new Bench({ inputs: ['A/battery-low', 'A/power-fail'] }, [a]);
        bench.take(a.on('battery-low', 'l1'));
        assert.deepEqual(bench.take(a.on('power-fail', 'p1')), ['on']);
        assert.deepEqual(bench.take({ ...a.renew('battery-low', 'l2'), since: 0 }), []);
    });

    describe('whose source reports', () => {
        const door = () => new FakeSource('door', 'Door');
        const checksOf = (bench: Bench) => {
            const counted = { checks: 0 };
            bench.marker.subscribe(({ kind }) => kind === 'check' && counted.checks++);
            return () => counted.checks;
        };

        it('what it reported before make the marker report nothing', () => {
            const source = door();
            const bench = new Bench({ inputs: ['Door/on'] }, [source]);
            source.check();
            const checks = checksOf(bench);
            for (let n = 0; n < 100; n++) source.check();
            assert.equal(checks(), 0);
        });

        it('silence, an answer, a held timer or a new occurrence make the marker report', () => {
            const source = door();
            const bench = new Bench({ inputs: ['Door/on'] }, [source]);
            bench.take(source.on('on', 'd1'));
            const checks = checksOf(bench);
            let before = 0;
            const steps: [string, () => void][] = [
                ['held', () => ((source.held = true), source.check())],
                ['released', () => ((source.held = false), source.check())],
                ['silent', () => void source.on('communication-lost', 'c1')],
                ['heard again', () => void source.off('communication-lost')],
                ['anew', () => void source.renew('on', 'd2')],
            ];
            for (const [what, step] of steps) {
                step();
                assert.ok(checks() > before, what);
                before = checks();
            }
        });

        it('with a UPS behind it make the marker report each time: runtime and clock speed may have changed', () => {
            const source = ups('a', 'A');
            const bench = new Bench({ inputs: ['A/power-fail'] }, [source]);
            const checks = checksOf(bench);
            source.check();
            source.check();
            assert.equal(checks(), 2);
        });

        it('while the marker informs its followers are looked at with the next report', () => {
            const [a, b] = [new FakeSource('a', 'A'), new FakeSource('b', 'B')];
            const bench = new Bench({ inputs: ['A/on', 'B/on'] }, [a, b]);
            bench.take(a.on('on', 'a1'));
            a.on('communication-lost', 'a2');
            bench.take(b.on('on', 'b1'));
            assert.equal(bench.marker.isActive('on'), false);
            // A follower makes the other source answer in the middle of a report.
            let once = true;
            bench.marker.subscribe(({ kind }) => {
                if (kind !== 'check' || !once) return;
                once = false;
                a.off('communication-lost');
            });
            b.held = true;
            b.check();
            b.check();
            assert.equal(bench.marker.isActive('on'), true);
        });

        it('after another source was removed are looked at', () => {
            const [a, b] = [new FakeSource('a', 'A'), new FakeSource('b', 'B')];
            const sources = [a, b];
            const bench = new Bench({ inputs: ['A/on', 'B/on'] }, sources);
            bench.take(a.on('on', 'a1'));
            a.on('communication-lost', 'a2');
            bench.take(b.on('on', 'b1'));
            b.check();
            assert.deepEqual(bench.marker.inputs()[0], { topic: 'A/on', active: undefined });
            sources.shift();
            b.check();
            assert.deepEqual(bench.told.splice(0), ['on']);
        });
    });
});
