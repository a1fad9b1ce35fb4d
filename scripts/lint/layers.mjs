import { isBuiltin } from 'node:module';
import { dirname, posix, relative, resolve, sep } from 'node:path';
import { root } from '../lib/run.mjs';

/**
 * Which layer may import which. A layer is the first entry whose folder holds the file (or
 * whose `files` match its path); `imports` lists the layers that it
 * may use, `types` those of which it may use types alone, `packages` the npm packages (true: any) and `builtins` whether Node's own modules.
 * lib/core is pure: no clock, no file, no socket but through an interface that somebody outside implements.
 */
export const LAYERS = [
    { folder: 'lib/core', imports: [], packages: [], builtins: false },
    { folder: 'lib/flow', imports: ['lib/core'], packages: [], builtins: false },
    { folder: 'lib/views', imports: ['lib/core', 'lib/flow'], packages: [], builtins: false },
    // Maps of devices are checked and tried in the browser, too: what they take of other protocols has to be pure, or the editor's bundle fails.
    {
        folder: 'lib/protocols/device-map',
        imports: ['lib/core', 'lib/protocols', 'lib/protocols/mib/suggest'],
        packages: [],
        builtins: false,
    },
    // What a MIB file proposes is made in the browser, too.
    {
        folder: 'lib/protocols/mib/suggest',
        files: /^lib\/protocols\/(mib\/suggest|shared\/(plain-units|value-text))(\.ts)?$/,
        imports: ['lib/core', 'lib/protocols/device-map'],
        types: ['lib/protocols'],
        packages: [],
        builtins: false,
    },
    {
        folder: 'lib/protocols',
        imports: ['lib/core', 'lib/protocols/device-map', 'lib/protocols/mib/suggest'],
        packages: true,
        builtins: true,
    },
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
            'lib/protocols/device-map',
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
        imports: ['lib/core', 'lib/flow', 'lib/protocols/device-map', 'lib/protocols/mib/suggest', 'nodes/*.settings'],
        types: ['lib/protocols'],
        packages: ['ridethrough:declarations'],
        builtins: false,
    },
    // What a node declares of itself: read by the build, at runtime and in the browser.
    {
        folder: 'nodes/*.settings',
        files: /^nodes\/(.*\.settings(\.ts)?$|shared\/fields\/)/,
        imports: ['lib/core', 'lib/protocols/device-map'],
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
            'lib/protocols/device-map',
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
    // The package of the pages. At runtime it knows the main package by its door only; the browser's script takes along what is pure.
    {
        folder: 'packages/dashboard/lib',
        imports: [],
        types: ['lib', 'lib/views'],
        packages: [],
        builtins: false,
    },
    {
        folder: 'packages/dashboard/nodes',
        imports: ['packages/dashboard/lib'],
        types: ['lib', 'lib/views'],
        packages: ['node-red'],
        builtins: true,
    },
    {
        folder: 'packages/dashboard/ui',
        imports: ['packages/dashboard/lib', 'lib/core'],
        types: ['lib', 'lib/views', 'lib/flow', 'lib/store', 'lib/reports'],
        packages: [
            'vue',
            'uplot',
            'uplot/dist/uPlot.min.css',
            'ridethrough:catalogue/en',
            'ridethrough:catalogue/de',
            'ridethrough:catalogue/battery_en',
            'ridethrough:catalogue/battery_de',
            'ridethrough:catalogue/names_en',
            'ridethrough:catalogue/names_de',
        ],
        builtins: false,
    },
    {
        folder: 'simulators',
        imports: [
            'lib/core',
            'lib/flow',
            'lib/protocols',
            'lib/protocols/device-map',
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

/** Rule for Oxlint: imports follow the arrows of docs/architecture.md. */
export const layers = {
    meta: {
        type: 'problem',
        schema: [],
        messages: {
            layer: '{{from}} must not import {{to}}: see "The house" in docs/architecture.md',
            nodeRed: '{{from}} must not import Node-RED: lib has to work without it',
            package: '{{from}} must not import the package "{{to}}"',
            builtin: '{{from}} must not import "{{to}}": take an interface and let the caller implement it',
        },
    },
    create(context) {
        const folder = dirname(context.filename);
        const file = toPath(root, context.filename);
        const layer = layerOf(file);
        if (!layer) return {};

        function check(node, specifier) {
            if (typeof specifier !== 'string') return;
            const problem = specifier.startsWith('.')
                ? importProblem(layer, toPath(root, resolve(folder, specifier)), isOfTypes(node))
                : packageProblem(layer, specifier);
            if (problem)
                context.report({
                    node: node.source ?? node,
                    messageId: problem,
                    data: { from: layer.folder, to: specifier },
                });
        }
        const checkSource = (node) => check(node, node.source?.value);
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

function importProblem(layer, target, isOfTypes) {
    const to = layerOf(target)?.folder ?? 'outside';
    if (to === layer.folder || layer.imports.includes(to)) return undefined;
    return isOfTypes && layer.types?.includes(to) ? undefined : 'layer';
}

/** Whether nothing of it is left when it runs. */
function isOfTypes({ importKind, exportKind, type }) {
    return importKind === 'type' || exportKind === 'type' || type === 'TSImportType';
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
