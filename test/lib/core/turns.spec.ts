import assert from 'node:assert/strict';
import { Slices, turn } from '../../../lib/core/turns';

describe('turns of the event loop', () => {
    it('two long pieces of work go on one after the other, never both in one turn', async () => {
        const done: string[] = [];
        let turns = 0;
        const work = async (name: string) => {
            for (let n = 0; n < 3; n++) {
                await turn();
                done.push(`${name} ${turns}`);
            }
        };
        let isOver = false;
        const count = () => {
            turns++;
            if (!isOver) setImmediate(count);
        };
        count();
        await Promise.all([work('a'), work('b')]);
        isOver = true;
        assert.deepEqual(
            done.map((text) => text.split(' ')[0]),
            ['a', 'b', 'a', 'b', 'a', 'b'],
        );
        const seen = done.map((text) => text.split(' ')[1]);
        assert.equal(new Set(seen).size, seen.length, `each in a turn of its own: ${done.join(', ')}`);
    });

    it('a slice lasts as long as its clock says; then others have their turn, and the next one begins', async () => {
        let now = 1000;
        const slices = new Slices(() => now, 3);
        let others = 0;
        setImmediate(() => others++);
        await slices.breathe();
        now += 2.9;
        await slices.breathe();
        assert.deepEqual([slices.isOver, others], [false, 0]);
        now += 0.1;
        assert.equal(slices.isOver, true);
        await slices.breathe();
        assert.deepEqual([slices.isOver, others], [false, 1]);
        now += 2.9;
        assert.equal(slices.isOver, false, 'the time of others does not count');
    });
});
