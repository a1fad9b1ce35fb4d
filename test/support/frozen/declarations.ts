import { createRequire } from 'node:module';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Declaration } from '../../../lib/core/settings';

const root = join(__dirname, '..', '..', '..');
const { 'node-red': entries } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as {
    'node-red': { nodes: Record<string, string> };
};
const load = createRequire(__filename);

/** What the node `type` declares of itself, if it does. */
export function declarationOf(type: string): Declaration | undefined {
    const built = entries.nodes[type];
    if (!built) return undefined;
    const file = join(root, built.replace(/^dist\//, '').replace(/\.js$/, '.settings.ts'));
    return existsSync(file) ? (load(file) as { settings: Declaration }).settings : undefined;
}

/** What every node of this package declares. */
export const allDeclarations: readonly Declaration[] = Object.keys(entries.nodes).flatMap(
    (type) => declarationOf(type) ?? [],
);
