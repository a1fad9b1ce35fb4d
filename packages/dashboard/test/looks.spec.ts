import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { INDICATOR_COLOURS } from '../../../lib/core/status/indicator';
import { LOOKS } from '../ui/lib/indicator';

const PACKAGE = resolve(__dirname, '..');
const states = Object.keys(INDICATOR_COLOURS).sort();

describe('the look of a state', () => {
    it('is a colour, a shape of its own, and a word of its own in each language', () => {
        assert.deepEqual(Object.keys(LOOKS).sort(), states);
        assert.equal(new Set(Object.values(LOOKS).map(({ shape }) => shape)).size, states.length);
        for (const language of ['en', 'de']) {
            const { state } = JSON.parse(readFileSync(`${PACKAGE}/ui/texts/${language}/shared.json`, 'utf8')) as {
                state: Record<string, string>;
            };
            assert.deepEqual(Object.keys(state).sort(), states);
            assert.equal(new Set(Object.values(state)).size, states.length, language);
        }
    });

    it('is that of the table in the glossary, the worst first', () => {
        const glossary = readFileSync(resolve(PACKAGE, '../../docs/glossary.md'), 'utf8');
        const table = glossary.split('## Colours')[1]!.matchAll(/^\| `(\w+)` +\| (\w+) +\| (\w[\w ]*?) +\|/gm);
        const rows = [...table].map(([, state, colour]) => [state, colour]);
        const worstFirst = Object.entries(LOOKS).sort(([, one], [, other]) => one.rank - other.rank);
        assert.deepEqual(
            rows,
            worstFirst.map(([state, { colour }]) => [state, colour]),
        );
    });
});
