import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { label } from '../../nodes/editor/form';
import { provide } from '../../nodes/editor/form/declarations';
import type { SpecialDialog } from '../../nodes/editor/form/dialog';
import type { EditorNode } from '../../nodes/editor/red';
import { catalogue, leaves } from '../nodes/editor/contract';
import { translator } from '../nodes/editor/browser';
import { declarationOf } from './frozen/declarations';

const load = createRequire(__filename);
const root = join(__dirname, '..', '..');

/**
 * What the canvas calls a node of a declared type, in `language`: what its settings leave out is as in a new node. Within `inBrowser`.
 */
export function canvasLabel(type: string, config: object, language = 'en-US'): string {
    const declaration = declarationOf(type);
    if (!declaration) throw new Error(`${type} declares nothing`);
    const { family, fields } = declaration;
    const file = join(root, 'nodes', family, `${type}.editor.ts`);
    provide([declaration], existsSync(file) ? [(load(file) as { default: SpecialDialog }).default] : []);
    const initial = Object.fromEntries(Object.entries(fields).map(([property, field]) => [property, field.initial]));
    const words = translator(leaves(catalogue(language, type)));
    const before = RED._;
    RED._ = words as typeof RED._;
    try {
        return label({ ...initial, name: '', ...config, type, id: 'n1', z: 'f', _: words } as unknown as EditorNode);
    } finally {
        RED._ = before;
    }
}
