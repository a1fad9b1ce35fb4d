import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

const root = join(__dirname, '..', '..');
const read = (...path: string[]) => readFileSync(join(root, ...path), 'utf8');

describe('README.md', () => {
    it('names the tab of each shipped flow', () => {
        const flows = readdirSync(join(root, 'flows')).filter((name) => name.endsWith('.json'));
        const nodes = flows.flatMap((name) => JSON.parse(read('flows', name)) as { type: string; label?: string }[]);
        const tabs = nodes.filter(({ type }) => type === 'tab').map(({ label }) => `**${label}**`);
        assert.ok(tabs.length > 7);
        const text = read('README.md');
        assert.deepEqual(
            tabs.filter((tab) => !text.includes(tab)),
            [],
        );
    });
});
