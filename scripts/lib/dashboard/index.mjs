import { existsSync, globSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { root } from '../run.mjs';
import { removeOthers, writeIfChanged } from './files.mjs';
import { widgetFiles } from './widgets.mjs';

/** The package of the pages. */
const FOLDER = join(root, 'packages', 'dashboard');
const SCRIPT = join(FOLDER, 'resources', 'ui-ups.js');
/** What the browser's script is made of. */
const OF_SCRIPT = [
    'packages/dashboard/{ui,lib}/**/*',
    'packages/dashboard/vite.config.mjs',
    'lib/core/**/*.ts',
    'lib/views/**/*.ts',
    'locales/*/{ridethrough-editor,ups-unit}.json',
];

/**
 * Builds the package of the pages: its nodes, their dialogs, help, texts and icons to dist/, and the script of the pages to resources/. Looks at no
 * types. Returns what is wrong, as sentences.
 */
export async function buildDashboard() {
    try {
        const made = new Map([...(await compiledNodes()), ...widgetFiles(FOLDER)]);
        for (const [file, content] of made) writeIfChanged(join(FOLDER, file), content);
        removeOthers(join(FOLDER, 'dist'), FOLDER, made);
        if (isScriptStale()) await buildPages();
        return [];
    } catch (error) {
        return [`dashboard: ${error.message}`];
    }
}

/** The nodes and what they share with the pages, as CommonJS. */
async function compiledNodes() {
    // Loaded late: this file is read before the packages are installed.
    const { build } = await import('esbuild');
    const { outputFiles } = await build({
        entryPoints: globSync('{nodes,lib}/**/*.ts', { cwd: FOLDER }).map((file) => join(FOLDER, file)),
        outbase: FOLDER,
        outdir: join(FOLDER, 'dist'),
        write: false,
        format: 'cjs',
        platform: 'node',
        target: 'node22',
        logLevel: 'silent',
        tsconfigRaw: { compilerOptions: { target: 'ES2023' } },
    });
    return outputFiles.map(({ path, contents }) => [path.slice(FOLDER.length + 1), Buffer.from(contents)]);
}

/** Making it takes seconds. */
function isScriptStale() {
    if (!existsSync(SCRIPT)) return true;
    const made = statSync(SCRIPT).mtimeMs;
    return globSync(OF_SCRIPT, { cwd: root }).some((file) => statSync(join(root, file)).mtimeMs > made);
}

async function buildPages() {
    const { build } = await import('vite');
    await build({ configFile: join(FOLDER, 'vite.config.mjs') });
}
