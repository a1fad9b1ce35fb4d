import assert from 'node:assert/strict';
import { UpsError } from '../../lib/core/errors';
import { settingsRequest } from '../../lib/core/unit/settings-request';
import { faultsOf, readLeniently, readSettings, type Declaration, type Field } from '../../lib/core/settings';
import { hostileValues } from '../support/hostile-values';
import { declarations } from './editor/declared';

/** The value as a setting, and where a setting has parts, as each of them. */
function placesOf({ widget, initial }: Field, value: unknown): unknown[] {
    const { columns = {} } = widget as { columns?: object };
    const parts = typeof initial === 'object' && initial !== null && !Array.isArray(initial) ? initial : {};
    return [
        value,
        ...Object.keys(columns).map((column) => [{ [column]: value }]),
        ...Object.keys(parts).map((part) => ({ ...parts, [part]: value })),
    ];
}

function read(declaration: Declaration, config: object): void {
    faultsOf(declaration, config as never);
    readLeniently(declaration, config as never);
    try {
        readSettings(declaration, config as never);
    } catch (error) {
        if (!(error instanceof UpsError)) throw error;
    }
}

describe('What an imported flow or a message may hold in place of a text', () => {
    for (const [what, value] of hostileValues()) {
        it(`is refused as a setting: ${what}`, () => {
            for (const declaration of declarations) {
                const { type } = declaration;
                for (const [property, field] of Object.entries(declaration.fields)) {
                    for (const place of placesOf(field, value)) {
                        const config = { id: 'n1', type, [property]: place };
                        assert.doesNotThrow(() => read(declaration, config), `${type}.${property}`);
                    }
                }
            }
        });

        it(`is refused as the levels of a threshold: ${what}`, () => {
            const threshold = declarations.find(({ type }) => type === 'ups-threshold')!;
            for (const key of ['comparison', 'low', 'high', 'recoveryLow', 'recoveryHigh', 'seconds', 'latch'])
                read(threshold, { alarm: { comparison: 'less-than', low: 5, [key]: value } });
        });

        it(`is refused as a request of settings: ${what}`, () => {
            for (const payload of [[value], { import: value }, { export: value }])
                assert.throws(() => settingsRequest({ payload }), { code: 'config-invalid' });
        });
    }
});
