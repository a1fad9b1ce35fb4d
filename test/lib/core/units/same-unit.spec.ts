import assert from 'node:assert/strict';
import { isSameUnit } from '../../../../lib/core/units/same-unit';

describe('units that devices write in their own way', () => {
    it('are the same by their sign or their word', () => {
        for (const [one, other] of [
            ['V', 'Volts'],
            ['V', 'v'],
            ['Amps', 'A'],
            ['°C', 'C'],
            ['°C', 'Degrees C'],
            ['%', 'percent'],
            ['Hz', 'hertz'],
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
            ['mV', 'V'],
            ['mV', 'MV'],
            ['min', 's'],
            ['V', ''],
        ] as const) {
            assert.equal(isSameUnit(one, other), false, `${one} ${other}`);
        }
    });
});
