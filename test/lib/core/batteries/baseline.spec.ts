import assert from 'node:assert/strict';
import { baselineCsv, baselineJson, isProposed, readBaseline, taken } from '../../../../lib/core/batteries/baseline';
import { UpsError } from '../../../../lib/core/errors';

const NOW = Date.UTC(2026, 10, 30, 12);
const { baseline: BASELINE } = taken(undefined, Float64Array.of(4.25, NaN, 5), NOW);

describe('baseline', () => {
    it('takes what is known, keeps the rest, and says what is missing', () => {
        assert.deepEqual(taken(BASELINE, Float64Array.of(4.5, 4.6, NaN), NOW + 1000, [2, 3, 9]), {
            baseline: {
                blocks: [
                    { impedance: 4.25, at: NOW },
                    { impedance: 4.6, at: NOW + 1000 },
                    { impedance: 5, at: NOW },
                ],
            },
            missing: [3, 9],
        });
    });

    it('comes back as it was exported, as CSV and as JSON', () => {
        assert.equal(
            baselineCsv(BASELINE),
            'module,impedance,at\r\n1,4.25,2026-11-30T12:00:00.000Z\r\n3,5,2026-11-30T12:00:00.000Z\r\n',
        );
        assert.deepEqual(readBaseline(baselineCsv(BASELINE), NOW), BASELINE);
        assert.deepEqual(readBaseline(baselineJson(BASELINE), NOW), BASELINE);
    });

    it('reads tables of people: other order, semicolons with a decimal comma, no time, blank lines', () => {
        assert.deepEqual(readBaseline('\uFEFFImpedance; Module\n4,25;1\n\n5;3\n', NOW), BASELINE);
        assert.deepEqual(readBaseline('[{"module":1,"impedance":4.25},{"module":3,"impedance":5}]', NOW), BASELINE);
    });

    it('refuses a file as a whole, and says where and why', () => {
        const faults: [text: string, fault: string, line?: number][] = [
            ['', 'empty'],
            ['module,impedance\n', 'empty'],
            ['a,b\n1,2', 'header'],
            ['module,impedance\n1,4\n0,5', 'module', 3],
            ['module,impedance\n1.5,4', 'module', 2],
            ['module,impedance\n513,4', 'module', 2],
            ['module,impedance\n1,4\n1,5', 'twice', 3],
            ['module,impedance\n1,x', 'impedance', 2],
            ['module,impedance\n1,', 'impedance', 2],
            ['module,impedance\n1,-4', 'impedance', 2],
            ['module,impedance,at\n1,4,yesterday', 'time', 2],
            ['module,impedance,at\n1,4,2030-01-01', 'time', 2],
            // Of the first of March, or of the third of January?
            ['module,impedance,at\n1,4,1/3/2026', 'time', 2],
            ['module,impedance,at\n1,4,31.12.2026', 'time', 2],
            ['{"blocks":', 'json'],
            ['{"blocks":3}', 'json'],
            ['[7]', 'block', 1],
            ['{"blocks":[null,{"impedance":"4"}]}', 'impedance', 2],
        ];
        for (const [text, fault, line] of faults)
            assert.throws(
                () => readBaseline(text, NOW),
                (error) => {
                    assert.ok(error instanceof UpsError && error.code === 'file-refused', text);
                    assert.deepEqual([error.data.fault, error.data.line], [fault, line], text);
                    return true;
                },
            );
    });

    it('names the column of a table, and refuses the file of a larger battery', () => {
        const columnOf = (text: string, most?: number) => {
            try {
                readBaseline(text, NOW, most);
            } catch (error) {
                return [(error as UpsError).data.line, (error as UpsError).data.column];
            }
            return undefined;
        };
        assert.deepEqual(columnOf('module,impedance\n1,4\n2,x'), [3, 'impedance']);
        assert.deepEqual(columnOf('module,impedance\n1,4\n1,5'), [3, 'module']);
        assert.deepEqual(columnOf('at,module,impedance\nsoon,1,4'), [2, 'at']);
        assert.deepEqual(columnOf('[{"module":1,"impedance":"x"}]'), [1, undefined]);
        assert.deepEqual(columnOf('module,impedance\n40,4\n41,4', 40), [3, 'module']);
        assert.equal(columnOf('module,impedance\n40,4\n41,4', 41), undefined);
    });

    it('a day of a spreadsheet is that day', () => {
        const { blocks } = readBaseline('module;impedance;at\n1;4,5;1.3.2026\n', NOW);
        assert.deepEqual(blocks, [{ impedance: 4.5, at: Date.UTC(2026, 2, 1) }]);
    });

    it('is proposed months after the installation, by the calendar', () => {
        const installed = Date.UTC(2026, 4, 30, 12);
        assert.equal(isProposed(undefined, installed, 6, NOW - 1), false);
        assert.equal(isProposed(undefined, installed, 6, NOW), true);
        assert.equal(isProposed(BASELINE, installed, 6, NOW), false);
        assert.equal(isProposed(undefined, undefined, 6, NOW), false);
        assert.equal(isProposed(undefined, installed, 0, NOW), false);
    });
});
