import assert from 'node:assert/strict';
import { MessageFeed } from '../../../../lib/core/batteries/readings';
import { UpsError } from '../../../../lib/core/errors';
import { BatteryBench } from '../../../support/battery-bench';
import { FakeClock } from '../../../support/fake-clock';

describe('values of a battery by messages', () => {
    it('come all at once, or by module and string; what is left out stays until it is too old', () => {
        const clock = new FakeClock();
        const feed = new MessageFeed(clock, 60);
        const first = feed.take({ blocks: { voltage: [12, '12.5', null], charge: [90] }, byString: { current: [-3] } });
        assert.deepEqual([...first.sweep!.blocks.voltage!], [12, 12.5, NaN]);
        assert.deepEqual([...first.sweep!.blocks.charge!], [90, NaN, NaN]);
        assert.deepEqual([...first.sweep!.byString.current!], [-3]);
        assert.equal(first.sweep!.modules, 3);
        clock.advanceSync(30_000);
        const second = feed.take([
            { module: 2, voltage: 11 },
            { module: 4, voltage: 13 },
            { string: 1, current: 0 },
        ]);
        assert.deepEqual([...second.sweep!.blocks.voltage!], [12, 11, NaN, 13]);
        clock.advanceSync(31_000);
        const third = feed.take({ module: 1, temperature: 21 });
        assert.deepEqual([...third.sweep!.blocks.voltage!], [NaN, 11, NaN, 13]);
        assert.deepEqual([...third.sweep!.blocks.temperature!], [21, NaN, NaN, NaN]);
    });

    it('are refused as a whole, with the place that is wrong', () => {
        const feed = new MessageFeed(new FakeClock(), 60);
        const wrong: [payload: unknown, code: string, property: string][] = [
            [undefined, 'config-invalid', 'payload'],
            [7, 'config-invalid', 'payload'],
            [{}, 'config-invalid', 'payload'],
            [{ blocks: 3 }, 'config-invalid', 'blocks'],
            [{ blocks: { voltage: 12 } }, 'config-invalid', 'blocks.voltage'],
            [{ blocks: { voltage: [12, 'x'] } }, 'not-a-number', 'blocks.voltage.1'],
            [{ blocks: { voltage: new Array(513).fill(1) } }, 'out-of-range', 'blocks.voltage'],
            [{ module: 0, voltage: 12 }, 'out-of-range', 'payload.module'],
            [[{ module: 1, voltage: 12 }, { voltage: 12 }], 'config-invalid', 'payload.1'],
            [{ states: ['x', 3] }, 'config-invalid', 'states'],
            [{ modules: 9999, blocks: {} }, 'out-of-range', 'modules'],
        ];
        for (const [payload, code, property] of wrong)
            assert.throws(
                () => feed.take(payload),
                (error) => {
                    assert.ok(error instanceof UpsError);
                    assert.deepEqual([error.code, error.data.property], [code, property], JSON.stringify(payload));
                    return true;
                },
            );
        assert.equal(feed.take({ states: [] }).sweep, undefined, 'nothing of them was used');
    });

    it('feed a battery without any driver', () => {
        const bench = new BatteryBench({ limits: { voltage: { alarm: { low: { value: 11 } } } }, staleSeconds: 300 });
        bench.source.take({ blocks: { voltage: [12, 10] }, states: ['breaker-open'] });
        assert.deepEqual(bench.news(), ['breaker-open on', 'voltage-low-alarm on', 'general-alarm on']);
        bench.source.take({ module: 2, voltage: 12 });
        bench.source.take({ states: [] });
        assert.deepEqual(bench.news(), ['voltage-low-alarm off', 'general-alarm off', 'breaker-open off']);
    });
});
