import assert from 'node:assert/strict';
import { scaleOf } from '../ui/pages/sensors/scale';

const limit = (level: string, edges: { low?: number; high?: number }) => ({ level, active: false, ...edges });
const rounded = (value: number) => Math.round(value * 1000) / 1000;

describe('a value between its limits', () => {
    it('has a zone for each limit, red where an alarm begins', () => {
        const scale = scaleOf(50, [
            limit('alarm-high', { high: 100 }),
            limit('pre-alarm-high', { high: 80 }),
            limit('alarm-low', { low: 0 }),
        ])!;
        assert.deepEqual(
            scale.zones.map(({ colour, from, to }) => [colour, rounded(from), rounded(to)]),
            [
                ['red', 0, 0.167],
                ['yellow', 0.7, 0.833],
                ['red', 0.833, 1],
            ],
        );
        assert.equal(rounded(scale.value!), 0.5);
        assert.equal(scale.lines.length, 3);
    });

    it('stays on the scale however far it is beyond', () => {
        const { value, zones } = scaleOf(1000, [limit('alarm', { high: 10 })])!;
        assert.ok(value! > zones[0]!.from && value! < 1);
    });

    it('is not drawn while it is not known, nor without limits', () => {
        const { value, zones } = scaleOf(undefined, [limit('warning', { low: 40 })])!;
        assert.equal(value, undefined);
        assert.deepEqual(
            zones.map(({ colour }) => colour),
            ['yellow'],
        );
        assert.equal(scaleOf(5, []), undefined);
    });
});
