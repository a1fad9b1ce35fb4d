import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { VERSION_PROPERTY } from '../../lib/core/settings';
import { nodes, read, root } from './editor/contract';
import { declarationOf } from './editor/declared';

describe('examples', () => {
    interface FlowNode {
        id: string;
        type: string;
        z?: string;
        wires?: string[][];
        info?: string;
        [property: string]: unknown;
    }
    const CORE = [
        ...['tab', 'group', 'comment', 'inject', 'debug', 'switch', 'change', 'function', 'delay', 'catch', 'junction'],
        ...['link in', 'link out', 'mqtt-broker'],
    ];
    const OF_NODE_RED = ['id', 'type', 'z', 'g', 'd', 'l', 'name', 'x', 'y', 'wires', 'info', 'icon'];
    const files = readdirSync(join(root, 'examples')).filter((file) => file.startsWith('ups-'));
    const shipped = readdirSync(join(root, 'flows')).map((file) => `../flows/${file}`);

    it('are there for every node', () => {
        assert.deepEqual(files.map((file) => basename(file, '.json')).sort(), nodes.map(([type]) => type).sort());
    });

    for (const file of [...files, ...shipped]) {
        it(`${file} can be imported and shows its node`, () => {
            const flow = JSON.parse(read('examples', file)) as FlowNode[];
            const ids = new Map(flow.map((node) => [node.id, node]));
            assert.equal(ids.size, flow.length, 'ids are unique');
            if (files.includes(file)) assert.ok(flow.some(({ type }) => type === basename(file, '.json')));
            const comment = flow.find(({ type }) => type === 'comment');
            assert.ok(comment?.info && comment.info.length > 60, 'a comment explains it');
            for (const node of flow) {
                assert.match(node.id, /^[0-9a-f]{16}$/);
                const declaration = declarationOf(node.type);
                const isKnown = declaration || CORE.includes(node.type) || node.type.startsWith('ui-');
                assert.ok(isKnown, `unknown type ${node.type}`);
                for (const target of (node.wires ?? []).flat()) assert.ok(ids.has(target), `wire to ${target}`);
                if (!declaration) continue;
                // What is missing is its default, and what is of a former version is migrated: `validateFlow` reads them all.
                const version = node[VERSION_PROPERTY] as number;
                assert.ok(Number.isInteger(version) && version >= 1, `${node.type} has no version`);
                assert.ok(version <= declaration.version, `${node.type} is of a version still to come`);
                if (version < declaration.version) continue;
                const known = [...OF_NODE_RED, VERSION_PROPERTY, ...Object.keys(declaration.fields)];
                const unknown = Object.keys(node).filter((property) => !known.includes(property));
                assert.deepEqual(unknown, [], `${node.type} has properties that it does not know`);
            }
        });

        it(`${file} has in each group what lies in it, and nothing else`, () => {
            interface Box {
                x: number;
                y: number;
                w: number;
                h: number;
                nodes: string[];
            }
            const flow = JSON.parse(read('examples', file)) as FlowNode[];
            for (const group of flow.filter(({ type }) => type === 'group')) {
                const box = group as unknown as Box;
                const between = (at: unknown, from: number, size: number) =>
                    typeof at === 'number' && at >= from && at <= from + size;
                const within = ({ z, type, x, y }: FlowNode) =>
                    z === group.z && type !== 'group' && between(x, box.x, box.w) && between(y, box.y, box.h);
                const inside = flow.filter(within).map(({ id }) => id);
                assert.deepEqual(box.nodes.toSorted(), inside.sort(), group.name as string);
                for (const id of inside) assert.equal(flow.find((node) => node.id === id)?.g, group.id, id);
            }
        });

        it(`${file} speaks to nobody but this machine`, () => {
            // Object identifiers of SNMP have more parts.
            const addresses = read('examples', file).match(/(?<![\d.])\d{1,3}(\.\d{1,3}){3}(?![\d.])/g) ?? [];
            for (const address of addresses) assert.match(address, /^(127\.|0\.0\.0\.0$)/, address);
        });
    }
});
