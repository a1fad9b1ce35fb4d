import assert from 'node:assert/strict';
import type { RuntimeChoice } from '../../../../lib/core/events/source';
import { forecast, type Outlook } from '../../../../lib/flow/plan/forecast';
import type { WiredTiming } from '../../../../lib/flow/plan/wires';

const remaining = (runtime: RuntimeChoice): WiredTiming => ({
    nodeId: 'timing',
    mode: 'remaining',
    seconds: 600,
    repeat: 0,
    runtime,
});

const outlook: Outlook = {
    elapsed: 10,
    onBattery: true,
    secondsOnBattery: 10,
    remaining: (choice) => ({ device: 3000, derived: 900, smaller: 900 })[choice],
    reached: () => undefined,
};

describe('the forecast of a job', () => {
    it('goes by the runtime that its timing goes by', () => {
        const expected = (choice: RuntimeChoice) => forecast([remaining(choice)], outlook).inSeconds;
        assert.deepEqual([expected('device'), expected('derived'), expected('smaller')], [2400, 300, 300]);
    });

    it('tells no time where that runtime is not known', () => {
        const unknown = { ...outlook, remaining: () => undefined };
        const { inSeconds, condition } = forecast([remaining('device')], unknown);
        assert.deepEqual([inSeconds, condition], [undefined, { for: 'unknown-runtime' }]);
    });
});
