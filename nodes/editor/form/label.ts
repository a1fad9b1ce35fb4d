import { isShown, readLeniently, type Declaration } from '../../../lib/core/settings';
import { nameOf } from '../nodes-of-flow';
import type { EditorNode } from '../red';
import { shorten, text } from '../texts';
import { declarationOf, dialogOf } from './declarations';

/** The label of a node: its name, or else the one from its declaration or its dialog, or else that of the palette; with its remark. */
export function label(node: EditorNode): string {
    const special = dialogOf(node.type);
    const called = node.name || special?.label?.(node) || firstFilled(node) || text(node.type, 'palette');
    const remark = special?.remark?.(node);
    return remark ? `${called} (${remark})` : called;
}

export function outputLabel(node: EditorNode, index: number): string | undefined {
    return dialogOf(node.type)?.outputLabel?.(node, index);
}

/** The first property that is filled in. A reference is shown by the name of its node; for a job, the action comes first. */
function firstFilled({ type, ...node }: EditorNode): string {
    const declaration = declarationOf(type);
    const named = (declaration?.label ?? []).filter((property) => counts(declaration, node, property));
    const names = named.map((property) => {
        const refers = declaration?.fields[property]?.widget.refersTo !== undefined;
        return refers ? nameOf(node[property]) : shorten(node[property]);
    });
    const found = names.find((name) => name !== '') ?? '';
    return found && declaration?.family === 'jobs' ? `${text(type, 'palette')}: ${found}` : found;
}

/** Whether the property applies: a value left from an earlier choice is not a label. */
function counts(declaration: Declaration | undefined, node: object, property: string): boolean {
    if (declaration?.fields[property]?.options.when === undefined) return true;
    const settings = readLeniently(declaration, node) as Record<string, unknown>;
    return isShown(declaration, property, (sibling) => settings[sibling]);
}
