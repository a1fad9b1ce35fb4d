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

    it('shows its first channels in its tile where it tells neither charge nor DC output, the measured ones first', () => {
        const channels = { Door: { state: 'open' }, Volts: { value: 13.2, unit: 'V' }, Gone: {}, More: { value: 1 } };
        const only = { ...supply, battery: { voltage: 13.2 }, channels };
        assert.deepEqual(read(only).tile.channels, [
            { name: 'Volts', value: 13.2, unit: 'V' },
            { name: 'More', value: 1 },
            { name: 'Door', state: 'open' },
        ]);
        assert.equal('channels' in read({ ...only, dc: { outputVoltage: 24 } }).tile, false);
        assert.equal('channels' in read({ ...only, battery: { chargePercent: 90 } }).tile, false);
        assert.equal('channels' in read({ ...supply, dc: { outputCurrent: 1 } }).tile, false);
    });

    it('is no UPS with an AC output, whatever that tells besides', () => {
        const { tile } = read({ dc: { outputVoltage: 13.8 }, channels: { fan: { state: 'ok' } } });
        assert.equal('dcSupply' in tile || 'dcVolts' in tile, false);
        assert.equal(tile.load, 50);
    });
});
