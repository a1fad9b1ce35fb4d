import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { matchesGlob, resolve } from 'node:path';

interface Run {
    title: string;
    specs: string[];
    ignore?: string[];
    env?: { NODE_RED_UNDER_TEST?: string };
}

const root = resolve(__dirname, '../..');
const { LANES } = require('../../scripts/lib/lanes.mjs') as { LANES: { runs: Run[] }[] };
const { nodeSpecs } = require('../../scripts/lib/node-red-specs.mjs') as { nodeSpecs(): { onNodeRed: string[] } };

describe('the lanes of npm test', () => {
    const runs = LANES.flatMap((lane) => lane.runs);
    const all = globSync('test/**/*.spec.ts', { cwd: root }).sort();
    const specsOf = (run: Run) =>
        all.filter(
            (spec) =>
                run.specs.some((pattern) => matchesGlob(spec, pattern)) &&
                !run.ignore?.some((pattern) => matchesGlob(spec, pattern)),
        );

    it('run each spec once, and what loads a Node-RED on 5 and on 4.1', () => {
        const { onNodeRed } = nodeSpecs();
        const ran = runs.flatMap(specsOf);
        for (const spec of all) {
            const times = ran.filter((each) => each === spec).length;
            assert.equal(times, onNodeRed.includes(spec) ? 2 : 1, spec);
        }
        const older = runs.filter(({ env }) => env?.NODE_RED_UNDER_TEST === '4');
        assert.deepEqual(older.flatMap(specsOf), onNodeRed);
    });

    it('name no spec that there is not', () => {
        for (const { title, specs, ignore = [] } of runs)
            for (const pattern of [...specs, ...ignore])
                assert.ok(
                    all.some((spec) => matchesGlob(spec, pattern)),
                    `${title}: ${pattern}`,
                );
    });
});
