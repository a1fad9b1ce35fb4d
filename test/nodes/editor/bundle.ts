import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { Script } from 'node:vm';
import { root } from './contract';

const BUNDLER = pathToFileURL(join(root, 'scripts', 'lib', 'editor-bundle.mjs')).href;

let html: string | undefined;
let script: Script | undefined;

/** What Node-RED serves of the editor plugin, bundled as the build does, from the sources as they are now. */
export function editorHtml(): string {
    // Bundling takes its time in the background only: another process makes it a plain call.
    const program = `process.stdout.write(await (await import(${JSON.stringify(BUNDLER)})).editorHtml())`;
    html ??= execFileSync(process.execPath, ['--input-type=module', '-e', program], { encoding: 'utf8' });
    return html;
}

/** Its script, ready to run in a context that has what it finds in a page: `window`, `RED`, `$`. */
export function editorScript(): Script {
    script ??= new Script(/<script type="text\/javascript">([\s\S]*)<\/script>/.exec(editorHtml())?.[1] ?? '');
    return script;
}
