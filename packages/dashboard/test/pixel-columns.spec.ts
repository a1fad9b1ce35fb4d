import assert from 'node:assert/strict';
import { isInDash, pixelColumns } from '../ui/pages/data/pixel-columns';

/** Columns of values at these places. */
const of = (points: readonly (readonly [number, number | null | undefined])[]) =>
    pixelColumns({ from: 0, to: points.length - 1, x: (index) => points[index]![0], y: (index) => points[index]![1] });

describe('a line with more values than pixels', () => {
    it('is, per column of pixels, as high as its least and greatest value', () => {
        assert.deepEqual(
            of([
                [10.1, 50],
                [10.2, 20],
                [10.4, 70],
                [10.9, 60],
            ]),
            [
                { x: 10, top: 20, bottom: 70 },
                { x: 11, top: 60, bottom: 70 },
            ],
        );
    });

    it('has no hole where values jump, or where some are further apart', () => {
        assert.deepEqual(
            of([
                [1, 0],
                [2, 100],
                [4, 90],
            ]),
            [
                { x: 1, top: 0, bottom: 0 },
                { x: 2, top: 0, bottom: 100 },
                { x: 3, top: 95, bottom: 100 },
                { x: 4, top: 90, bottom: 95 },
            ],
        );
    });

    it('breaks where a value is unknown, and goes on where another line alone was measured', () => {
        assert.deepEqual(
            of([
                [1, 5],
                [2, null],
                [3, 5],
                [3.2, undefined],
                [4, 6],
            ]),
            [
                { x: 1, top: 5, bottom: 5 },
                { x: 3, top: 5, bottom: 5 },
                { x: 4, top: 5, bottom: 6 },
            ],
        );
    });

    it('keeps its dash', () => {
        const drawn = Array.from({ length: 14 }, (_, x) => (isInDash([5, 3], x) ? '-' : ' ')).join('');
        assert.equal(drawn, '-----   ----- ');
        assert.equal(isInDash([], 7), true);
        assert.equal(isInDash([5, 3], -1), false);
    });
});
