import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { root } from './run.mjs';

const FOLDER = join(root, 'nodes', 'editor');
const HTML = join(root, 'dist', 'nodes', 'editor', 'ridethrough-editor.html');

const COMMON = { bundle: true, charset: 'utf8', legalComments: 'none', logLevel: 'silent' };

/** What esbuild makes the script of the plugin from. */
export const SCRIPT = {
    ...COMMON,
    entryPoints: [join(FOLDER, 'main.ts')],
    tsconfig: join(FOLDER, 'tsconfig.json'),
    platform: 'browser',
    format: 'iife',
    target: 'es2022',
};

/** And its styles. */
export const STYLE = { ...COMMON, entryPoints: [join(FOLDER, 'styles', 'index.css')] };

/**
 * Bundles the sources of the editor plugin into the html that Node-RED serves beside its script in dist; writes only what has changed.
 * Returns what is wrong, as sentences.
 */
export async function bundleEditor() {
    try {
        // Loaded late: this file is read before the packages are installed.
        const { build } = await import('esbuild');
        const [style, script] = await Promise.all(
            [STYLE, SCRIPT].map(async (options) => {
                const { outputFiles } = await build({ ...options, absWorkingDir: root, write: false });
                return outputFiles[0].text.replaceAll('</script', '<\\/script');
            }),
        );
        const html = `<style>\n${style}</style>\n<script type="text/javascript">\n${script}</script>\n`;
        if (existsSync(HTML) && readFileSync(HTML, 'utf8') === html) return [];
        mkdirSync(dirname(HTML), { recursive: true });
        writeFileSync(HTML, html);
        return [];
    } catch (error) {
        return [error.message];
    }
}
