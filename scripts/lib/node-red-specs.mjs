import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';
import { root } from './run.mjs';

/** What a spec imports that runs on the Node-RED under test. */
const NODE_RED = join(root, 'test', 'support', 'node-red.ts');

/** The specs of nodes, by whether they run on a Node-RED. What needs none is the same whichever is installed, and runs once. */
export function nodeSpecs(pattern = 'test/nodes/**/*.spec.ts') {
    const reach = new Map();
    const specs = { onNodeRed: [], without: [] };
    for (const spec of globSync(pattern, { cwd: root }).sort()) {
        specs[reaches(join(root, spec), reach) ? 'onNodeRed' : 'without'].push(spec);
    }
    return specs;
}

/** Whether a file of tests imports the Node-RED under test, itself or by another file of tests. */
function reaches(file, known) {
    if (file === NODE_RED) return true;
    if (known.has(file)) return known.get(file);
    known.set(file, false);
    const isOurs = relative(join(root, 'test'), file).startsWith('..') === false;
    const found = isOurs && importsOf(file).some((imported) => reaches(imported, known));
    known.set(file, found);
    return found;
}

function importsOf(file) {
    const source = readFileSync(file, 'utf8');
    return [...source.matchAll(/(?:from|import|require)\s*\(?\s*'(\.[^']+)'/g)].flatMap(([, path]) => {
        const whole = join(dirname(file), path);
        return [`${whole}.ts`, join(whole, 'index.ts')].filter((each) => existsSync(each));
    });
}
