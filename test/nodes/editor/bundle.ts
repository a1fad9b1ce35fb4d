import { buildSync } from 'esbuild';
import { join } from 'node:path';
import { Script } from 'node:vm';
import { root } from './contract';

const { SCRIPT } = require('../../../scripts/lib/editor-bundle.mjs') as { SCRIPT: object };

let source: string | undefined;
let compiled: Script | undefined;

/** The script of the editor plugin, bundled as the build does, from the sources as they are now. */
export function editorBundle(): string {
    source ??= buildSync({ ...SCRIPT, absWorkingDir: root, write: false }).outputFiles?.[0]?.text ?? '';
    return source;
}

/** The same, ready to run in a context that has what it finds in a page: `window`, `RED`, `$`. */
export function editorScript(): Script {
    compiled ??= new Script(editorBundle(), { filename: join(root, 'ridethrough-editor.bundle.js') });
    return compiled;
}
