import assert from 'node:assert/strict';
import { besides, requireBuilt, sideBySide } from '../../bench/support/beside';
import { chosen, parseArguments } from '../../bench/support/command-line';
import type { Measurement, Result } from '../../bench/support/measurement';

const measurement = (name: string, anyBuild?: true): Measurement => ({ name, anyBuild, run: async () => [] });
const ALL = [measurement('store'), measurement('memory', true), measurement('traps', true)];

const result = (values: object, met = true): Result => ({
    ...{ measurement: 'memory per UPS', unit: 'MiB', target: { rss: 0.3 }, met },
    ...values,
});

describe('bench: beside another build', () => {
    it('gives the mean of either build, and what ours is of theirs', () => {
        const [line] = sideBySide([
            [[result({ rss: 0.2, steps: [1] })], [result({ rss: 0.6 })]],
            [[result({ rss: 0.4 })], [result({ rss: 0.6 })]],
        ]);
        assert.deepEqual(line, {
            ...{ measurement: 'memory per UPS', unit: 'MiB', rounds: 2 },
            ...{ here: { rss: 0.3 }, beside: { rss: 0.6 }, ratio: { rss: 0.5 }, target: { rss: 0.3 }, met: true },
        });
    });

    it('compares what both have, also in groups, and divides by nothing', () => {
        const [line] = sideBySide([
            [
                [result({ start: { ms: 100 }, lost: 0, planMs: 1 }, false)],
                [result({ start: { ms: 200 }, lost: 0, other: 1 })],
            ],
        ]) as { ratio: object; here: object; met: boolean }[];
        assert.deepEqual(line.ratio, { 'start.ms': 0.5, lost: null });
        assert.deepEqual(line.here, { 'start.ms': 100, lost: 0, planMs: 1 });
        assert.equal(line.met, false);
    });

    it('is met only if every round is', () => {
        const lines = sideBySide([
            [[result({ rss: 0.2 })], [result({ rss: 1 })]],
            [[result({ rss: 0.4 }, false)], [result({ rss: 1 })]],
        ]) as { met: boolean }[];
        assert.deepEqual(
            lines.map(({ met }) => met),
            [false],
        );
    });

    it('makes those that any build can run, and says which cannot', () => {
        const names = (found: Measurement[]) => found.map(({ name }) => name);
        assert.deepEqual(names(besides(ALL, [])), ['memory', 'traps']);
        assert.deepEqual(names(besides(ALL, ['traps'])), ['traps']);
        assert.throws(() => besides(ALL, ['store']), /store/);
        assert.throws(() => chosen(ALL, ['sotre']), /unknown: sotre.*memory/);
        assert.throws(() => requireBuilt('/nowhere'), /no built checkout/);
    });

    it('reads its command line', () => {
        assert.deepEqual(parseArguments(['--beside', '../old', 'traps', '--quick', '--rounds', '3']), {
            ...{ beside: '../old', quick: true, rounds: 3, minutes: 3, names: ['traps'] },
        });
        assert.deepEqual(parseArguments(['pages', '--minutes', '60']), {
            ...{ beside: undefined, quick: false, rounds: 2, minutes: 60, names: ['pages'] },
        });
        assert.throws(() => parseArguments(['--rounds', '0']), /from 1/);
        assert.throws(() => parseArguments(['--minutes', '0.5']), /from 1/);
        assert.throws(() => parseArguments(['--besides', 'x']));
    });
});
