import assert from 'node:assert/strict';
import { isDeclared, nodes } from './contract';
import { choicesOf, Dialogs, shippedNodes, type FlowNode } from './dialogs';

/** What a new node begins with where nobody but the user can know it, and what a flow of an older version says by leaving it out. */
const NO_DEFAULTS = new Set([
    'ups-aux-module.ports',
    'ups-contacts.contacts',
    'ups-threshold.warning',
    'ups-threshold.alarm',
    'ups-event.all',
    'ups-site.dryRun',
]);

describe('a setting that a node lacks', () => {
    const dialogs = new Dialogs();

    /** Nodes as they are shipped, and as they are after each other choice. */
    function variantsOf(type: string): FlowNode[] {
        const shipped = shippedNodes.filter((node) => node.type === type);
        const first = shipped[0];
        assert.ok(first, `no ${type} is shipped`);
        const chosen = [...choicesOf(type)].flatMap(([property, values]) =>
            values.map((value) => ({ ...first, [property]: value })),
        );
        return [...shipped, ...chosen];
    }

    for (const [type] of nodes) {
        it(`of ${type}, or leaves empty, is its default`, () => {
            for (const node of variantsOf(type)) {
                for (const [property, { value }] of Object.entries(dialogs.of(type).defaults)) {
                    if (NO_DEFAULTS.has(`${type}.${property}`)) continue;
                    const { [property]: _, ...without } = node;
                    const wanted = dialogs.problems({ ...node, [property]: value });
                    assert.deepEqual(dialogs.problems(without as FlowNode), wanted, `${property} is missing`);
                    // An empty tick is an environment variable that is not there, and no default.
                    if (isDeclared(type) && typeof value === 'boolean') continue;
                    assert.deepEqual(dialogs.problems({ ...node, [property]: '' }), wanted, `${property} is empty`);
                }
            }
        });
    }

    it('makes no shipped node invalid', () => {
        for (const node of shippedNodes.filter(({ type }) => nodes.some(([known]) => known === type))) {
            const problems = dialogs.problems(node);
            assert.deepEqual(problems, {}, `${node.type} ${String(node.name)}`);
        }
    });

    it('is no fault of a config node made by "+", of which Node-RED keeps no 0 and no false', () => {
        const filled: Record<string, Record<string, unknown>> = {
            'ups-site': { name: 'S' },
            'ups-unit': { name: 'U', site: shippedNodes.find(({ type }) => type === 'ups-site')?.id },
            'ups-mail-account': { host: 'mail.example', from: 'ups@example.org' },
            'ups-aux-module': { name: 'A', host: '192.0.2.1' },
            'ups-modem': { path: '/dev/ttyUSB0' },
        };
        const types = nodes.map(([type]) => type).filter((type) => dialogs.of(type).category === 'config');
        assert.deepEqual(types.sort(), Object.keys(filled).sort());
        for (const type of types) {
            const kept = Object.entries(dialogs.of(type).defaults).filter(([, { value }]) => Boolean(value));
            const made = Object.fromEntries(kept.map(([property, { value }]) => [property, value]));
            assert.deepEqual(dialogs.problems({ id: 'new', type, ...made, ...filled[type] }), {}, type);
        }
    });
});
