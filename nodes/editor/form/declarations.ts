import type { Declaration } from '../../../lib/core/settings';
import type { SpecialDialog } from './dialog';

const declarations = new Map<string, Declaration>();
const dialogs = new Map<string, SpecialDialog>();

/** Registers all declared nodes; the bundle contains them. */
export function provide(all: readonly Declaration[], special: readonly SpecialDialog[]): void {
    for (const declaration of all) declarations.set(declaration.type, declaration);
    for (const dialog of special) dialogs.set(dialog.type, dialog);
}

export function declarationOf(type: string): Declaration | undefined {
    return declarations.get(type);
}

export function allDeclarations(): readonly Declaration[] {
    return [...declarations.values()];
}

/** The special parts of the dialog of `type`, if there are any. */
export function dialogOf(type: string): SpecialDialog | undefined {
    return dialogs.get(type);
}
