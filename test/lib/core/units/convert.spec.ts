import assert from 'node:assert/strict';
import { inUnit, isSameQuantity, isSameUnit } from '../../../../lib/core/units/convert';

describe('units that devices write in their own way', () => {
    it('are the same by their sign or their word', () => {
        for (const [one, other] of [
            ['V', 'Volts'],
            ['V', 'v'],
            ['Amps', 'A'],
            ['°C', 'C'],
            ['°C', 'Degrees C'],
            ['%', 'percent'],
            ['% RH', '%'],
            ['Hz', 'hertz'],
            ['mV', 'millivolts'],
            ['kVA', 'KVA'],
            ['kWh', 'kilowatt-hours'],
            ['min', 'Minuten'],
            ['kPa', 'kPa'],
            ['', ' '],
        ] as const) {
            assert.equal(isSameUnit(one, other), true, `${one} ${other}`);
        }
    });

    it('are others where a value would mean something else', () => {
        for (const [one, other] of [
            ['V', 'A'],
            ['°C', '°F'],
            ['°C', 'K'],
            ['mV', 'V'],
            ['mV', 'MV'],
            ['mW', 'MW'],
            ['min', 's'],
            ['W', 'VA'],
            ['V', ''],
            // What is scaled already, and what not, is not plain.
            ['0.1 V', 'V'],
        ] as const) {
            assert.equal(isSameUnit(one, other), false, `${one} ${other}`);
        }
    });
});

describe('a value in another unit', () => {
    const values: [number, string, string, number | undefined][] = [
        [90.5, '°F', '°C', 32.5],
        [32.5, '°C', 'F', 90.5],
        [300, 'K', '°C', 26.85],
        [80.33, 'F', 'K', 300],
        [13_200, 'mV', 'V', 13.2],
        [13.2, 'V', 'mV', 13_200],
        [5.23, 'kW', 'W', 5230],
        [0.5, 'MW', 'W', 500_000],
        [2, 'MWh', 'kWh', 2000],
        [1500, 'Wh', 'kWh', 1.5],
        [0.8, 'kVA', 'VA', 800],
        [250, 'mA', 'A', 0.25],
        [90, 'min', 's', 5400],
        [90_000, 'ms', 'min', 1.5],
        [2, 'h', 'min', 120],
        [1, 'd', 's', 86_400],
        [55, '%RH', '%', 55],
        // The same unit: the number is not touched.
        [0.1 + 0.2, 'V', 'Volts', 0.1 + 0.2],
        [7, 'widgets', 'widgets', 7],
        // Another quantity, or nothing that could be converted.
        [13.2, 'A', 'V', undefined],
        [13.2, 'VA', 'W', undefined],
        [13.2, 'W', 'kWh', undefined],
        [13.2, '%', 'V', undefined],
        [132, '0.1 V', 'V', undefined],
        [132, 'tenths of volts', 'V', undefined],
        [7, 'widgets', 'V', undefined],
        [7, '', 'V', undefined],
        [7, 'constructor', '__proto__', undefined],
    ];
    for (const [value, from, to, expected] of values)
        it(`${value} ${from} in ${to}: ${expected}`, () => {
            assert.equal(inUnit(value, from, to), expected);
            assert.equal(isSameQuantity(from, to), expected !== undefined);
        });
});
