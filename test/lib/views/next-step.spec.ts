import assert from 'node:assert/strict';
import type { PlanStep } from '../../../lib/flow/plan/plan-view';
import { nextStep } from '../../../lib/views/next-step';

const NOW = 1_000_000;

function step(name: string, more: Partial<PlanStep>): PlanStep {
    const fixed = {
        key: name,
        sourceId: 'u1',
        eventId: 'power-fail',
        edge: 'on',
        jobId: name,
        type: 'ups-rccmd',
    } as const;
    return {
        ...fixed,
        ...{ name, episode: 'e1', acts: true, whom: ['a', 'b'], state: 'waiting', repeatSeconds: 0, dryRun: false },
        ...{ disabled: false, dependsOn: [], atMainsReturn: 'nothing', timings: [], may: [] },
        ...more,
    };
}
const next = (...steps: PlanStep[]) =>
    nextStep({ sources: [{ sourceId: 'u1', name: 'UPS 1', running: true, steps }] }, NOW);
const repeated = step('again', { state: 'done', repeatSeconds: 30, due: { at: NOW + 5000, estimated: false } });

describe('the next step', () => {
    it('is the first that is still to come', () => {
        const late = step('late', { due: { at: NOW + 60_000, estimated: false } });
        const soon = step('soon', { due: { at: NOW + 20_000, estimated: false } });
        assert.deepEqual(
            [next(late, soon)?.name, next(late, soon)?.inSeconds, next(late, soon)?.jobs],
            ['soon', 20, 1],
        );
    });

    it('is not one that only runs again, as long as another one is to come', () => {
        const later = step('later', { due: { at: NOW + 600_000, estimated: true } });
        assert.equal(next(repeated, later)?.name, 'later');
        const conditioned = step('at 10 min', { condition: { for: 'unknown-runtime', seconds: 600 } as never });
        assert.equal(next(repeated, conditioned)?.name, 'at 10 min');
    });

    it('is one that runs again where nothing else is to come', () => {
        assert.deepEqual([next(repeated)?.name, next(repeated)?.inSeconds], ['again', 5]);
        assert.equal(next({ ...repeated, disabled: true }), undefined);
        assert.equal(next({ ...repeated, state: 'skipped' }), undefined);
    });

    it('is none, where all have run', () => {
        assert.equal(next(step('done', { state: 'done', endedAt: NOW - 1 })), undefined);
    });
});
