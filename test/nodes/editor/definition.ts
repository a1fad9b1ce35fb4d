import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { compileFunction } from 'node:vm';

export interface PropertyDefinition {
    value?: unknown;
    type?: string;
    required?: boolean;
    validate?: (this: unknown, value: unknown, options?: unknown) => boolean | string;
}

/** What a node's html passes to `RED.nodes.registerType`. */
export interface Definition {
    type: string;
    category: string;
    color: string;
    icon: string;
    defaults: Record<string, PropertyDefinition>;
    credentials?: Record<string, PropertyDefinition>;
    inputs?: number;
    outputs?: number;
    label: (this: unknown) => string;
}

const SCRIPT = /<script type="text\/javascript">([\s\S]*?)<\/script>/;

/** Runs the script of a node's html as the editor does; `globals` are what else the browser has, e.g. Ridethrough. */
export function readDefinition(html: string, globals: Record<string, unknown> = {}): Definition {
    const found: Definition[] = [];
    const RED = {
        _: (key: string) => key,
        nodes: {
            registerType: (type: string, definition: Omit<Definition, 'type'>) => found.push({ ...definition, type }),
        },
    };
    // Not in a context of its own: each look-up of a global would be slow there, and checks are run by the thousand.
    compileFunction(SCRIPT.exec(html)?.[1] ?? '', ['RED', ...Object.keys(globals)])(RED, ...Object.values(globals));
    const [definition] = found;
    if (!definition || found.length > 1) throw new Error(`${found.length} types registered, expected one`);
    return definition;
}

export interface Catalogue {
    [key: string]: string | Catalogue;
}

export function readCatalogue(root: string, language: string, type: string): Catalogue {
    return JSON.parse(readFileSync(join(root, 'locales', language, `${type}.json`), 'utf8')) as Catalogue;
}
