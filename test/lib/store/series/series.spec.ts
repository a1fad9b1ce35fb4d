import assert from 'node:assert/strict';
import type { Sample, SeriesStore } from '../../../../lib/store/series';
import { textOf } from '../../../../lib/store/csv';
import { CountedSlices } from '../../../support/counted-slices';
import { count, DAY, HOUR, MINUTE, points, SECOND, SeriesBench, UPS, volts } from './support';

describe('series: the history of values', () => {
    let bench: SeriesBench;
    let store: SeriesStore;
    let start: number;
    beforeEach(() => {
        bench = new SeriesBench();
        store = bench.open();
        start = bench.clock.now();
    });
    afterEach(() => bench.dispose());

    /** A value each three minutes for so many days, and time passes. */
    function fill(days: number, value: (n: number) => number | undefined = (n) => 230 + (n % 7) / 10): void {
        for (let n = 0; n < days * 480; n++) {
            store.sample(UPS, bench.clock.now(), volts(value(n)));
            bench.clock.jumpWall(180 * SECOND);
        }
    }

    it('gives back what it got, before and after packing, and after a restart', () => {
        const samples: Sample[] = [
            { quantity: 'inputVoltage1', unit: 'V', value: 230.4 },
            { quantity: 'batteryCurrent', unit: 'A', value: -12.345 },
            { quantity: 'charge', unit: '%', value: 99.5 },
            { quantity: 'secondsOnBattery', unit: 's', value: 0 },
            { quantity: 'outputPower1', unit: 'W', value: -26 },
            { quantity: 'energy', unit: 'kWh', value: 1_234_567_890.125 },
            { quantity: 'outputSource', unit: '', state: 'normal' },
        ];
        store.sample(UPS, start, samples);
        store.sample(UPS, start + 180_000, [
            { quantity: 'inputVoltage1', unit: 'V', value: 0 },
            { quantity: 'outputSource', unit: '', state: 'battery' },
        ]);
        const told = () => {
            const { times, columns } = store.read({ owner: 'u1', from: start, to: start + HOUR });
            const cell = (row: number) =>
                Object.fromEntries(
                    columns.map(({ quantity, states, mean }) => [quantity, states?.[mean[row]!] ?? mean[row]]),
                );
            return { times, rows: times.map((_, row) => cell(row)) };
        };
        const expected = {
            times: [start, start + 180_000],
            rows: [
                Object.fromEntries(samples.map(({ quantity, value, state }) => [quantity, state ?? value])),
                {
                    inputVoltage1: 0,
                    batteryCurrent: undefined,
                    charge: undefined,
                    secondsOnBattery: undefined,
                    outputPower1: undefined,
                    energy: undefined,
                    outputSource: 'battery',
                },
            ],
        };
        assert.deepEqual(told(), expected);
        store = bench.later(DAY + HOUR);
        assert.equal(count(store, 'live'), 0);
        assert.deepEqual(told(), expected);
        store = bench.reopen();
        assert.deepEqual(told(), expected);
    });

    it('keeps what is not known as not known, and a gap as a gap', () => {
        for (const [minutes, value] of [
            [0, 230],
            [3, undefined],
            [6, 231],
            [60, 232],
        ] as const) {
            const samples = [...volts(value), { quantity: 'charge', unit: '%', value: 50 }];
            store.sample(UPS, start + minutes * MINUTE, samples);
        }
        const expected = [
            [0, 230],
            [180, undefined],
            [360, 231],
            [3600, 232],
        ];
        assert.deepEqual(points(store, { from: start, to: start + HOUR }).slice(0, 1), [[0, 230]]);
        const read = () => {
            const { times, columns, gapMs } = store.read({ owner: 'u1', from: start, to: start + HOUR });
            assert.ok(gapMs >= 180_000 && gapMs < 54 * MINUTE, `${gapMs} ms`);
            return times.map((at, i) => [(at - start) / 1000, columns[0].mean[i]]);
        };
        assert.deepEqual(read(), expected);
        store = bench.later(DAY + HOUR);
        assert.deepEqual(read(), expected);
        const quarters = points(store, { from: start, to: start + 2 * HOUR, tier: 'quarter' });
        assert.deepEqual(
            quarters,
            [
                [0, 230.5],
                [3600, 232],
            ].map(([at, value]) => [at, Math.round(value)]),
        );
    });

    it('packs a day when it is over, into a fraction of its size, and reads the same', () => {
        fill(1);
        const before = points(store, { from: start, to: bench.clock.now() });
        assert.equal(before.length, 480);
        bench.work();
        assert.deepEqual([count(store, 'live'), count(store, 'packed')], [0, 0]);
        assert.deepEqual(points(store, { from: start, to: bench.clock.now() }), before);
        assert.deepEqual(points(store, { from: start + HOUR, to: start + 2 * HOUR }).length, 21);
    });

    it('gives the finest values that fit, with mean, lowest and highest of quarters and hours', () => {
        fill(3, (n) => 220 + (n % 20));
        bench.work();
        const range = { owner: 'u1', from: start, to: start + 3 * DAY };
        const read = (most: number) => store.read({ ...range, points: most });
        assert.deepEqual([read(1440).tier, read(1440).times.length], ['fine', 1440]);
        assert.deepEqual([read(1439).tier, read(1439).times.length], ['quarter', 288]);
        assert.deepEqual([read(100).tier, read(100).times.length], ['hour', 72]);
        assert.ok(read(30).times.length <= 30 && read(30).times.length >= 15, 'hours are put together');
        const { times, columns } = read(100);
        assert.equal(times[1] - times[0], HOUR);
        assert.deepEqual(columns[0].min!.slice(0, 2), [220, 220]);
        assert.deepEqual(columns[0].max!.slice(0, 2), [239, 239]);
        assert.deepEqual(columns[0].mean.slice(0, 2), [230, 230]);
    });

    it('has quarters and hours of today, too', () => {
        fill(1.5, (n) => 200 + (n % 5));
        const hours = points(store, { from: start, to: bench.clock.now(), tier: 'hour' });
        assert.equal(hours.length, 36);
        assert.deepEqual(hours.at(-1), [35 * 3600, 202]);
    });

    it('tells what it has', () => {
        store.sample({ id: 's1', name: 'Room' }, start, [{ quantity: 'value', unit: '°C', value: 21.5 }]);
        store.sample(UPS, start + 5000, [...volts(230), { quantity: 'outputSource', unit: '', state: 'normal' }]);
        assert.deepEqual(store.series('s1'), [
            { owner: 's1', ownerName: 'Room', quantity: 'value', unit: '°C', kind: 'number', from: start, to: start },
        ]);
        assert.deepEqual(
            store.series().map(({ owner, quantity, states }) => [owner, quantity, states]),
            [
                ['s1', 'value', undefined],
                ['u1', 'inputVoltage1', undefined],
                ['u1', 'outputSource', ['normal']],
            ],
        );
    });

    it('writes CSV, in slices, of any tier, with states by name and nothing for what is not known', async () => {
        for (let n = 0; n < 3 * 480; n++) {
            const state = { quantity: 'outputSource', unit: '', state: n < 480 ? 'battery' : 'normal' };
            store.sample(UPS, start + n * 180 * SECOND, [...volts(n % 2 ? 230 + (n % 5) : undefined), state]);
        }
        const lines = async (more: object = {}) => {
            const text = textOf(await store.csv({ owner: 'u1', from: start, to: start + 3 * DAY, ...more }));
            assert.ok(text.endsWith('\r\n'));
            return text.trim().split('\r\n');
        };
        const [header, ...rows] = await lines();
        assert.deepEqual(header.split(',').sort(), ['inputVoltage1 (V)', 'outputSource', 'time']);
        assert.equal(rows.length, 1440);
        assert.match(rows[0], /^2026-01-15T[^,]*,(,battery|battery,)$/);
        assert.match(rows[1439], /,(234,normal|normal,234)$/);
        const quarters = await lines({ tier: 'quarter' });
        assert.equal(quarters.length, 1 + 288);
        assert.ok(quarters[0].includes('inputVoltage1 (V) min,inputVoltage1 (V) max'));
        assert.ok((await lines({ points: 20 })).length <= 21);
        assert.equal(textOf(await store.csv({ owner: 'nobody', from: start, to: start + DAY })), 'time\r\n');
    });

    it('writes as CSV what it reads, of every tier, and lets others have their turn after each few rows', async () => {
        const names = Array.from({ length: 60 }, (_, i) => `value ${i}`);
        for (let n = 0; n < 5 * 144; n++) {
            const known = names.filter((_, i) => (n + i) % 7 > 0);
            const samples = known.map((quantity, i) => ({ quantity, unit: 'V', value: i + (n % 9) / 10 }));
            store.sample(UPS, start + n * 10 * MINUTE + 7 * MINUTE, samples);
        }
        bench.clock.jumpWall(6 * DAY);
        bench.work();
        const range = { owner: 'u1', from: start + HOUR, to: start + 5 * DAY };
        for (const asked of [{}, { tier: 'quarter' }, { tier: 'hour' }, { points: 20 }] as const) {
            const slices = new CountedSlices();
            const lines = textOf(await store.csv({ ...range, ...asked }, undefined, slices))
                .trim()
                .split('\r\n');
            const [, ...titles] = lines[0].split(',');
            const table = store.read({ ...range, points: 1e6, ...asked });
            assert.equal(lines.length - 1, table.times.length, JSON.stringify(asked));
            const told = (title: string) => {
                const [, quantity, , kind = 'mean'] = /^(value \d+) \((V)\) ?(min|max)?$/.exec(title)!;
                return table.columns.find((column) => column.quantity === quantity)![kind as 'mean']!;
            };
            const columns = titles.map(told);
            for (const [row, line] of lines.slice(1).entries()) {
                const [time, ...cells] = line.split(',');
                assert.equal(Date.parse(time), table.times[row]);
                assert.deepEqual(
                    cells,
                    columns.map((values) => String(values[row] ?? '')),
                );
            }
            const { turns } = slices;
            assert.ok(turns >= CountedSlices.turnsOf(lines.length - 1), `${turns} turns for ${lines.length} lines`);
        }
    });

    it('holds hundreds of quantities of one owner', () => {
        const blocks = (n: number): Sample[] =>
            Array.from({ length: 512 }, (_, i) => ({ quantity: `block ${i}`, unit: 'V', value: 13.5 + i / 1000 + n }));
        for (let n = 0; n < 3; n++) store.sample(UPS, start + n * 180_000, blocks(n));
        const check = () => {
            const { times, columns } = store.read({ owner: 'u1', from: start, to: start + HOUR });
            assert.deepEqual([times.length, columns.length], [3, 512]);
            const last = columns.find(({ quantity }) => quantity === 'block 511')!;
            assert.deepEqual(last.mean, [14.011, 15.011, 16.011]);
        };
        check();
        store = bench.later(DAY + HOUR);
        assert.equal(count(store, 'live'), 0);
        check();
    });

    it('loses nothing and keeps the order when the wall clock jumps back and forth', () => {
        fill(1);
        bench.work();
        bench.clock.jumpWall(-12 * HOUR);
        const again = bench.clock.now();
        for (let n = 0; n < 5; n++) store.sample(UPS, again + n * 180_000 + 7000, volts(99));
        bench.clock.jumpWall(10 * 365 * DAY);
        store.sample(UPS, bench.clock.now(), volts(77));
        bench.clock.jumpWall(-10 * 365 * DAY + 12 * HOUR);
        const check = () => {
            const read = points(store, { from: start, to: start + DAY });
            assert.equal(read.length, 485);
            assert.equal(read.filter(([, value]) => value === 99).length, 5);
            assert.deepEqual(
                read.map(([at]) => at),
                read.map(([at]) => at).toSorted((a, b) => a - b),
            );
            assert.deepEqual(
                points(store, { from: start + 9 * 365 * DAY, to: start + 11 * 365 * DAY, tier: 'fine' }).map(
                    ([, v]) => v,
                ),
                [77],
            );
        };
        check();
        store = bench.later(2 * DAY);
        assert.equal(count(store, 'live'), 0);
        check();
    });

    it('does not delete because of a clock that has jumped', () => {
        fill(2);
        bench.work();
        bench.clock.jumpWall(20 * 365 * DAY);
        bench.work();
        store = bench.later(0);
        bench.clock.jumpWall(-20 * 365 * DAY);
        bench.work();
        assert.equal(points(store, { from: start, to: start + 2 * DAY, tier: 'fine' }).length, 960);
    });

    it('forgets fine values, quarters and recordings by age, and keeps hours for ever', () => {
        const retention = { fineDays: 2, quarterDays: 20, recordingDays: 20 };
        store = bench.reopen({ retention });
        fill(1);
        store = bench.later(4 * DAY, { retention });
        const range = { from: start, to: start + DAY };
        assert.deepEqual(points(store, { ...range, tier: 'fine' }), []);
        assert.equal(points(store, { ...range, tier: 'quarter' }).length, 96);
        assert.equal(store.read({ owner: 'u1', ...range }).tier, 'quarter', 'the finest that reaches so far back');
        store = bench.later(26 * DAY, { retention });
        assert.deepEqual(points(store, { ...range, tier: 'quarter' }), []);
        assert.equal(points(store, range).length, 24);
    });

    it('deletes on order: at once for whoever reads, then for good', () => {
        fill(3);
        store.sample({ id: 's1', name: 'Room' }, start, volts(1));
        bench.work();
        assert.equal(store.remove({ owner: 's1' }), 1);
        assert.deepEqual(store.series('s1'), []);
        const middle = start + 36 * HOUR;
        assert.ok(store.remove({ owner: 'u1', before: middle }) > 0);
        const check = () => {
            assert.equal(points(store, { from: start, to: start + 3 * DAY, tier: 'fine' }).length, 720);
            assert.equal(points(store, { from: start, to: start + 3 * DAY, tier: 'quarter' }).length, 144);
            assert.equal(points(store, { from: start, to: start + 3 * DAY, tier: 'hour' }).length, 36);
        };
        check();
        bench.work();
        check();
        assert.equal(count(store, 'owner'), 1);
        assert.equal(count(store, 'owner WHERE cut IS NOT NULL'), 0);
        store.sample({ id: 's1', name: 'Room' }, bench.clock.now(), volts(2));
        assert.equal(store.series('s1').length, 1, 'what comes later is kept');
    });

    it('packs a day in between where values come each second', () => {
        for (let n = 0; n < 9000; n++) {
            store.sample(UPS, bench.clock.now(), volts(230 + (n % 3)));
            bench.clock.jumpWall(SECOND);
        }
        bench.work();
        assert.ok(count(store, 'live') < 4500, `${count(store, 'live')} rows`);
        const read = points(store, { from: start, to: bench.clock.now() });
        assert.equal(read.length, 9000);
        assert.deepEqual(read[8999], [8999, 232]);
    });

    it('shares one file between the users of a directory', () => {
        const other = bench.open();
        other.sample(UPS, start, volts(1));
        assert.equal(store.series().length, 1);
        other.close();
        store.sample(UPS, start + 5000, volts(2));
        assert.equal(points(store, { from: start, to: start + MINUTE }).length, 2);
        assert.deepEqual(bench.codes, []);
    });

    it('leaves no timer behind', () => {
        store.sample(UPS, start, volts(1));
        bench.closeAll();
        assert.equal(bench.clock.pending, 0);
    });
});
