import assert from 'node:assert/strict';
import { emptyStatus, type PartialStatus } from '../../../../lib/core/status/status';
import { fillTemplate, unknownWildcards, type WildcardContext } from '../../../../lib/core/templates/wildcards';

const told = (template: string, reading: unknown, site: WildcardContext['site'] = {}) =>
    fillTemplate(template, { now: 0, status: { ...emptyStatus(0), ...(reading as PartialStatus) }, site });

describe('wildcards of a DC supply', () => {
    const dc = { inputVoltage: 24.12, outputVoltage: 23.96, outputCurrent: -4.25, temperature: 30 };

    it('read its values', () => {
        const template = '{{dc.inputVoltage}} {{dc.outputVoltage}} {{dc.outputCurrent}} {{dc.temperature}}';
        assert.equal(told(template, { dc }), '24.1 24 -4.2 30');
        assert.equal(told(template, { dc }, { temperatureUnit: 'F' }), '24.1 24 -4.2 86');
        assert.equal(told(template, {}), 'NA NA NA NA');
    });

    it('read a channel with the unit that the device tells, or its state', () => {
        const channels = {
            'Volts Battery': { value: 13.24, unit: 'V' },
            'Alarm In': { state: 'CLOSED' },
            'A.1, left': { value: 7 },
            Outside: { value: 10, unit: '°C' },
            Gone: { unit: 'V' },
        };
        assert.equal(told('{{channel.Volts Battery}}', { channels }), '13.2 V');
        assert.equal(told('{{ channel.Alarm In }}', { channels }), 'CLOSED');
        assert.equal(told('{{channel.A.1, left}}', { channels }), '7');
        assert.equal(told('{{channel.Outside}}', { channels }, { temperatureUnit: 'F' }), '50 °F');
        assert.equal(told('{{channel.Gone}} {{channel.constructor}} {{channel.}}', { channels }), 'NA NA NA');
    });

    it('read NA of a status that somebody has spoilt, and fail nothing', () => {
        for (const spoilt of [
            { dc: null, channels: null },
            { dc: 5, channels: 5 },
            { dc: { inputVoltage: {} }, channels: { a: 13 } },
            { dc: { inputVoltage: NaN }, channels: { a: { value: NaN, unit: 'V' } } },
            { channels: { a: { state: { toString: 1 } } } },
        ]) {
            assert.equal(told('{{dc.inputVoltage}} {{channel.a}}', spoilt), 'NA NA', JSON.stringify(spoilt));
        }
        assert.equal(told('{{channel.a}}', { channels: { a: { value: 1, unit: { toString: 1 } } } }), '1');
    });

    it('are no mistakes in a template, whatever the channel is called', () => {
        assert.deepEqual(unknownWildcards('{{dc.inputVoltage}} {{channel.Volts Battery}} {{channel.}} {{dc.x}}'), [
            'channel.',
            'dc.x',
        ]);
    });
});

describe('numbers in texts', () => {
    const reading: PartialStatus = {
        battery: { chargePercent: 83.456, voltage: 54.321 },
        input: { lines: [{ voltage: 230.46 }, {}] },
    };
    const template = '{{battery.chargePercent}} {{battery.voltage}} {{input.voltage}}';

    it('have at most one decimal, or the significant digits of the site', () => {
        assert.equal(told(template, reading), '83.5 54.3 230.5 / NA');
        assert.equal(told(template, reading, { significantDigits: 4 }), '83.46 54.32 230.5 / NA');
        assert.equal(told(template, reading, { significantDigits: 2 }), '83 54 230 / NA');
    });
});
