import assert from 'node:assert/strict';
import { UpsError } from '../../../../lib/core/errors';
import { MemoryJournal } from '../../../../lib/core/journal/memory-journal';
import type { EventInfo } from '../../../../lib/core/messages';
import { type MarkerConfig, MarkerSource } from '../../../../lib/core/markers/marker-source';
import { FakeClock } from '../../../support/fake-clock';

const GLASS = 'Glass/on';
const LEVEL = 'Level/on';
const WATER = 'Water/on';

class Bench {
    readonly edges: EventInfo[] = [];
    readonly marker: MarkerSource;
    /** Questions about inputs that are only remembered, by topic. */
    readonly asked = new Map<string, (holds: boolean) => void>();

    constructor(
        readonly config: MarkerConfig,
        readonly journal = new MemoryJournal(),
    ) {
        const clock = new FakeClock();
        this.marker = new MarkerSource({
            id: 'm1',
            name: 'Marker 1',
            clock,
            journal,
            config,
            text: (on) => `marker ${on}`,
            decide: (event, decided) => {
                this.asked.set(event.id, decided);
                return () => this.asked.delete(event.id);
            },
        });
        this.marker.subscribe((change) => change.kind === 'edge' && this.edges.push(change.event));
        this.marker.start();
    }

    take(...changes: [string, boolean][]): this {
        for (const [topic, active] of changes) this.marker.take(topic, active);
        return this;
    }

    /** Events of a source, which can be asked after a restart; ids are topics here. */
    takeEvents(...changes: [string, boolean][]): this {
        for (const [topic, active] of changes) {
            const event = { id: topic, source: '', sourceId: 's1', active, episode: `e of ${topic}` } as EventInfo;
            this.marker.take(topic, active, event);
        }
        return this;
    }

    get confirmed(): boolean {
        return this.marker.stateOf('on').confirmed;
    }

    get told(): boolean[] {
        return this.edges.splice(0).map(({ active }) => active);
    }
}

describe('MarkerSource', () => {
    it('AND: on when all are, off as soon as one is not (the aquarium of the CS141 manual)', () => {
        const bench = new Bench({ logic: 'and', inputs: [GLASS, LEVEL] });
        assert.deepEqual(bench.take([GLASS, true]).told, []);
        assert.deepEqual(bench.take([LEVEL, true]).told, [true]);
        assert.deepEqual(bench.take([GLASS, false]).told, [false]);
        assert.deepEqual(bench.take([LEVEL, false], [GLASS, true]).told, []);
    });

    it('OR: on with the first, off when none is', () => {
        const bench = new Bench({ logic: 'or', inputs: [LEVEL, WATER] });
        assert.deepEqual(bench.take([LEVEL, true], [WATER, true], [LEVEL, false]).told, [true]);
        assert.deepEqual(bench.take([WATER, false]).told, [false]);
    });

    it('N of M', () => {
        const bench = new Bench({ logic: 'n-of-m', count: 2, inputs: [GLASS, LEVEL, WATER] });
        assert.deepEqual(bench.take([GLASS, true]).told, []);
        assert.deepEqual(bench.take([WATER, true]).told, [true]);
        assert.deepEqual(bench.take([LEVEL, true], [GLASS, false]).told, []);
        assert.deepEqual(bench.take([LEVEL, false]).told, [false]);
    });

    it('inverted: on from the start, off while its condition is met', () => {
        const bench = new Bench({ logic: 'or', inverted: true, inputs: [LEVEL] });
        assert.deepEqual(bench.told, [true]);
        assert.deepEqual(bench.take([LEVEL, true], [LEVEL, false]).told, [false, true]);
    });

    it('counts an unknown input as inactive, as active, or waits for it', () => {
        assert.deepEqual(new Bench({ logic: 'and', inputs: [GLASS, LEVEL] }).take([GLASS, true]).told, []);
        assert.deepEqual(
            new Bench({ logic: 'and', unknown: 'active', inputs: [GLASS, LEVEL] }).take([GLASS, false]).told,
            [true, false],
        );
        const waiting = new Bench({ logic: 'or', unknown: 'wait', inputs: [GLASS, LEVEL] });
        assert.deepEqual(waiting.take([GLASS, true]).told, []);
        assert.deepEqual(waiting.take([LEVEL, false]).told, [true]);
        assert.deepEqual(new Bench({ logic: 'or', inputs: [GLASS] }).marker.inputs(), [
            { topic: GLASS, active: undefined },
        ]);
    });

    it('is not moved by a topic that is none of its inputs', () => {
        const bench = new Bench({ logic: 'or', inputs: [GLASS] });
        assert.equal(bench.marker.take(WATER, true), false);
        assert.deepEqual(bench.told, []);
    });

    it('remembers its inputs over a restart and comes on only once', () => {
        const bench = new Bench({ logic: 'and', inputs: [GLASS, LEVEL] }).take([GLASS, true], [LEVEL, true]);
        const [{ episode }] = bench.edges;
        const after = new Bench(bench.config, bench.journal);
        assert.deepEqual(after.told, []);
        assert.equal(after.marker.stateOf('on').episode, episode);
        after.take([GLASS, true]);
        assert.deepEqual(after.told, []);
        assert.deepEqual(after.take([GLASS, false]).told, [false]);
        const later = new Bench(bench.config, bench.journal);
        assert.deepEqual(later.take([GLASS, true]).told, [true], 'the level is still known to be low');
    });

    describe('after a restart', () => {
        const restarted = (logic: MarkerConfig['logic'], ...changes: [string, boolean][]) => {
            const before = new Bench({ logic, inputs: [GLASS, LEVEL] }).takeEvents(...changes);
            return new Bench(before.config, before.journal);
        };

        it('is not confirmed by its memory, but by the sources of its inputs', () => {
            const bench = restarted('and', [GLASS, true], [LEVEL, true]);
            assert.equal(bench.confirmed, false);
            bench.asked.get(GLASS)!(true);
            assert.equal(bench.confirmed, false);
            bench.asked.get(LEVEL)!(true);
            assert.equal(bench.confirmed, true);
            assert.deepEqual(bench.told, []);
        });

        it('ends when an event ended meanwhile that it cannot be without, whatever the others do', () => {
            const bench = restarted('and', [GLASS, true], [LEVEL, true]);
            bench.asked.get(GLASS)!(false);
            assert.deepEqual(bench.told, [false]);
            assert.equal(bench.confirmed, true);
        });

        it('is confirmed by one of several that suffice', () => {
            const bench = restarted('or', [GLASS, true], [LEVEL, true]);
            bench.takeEvents([LEVEL, true]);
            assert.equal(bench.asked.has(LEVEL), false);
            assert.equal(bench.confirmed, true);
            assert.deepEqual(bench.told, []);
        });

        it('does not come on by a memory', () => {
            const bench = restarted('and', [GLASS, true]).takeEvents([LEVEL, true]);
            assert.deepEqual(bench.told, []);
            bench.asked.get(GLASS)!(true);
            assert.deepEqual(bench.told, [true]);
        });

        it('takes what no source told as it was: nobody could say more of it', () => {
            const before = new Bench({ logic: 'and', inputs: [GLASS] }).take([GLASS, true]);
            const bench = new Bench(before.config, before.journal);
            assert.equal(bench.confirmed, true);
            assert.equal(bench.asked.size, 0);
        });
    });

    it('decides anew when its logic was changed', () => {
        const bench = new Bench({ logic: 'and', inputs: [GLASS, LEVEL] }).take([GLASS, true]);
        assert.deepEqual(new Bench({ logic: 'or', inputs: [GLASS, LEVEL] }, bench.journal).told, [true]);
    });

    it('says on what it decided', () => {
        const bench = new Bench({ logic: 'n-of-m', count: 1, inverted: true, inputs: [GLASS] });
        assert.deepEqual(bench.edges[0].evidence, {
            rule: `started: not (1 of 1: ${GLASS})`,
            values: { [GLASS]: undefined },
            ageSeconds: 0,
        });
    });

    for (const [config, code, property] of [
        [{ logic: 'xor', inputs: [GLASS] }, 'config-invalid', 'logic'],
        [{ logic: 'and', inputs: [] }, 'config-missing', 'inputs'],
        [{ logic: 'and', inputs: [GLASS, GLASS] }, 'config-invalid', 'inputs'],
        [{ logic: 'n-of-m', count: 3, inputs: [GLASS, LEVEL] }, 'config-invalid', 'count'],
        [{ logic: 'n-of-m', inputs: [GLASS] }, 'config-invalid', 'count'],
    ] as const) {
        it(`refuses ${JSON.stringify(config)}`, () => {
            assert.throws(
                () => new Bench(config as MarkerConfig),
                (error) => error instanceof UpsError && error.code === code && error.data.property === property,
            );
        });
    }
});
