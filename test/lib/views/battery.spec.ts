import assert from 'node:assert/strict';
import { BatterySource, type BatteryPlate } from '../../../lib/core/batteries/battery-source';
import type { BatteryConfig } from '../../../lib/core/batteries/battery-config';
import type { BatteryFlags } from '../../../lib/core/batteries/model';
import { deviation } from '../../../lib/core/batteries/limits';
import { batteryState, batteryTiles, blockColumn, sourceViews } from '../../../lib/views';
import { all, BATTERY, sweepOf, type Pass } from '../../support/battery-bench';
import { ViewBench } from './support';

const LIMITS: BatteryConfig['limits'] = {
    voltage: { warning: { low: { value: 11.4 } }, alarm: { low: { value: 10.8 }, high: { value: 14.8 } } },
    impedanceDynamic: { warning: { high: { value: 25 } } },
};

class BatteryViewBench extends ViewBench {
    readonly source: BatterySource;

    constructor(config: Partial<BatteryConfig> = {}, plate?: BatteryPlate) {
        super();
        const { registry, clock } = this.flow;
        const own = { ...BATTERY, limits: LIMITS, strings: 2, ...config };
        this.source = new BatterySource({
            ...{ id: 'room', name: 'Room', clock, journal: registry.memoryJournal, config: own },
            text: (eventId, active) => `${eventId} ${active ? 'on' : 'off'}`,
            ...(plate && { plate }),
        });
        registry.addSource(this.source, this.viewed.registry.site('site1'));
        this.source.start();
    }

    pass(told: Pass): void {
        this.source.connect('card').sweep(sweepOf(told));
    }

    flags(states: string[], tells: string[], ports: Pick<BatteryFlags, 'inputs' | 'outputs'> = {}): void {
        this.source.connect('card').flags({ states: new Set(states), tells: new Set(tells), ...ports });
    }

    get view() {
        return batteryState(this.viewed, 'room')!;
    }
}

describe('the view of a battery of blocks', () => {
    it('knows nothing before the first pass, and never says zero for it', () => {
        const bench = new BatteryViewBench();
        const { state, modules, extremes, levels } = bench.view;
        assert.deepEqual([state, modules, extremes, levels], ['starting', 0, {}, {}]);
        assert.deepEqual(blockColumn(bench.viewed, 'room', 'voltage'), { unit: 'V', values: {} });
        assert.equal(batteryState(bench.viewed, 'gone'), undefined);
    });

    it('calls the values of a fast battery old when its rules do: in seconds of people', () => {
        const bench = new BatteryViewBench({ valuesStaleSeconds: 120 });
        Object.defineProperty(bench.flow.clock, 'speed', { value: 60 });
        bench.pass({ voltage: all(4, 13.5), strings: 2 });
        bench.clock.advanceSync(600_000);
        const { ageSeconds, staleSeconds } = bench.view;
        assert.deepEqual([ageSeconds, staleSeconds], [10, 120]);
    });

    it('tells levels, limits and the outermost blocks, and leaves out a block that nobody told', () => {
        const bench = new BatteryViewBench();
        bench.pass({ voltage: all(4, 13.5, { 3: 10.5, 4: NaN }), impedance: [4, 4, 5, 3], strings: 2 });
        const { view } = bench;
        assert.deepEqual([view.state, view.colour, view.perString, view.siteId], ['alarm', 'red', 2, 'site1']);
        assert.deepEqual(view.levels, { 3: 'alarm' });
        assert.deepEqual(view.extremes.voltage, { low: { module: 3, value: 10.5 }, high: { module: 1, value: 13.5 } });
        assert.deepEqual(blockColumn(bench.viewed, 'room', 'voltage')?.values, { 1: 13.5, 2: 13.5, 3: 10.5 });
        // 25 % above the average of 4 mΩ.
        assert.deepEqual(view.limits.impedance, [{ level: 'warning', side: 'high', value: 5 }]);
        assert.deepEqual(view.limits.voltage?.[0], { level: 'warning', side: 'low', value: 11.4 });
        assert.deepEqual(
            view.strings.map(({ key, level }) => [key, level]),
            [
                ['1', undefined],
                ['2', 'alarm'],
            ],
        );
    });

    it('tells the target voltage of each string: the median of its blocks, and none in a discharge', () => {
        const bench = new BatteryViewBench({ limits: { voltageDifference: { warning: deviation(0.2) } } });
        bench.pass({ voltage: [13.5, 13.6, 12.1, 13.62, 13.4, 13.4, NaN, 13.44], strings: 2 });
        assert.deepEqual(
            bench.view.strings.map(({ target }) => target),
            [13.55, 13.4],
        );
        assert.equal(bench.view.voltageDifference, 0.2);
        bench.flags(['discharging'], ['discharging']);
        assert.deepEqual(
            bench.view.strings.map(({ target }) => target),
            [undefined, undefined],
        );
    });

    it('tells the inputs and outputs of the GX_R_AUX that are there, with their names', () => {
        const bench = new BatteryViewBench();
        assert.deepEqual(bench.view.ports, []);
        const inputs = [true, false, undefined, false];
        bench.flags([], [], { inputs, outputs: [false, true] });
        bench.source.connect('card').settings({ inputNames: ['Door', ''], outputNames: ['', 'Fan'] });
        assert.deepEqual(bench.view.ports, [
            { key: 'input 1-1', kind: 'input', port: '1-1', name: 'Door', on: true },
            { key: 'input 1-2', kind: 'input', port: '1-2', on: false },
            { key: 'input 1-4', kind: 'input', port: '1-4', on: false },
            { key: 'output 1-1', kind: 'output', port: '1-1', on: false },
            { key: 'output 1-2', kind: 'output', port: '1-2', name: 'Fan', on: true },
        ]);
    });

    it('says what stands on its nameplate and whom to call, and counts the batteries of two jars at a module', () => {
        const plate = { batteryType: 'OPzS 490', installedOn: '2026-03-14', contact: 'Ann', phone: '' };
        const bench = new BatteryViewBench({ nominalVoltage: 2, twoJars: true }, plate);
        bench.pass({ voltage: all(4, 2.6), strings: 2 });
        const { view } = bench;
        assert.deepEqual(view.plate, { batteryType: 'OPzS 490', installedOn: '2026-03-14', contact: 'Ann' });
        assert.deepEqual([view.modules, view.batteries], [4, 8]);
        const other = new BatteryViewBench();
        other.pass({ voltage: all(4, 13.5), strings: 2 });
        assert.deepEqual([other.view.plate, other.view.batteries], [undefined, undefined]);
    });

    it('counts down to the end of a pause of the equalizing', async () => {
        const bench = new BatteryViewBench();
        bench.pass({ voltage: all(4, 13.5), strings: 2 });
        assert.equal(bench.view.pause, undefined);
        const done = () => Promise.resolve();
        const pause = bench.source.pauseBy({ endsByItself: false, pause: done, resume: done }, () => undefined)!;
        const asked = pause.pause(5, 'ann');
        bench.flags([], ['equalizing']);
        bench.pass({ voltage: all(4, 13.5), equalizing: all(4, 0), strings: 2 });
        await asked;
        await bench.clock.advance(3_600_000);
        assert.deepEqual(bench.view.pause, { phase: 'counting', by: 'ann', hours: 5, inSeconds: 4 * 3600 });
        const ended = pause.resume('ann');
        bench.flags(['equalizing'], ['equalizing']);
        bench.pass({ voltage: all(4, 13.5), equalizing: all(4, 20), strings: 2 });
        await ended;
        assert.equal(bench.view.pause, undefined);
    });

    it('is lost when nobody hears of it any more', async () => {
        const bench = new BatteryViewBench({ staleSeconds: 30 });
        bench.pass({ voltage: all(4, 13.5), strings: 2 });
        assert.equal(batteryTiles(bench.viewed)[0]?.state, 'ok');
        await bench.clock.advance(31_000);
        assert.deepEqual([bench.view.state, bench.view.silent], ['lost', true]);
        assert.equal(bench.view.ageSeconds, 31);
    });

    it('stands among the sources with its events, so that the bar tells of it', () => {
        const bench = new BatteryViewBench();
        bench.pass({ voltage: all(4, 13.5, { 1: 10.5 }), strings: 2 });
        const source = sourceViews(bench.viewed, bench.allFacts).find(({ id }) => id === 'room');
        assert.deepEqual([source?.kind, source?.state], ['battery', 'alarm']);
        assert.equal(bench.state.bar.headline.sourceName, 'Room');
    });

    it('counts down to a thermal runaway, and says who stopped it', async () => {
        const bench = new BatteryViewBench({
            ...{ limits: {}, strings: 1 },
            runaway: { aboveOthers: 5, highest: 30, minutes: 1, countdownMinutes: 10, risePerHour: 0 },
        });
        for (let minute = 0; minute < 4; minute++) {
            bench.pass({ voltage: all(8, 13.5), temperature: all(8, 22, { 2: 50 + minute }), strings: 1 });
            await bench.clock.advance(60_000);
        }
        const [row] = bench.view.runaway;
        assert.deepEqual([row?.key, row?.phase], ['1', 'counting']);
        assert.ok(row!.inSeconds! > 0 && row!.inSeconds! <= 600, `${row?.inSeconds} s`);
        bench.source.act(({ runaway }) => runaway!.stop('ann'));
        assert.deepEqual([bench.view.runaway[0]?.phase, bench.view.runaway[0]?.stoppedBy], ['stopped', 'ann']);
        assert.equal(bench.view.runaway[0]?.inSeconds, undefined);
    });
});
