import assert from 'node:assert/strict';
import type { PlanSourceView, PlanStep, PlanView } from '../../../lib/flow/plan/plan-view';
import { steadyPlan } from '../lib/steady-plan';
import { timeLine } from '../ui/pages/next/time-line';

const NOW = 1_800_000_000_000;
const step = (over: Partial<PlanStep>): PlanStep => ({
    ...{ key: 'k', sourceId: 'ups', eventId: 'power-fail', edge: 'on', jobId: 'job', name: 'Down', type: 'ups-rccmd' },
    ...{ acts: true, whom: [], state: 'planned', repeatSeconds: 0, dryRun: false, disabled: false, dependsOn: [] },
    ...{ atMainsReturn: 'nothing', timings: [], may: [], ...over },
});
const source = (over: Partial<PlanSourceView>): PlanSourceView => ({
    ...{ sourceId: 'ups', name: 'UPS 1', running: false, steps: [], ...over },
});
const plan = (at: number, ...sources: PlanSourceView[]): PlanView => ({ at, sources, complete: true });

/** At rest: a step after 2 min, one at 10 min of runtime, and the end of the battery, as the server makes them at a moment. */
const atRest = (at: number) =>
    plan(
        at,
        source({
            batteryEnd: { device: at + 1_500_000, ours: at + 1_380_003 },
            steps: [
                step({ due: { at: at + 120_001, estimated: false }, marginSeconds: 1375 }),
                step({ key: 'l', due: { at: at + 900_000, estimated: true } }),
                step({ key: 'm', condition: { for: 'runtime', seconds: 300, remainingSeconds: 1500 } }),
            ],
        }),
    );

describe('the plan that pages get', () => {
    it('is the same as time passes, while nothing is on', () => {
        const first = steadyPlan(atRest(NOW));
        for (const later of [1, 999, 1000, 61_234, 86_400_000])
            assert.deepEqual(steadyPlan(atRest(NOW + later)), first);
        const [{ steps, batteryEnd } = source({})] = first.sources;
        assert.deepEqual(
            [first.at, steps[0]!.due, steps[1]!.due!.at, batteryEnd],
            [0, { at: 120_000, estimated: false }, 900_000, { device: 1_500_000, ours: 1_380_000 }],
        );
    });

    it('is another one when a time after the onset is another one', () => {
        const longer = atRest(NOW);
        longer.sources[0]!.steps[0]!.due!.at += 5000;
        assert.notDeepEqual(steadyPlan(longer), steadyPlan(atRest(NOW)));
        const weaker = atRest(NOW);
        weaker.sources[0]!.batteryEnd!.device! -= 120_000;
        assert.notDeepEqual(steadyPlan(weaker), steadyPlan(atRest(NOW)));
    });

    it('keeps the times of what is on', () => {
        const waiting = step({ episode: 'e', state: 'waiting', due: { at: NOW + 5, estimated: false } });
        const other = step({ key: 'o', eventId: 'overload', due: { at: NOW + 30_002, estimated: false } });
        const running = source({ running: true, batteryEnd: { ours: NOW + 99_999 }, steps: [waiting, other] });
        const [told] = steadyPlan(plan(NOW, running)).sources;
        assert.deepEqual(
            [told!.batteryEnd, told!.steps[0], told!.steps[1]!.due!.at],
            [running.batteryEnd, waiting, 30_000],
        );
    });

    it('lists what has ended before what would come', () => {
        const done = step({ key: 'done', edge: 'off', state: 'done', endedAt: NOW - 60_000 });
        const told = steadyPlan(plan(NOW, source({ steps: [step({ due: { at: NOW, estimated: false } }), done] })));
        const rows = timeLine(told.sources[0]!.steps, told.sources[0]!, told.at);
        assert.deepEqual(
            rows.map(({ key }) => key),
            ['done', 'now', 'k'],
        );
    });
});
