import { build, type Plugin } from 'esbuild';
import { readFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { GIVEN, NODE_TYPES, ROOT, STORE_MODULE } from './given';
import { withStateAnew } from './module-state';

/** A source file as it is to be built, where it is not to be built as it stands on the disk. */
export interface Replaced {
    /** Relative to the root of the repository. */
    file: string;
    text: string;
}

/**
 * The code under test as the text of one function `(exports, require, module, __dirname, __filename, …GIVEN) => void`, that knows no clock, no
 * chance and no machine but those it is given. Processes follow each other in it: `atEachProcess` takes what begins the state of a module anew.
 */
export async function bundleEngine(replaced?: Replaced): Promise<string> {
    const result = await bundle(replaced);
    const text = result.outputFiles[0]!.text;
    return `(function (exports, require, module, __dirname, __filename, ${GIVEN.join(', ')}) {\n${text}\n})`;
}

/** Of which files of the repository it is made. */
export async function bundledFiles(): Promise<ReadonlySet<string>> {
    const { metafile } = await bundle();
    return new Set(Object.keys(metafile.inputs));
}

function bundle(replaced?: Replaced) {
    const entry = Object.entries(NODE_TYPES)
        .map(([type, family]) => `exports[${JSON.stringify(type)}] = require('./nodes/${family}/${type}');`)
        .join('\n');
    return build({
        absWorkingDir: ROOT,
        stdin: { contents: entry, resolveDir: ROOT, loader: 'ts' },
        bundle: true,
        write: false,
        metafile: true,
        platform: 'node',
        format: 'cjs',
        target: 'node22',
        legalComments: 'none',
        logLevel: 'silent',
        external: ['serialport', 'ssh2', 'modbus-serial', 'nodemailer', STORE_MODULE],
        plugins: [storePlugin, declaredPlugin, sourcesPlugin(replaced)],
    });
}

const storePlugin: Plugin = {
    name: 'store',
    setup({ onLoad }) {
        onLoad({ filter: /[\\/]lib[\\/]store[\\/](store|index)\.ts$/ }, () => ({
            contents: `module.exports = require(${JSON.stringify(STORE_MODULE)});`,
            loader: 'js',
        }));
    },
};

/** The declarations of the nodes that are in the bundle: beside it there is no package.json. */
const declaredPlugin: Plugin = {
    name: 'declared',
    setup({ onLoad }) {
        onLoad({ filter: /[\\/]nodes[\\/]declared-nodes\.ts$/ }, () => {
            const declared = Object.entries(NODE_TYPES).map(
                ([type, family]) => `require('./${family}/${type}.settings').settings`,
            );
            return {
                contents: `export const declaredNodes = () => [${declared.join(', ')}];`,
                loader: 'ts',
                resolveDir: resolve(ROOT, 'nodes'),
            };
        });
    },
};

/** Our own sources, each with its state anew for each process. */
function sourcesPlugin(replaced: Replaced | undefined): Plugin {
    return {
        name: 'sources',
        setup({ onLoad }) {
            onLoad({ filter: /\.ts$/ }, ({ path }) => {
                const isReplaced = replaced && path === resolve(ROOT, replaced.file);
                return { contents: isReplaced ? withStateAnew(replaced.text) : prepared(path), loader: 'ts' };
            });
        },
    };
}

const kept = new Map<string, string>();

function prepared(path: string): string {
    const text = kept.get(path) ?? withStateAnew(readFileSync(path, 'utf8'));
    kept.set(path, text);
    return text;
}

export function sourceOf(file: string): string {
    return readFileSync(resolve(ROOT, file), 'utf8');
}
