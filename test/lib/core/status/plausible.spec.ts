import { strict as assert } from 'node:assert';
import { PLAUSIBLE, plausible, type PlausibleKind } from '../../../../lib/core/status/plausible';

describe('plausible values', () => {
    const cases: [PlausibleKind, yes: number[], no: number[]][] = [
        ['temperature', [-40, 0, 22.5, 60, 130], [-273.2, 255, 999, 999.9, 6553.5]],
        ['humidity', [0, 45.5, 100], [-1, 101, 255]],
        ['percent', [0, 99.6, 100], [-1, 101, 127, 255, 999, 65535]],
        ['load', [0, 126, 200], [-1, 255, 999, 65535]],
        ['acVoltage', [0, 12.5, 120, 230, 400, 690], [-1, 999, 999.9, 2300, 4095, 65535]],
        ['dcVoltage', [0, 13.6, 48, 820], [-1, 2710, 9999, 65535]],
        ['frequency', [0, 49.9, 60, 400], [-1, 600, 999, 4095]],
        ['current', [-2, 0, 2500], [9999, 65535]],
        ['batteryCurrent', [-2500, 0, 12.5], [-9999, 9999, 65535]],
        ['power', [-26, 0, 1_600_000], [-9_999_999, 4_294_967_295]],
        ['apparentPower', [0, 2_000_000], [-1, 4_294_967_295]],
        ['minutes', [0, 0.5, 1440], [-1, 65535, 71_582]],
        ['seconds', [0, 65_536], [-1, 2 ** 31 - 1, 2 ** 32 - 1]],
        ['count', [0, 17], [-1, 2 ** 32 - 1]],
        ['energy', [0, 123.4], [-1]],
    ];
    for (const [kind, yes, no] of cases) {
        it(`believes a ${kind} that can be, and no other`, () => {
            for (const value of yes) assert.equal(plausible(kind, value), value);
            for (const value of [...no, NaN, Infinity, -Infinity, undefined]) {
                assert.equal(plausible(kind, value), undefined, `${kind} ${value}`);
            }
        });
    }

    it('says so of every kind', () => {
        assert.deepEqual(cases.map(([kind]) => kind).sort(), Object.keys(PLAUSIBLE).sort());
    });

    it('keeps the bounds themselves', () => {
        for (const kind of Object.keys(PLAUSIBLE) as PlausibleKind[]) {
            const { min, max } = PLAUSIBLE[kind];
            assert.deepEqual([plausible(kind, min), plausible(kind, max)], [min, max]);
            assert.equal(plausible(kind, max * 1.001 + 1), undefined);
        }
    });
});
