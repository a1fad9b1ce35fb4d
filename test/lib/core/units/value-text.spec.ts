import assert from 'node:assert/strict';
import { plainUnit } from '../../../../lib/core/units/plain-units';
import { decimalOf, quantityOf } from '../../../../lib/core/units/value-text';

describe('the number that a text is', () => {
    const numbers: [string, number | undefined][] = [
        ['21,6', 21.6],
        ['21.6', 21.6],
        ['0,500', 0.5],
        ['1234,567', 1234.567],
        ['-3', -3],
        ['\u22123,5', -3.5],
        ['+7', 7],
        ['007', 7],
        // A thousand here, one and a bit there.
        ['1,234', undefined],
        ['-1,234', undefined],
        ['\u22121,234', undefined],
        ['1.234,5', undefined],
        ['1,234.5', undefined],
        ['', undefined],
        ['-', undefined],
        ['.5', undefined],
        ['5.', undefined],
        ['1e3', undefined],
        ['0x10', undefined],
        ['NaN', undefined],
        ['Infinity', undefined],
        [' 5', undefined],
        ['5 ', undefined],
        ['9'.repeat(33), undefined],
    ];
    for (const [text, number] of numbers)
        it(`${JSON.stringify(text)}: ${number}`, () => assert.equal(decimalOf(text), number));
});

describe('the quantity that a text is', () => {
    it('a number with its unit, as pages of devices write it', () => {
        assert.deepEqual(quantityOf('116.7 Volts'), { value: 116.7, unit: 'V' });
        assert.deepEqual(quantityOf('0.0 Amps'), { value: 0, unit: 'A' });
        assert.deepEqual(quantityOf('90.5 F'), { value: 90.5, unit: '°F' });
        assert.deepEqual(quantityOf('55%'), { value: 55, unit: '%' });
        assert.deepEqual(quantityOf('21,6 V'), { value: 21.6, unit: 'V' });
        assert.deepEqual(quantityOf('250 mV'), { value: 0.25, unit: 'V' });
        assert.deepEqual(quantityOf(' -5 '), { value: -5 });
        assert.deepEqual(quantityOf('3 gallons'), { value: 3, unit: 'gallons' });
    });

    it('nothing that has more in it than that', () => {
        const others = [
            'CLOSED',
            '12:29:37',
            '1.2.3.4',
            '13.2 Volts 14.1 Volts',
            '---',
            'x 5 V',
            '1,234 V',
            '5 a b c d',
            '5 V: 3',
            '2018-06-14',
            '',
        ];
        for (const text of others) assert.equal(quantityOf(text), undefined, text);
    });
});

describe('a unit that is stated plainly', () => {
    const units: [string, string | undefined, number?][] = [
        ['Volts', 'V'],
        ['V', 'V'],
        ['V DC', 'V'],
        ['VDC', 'V'],
        ['RMS Volts', 'V'],
        ['Volts AC', 'V'],
        ['0.1 Volts', 'V', 0.1],
        ['0.1 V', 'V', 0.1],
        ['.1V', 'V', 0.1],
        ['0,01 A', 'A', 0.01],
        ['1/10 Volt', 'V', 0.1],
        ['0.1 RMS Volts', 'V', 0.1],
        ['tenths of volts', 'V', 0.1],
        ['tenth of a volt', 'V', 0.1],
        ['Hundredths of Amps', 'A', 0.01],
        ['thousandths of volts', 'V', 0.001],
        ['tenths of degrees Celsius', '°C', 0.1],
        ['0.1 degrees Centigrade', '°C', 0.1],
        ['degrees C', '°C'],
        ['deg. F', '°F'],
        ['millivolts', 'V', 0.001],
        ['milli-Amps', 'A', 0.001],
        ['mV', 'V', 0.001],
        ['kW', 'W', 1000],
        ['0.1 mV', 'V', 0.0001],
        ['0.1 Hertz', 'Hz', 0.1],
        ['percent', '%'],
        ['%', '%'],
        ['minutes', 'min'],
        ['seconds', 's'],
        ['hundredths of seconds', 's', 0.01],
        ['Amp-Hours', 'Ah'],
        // Not plain: each of them leaves room to guess.
        ['Volts x 10', undefined],
        ['V*10', undefined],
        ['10 Volts', undefined],
        ['0.5 Volts', undefined],
        ['1/20 V', undefined],
        ['MW', undefined],
        ['mmin', undefined],
        ['tenths', undefined],
        ['volts or amps', undefined],
        ['constructor', undefined],
        ['__proto__', undefined],
        ['', undefined],
        ['x'.repeat(100), undefined],
    ];
    for (const [text, unit, scale = 1] of units)
        it(`${JSON.stringify(text)}: ${unit && `${scale} ${unit}`}`, () =>
            assert.deepEqual(plainUnit(text), unit && { unit, scale }));
});
