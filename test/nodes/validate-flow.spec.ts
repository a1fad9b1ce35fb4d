import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import Ajv from 'ajv/dist/2020';
import { jsonSchema } from '../../lib/core/settings';
import { declaredNodes, validateFlow } from '../../nodes';
import { frozenFolder, frozenVersions } from '../support/frozen/frozen-flows';
import { manifest, root } from './editor/contract';

const read = (...path: string[]) => JSON.parse(readFileSync(join(...path), 'utf8')) as Record<string, unknown>[];
const folders = [
    ...['examples', 'flows'].map((folder) => join(root, folder)),
    ...frozenVersions.map((version) => join(frozenFolder(version), 'flows')),
];
const flows = folders.flatMap((folder) =>
    readdirSync(folder)
        .filter((file) => file.endsWith('.json'))
        .map((file) => [join(folder, file).slice(root.length + 1), read(folder, file)] as const),
);

describe('validateFlow of the package', () => {
    const ajv = new Ajv({ allErrors: true, strict: false });
    const schemas = declaredNodes().map((each) => [each.type, ajv.compile(jsonSchema(each))] as const);

    it('knows every node', () => {
        assert.deepEqual(
            declaredNodes().map(({ type }) => type),
            Object.keys(manifest['node-red'].nodes),
        );
    });

    for (const [file, flow] of flows) {
        it(`finds nothing wrong with ${file}, nor do the schemas`, () => {
            assert.deepEqual(validateFlow(flow), []);
            for (const [type, validate] of schemas) {
                for (const node of flow.filter((each) => each.type === type)) {
                    assert.ok(validate(node), `${type} ${String(node.id)}: ${JSON.stringify(validate.errors)}`);
                }
            }
        });
    }

    it('says of a node what a dialog says: which setting, and by which rule', () => {
        const flow = [
            { id: 's', type: 'ups-site', name: 'Site', dryRun: true },
            { id: 'u', type: 'ups-unit', name: 'UPS', site: 's' },
            { id: 'd', type: 'ups-nut', ups: 'u', host: 'http://nut', port: 0 },
        ];
        const faults = validateFlow(flow).map(({ node, property, code, rule }) => [node, property, code, rule]);
        assert.deepEqual(faults, [
            ['d', 'host', 'config-invalid', 'hostUrl'],
            ['d', 'port', 'config-invalid', 'wholeBetween'],
            ['d', 'upsName', 'config-missing', 'required'],
        ]);
    });
});
