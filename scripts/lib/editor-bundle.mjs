import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './run.mjs';

const FOLDER = join(root, 'nodes', 'editor');
const HTML = join(root, 'dist', 'nodes', 'editor', 'ridethrough-editor.html');

/**
 * What the editor loads of the plugin: its styles and its scripts, bundled. Returns the text of ridethrough-editor.html.
 * Rejects with esbuild's own message when a source is wrong.
 */
export async function editorHtml() {
    // Loaded late: this file is read before the packages are installed.
    const { build } = await import('esbuild');
    const [script, style] = await Promise.all(
        [
            { entryPoints: [join(FOLDER, 'main.ts')], platform: 'browser', format: 'iife', target: 'es2022' },
            { entryPoints: [join(FOLDER, 'styles', 'index.css')] },
        ].map(async (options) => {
            const result = await build({
                ...options,
                bundle: true,
                write: false,
                charset: 'utf8',
                legalComments: 'none',
                absWorkingDir: root,
                logLevel: 'silent',
                tsconfig: join(FOLDER, 'tsconfig.json'),
            });
            return result.outputFiles[0].text;
        }),
    );
    return `<style>\n${style}</style>\n<script type="text/javascript">\n${script.replaceAll('</script', '<\\/script')}</script>\n`;
}

/** Writes the plugin's html beside its script in dist, if it has changed. Returns what is wrong, as sentences. */
export async function bundleEditor() {
    try {
        const html = await editorHtml();
        if (existsSync(HTML) && readFileSync(HTML, 'utf8') === html) return [];
        mkdirSync(join(HTML, '..'), { recursive: true });
        writeFileSync(HTML, html);
        return [];
    } catch (error) {
        return [error.message];
    }
}
