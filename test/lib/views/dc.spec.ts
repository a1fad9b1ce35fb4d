import assert from 'node:assert/strict';
import { onMains } from '../../support/fake-ups';
import { ViewBench } from './support';

describe('a DC supply in the views', () => {
    const supply = { output: { source: 'normal', lines: [] } } as const;
    const read = (reading: object) => {
        const bench = new ViewBench();
        bench.driver.read(onMains(reading));
        return bench;
    };

    it('tells its output in volts and amperes, and no load', () => {
        const { tile, unitNow } = read({ ...supply, dc: { outputVoltage: 13.8, outputCurrent: 4.2 } });
        assert.deepEqual([tile.dcSupply, tile.dcVolts, tile.dcAmps], [true, 13.8, 4.2]);
        assert.equal('load' in tile || 'watts' in tile, false);
        assert.deepEqual(unitNow.status?.dc, { outputVoltage: 13.8, outputCurrent: 4.2 });
    });

    it('may have channels alone', () => {
        const channels = { 'Volts Battery': { value: 13.2, unit: 'V' } };
        const { tile, unitNow } = read({ ...supply, channels });
        assert.equal(tile.dcSupply, true);
        assert.equal('dcVolts' in tile || 'dcAmps' in tile, false);
        assert.deepEqual(unitNow.status?.channels, channels);
    });

    it('is no UPS with an AC output, whatever that tells besides', () => {
        const { tile } = read({ dc: { outputVoltage: 13.8 }, channels: { fan: { state: 'ok' } } });
        assert.equal('dcSupply' in tile || 'dcVolts' in tile, false);
        assert.equal(tile.load, 50);
    });
});
