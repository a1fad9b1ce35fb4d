import assert from 'node:assert/strict';
import { emptyView, type BatteryView } from '../../../../lib/core/batteries/battery-view';
import { BatterySampler, type SeriesStore } from '../../../../lib/store/series';
import { DAY, HOUR, MINUTE, SECOND, SeriesBench } from './support';

describe('series: what is sampled of a battery', () => {
    let bench: SeriesBench;
    let series: SeriesStore;
    let start: number;
    let battery: { id: string; name: string; silent: boolean; view: () => BatteryView };
    let view: BatteryView;
    let sampler: BatterySampler;
    beforeEach(() => {
        bench = new SeriesBench();
        series = bench.open();
        start = bench.clock.now();
        view = emptyView();
        battery = { id: 'b1', name: 'Battery 1', silent: false, view: () => view };
        sampler = new BatterySampler({ battery, series, clock: bench.clock, seconds: 180 });
    });
    afterEach(() => {
        sampler.close();
        bench.dispose();
    });

    /** A pass of the monitor every 30 s for so long. */
    const pass = (ms: number, changes: (at: number) => Partial<BatteryView['blocks']> = () => ({})) => {
        for (const end = bench.clock.now() + ms; bench.clock.now() < end;) {
            bench.clock.advanceSync(30 * SECOND);
            const at = bench.clock.now();
            view = {
                ...emptyView(),
                at,
                blocks: { voltage: Float64Array.of(13.5, NaN), ...changes(at) },
                byString: { current: Float64Array.of(-2), charge: Float64Array.of(99.5) },
            };
        }
    };
    const read = (quantity: string) => {
        const { times, columns } = series.read({ owner: 'b1', quantities: [quantity], from: start, to: start + DAY });
        return times.map((at, i) => [(at - start) / SECOND, columns[0]?.mean[i]]);
    };

    it('is each block and string every 3 min, as of the last pass, and nothing of a block that does not tell', () => {
        pass(7 * MINUTE);
        assert.deepEqual(read('voltage.1'), [
            [150, 13.5],
            [330, 13.5],
        ]);
        assert.deepEqual(read('voltage.2'), []);
        assert.deepEqual(read('string-current.1')[0], [150, -2]);
        assert.deepEqual(read('string-charge.1')[0], [150, 99.5]);
    });

    it('is nothing while the monitor is silent, or has made no pass since', () => {
        pass(4 * MINUTE);
        bench.clock.advanceSync(HOUR);
        assert.equal(read('voltage.1').length, 2);
        battery.silent = true;
        pass(MINUTE);
        bench.clock.advanceSync(HOUR);
        assert.equal(read('voltage.1').length, 2);
    });

    it('keeps a measurement of the impedance once, when all blocks have theirs', () => {
        const measured = (at: number) => {
            // From the first hour on, the second block is measured four minutes after the first.
            const since = at - start - HOUR;
            return { impedance: Float64Array.of(since >= 0 ? 4.2 : 4, since >= 4 * MINUTE ? 5.2 : 5) };
        };
        pass(2 * HOUR, measured);
        assert.deepEqual(
            read('impedance.1').map(([, value]) => value),
            [4, 4.2],
        );
        assert.deepEqual(
            read('impedance.2').map(([, value]) => value),
            [5, 5.2],
        );
    });

    it('keeps an impedance that never rests once an hour', () => {
        pass(4 * HOUR, (at) => ({ impedance: Float64Array.of(4 + (at - start) / DAY) }));
        const kept = read('impedance.1').length;
        assert.ok(kept >= 3 && kept <= 4, `${kept} samples`);
    });
});
