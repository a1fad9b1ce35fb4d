import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '../support/eventually';

const { isSource, planOf } = require('../../scripts/lib/watch-plan.mjs') as {
    isSource(file: string): boolean;
    planOf(files: string[]): { scripts: string[]; bundle: boolean; check: boolean };
};
const { isStale, noteBuilt } = require('../../scripts/lib/stale.mjs') as {
    isStale(folder: string): boolean;
    noteBuilt(began: number, folder: string): void;
};

describe('npm run watch', () => {
    it('takes note of whatever Node-RED or its editor reads', () => {
        for (const file of [
            'package.json',
            'examples/ups-note.json',
            'flows/ups-events.json',
            'nodes/jobs/ups-note.ts',
            'packages/dashboard/ui/lib/live.ts',
        ])
            assert.ok(isSource(file), file);
    });

    it('is not woken by what the build writes, nor by what a text editor lays beside a file', () => {
        for (const file of [
            'examples/shipped-ups-events.json',
            'nodes/jobs/.ups-log.ts.swp',
            'lib/core/clock.ts~',
            'dist/x.js',
            'packages/dashboard/resources/ui-ups.js',
        ])
            assert.ok(!isSource(file), file);
    });

    it('compiles nothing for words, icons and examples', () => {
        const plan = planOf(['locales/de/ups-log.json', 'icons/ups-log.svg', 'examples/ups-log.json', 'package.json']);
        assert.deepEqual(plan, { scripts: [], bundle: false, check: false });
    });

    it('compiles a node alone; what the browser runs goes to the bundle', () => {
        const node = 'nodes/jobs/ups-log.ts';
        assert.deepEqual(planOf([node]), { scripts: [node], bundle: false, check: true });
        const shared = ['nodes/jobs/ups-log.settings.ts', 'lib/flow/plan.ts', 'nodes/shared/fields/job.ts'];
        assert.deepEqual(planOf(shared), { scripts: shared, bundle: true, check: true });
        const browser = ['nodes/editor/main.ts', 'nodes/jobs/ups-ssh.editor.ts'];
        assert.deepEqual(planOf(browser), { scripts: [], bundle: true, check: true });
        assert.equal(planOf(['nodes/editor/styles/index.css']).bundle, true);
        const pages = ['packages/dashboard/ui/components/Age.vue', 'packages/dashboard/nodes/ui-ups-bar.ts'];
        assert.deepEqual(planOf(pages), { scripts: [], bundle: false, check: true });
    });
});

const { watchFolders } = require('../../scripts/lib/watch-folders.mjs') as {
    watchFolders(folder: string, saved: (path: string) => void): () => void;
};

describe('a watched folder', () => {
    it('tells each time that a text editor replaces a file, and of files in new folders', async () => {
        const folder = mkdtempSync(join(tmpdir(), 'ridethrough-watch-'));
        const inner = join(folder, 'inner');
        mkdirSync(inner);
        const seen: string[] = [];
        const end = watchFolders(folder, (path) => seen.push(path));
        try {
            for (const file of [join(inner, 'a.ts'), join(inner, 'a.ts'), join(inner, 'new', 'a.ts')]) {
                mkdirSync(join(file, '..'), { recursive: true });
                seen.length = 0;
                writeFileSync(join(folder, 'draft'), '');
                renameSync(join(folder, 'draft'), file);
                await eventually(() => seen.includes(file));
            }
        } finally {
            end();
            rmSync(folder, { recursive: true });
        }
    });
});

describe('a build', () => {
    let folder: string;
    beforeEach(() => {
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-stale-'));
        for (const name of ['dist', 'lib/core', 'locales/de']) mkdirSync(join(folder, name), { recursive: true });
        for (const name of ['dist/build.tsbuildinfo', 'lib/core/a.ts', 'locales/de/a.json'])
            writeFileSync(join(folder, name), '');
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    it('is stale when a source was saved, made or removed since it began', () => {
        const later = () => noteBuilt(Date.now() + 5000, folder);
        later();
        assert.equal(isStale(folder), false);
        const now = Date.now() / 1000 + 10;
        utimesSync(join(folder, 'locales/de/a.json'), now, now);
        assert.equal(isStale(folder), true, 'saved');
        utimesSync(join(folder, 'locales/de/a.json'), 1, 1);
        assert.equal(isStale(folder), false);
        utimesSync(join(folder, 'lib/core'), now, now);
        assert.equal(isStale(folder), true, 'a folder has one more or less');
        rmSync(join(folder, 'dist/build.tsbuildinfo'));
        assert.equal(isStale(folder), true, 'never built');
    });
});
