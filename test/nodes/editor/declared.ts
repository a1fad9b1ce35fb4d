import { globSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import type { Declaration } from '../../../lib/core/settings';
import type { SpecialDialog } from '../../../nodes/editor/form/dialog';
import { root } from './contract';

const load = createRequire(__filename);
const all = <T>(pattern: string) =>
    globSync(pattern, { cwd: root })
        .sort()
        .map((file) => load(join(root, file)) as T);

/** What every node declares of itself. */
export const declarations = all<{ settings: Declaration }>('nodes/*/*.settings.ts').map(({ settings }) => settings);

/** What is special about some of their dialogs. */
export const dialogs = all<{ default: SpecialDialog }>('nodes/*/*.editor.ts').map((module) => module.default);

export const declarationOf = (type: string) => declarations.find((declaration) => declaration.type === type);
