import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readFileSync, readdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

const FLOWS = 'flows.json';
const NOTE = '.shipped.json';
/** The order of the tabs: what a newcomer should see first comes first, what is not named here last. */
const ORDER = [
    'staggered-shutdown.json',
    'ups-pages.json',
    'ups-dashboard.json',
    'ups-events.json',
    'sensor-matrix.json',
];

/**
 * Gives a user directory its working copy of the shipped flows (all of these folders), once. A copy that nobody has edited follows the shipped
 * ones; an edited one is never touched. Returns sentences for the user.
 */
export function provideFlows(shippedFolders, userDir) {
    mkdirSync(userDir, { recursive: true });
    const shipped = readShipped(shippedFolders);
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

/**
 * One list of nodes out of several flow files. Each file stands alone and has ids of its own; what two of them mean alike (the site, a UPS) is
 * one node here, and a UPS that is there already needs no second simulator.
 */
export function mergeFlows(flows) {
    const nodes = new Map();
    for (const { file, nodes: more } of flows) {
        const known = [...nodes.values()].map(({ node }) => node);
        for (const node of share(more, known)) {
            const known = nodes.get(node.id);
            if (known && JSON.stringify(known.node) !== JSON.stringify(node)) {
                throw new Error(`${known.file} and ${file} both have a node ${node.id}, and not the same one.`);
            }
            if (!known) nodes.set(node.id, { file, node });
        }
    }
    return [...nodes.values()].map(({ node }) => node);
}

/** The nodes of a file beside those that are known: without what these have as well, and naming these instead. */
function share(nodes, known) {
    const names = new Map();
    let rest = nodes;
    for (;;) {
        const same = rest.find((node) => isConfig(node) && known.some((other) => areAlike(node, other)));
        if (!same) break;
        names.set(same.id, known.find((other) => areAlike(same, other)).id);
        rest = rest.filter((node) => node !== same).map((node) => renamed(node, same.id, names.get(same.id)));
    }
    return withoutStandIns(rest, [...names.values()]);
}

/** A node that stands on no tab. */
function isConfig({ type, z }) {
    return z === undefined && type !== 'tab' && type !== 'subflow';
}

function areAlike(node, other) {
    return node.id !== other.id && JSON.stringify({ ...node, id: '' }) === JSON.stringify({ ...other, id: '' });
}

function renamed(node, from, to) {
    return JSON.parse(JSON.stringify(node, (_key, value) => (value === from ? to : value)));
}

/**
 * Without the simulators of UPSs that are shared, and what stands in a group with them: their buttons, and the program that an ups-duracomm of this
 * machine asks.
 */
function withoutStandIns(nodes, shared) {
    const isStandIn = ({ type, host }) => type === 'ups-simulator' || (type === 'ups-duracomm' && host === '127.0.0.1');
    const standIns = nodes.filter((node) => isStandIn(node) && shared.includes(node.ups));
    const groups = standIns.map(({ g }) => g).filter(Boolean);
    return nodes.filter((node) => !standIns.includes(node) && !groups.includes(node.g) && !groups.includes(node.id));
}

function readShipped(folders) {
    return folders
        .flatMap((folder) => readdirSync(folder).map((file) => ({ folder, file })))
        .filter(({ file }) => file.endsWith('.json'))
        .sort((a, b) => placeOf(a.file) - placeOf(b.file) || a.file.localeCompare(b.file))
        .map(({ folder, file }) => {
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
