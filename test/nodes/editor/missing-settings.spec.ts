import assert from 'node:assert/strict';
import { faultsOf } from '../../../lib/core/settings';
import { nodes } from './contract';
import { declarationOf } from './declared';
import { Dialogs, shippedNodes } from './dialogs';

/** What a flow of a former version says by leaving it out: a migration of that node reads it. */
const MIGRATED = new Set(['ups-event.all', 'ups-sensor.latch']);
/** What nobody but the user can know; a new node begins with an example. */
const ASKED = new Set([
    ...['ups-site.dryRun', 'ups-aux-module.ports', 'ups-contacts.contacts'],
    ...['ups-threshold.warning', 'ups-threshold.alarm'],
]);

describe('a setting that a node lacks', () => {
    const dialogs = new Dialogs();
    const kinds = nodes.map(([type]) => type);

    for (const type of kinds) {
        it(`of ${type}, or leaves empty, is its default`, () => {
            const declaration = declarationOf(type);
            assert.ok(declaration, `${type} does not declare itself`);
            const shipped = shippedNodes.filter((node) => node.type === type);
            assert.ok(shipped.length > 0, `no ${type} is shipped`);
            for (const node of shipped.slice(0, 5)) {
                for (const [property, { kind, initial, options }] of Object.entries(declaration.fields)) {
                    const name = `${type}.${property}`;
                    if (options.credential || MIGRATED.has(name) || ASKED.has(name)) continue;
                    const { [property]: _, ...without } = node;
                    const faults = (config: object): string[] =>
                        faultsOf(declaration, config).map((fault) => `${fault.property} ${fault.rule}`);
                    // What has to be filled in is asked for; everything else is its default.
                    const wanted = faults({ ...without, [property]: initial });
                    assert.deepEqual(faults(without), wanted, `${property} is missing`);
                    assert.deepEqual(faults({ ...without, [property]: null }), wanted, `${property} is null`);
                    // An empty tick is an environment variable that is not there, and no default.
                    if (kind === 'tick') continue;
                    assert.deepEqual(faults({ ...without, [property]: '' }), wanted, `${property} is empty`);
                }
            }
        });
    }

    it('makes no shipped node invalid', () => {
        for (const node of shippedNodes.filter(({ type }) => kinds.includes(type))) {
            assert.deepEqual(dialogs.problems(node), {}, `${node.type} ${String(node.name)}`);
        }
    });

    it('is no fault of a config node made by "+", of which Node-RED keeps no 0 and no false', () => {
        const filled: Record<string, Record<string, unknown>> = {
            'ups-site': { name: 'S' },
            'ups-unit': { name: 'U', site: shippedNodes.find(({ type }) => type === 'ups-site')?.id },
            'ups-battery': { name: 'B', site: shippedNodes.find(({ type }) => type === 'ups-site')?.id },
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
