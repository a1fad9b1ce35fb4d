import assert from 'node:assert/strict';
import type { UpsReportEntry } from '../../../../lib/core/mail/report-entries';
import { emptyStatus, type PartialStatus } from '../../../../lib/core/status/status';
import { statusReport } from '../../../../lib/protocols/mail/status-report';
import { inEnglish } from '../../../support/in-english';

const entry = (reading: PartialStatus): UpsReportEntry => ({
    name: 'Supply',
    status: { ...emptyStatus(0), ...reading },
    ageSeconds: 2,
    silent: false,
    active: [],
});
/** Its lines by their labels. */
const rows = (reading: PartialStatus, digits?: number) => {
    const { text } = statusReport([entry(reading)], [], 0, inEnglish, digits);
    return Object.fromEntries(
        text
            .split('\n')
            .slice(3)
            .map((line) => line.trim().split(/ {2,}/) as [string, string]),
    );
};

describe('the status mail', () => {
    it('tells of a DC supply what it has, and nothing of an AC output', () => {
        const told = rows({
            output: { source: 'normal', lines: [] },
            dc: { inputVoltage: 24.12, outputVoltage: 23.96, outputCurrent: 4.25, temperature: 31 },
            channels: { 'Volts Battery': { value: 13.24, unit: 'V' }, 'Alarm In': { state: 'CLOSED' }, Gone: {} },
        });
        assert.equal(told['DC input'], '24.1 V');
        assert.equal(told['DC output'], '24 V, 4.3 A');
        assert.equal(told.channels, 'Volts Battery: 13.2 V; Alarm In: CLOSED; Gone: NA');
        assert.equal(told.temperature, '31 °C');
        assert.equal('load' in told || 'input' in told, false);
    });

    it('tells of a UPS its load and input, known or not', () => {
        const told = rows({ output: { lines: [{ load: 41.26 }] }, input: { lines: [{ voltage: 230.44 }] } });
        assert.deepEqual([told.load, told.input], ['41.3 %', '230.4 V']);
        assert.equal('DC output' in told || 'channels' in told, false);
        assert.deepEqual([rows({}).load, rows({}).input], ['NA', 'NA']);
    });

    it('has the significant digits of the site', () => {
        const reading: PartialStatus = {
            output: { lines: [{ load: 41.26 }] },
            input: { lines: [{ voltage: 230.44 }] },
        };
        assert.deepEqual([rows(reading, 4).load, rows(reading, 4).input], ['41.26 %', '230.4 V']);
        assert.deepEqual([rows(reading, 1).load, rows(reading, 1).input], ['41 %', '230 V']);
    });
});
