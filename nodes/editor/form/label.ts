import { nameOf } from '../nodes-of-flow';
import type { EditorNode } from '../red';
import { shorten, text } from '../texts';
import { declarationOf, dialogOf } from './declarations';

/** What the canvas calls a node: its name, else what its declaration or its dialog names it by, else what the palette does; with its remark. */
export function label(node: EditorNode): string {
    const special = dialogOf(node.type);
    const called = node.name || special?.label?.(node) || firstFilled(node) || text(node.type, 'palette');
    const remark = special?.remark?.(node);
    return remark ? `${called} (${remark})` : called;
}

export function outputLabel(node: EditorNode, index: number): string | undefined {
    return dialogOf(node.type)?.outputLabel?.(node, index);
}

/** A reference counts by the name of what is referred to; a job is named by what it does, and by that. */
function firstFilled({ type, ...node }: EditorNode): string {
    const declaration = declarationOf(type);
    const names = (declaration?.label ?? []).map((property) => {
        const refers = declaration?.fields[property]?.widget.refersTo !== undefined;
        return refers ? nameOf(node[property]) : shorten(node[property]);
    });
    const found = names.find((name) => name !== '') ?? '';
    return found && declaration?.family === 'jobs' ? `${text(type, 'palette')}: ${found}` : found;
}
