import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { version as ours } from '../../package.json';
import { FlowLoader, settingsChanged, type SettingsOfFlow } from '../support/frozen/flow-facts';
import { frozenFlows, frozenFolder, frozenVersions } from '../support/frozen/frozen-flows';

describe('frozen flows', () => {
    it('are kept of the version of the package: npm run freeze', () => {
        assert.ok(frozenVersions.includes(ours), `none of ${ours}`);
    });
});

for (const version of frozenVersions) {
    describe(`flows of version ${version}`, () => {
        const flows = frozenFlows(version);
        const frozen = JSON.parse(readFileSync(join(frozenFolder(version), 'settings.json'), 'utf8')) as SettingsOfFlow;
        let loader: FlowLoader;
        before(function () {
            this.timeout(60_000);
            loader = new FlowLoader([...flows.values()].flat());
        });
        after(() => loader?.destroy());

        it('are there: the examples of all nodes, the shipped ones, and the demo', () => {
            assert.ok(flows.size > 40, `${flows.size} flows`);
            assert.ok(flows.has('demo') && flows.has('staggered-shutdown') && flows.has('example-ups-wol'));
        });

        for (const [name, nodes] of flows) {
            it(`${name} has no red node in the editor`, () => {
                assert.deepEqual(loader.redNodes(nodes), []);
            });

            it(`${name} runs with the settings that it had`, () => {
                const { errors, settings } = loader.run(nodes);
                assert.deepEqual(errors, []);
                const ids = new Set(nodes.map(({ id }) => id));
                const was = Object.fromEntries(Object.entries(frozen).filter(([id]) => ids.has(id)));
                assert.ok(Object.keys(was).length > 0, 'nothing is known of its nodes');
                assert.deepEqual(settingsChanged(was, settings, nodes), []);
            });
        }
    });
}
