import assert from 'node:assert/strict';
import { readFileSync, readdirSync } from 'node:fs';
import { join, resolve } from 'node:path';

const root = resolve(__dirname, '../..');
const { nodeSpecs } = require('../../scripts/lib/node-red-specs.mjs') as {
    nodeSpecs(): { onNodeRed: string[]; without: string[] };
};

describe('the specs that run on each Node-RED', () => {
    const { onNodeRed, without } = nodeSpecs();
    const text = (spec: string) => readFileSync(join(root, spec), 'utf8');

    it('are all of nodes that load one, directly or through what they share', () => {
        for (const spec of without) {
            assert.doesNotMatch(text(spec), /\bhelper\.\w+\(|NODE_RED_UNDER_TEST|\b(require|import)\(.node-red/, spec);
        }
        assert.ok(onNodeRed.includes('test/nodes/spine.spec.ts'));
        // By `source-flow.ts`, `card-flow.ts`.
        assert.ok(onNodeRed.includes('test/nodes/ups-marker.spec.ts'));
        assert.ok(onNodeRed.includes('test/nodes/ups-shutdown.spec.ts'));
        assert.ok(without.includes('test/nodes/frozen-verdicts.spec.ts'));
    });

    it('leave out no spec of nodes', () => {
        const all = readdirSync(join(root, 'test/nodes'), { recursive: true, encoding: 'utf8' })
            .filter((file) => file.endsWith('.spec.ts'))
            .map((file) => `test/nodes/${file}`);
        assert.deepEqual([...onNodeRed, ...without].sort(), all.sort());
    });
});
