import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import type { Declaration } from '../lib/core/settings';

interface Manifest {
    'node-red': { nodes: Record<string, string> };
}

let declared: readonly Declaration[] | undefined;

/** The declarations of all nodes of this package; read when they are first needed. */
export function declaredNodes(): readonly Declaration[] {
    declared ??= readDeclarations();
    return declared;
}

function readDeclarations(): Declaration[] {
    const { 'node-red': entries } = JSON.parse(readFileSync(manifestFile(), 'utf8')) as Manifest;
    return Object.values(entries.nodes).map((built) => {
        // The declaration of `dist/nodes/jobs/ups-log.js` is `jobs/ups-log.settings`, relative to this file.
        const [family = '', file = ''] = built.split('/').slice(-2);

        const module = require(join(__dirname, family, file.replace(/\.js$/, '.settings'))) as {
            settings: Declaration;
        };
        return module.settings;
    });
}

/** The package.json of this package: above `dist/nodes`, or above `nodes`. */
function manifestFile(): string {
    let folder = dirname(__dirname);
    while (!existsSync(join(folder, 'package.json'))) {
        if (folder === dirname(folder)) throw new Error(`no package.json above ${__dirname}`);
        folder = dirname(folder);
    }
    return join(folder, 'package.json');
}
