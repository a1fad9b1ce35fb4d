import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FLOWS = 'flows.json';
const NOTE = '.shipped.json';
/** The order of the tabs: what a newcomer should see first comes first, what is not named here last. */
const ORDER = ['staggered-shutdown.json', 'ups-dashboard.json', 'ups-events.json', 'sensor-matrix.json'];

/**
 * Gives a user directory its working copy of the shipped flows, once. A copy that nobody has edited follows the shipped
 * ones; an edited one is never touched. Returns sentences for the user.
 */
export function provideFlows(shippedFolder, userDir) {
    mkdirSync(userDir, { recursive: true });
    const shipped = readShipped(shippedFolder);
    const target = join(userDir, FLOWS);
    const noteFile = join(userDir, NOTE);
    if (!existsSync(target)) {
        write(shipped, target, noteFile);
        return shipped.length ? [`Copied the shipped flows to ${target}.`] : [];
    }
    if (!existsSync(noteFile)) return [];
    const note = JSON.parse(readFileSync(noteFile, 'utf8'));
    const changed = shipped.filter(({ file, hash }) => note.files[file] !== hash).map(({ file }) => file);
    if (!changed.length) return [];
    if (hashOf(readFileSync(target)) === note.copy) {
        write(shipped, target, noteFile);
        return [`Brought ${target} up to date, as it was never edited: ${changed.join(', ')} changed.`];
    }
    return [
        `The shipped flows have changed since your copy was made: ${changed.join(', ')}. Yours in ${target} is untouched; ` +
            'the new ones are in the editor under Import > Examples.',
    ];
}

/** One list of nodes out of several flow files. Configuration nodes may stand in more than one, if they are the same. */
export function mergeFlows(flows) {
    const nodes = new Map();
    for (const { file, nodes: more } of flows) {
        for (const node of more) {
            const known = nodes.get(node.id);
            if (known && JSON.stringify(known.node) !== JSON.stringify(node)) {
                throw new Error(`${known.file} and ${file} both have a node ${node.id}, and not the same one.`);
            }
            if (!known) nodes.set(node.id, { file, node });
        }
    }
    return [...nodes.values()].map(({ node }) => node);
}

function readShipped(folder) {
    return readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .sort((a, b) => placeOf(a) - placeOf(b) || a.localeCompare(b))
        .map((file) => {
            const content = readFileSync(join(folder, file));
            return { file, hash: hashOf(content), nodes: JSON.parse(content) };
        });
}

function placeOf(file) {
    const place = ORDER.indexOf(file);
    return place < 0 ? ORDER.length : place;
}

function write(shipped, target, noteFile) {
    const copy = JSON.stringify(mergeFlows(shipped), null, 4);
    writeFileSync(target, copy);
    const files = Object.fromEntries(shipped.map(({ file, hash }) => [file, hash]));
    writeFileSync(noteFile, JSON.stringify({ copy: hashOf(copy), files }, null, 4));
}

function hashOf(content) {
    return createHash('sha256').update(content).digest('hex');
}
