import assert from 'node:assert/strict';
import { SETS, availableBits, availableSets, encodeSet, type SetName } from '../../../../lib/protocols/delta/sets';

/** From the UPS serial protocol 1.44, by hand: the least, the greatest, and what is just beyond. */
const RANGES: [SetName, (number | string)[][], (number | string)[][]][] = [
    ['BUZ', [[1], [2]], [[0], [3]]],
    ['SDA', [[0], [9999]], [[-1], [10_000], [1.5]]],
    ['SDR', [[0], [65_535]], [[-1], [65_536]]],
    ['SDT', [[1], [2]], [[0], [3]]],
    ['TST', [[0], [2], [3], [4]], [[1], [5]]],
    ['UBR', [[1200], [2400], [4800], [9600]], [[300], [5000], [19_200]]],
    ['UID', [[0], [99]], [[-1], [100]]],
    [
        'TXV',
        [[0, 999]],
        [
            [-1, 0],
            [0, 1000],
        ],
    ],
    ['VSN', [[0], [2]], [[3]]],
    [
        'RON',
        [
            [1, 0],
            [1, 9999],
        ],
        [
            [0, 1],
            [1, 10_000],
        ],
    ],
    [
        'ROF',
        [
            [1, 0],
            [1, 9999],
        ],
        [
            [0, 1],
            [1, 10_000],
        ],
    ],
    [
        'RNF',
        [
            [1, 1, 1],
            [9, 9999, 65_535],
        ],
        [
            [1, 0, 1],
            [1, 1, 0],
            [1, 10_000, 1],
            [1, 1, 65_536],
        ],
    ],
    ['TEL', [[''], ['+49 123 456 7890']], [['12345678901234567'], ['1;2'], ['~']]],
    [
        'BRD',
        [
            ['2024-02-29', ''],
            ['', '2027-01-01'],
        ],
        [
            ['2023-02-29', ''],
            ['tomorrow', ''],
        ],
    ],
    ['ECO', [[1], [2]], [[0], [3]]],
    ['ATT', [[1], [5]], [[0], [6]]],
    ['BTT', [[1], [99]], [[0], [100]]],
    ['ATX', [[1], [2]], [[0], [3]]],
    ['ARB', [[1], [2]], [[0], [3]]],
    ['RSM', [[1], [2]], [[0], [3]]],
    ['UBD', [[0], [999]], [[1000]]],
    ['TXF', [[0, 999]], [[0, 1000]]],
    ['SOV', [[0], [999]], [[1000]]],
    ['EDB', [[1], [2]], [[0], [3]]],
    [
        'BTV',
        [
            [1, 0],
            [60, 999],
        ],
        [
            [0, 0],
            [61, 0],
            [1, 1000],
        ],
    ],
];

describe('set commands of the serial protocol 1.44', () => {
    it('are all of the protocol', () =>
        assert.deepEqual(RANGES.map(([name]) => name).sort(), Object.keys(SETS).sort()));

    for (const [name, good, bad] of RANGES) {
        it(`${name} is checked against its range`, () => {
            for (const values of good) assert.ok(encodeSet(name, ...values).startsWith(name));
            for (const values of bad) {
                assert.throws(
                    () => encodeSet(name, ...values),
                    ({ code }: { code: string }) => code === 'out-of-range' || code === 'config-invalid',
                    `${name} ${values.join(';')}`,
                );
            }
        });
    }

    it('have no separator after the command', () => {
        assert.equal(encodeSet('SDA', 10), 'SDA10');
        assert.equal(encodeSet('RNF', 1, 5, 2), 'RNF1;5;2');
        assert.equal(encodeSet('BRD', '2024-02-29', ''), 'BRD20240229;');
    });

    it('AVL: the first character is RNF, the last UBD', () => {
        assert.deepEqual(
            [availableSets('10000000000000000000').RNF, availableSets('10000000000000000000').UBD],
            [true, false],
        );
        assert.deepEqual(
            [availableSets('00000000000000000001').RNF, availableSets('00000000000000000001').UBD],
            [false, true],
        );
        const sda = availableSets(`${'0'.repeat(10)}1${'0'.repeat(9)}`);
        assert.deepEqual(
            Object.entries(sda).filter(([, on]) => on),
            [['SDA', true]],
        );
        assert.equal('TEL' in sda, false, 'it has no bit');
        assert.deepEqual(availableSets('111'), {}, 'not this version');
        assert.deepEqual(availableSets(undefined), {});
        assert.equal(availableBits(['RNF', 'UBD', 'TEL']), '10000000000000000001');
    });
});
