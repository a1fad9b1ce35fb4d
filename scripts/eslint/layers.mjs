import { isBuiltin } from 'node:module';
import { dirname, posix, relative, resolve, sep } from 'node:path';

/**
 * Which layer may import which. A layer is the first entry whose folder holds the file (or
 * whose `files` match its path); `imports` lists the layers that it
 * may use, `packages` the npm packages (true: any) and `builtins` whether Node's own modules.
 * lib/core is pure: no clock, no file, no socket but through an interface that somebody outside implements.
 */
export const LAYERS = [
    { folder: 'lib/core', imports: [], packages: [], builtins: false },
    { folder: 'lib/flow', imports: ['lib/core'], packages: [], builtins: false },
    { folder: 'lib/views', imports: ['lib/core', 'lib/flow'], packages: [], builtins: false },
    { folder: 'lib/protocols', imports: ['lib/core'], packages: true, builtins: true },
    { folder: 'lib/store', imports: ['lib/core'], packages: true, builtins: true },
    { folder: 'lib/zones', imports: ['lib/core'], packages: ['temporal-polyfill'], builtins: false },
    { folder: 'lib/reports', imports: ['lib/core', 'lib/flow', 'lib/store'], packages: [], builtins: true },
    { folder: 'lib/simulation', imports: ['lib/core'], packages: [], builtins: true },
    {
        folder: 'lib',
        imports: [
            'lib/core',
            'lib/flow',
            'lib/protocols',
            'lib/store',
            'lib/zones',
            'lib/reports',
            'lib/simulation',
            'lib/views',
        ],
        packages: [],
        builtins: false,
    },
    // What runs in the browser. The plugin's other half, ridethrough-editor.ts, runs in Node-RED.
    {
        folder: 'nodes/editor',
        files: /^nodes\/(editor\/(?!ridethrough-editor(\.ts)?$)|.*\.editor(\.ts)?$)/,
        imports: ['lib/core', 'lib/flow', 'nodes/*.settings'],
        packages: ['ridethrough:declarations'],
        builtins: false,
    },
    // What a node declares of itself: read by the build, at runtime and in the browser.
    {
        folder: 'nodes/*.settings',
        files: /^nodes\/(.*\.settings(\.ts)?$|shared\/fields\/)/,
        imports: ['lib/core'],
        packages: [],
        builtins: false,
    },
    {
        folder: 'nodes',
        imports: [
            'nodes/*.settings',
            'lib/core',
            'lib/flow',
            'lib/protocols',
            'lib/store',
            'lib/zones',
            'lib/reports',
            'lib/simulation',
            'lib/views',
            'lib',
        ],
        packages: true,
        builtins: true,
    },
    {
        folder: 'simulators',
        imports: [
            'lib/core',
            'lib/flow',
            'lib/protocols',
            'lib/store',
            'lib/zones',
            'lib/simulation',
            'lib/views',
            'lib',
        ],
        packages: true,
        builtins: true,
    },
];

const NODE_RED = /^(node-red($|\/|-)|@node-red\/)/;

/** ESLint rule: imports follow the arrows of docs/architecture.md. */
export const layers = {
    meta: {
        type: 'problem',
        schema: [{ type: 'object', properties: { root: { type: 'string' } }, required: ['root'] }],
        messages: {
            layer: '{{from}} must not import {{to}}: see "The house" in docs/architecture.md',
            nodeRed: '{{from}} must not import Node-RED: lib has to work without it',
            package: '{{from}} must not import the package "{{to}}"',
            builtin: '{{from}} must not import "{{to}}": take an interface and let the caller implement it',
        },
    },
    create(context) {
        const { root } = context.options[0];
        const file = toPath(root, context.filename);
        const layer = layerOf(file);
        if (!layer) return {};

        function check(node, specifier) {
            if (typeof specifier !== 'string') return;
            const problem = specifier.startsWith('.')
                ? importProblem(layer, toPath(root, resolve(dirname(context.filename), specifier)))
                : packageProblem(layer, specifier);
            if (problem) context.report({ node, messageId: problem, data: { from: layer.folder, to: specifier } });
        }
        const checkSource = (node) => check(node.source ?? node, node.source?.value);
        return {
            ImportDeclaration: checkSource,
            ExportNamedDeclaration: checkSource,
            ExportAllDeclaration: checkSource,
            ImportExpression: checkSource,
            TSImportType: (node) => check(node, node.source?.value ?? node.argument?.literal?.value),
            TSExternalModuleReference: (node) => check(node, node.expression.value),
            'CallExpression[callee.name="require"]': (node) => check(node, node.arguments[0]?.value),
        };
    },
};

function importProblem(layer, target) {
    const to = layerOf(target)?.folder ?? 'outside';
    return to === layer.folder || layer.imports.includes(to) ? undefined : 'layer';
}

function packageProblem(layer, specifier) {
    if (isBuiltin(specifier)) return layer.builtins ? undefined : 'builtin';
    if (layer.folder.startsWith('lib') && NODE_RED.test(specifier)) return 'nodeRed';
    return layer.packages === true || layer.packages.includes(specifier) ? undefined : 'package';
}

function layerOf(file) {
    return LAYERS.find(({ folder, files }) => (files ? files.test(file) : file.startsWith(`${folder}/`)));
}

function toPath(root, file) {
    return relative(root, file).split(sep).join(posix.sep);
}
