import assert from 'node:assert/strict';
import { MessageFeed } from '../../../../lib/core/batteries/readings';
import { UpsError } from '../../../../lib/core/errors';
import { BatteryBench } from '../../../support/battery-bench';
import { FakeClock } from '../../../support/fake-clock';
import { hostileValues } from '../../../support/hostile-values';
import { processorMs } from '../../../support/processor-time';

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
            [{ blocks: { volts: [12] } }, 'config-invalid', 'blocks'],
            [{ byString: { ampere: [12] } }, 'config-invalid', 'byString'],
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

    it('are refused in one sentence, also where they break what makes texts of them', () => {
        const inItself: Record<string, unknown> = { a: 1 };
        inItself.self = inItself;
        const values = [
            ...hostileValues().map(([, value]) => value),
            inItself,
            { a: 1n },
            Object.create(null) as object,
        ];
        for (const value of values)
            for (const payload of [
                value,
                { module: 1, voltage: value },
                { module: value, voltage: 1 },
                { module: 1, string: 1, voltage: value },
                { blocks: { voltage: [value] } },
                { blocks: { voltage: [1], temperature: value } },
                { states: [value] },
                [value],
            ])
                assert.throws(() => new MessageFeed(new FakeClock(), 60).take(payload), UpsError);
    });

    it('are refused at once, however many there are', () => {
        const feed = new MessageFeed(new FakeClock(), 60);
        const many = Array.from({ length: 1_000_000 }, (_, i) => `state ${i}`);
        const payloads = [
            { blocks: { voltage: new Array(2 ** 32 - 1) } },
            { blocks: { voltage: new Float64Array(1_000_000) } },
            { states: new Array(2 ** 32 - 1) },
            { states: many },
            { states: [], tells: many },
            new Array(2 ** 32 - 1),
        ];
        const took = processorMs(() => {
            for (const payload of payloads) assert.throws(() => feed.take(payload), UpsError);
        });
        assert.ok(took < 600, `${took} ms`);
    });

    it('that no battery can have are not known: they mark what was not measured, or are rubbish', () => {
        const bench = new BatteryBench({ limits: {}, currentSensors: 'each-string', staleSeconds: 300 });
        bench.source.take({
            strings: 5,
            blocks: {
                voltage: [13.5, -9999, 65_535, 1e308, -1.5],
                temperature: [-20, -9999, 6553.5, -999.9, 95],
                impedance: [4.1, 0, -1, 65_535_000, 655],
                charge: [100, -1, 65_535, 111, 0],
                equalizing: [0, -9999, 255, 12],
            },
            byString: { current: [-500, 1e9], voltage: [540, -9999], ripple: [0.3, -1] },
        });
        const { blocks, byString } = bench.source.view();
        const of = (values: Float64Array | undefined) =>
            [...values!].slice(0, 5).map((value) => (Number.isNaN(value) ? null : value));
        assert.deepEqual(of(blocks.voltage), [13.5, null, null, null, -1.5]);
        assert.deepEqual(of(blocks.temperature), [-20, null, null, null, 95]);
        assert.deepEqual(of(blocks.impedance), [4.1, null, null, null, 655]);
        assert.deepEqual(of(blocks.charge), [100, null, null, null, 0]);
        assert.deepEqual(of(blocks.equalizing), [0, null, null, 12, null]);
        assert.deepEqual(of(byString.current).slice(0, 2), [-500, null]);
        assert.deepEqual(of(byString.voltage).slice(0, 2), [540, null]);
        assert.deepEqual(of(byString.ripple).slice(0, 2), [0.3, null]);
    });

    it('know no state but those of the events, whatever an object is born with', () => {
        const bench = new BatteryBench({ limits: {}, staleSeconds: 300 });
        bench.source.take({ states: ['__proto__', 'constructor', 'toString', 'no-such-state', 'breaker-open'] });
        assert.deepEqual(bench.news(), ['breaker-open on']);
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
