import assert from 'node:assert/strict';
import { fillTemplate } from '../../../../lib/core/templates/wildcards';
import { emptyStatus } from '../../../../lib/core/status/status';
import { inSiteUnit, toCelsius, toFahrenheit } from '../../../../lib/core/units/temperature';

describe('temperature units', () => {
    it('convert there and back', () => {
        for (const [celsius, fahrenheit] of [
            [0, 32],
            [100, 212],
            [-40, -40],
            [37.5, 99.5],
            [30, 86],
        ] as const) {
            assert.equal(toFahrenheit(celsius), fahrenheit);
            assert.equal(toCelsius(fahrenheit), celsius);
        }
    });

    it('touch temperatures alone, and only where the site wants °F', () => {
        assert.deepEqual(inSiteUnit(30, '°C', 'F'), { value: 86, unit: '°F' });
        assert.deepEqual(inSiteUnit(30, '°C', 'C'), { value: 30, unit: '°C' });
        assert.deepEqual(inSiteUnit(30, '°C'), { value: 30, unit: '°C' });
        assert.deepEqual(inSiteUnit(30, '%', 'F'), { value: 30, unit: '%' });
    });

    it('are used by the texts of jobs', () => {
        const status = {
            ...emptyStatus(0),
            battery: { temperature: 25 },
            environment: { temperature: 20, humidity: 40 },
        };
        const text =
            '{{battery.temperature}} {{environment.temperature}} {{environment.humidity}} {{event.value}} {{event.unit}}';
        const message = { status, event: { value: 40, unit: '°C' } };
        assert.equal(fillTemplate(text, { now: 0, message }), '25 20 40 40 °C');
        assert.equal(fillTemplate(text, { now: 0, message, site: { temperatureUnit: 'F' } }), '77 68 40 104 °F');
    });
});
