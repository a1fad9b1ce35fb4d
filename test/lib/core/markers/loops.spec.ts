import assert from 'node:assert/strict';
import { contradiction, type MarkerPart } from '../../../../lib/core/markers/loops';

const part = (topic: string, inputs: string[], inverted = false): MarkerPart => ({ topic, inputs, inverted });

describe('rings of markers', () => {
    it('that contradict themselves are found, from each of their members', () => {
        const self = part('A/on', ['Door/on', 'A/on'], true);
        assert.deepEqual(contradiction(self, [self]), ['A/on']);
        const [a, b, c] = [part('A/on', ['C/on']), part('B/on', ['A/on'], true), part('C/on', ['X/on', 'B/on'])];
        for (const each of [a, b, c]) assert.equal(contradiction(each, [a, b, c])?.length, 3);
    });

    it('that hold what they have are no contradiction; nor are chains', () => {
        const memory = part('A/on', ['Door/on', 'A/on']);
        assert.equal(contradiction(memory, [memory]), undefined);
        const [a, b] = [part('A/on', ['B/on'], true), part('B/on', ['A/on'], true)];
        assert.equal(contradiction(a, [a, b]), undefined);
        const chain = [part('A/on', ['Door/on'], true), part('B/on', ['A/on'], true)];
        for (const each of chain) assert.equal(contradiction(each, chain), undefined);
    });

    it('are looked for in bounded time, however the markers are wired', () => {
        const all = Array.from({ length: 60 }, (_, index) =>
            part(
                `${index}/on`,
                Array.from({ length: 60 }, (__, other) => `${other}/on`).filter((topic) => topic !== '0/on'),
                false,
            ),
        );
        assert.equal(contradiction(all[0]!, all), undefined);
    });
});
