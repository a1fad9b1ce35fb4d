import { labelOf } from '../../../lib/core/settings';
import { nameOf } from '../nodes-of-flow';
import type { EditorNode } from '../red';
import { text } from '../texts';
import { declarationOf, dialogOf } from './declarations';

/** The label of a node: its name, or else the one from its declaration or its dialog, or else that of the palette; with its remark. */
export function label(node: EditorNode): string {
    const special = dialogOf(node.type);
    const called = node.name || special?.label?.(node) || declared(node) || text(node.type, 'palette');
    const remark = special?.remark?.(node);
    return remark ? `${called} (${remark})` : called;
}

export function outputLabel(node: EditorNode, index: number): string | undefined {
    return dialogOf(node.type)?.outputLabel?.(node, index);
}

function declared({ type, ...given }: EditorNode): string {
    const declaration = declarationOf(type);
    return declaration ? labelOf(declaration, given, { t: (key, data) => text(type, key, data), nameOf }) : '';
}
