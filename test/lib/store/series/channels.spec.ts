import assert from 'node:assert/strict';
import { emptyStatus, type PartialStatus } from '../../../../lib/core/status/status';
import { textOf } from '../../../../lib/store/csv';
import { dataLogCsv, type SeriesStore } from '../../../../lib/store/series';
import { dataCsv, dataQueries, readTables } from '../../../../lib/store/series/data-request';
import { statusSamples } from '../../../../lib/store/series/status-samples';
import { MINUTE, SeriesBench, UPS } from './support';

const DC: PartialStatus = {
    dc: { inputVoltage: 24.1234, outputVoltage: 23.9876, outputCurrent: 4.2, temperature: 31 },
    channels: {
        'Volts, battery': { value: 13.236, unit: 'V' },
        'Alarm In': { state: 'CLOSED' },
        Level: { value: 7 },
        Gone: { unit: 'A' },
    },
};

describe('series: the values of a DC supply', () => {
    let bench: SeriesBench;
    let series: SeriesStore;
    let start: number;
    beforeEach(() => {
        bench = new SeriesBench();
        series = bench.open();
        start = bench.clock.now();
        keep(DC);
    });
    afterEach(() => bench.dispose());

    const keep = (reading: PartialStatus) =>
        series.sample(UPS, bench.clock.now(), statusSamples({ ...emptyStatus(bench.clock.now()), ...reading }));
    const ask = async (quantities: string[], digits?: number) => {
        const filter = { source: '', quantities, hours: 1, points: 100 };
        const queries = dataQueries(series.series(), filter, {}, bench.clock.now());
        return dataCsv(await readTables(series, series.series(), queries), digits);
    };

    it('are quantities of their own, channels by their name, states by their codes', () => {
        const found = series.series(UPS.id).map(({ quantity, unit, kind }) => `${quantity} ${unit} ${kind}`);
        assert.deepEqual(found, [
            'dcInputVoltage V number',
            'dcOutputVoltage V number',
            'dcOutputCurrent A number',
            'dcTemperature °C number',
            'channel Volts, battery V number',
            'channel Alarm In  state',
            'channel Level  number',
        ]);
        const query = { owner: UPS.id, quantities: ['channel Alarm In'], from: start, to: start };
        const [column] = series.read(query).columns;
        assert.deepEqual([column!.states, column!.mean], [['CLOSED'], [0]]);
    });

    it('are asked for by name, also by one with blanks and commas', async () => {
        const lines = (await ask(['channel', 'Volts', 'battery'])).trim().split('\r\n');
        assert.equal(lines[0], 'time,source,sourceId,"channel Volts, battery"');
        assert.match(lines[1]!, /,UPS 1,u1,13\.236$/);
        await assert.rejects(ask(['channel', 'Volts']), { code: 'config-invalid' });
    });

    it('are written with the significant digits of the site, states as they are', async () => {
        const query = { owner: UPS.id, from: start, to: start + MINUTE };
        const row = async (digits?: number) =>
            textOf(await series.csv(query, digits))
                .trim()
                .split('\r\n')[1]!
                .split(',')
                .slice(1);
        assert.deepEqual(await row(), ['24.123', '23.988', '4.2', '31', '13.236', 'CLOSED', '7']);
        assert.deepEqual(await row(3), ['24.1', '24', '4.2', '31', '13.2', 'CLOSED', '7']);
        assert.match(await ask(['dcInputVoltage'], 2), /,24\r\n$/);
    });

    it('stand in the data log of mails behind its columns', () => {
        bench.clock.advanceSync(MINUTE);
        keep({ dc: { outputVoltage: 12 }, channels: { 'Alarm In': { state: 'OPEN' } } });
        const lines = dataLogCsv(series, { limit: 10, digits: 3 }).trim().split('\r\n');
        assert.match(
            lines[0]!,
            /,alarms,dcInputVoltage,dcOutputVoltage,dcOutputCurrent,dcTemperature,"channel Volts, battery \(V\)",channel Alarm In,channel Level$/,
        );
        assert.match(lines[1]!, /,24\.1,24,4\.2,31,13\.2,CLOSED,7$/);
        assert.match(lines[2]!, /,,12,,,,OPEN,$/);
    });
});
