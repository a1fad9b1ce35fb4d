import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename, matchesGlob, resolve } from 'node:path';
import manifest from '../../package.json';

interface Lane {
    title: string;
    specs: string[];
    ignore?: string[];
    env?: { NODE_RED_UNDER_TEST?: string };
}

const root = resolve(__dirname, '../..');
const { STAGES, ONCE } = require('../../scripts/lib/stages.mjs') as { STAGES: Lane[][]; ONCE: RegExp };
const { nodeSpecs } = require('../../scripts/lib/node-red-specs.mjs') as { nodeSpecs(): { onNodeRed: string[] } };

describe('the stages of npm test', () => {
    const lanes = STAGES.flat();
    const all = globSync(['test/**/*.spec.ts', 'packages/*/test/**/*.spec.ts'], { cwd: root }).sort();
    const runs = (lane: Lane) =>
        all.filter(
            (spec) =>
                lane.specs.some((pattern) => matchesGlob(spec, pattern)) &&
                !lane.ignore?.some((pattern) => matchesGlob(spec, pattern)),
        );

    it('run each spec once, and what loads a Node-RED on 5 and, but for what is ours alone, on 4.1', () => {
        const onBoth = nodeSpecs().onNodeRed.filter((spec) => !ONCE.test(spec));
        const nodes = Object.values(manifest['node-red'].nodes).map((file) => basename(file, '.js'));
        const own = nodes.filter((type) => nodeSpecs().onNodeRed.includes(`test/nodes/${type}.spec.ts`));
        assert.ok(own.length > 35, `${own.length} nodes have a spec of their own`);
        for (const type of own) assert.ok(onBoth.includes(`test/nodes/${type}.spec.ts`), type);
        const ran = lanes.flatMap(runs);
        for (const spec of all) {
            const times = ran.filter((each) => each === spec).length;
            assert.equal(times, onBoth.includes(spec) ? 2 : 1, spec);
        }
        const older = lanes.filter(({ env }) => env?.NODE_RED_UNDER_TEST === '4');
        assert.deepEqual(older.flatMap(runs), onBoth);
    });

    it('name no spec that there is not', () => {
        for (const { title, specs, ignore = [] } of lanes)
            for (const pattern of [...specs, ...ignore])
                assert.ok(
                    all.some((spec) => matchesGlob(spec, pattern)),
                    `${title}: ${pattern}`,
                );
    });
});
