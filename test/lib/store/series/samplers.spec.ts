import assert from 'node:assert/strict';
import type { SourceChange } from '../../../../lib/core/events/source';
import type { EventInfo } from '../../../../lib/core/messages';
import { emptyStatus, type UpsStatus } from '../../../../lib/core/status/status';
import { StateSampler, UnitSampler, type Sample, type SeriesStore } from '../../../../lib/store/series';
import { DAY, HOUR, MINUTE, SECOND, SeriesBench } from './support';

describe('series: what is sampled', () => {
    let bench: SeriesBench;
    let series: SeriesStore;
    let start: number;
    beforeEach(() => {
        bench = new SeriesBench();
        series = bench.open();
        start = bench.clock.now();
    });
    afterEach(() => bench.dispose());

    const read = (owner: string, quantity: string) => {
        const table = series.read({ owner, quantities: [quantity], from: start, to: start + DAY, tier: 'fine' });
        const [column] = table.columns;
        return table.times.map((at, i) => [(at - start) / SECOND, column.states?.[column.mean[i]!] ?? column.mean[i]]);
    };

    describe('of a UPS', () => {
        let told: (status: UpsStatus) => void;
        let edge: (change: SourceChange) => void;
        let active: EventInfo[];
        let sampler: UnitSampler;
        beforeEach(() => {
            active = [];
            sampler = new UnitSampler({
                unit: {
                    id: 'u1',
                    name: 'UPS 1',
                    onStatus: (listener) => ((told = listener), () => (told = () => {})),
                    subscribe: (listener) => ((edge = listener), () => (edge = () => {})),
                    activeEvents: () => active,
                },
                series,
                clock: bench.clock,
                seconds: 60,
            });
        });

        const tell = (changes: Partial<UpsStatus> = {}) =>
            told({
                ...emptyStatus(bench.clock.now()),
                battery: { chargePercent: 90 },
                output: { source: 'normal', lines: [] },
                derived: { minutesRemaining: 10, secondsOnBattery: 0 },
                ...changes,
            });
        const event = (id: string, level: EventInfo['level']) =>
            ({ id, level, episode: `${id}-1`, active: true }) as EventInfo;
        const happens = (...events: EventInfo[]) => {
            active = events;
            edge({ kind: 'edge', event: event('any', 'info') });
        };
        /** A reading each second for so long. */
        const pass = (seconds: number, changes: (n: number) => Partial<UpsStatus> = () => ({})) => {
            for (let n = 0; n < seconds; n++) {
                tell(changes(n));
                bench.clock.advanceSync(SECOND);
            }
        };

        it('is a reading at an even interval, and at once when the source changes', () => {
            pass(90);
            pass(20, () => ({ output: { source: 'battery', lines: [] } }));
            pass(100);
            assert.deepEqual(read('u1', 'outputSource'), [
                [0, 'normal'],
                [60, 'normal'],
                [90, 'battery'],
                [110, 'normal'],
                [170, 'normal'],
            ]);
        });

        it('is only what we count ourselves while it is silent', () => {
            pass(60);
            const time = bench.clock.now();
            for (let n = 0; n < 130; n++) {
                tell({ time, derived: { minutesRemaining: 5, secondsOnBattery: n } });
                bench.clock.advanceSync(SECOND);
            }
            assert.deepEqual(
                read('u1', 'secondsOnBattery').map(([at]) => at),
                [0, 60, 120, 180],
            );
            assert.deepEqual(
                read('u1', 'charge').map(([at]) => at),
                [0, 60],
            );
        });

        it('is closer in an outage and a test, for as long as they last, and in the first minutes of an alarm', () => {
            pass(60);
            happens(event('power-fail', 'alarm'));
            pass(30);
            happens(event('overload', 'alarm'), event('test-in-progress', 'info'), event('battery-weak', 'warning'));
            pass(900);
            happens();
            pass(5);
            assert.deepEqual(
                series
                    .recordings()
                    .map(({ why, episode, from, to }) => [
                        why,
                        episode,
                        (from - start) / SECOND,
                        (to! - start) / SECOND,
                    ]),
                [
                    ['outage', 'power-fail-1', 0, 90],
                    ['alarm', 'overload-1', 30, 690],
                    ['test', 'test-in-progress-1', 30, 990],
                ],
            );
        });

        it('goes on evenly when the wall clock jumps, back and forth: no sample is missing, and none is there twice', () => {
            for (const jump of [-HOUR, HOUR, 2 * HOUR, -2 * HOUR]) {
                pass(90);
                bench.clock.jumpWall(jump);
            }
            pass(61);
            const ever = { from: start - DAY, to: start + DAY, tier: 'fine' as const };
            const { times } = series.read({ owner: 'u1', ...ever });
            // One each minute of the 7 that have really passed, and the first.
            assert.equal(times.length, 8);
            assert.equal(new Set(times).size, 8);
        });

        it('is written when the jobs of an edge have begun, and not lost when all ends just then', () => {
            pass(10);
            happens(event('power-fail', 'alarm'));
            tell({ output: { source: 'battery', lines: [] } });
            assert.deepEqual([series.recordings().length, read('u1', 'outputSource').length], [0, 1]);
            sampler.close();
            assert.deepEqual([series.recordings().length, read('u1', 'outputSource').length], [1, 2]);
        });

        it('ends with the sampler', () => {
            pass(10);
            sampler.close();
            pass(200);
            assert.equal(read('u1', 'charge').length, 1);
        });
    });

    it('of a contact is its state at an even interval, and at once when it changes', () => {
        let samples: Sample[] = [];
        const owner = { id: 'c1', name: 'Door' };
        const sampler = new StateSampler({ owner, series, clock: bench.clock, seconds: 60, samples: () => samples });
        const become = (state: string) => {
            samples = [{ quantity: 'state', unit: '', state }];
            sampler.changed();
        };
        bench.clock.advanceSync(MINUTE);
        become('off');
        become('off');
        bench.clock.advanceSync(90 * SECOND);
        become('on');
        bench.clock.advanceSync(40 * SECOND);
        sampler.close();
        bench.clock.advanceSync(10 * MINUTE);
        assert.deepEqual(read('c1', 'state'), [
            [60, 'off'],
            [120, 'off'],
            [150, 'on'],
            [180, 'on'],
        ]);
    });

    it('of a sensor is a value at full multiples of its interval, however often a deploy begins anew', () => {
        const owner = { id: 's1', name: 'Cellar' };
        const samples = () => [{ quantity: 'value', unit: 'V', value: (bench.clock.now() - start) / MINUTE }];
        const begin = () => new StateSampler({ owner, series, clock: bench.clock, seconds: 900, even: true, samples });
        for (let deploys = 0; deploys < 4; deploys++) {
            const sampler = begin();
            bench.clock.advanceSync(10 * MINUTE);
            sampler.close();
        }
        assert.deepEqual(read('s1', 'value'), [
            [900, 15],
            [1800, 30],
        ]);
    });

    it('of a sensor without an interval is a value only when somebody asks for one', () => {
        const owner = { id: 's1', name: 'Cellar' };
        const samples = () => [{ quantity: 'value', unit: 'V', value: 12 }];
        const sampler = new StateSampler({ owner, series, clock: bench.clock, seconds: 0, samples });
        bench.clock.advanceSync(2 * HOUR);
        sampler.changed();
        assert.deepEqual(read('s1', 'value'), []);
        sampler.sample();
        assert.deepEqual(read('s1', 'value'), [[7200, 12]]);
        sampler.close();
    });
});
