import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { textOf } from '../../../../lib/store/csv';
import { batteryCsv, batteryRetention, type NumberedValues, type SeriesStore } from '../../../../lib/store/series';
import { count, databaseOf, DAY, fillDisk, HOUR, MINUTE, SECOND, SeriesBench } from './support';

const BATTERY = { id: 'b1', name: 'Battery 1' };
const MODULES = 40;
const STEP = 15 * MINUTE;
const DAY_ROWS = DAY / STEP;

/** Volts of a module at the n-th sample: module m has 13.6 + m/1000 V, and 1 mV more at each odd sample. */
const volts = (n: number) => Float64Array.from({ length: MODULES }, (_, i) => (13_600 + i + 1 + (n % 2)) / 1000);

function values(n: number): NumberedValues[] {
    const temperature = new Float64Array(MODULES).fill(22.5);
    // Module 3 does not tell its temperature.
    temperature[2] = NaN;
    return [
        { quantity: 'voltage', unit: 'V', values: volts(n) },
        { quantity: 'temperature', unit: '°C', values: temperature },
        {
            quantity: 'string-current',
            unit: 'A',
            values: Float64Array.of(-1.25, 0),
        },
    ];
}

describe('series: the history of a battery', function () {
    this.timeout(20_000);
    let bench: SeriesBench;
    let store: SeriesStore;
    let start: number;
    beforeEach(() => {
        bench = new SeriesBench();
        start = bench.clock.now();
        store = bench.open();
    });
    afterEach(() => bench.dispose());

    /** Samples days from `first` on. */
    const fill = (days: number, first = 0) => {
        for (let n = first * DAY_ROWS; n < (first + days) * DAY_ROWS; n++) {
            store.sampleNumbered(BATTERY, start + n * STEP, values(n));
        }
    };
    const column = (quantity: string, range: Partial<Parameters<SeriesStore['read']>[0]> = {}) => {
        const table = store.read({
            owner: 'b1',
            quantities: [quantity],
            from: start,
            to: start + 9999 * DAY,
            ...range,
        });
        return { ...table, column: table.columns[0] };
    };
    const allVolts = (days: number, module: number) =>
        Array.from({ length: days * DAY_ROWS }, (_, n) => (13_600 + module + (n % 2)) / 1000);

    it('gives back each block and string by its number, before and after packing, and after a restart', () => {
        fill(2);
        const check = (when: string) => {
            for (const module of [1, 32, 33, 40]) {
                const found = column(`voltage.${module}`, { tier: 'fine' });
                assert.deepEqual(found.column?.mean, allVolts(2, module), `${when}: module ${module}`);
                assert.equal(found.column.unit, 'V');
            }
            assert.deepEqual(column('string-current.1', { tier: 'fine' }).column?.mean[0], -1.25, when);
            assert.deepEqual(column('temperature.3', { tier: 'fine' }).times, [], `${when}: not known`);
            assert.deepEqual(column('temperature.4', { tier: 'fine' }).column?.mean[5], 22.5, when);
        };
        check('live');
        store = bench.later(2 * DAY + HOUR);
        assert.equal(count(store, 'live'), 0);
        check('packed');
        store = bench.reopen();
        check('after a restart');
        assert.deepEqual(
            store
                .series('b1')
                .filter(({ quantity }) => quantity === 'voltage.40')
                .map(({ from, to }) => [from, to]),
            [[start, start + 2 * DAY - STEP]],
        );
    });

    it('packs the day under way before it is long, and reads the same in the middle of packing', () => {
        fill(2);
        const plain = column('voltage.33', { tier: 'fine' }).column?.mean;
        const days = column('voltage.33', { tier: 'day' }).column;
        bench.clock.jumpWall(2.5 * DAY);
        let seen = 0;
        for (let step = 0; step < 4000 && (count(store, 'live') > 0 || step < 10); step++) {
            bench.clock.advanceSync(step === 0 ? MINUTE : 10);
            if (step % 40 !== 0) continue;
            seen++;
            assert.deepEqual(column('voltage.33', { tier: 'fine' }).column?.mean, plain);
            assert.deepEqual(column('voltage.33', { tier: 'day' }).column, days);
        }
        assert.ok(seen > 3);
        assert.equal(count(store, 'live'), 0);
        assert.equal(count(store, 'packed'), 0);
    });

    it('has hours and days with mean, lowest and highest, also of today', () => {
        fill(1);
        const day = column('voltage.2', { tier: 'day' });
        assert.deepEqual(
            [day.times, day.column?.mean, day.column?.min, day.column?.max],
            [[start], [13.603], [13.602], [13.603]],
        );
        const hour = column('voltage.2', { tier: 'hour' });
        assert.deepEqual([hour.times.length, hour.column?.min?.[7], hour.column?.max?.[7]], [24, 13.602, 13.603]);
        store = bench.later(1.5 * DAY);
        assert.deepEqual(column('voltage.2', { tier: 'day' }).column, day.column);
        assert.deepEqual(column('voltage.2', { tier: 'hour' }).column, hour.column);
    });

    it('forgets samples and hours by age, and keeps days and impedance for ever', () => {
        const retention = { fineDays: 2, hourDays: 10 };
        const impedance = (at: number, milliohms: number) => {
            const values = new Float64Array(MODULES).fill(milliohms);
            store.sampleNumbered(BATTERY, at, [{ quantity: 'impedance', unit: 'mΩ', values }], 'seldom');
        };
        store = bench.reopen({ retention });
        fill(1);
        impedance(start + 8 * HOUR, 4.012);
        impedance(start + 20 * HOUR, 4.015);
        store = bench.later(1.5 * DAY, { retention });
        const counts = () =>
            (['fine', 'hour', 'day'] as const).map((tier) => column('voltage.1', { tier }).times.length);
        assert.deepEqual(counts(), [DAY_ROWS, 24, 1]);
        for (let month = 1; month <= 3; month++) {
            store = bench.later(25 * DAY, { retention });
            store.sampleNumbered(BATTERY, bench.clock.now(), values(month));
            store = bench.later(2 * DAY, { retention });
            if (month === 1) assert.deepEqual(counts(), [1, 25, 2]);
        }
        const [fine, hours, days] = counts();
        assert.deepEqual([fine, days], [1, 4]);
        assert.ok(hours! < 4, `${hours} hours`);
        assert.equal(column('voltage.1', { points: 50 }).tier, 'day');
        assert.deepEqual(column('impedance.7').column?.mean, [4.012, 4.015]);
        assert.deepEqual(column('impedance.7').times, [start + 8 * HOUR, start + 20 * HOUR]);
    });

    it('is kept less long than a UPS, and never longer', () => {
        const usual = batteryRetention({
            fineDays: 400,
            quarterDays: 1826,
            hourDays: 0,
            recordingDays: 1826,
        });
        assert.deepEqual([usual.fineDays, usual.hourDays], [90, 1096]);
        const small = batteryRetention({
            fineDays: 30,
            quarterDays: 100,
            hourDays: 365,
            recordingDays: 100,
        });
        assert.deepEqual([small.fineDays, small.hourDays], [30, 365]);
    });

    it('answers a request with the finest tier that has as many points at most', async () => {
        fill(40);
        store = bench.later(41 * DAY);
        const tierOf = async (points: number, from = start) => {
            const query = {
                owner: 'b1',
                quantities: ['voltage.1', 'voltage.40'],
                from,
                to: start + 40 * DAY,
                points,
            };
            const soon = await store.readSoon(query);
            assert.deepEqual(soon, store.read(query));
            return [soon.tier, soon.times.length];
        };
        assert.deepEqual(await tierOf(4000), ['fine', 40 * DAY_ROWS]);
        assert.deepEqual(await tierOf(1000), ['hour', 960]);
        assert.deepEqual(await tierOf(100), ['day', 40]);
        assert.deepEqual(await tierOf(21), ['day', 20]);
    });

    it('answers from its first afternoon on with samples, and then with hours: of a battery there are no quarters', () => {
        const first = start + 14 * HOUR;
        const rows = (2 * DAY) / (5 * MINUTE);
        for (let n = 0; n < rows; n++) store.sampleNumbered(BATTERY, first + n * 5 * MINUTE, values(n));
        store = bench.later(4 * DAY);
        const asked = (from: number, points: number) => {
            const { tier, times } = column('voltage.1', {
                from,
                to: first + 2 * DAY,
                points,
            });
            return [tier, times.length];
        };
        assert.deepEqual(asked(first, 1000), ['fine', rows]);
        assert.deepEqual(asked(first - HOUR - MINUTE, 1000), ['fine', rows]);
        assert.deepEqual(asked(first, 300), ['hour', 48]);
    });

    it('writes CSV of chosen modules', async () => {
        fill(1);
        const query = {
            owner: 'b1',
            quantity: 'voltage',
            modules: [1, 40],
            from: start,
            to: start + 2 * STEP,
        } as const;
        const lines = textOf(await batteryCsv(store, query)).split('\r\n');
        assert.equal(lines[0], 'time,voltage.1 (V),voltage.40 (V)');
        assert.match(lines[2]!, /,13\.602,13\.641$/);
        assert.equal(lines.length, 5);
        const daily = textOf(
            await batteryCsv(store, {
                ...query,
                modules: [40],
                to: start + DAY,
                tier: 'day',
            }),
        );
        assert.match(
            daily,
            /^time,voltage\.40 \(V\),voltage\.40 \(V\) min,voltage\.40 \(V\) max\r\n.*,13\.641,13\.64,13\.641\r\n$/,
        );
    });

    it('is deleted as told: what is before a time, or all of it', () => {
        fill(3);
        store.sampleNumbered(
            BATTERY,
            start,
            [{ quantity: 'impedance', unit: 'mΩ', values: Float64Array.of(4) }],
            'seldom',
        );
        store.sampleNumbered(
            BATTERY,
            start + 2 * DAY,
            [{ quantity: 'impedance', unit: 'mΩ', values: Float64Array.of(5) }],
            'seldom',
        );
        store = bench.later(3 * DAY + HOUR);
        store.remove({ owner: 'b1', before: start + 1.5 * DAY });
        const check = () => {
            assert.equal(column('voltage.40', { tier: 'fine' }).times[0], start + 1.5 * DAY);
            assert.deepEqual(column('impedance.1').column?.mean, [5]);
        };
        check();
        bench.work();
        check();
        store = bench.reopen();
        check();
        store.remove({ owner: 'b1' });
        assert.deepEqual(store.series('b1'), []);
        bench.work();
        for (const table of ['owner', 'part', 'series', 'live', 'block', 'packed'])
            assert.equal(count(store, table), 0, table);
    });

    it('goes on in memory on a full disk, and writes it when there is room', () => {
        fill(1);
        fillDisk(store);
        let n = DAY_ROWS;
        while (store.mode === 'disk') store.sampleNumbered(BATTERY, start + n * STEP, values(n++));
        store.sampleNumbered(
            BATTERY,
            start + n * STEP,
            [{ quantity: 'impedance', unit: 'mΩ', values: Float64Array.of(4) }],
            'seldom',
        );
        for (let more = 0; more < 5; more++) store.sampleNumbered(BATTERY, start + n * STEP, values(n++));
        const check = () => {
            const { column: found } = column('voltage.40', {
                tier: 'fine',
                to: start + (n - 1) * STEP,
            });
            assert.deepEqual(found?.mean, allVolts(9, 40).slice(0, n));
            assert.deepEqual(column('impedance.1').column?.mean, [4]);
        };
        check();
        bench.clock.advanceSync(MINUTE);
        assert.equal(store.mode, 'disk');
        check();
        store = bench.reopen();
        check();
        assert.deepEqual(bench.codes, ['store-failed']);
    });

    it('brings all back from a file that was removed in the middle of packing', () => {
        fill(2);
        bench.clock.jumpWall(2.5 * DAY);
        bench.clock.advanceSync(MINUTE);
        // So long that some parts have packed the first day, and others have not.
        while (count(store, 'packed') < 2) bench.clock.advanceSync(10);
        assert.ok(count(store, 'live') > 0);
        const removed = databaseOf(store).file;
        for (const end of ['', '-wal', '-shm']) bench.remove(`${removed}${end}`);
        bench.clock.advanceSync(2 * SECOND);
        bench.work();
        for (const module of [1, 33, 40]) {
            assert.deepEqual(column(`voltage.${module}`, { tier: 'fine' }).column?.mean, allVolts(2, module));
        }
        assert.deepEqual(bench.codes, ['store-moved']);
    });

    it('opens a file of the version before, and keeps what is in it', () => {
        store.sample({ id: 'u1', name: 'UPS 1' }, start, [{ quantity: 'charge', unit: '%', value: 97 }]);
        bench.closeAll();
        const db = new DatabaseSync(bench.file);
        db.exec(`ALTER TABLE part DROP COLUMN sheet; ALTER TABLE part DROP COLUMN place; ALTER TABLE part DROP COLUMN tier;
            DROP TABLE discharge; DROP TABLE discharge_row; DROP TABLE discharge_block; PRAGMA user_version = 1;`);
        db.close();
        store = bench.open();
        const { columns } = store.read({
            owner: 'u1',
            from: start,
            to: start + DAY,
        });
        assert.deepEqual(columns[0]?.mean, [97]);
        fill(1);
        assert.deepEqual(column('voltage.1', { tier: 'fine' }).column?.mean, allVolts(1, 1));
        assert.deepEqual(bench.codes, []);
    });
});
