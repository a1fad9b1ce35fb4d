import assert from 'node:assert/strict';
import type { DischargeRecord, DischargeRow } from '../../../../lib/core/batteries/discharge/record';
import { textOf } from '../../../../lib/store/csv';
import { dischargeCsv, type SeriesStore } from '../../../../lib/store/series';
import { count, databaseOf, DAY, fillDisk, MINUTE, SECOND, SeriesBench } from './support';

const BATTERY = { id: 'b1', name: 'Battery 1' };

describe('series: discharges of a battery', () => {
    let bench: SeriesBench;
    let store: SeriesStore;
    let onset: number;
    beforeEach(() => {
        bench = new SeriesBench();
        onset = bench.clock.now();
        store = bench.open();
    });
    afterEach(() => bench.dispose());

    const record = (id: string, changes: Partial<DischargeRecord> = {}): DischargeRecord => ({
        id,
        by: 'current',
        onset,
        onsetSeen: true,
        phase: 'discharging',
        durationMs: 0,
        stringAh: [1.5, null],
        ah: null,
        kWh: null,
        gapAh: null,
        gapKWh: null,
        gaps: [],
        endVoltage: 10.5,
        early: [],
        meanCurrent: null,
        temperature: { before: 22.5, mean: null, highest: null },
        rows: { discharge: 0, charge: 0 },
        ...changes,
    });
    const row = (n: number): DischargeRow => ({
        atMs: n * 5000,
        phase: n < 0 ? 'before' : 'discharge',
        voltage: Float64Array.of(12.5 - n / 1000, NaN, 12.4),
        temperature: Float64Array.of(22.5, 23, 22),
        ...(n >= 0 && { current: Float64Array.of(-55.25) }),
    });
    const discharge = (id: string, rows: number) => {
        const recorder = store.dischargeRecorder(BATTERY);
        recorder.put(record(id));
        for (let n = -1; n < rows; n++) recorder.append(id, row(n));
        recorder.put(record(id, { phase: 'complete', durationMs: rows * 5000, end: onset + rows * 5000 }));
    };
    const check = async (id: string, rows: number, when: string) => {
        const history = (await store.discharge('b1', id))!;
        assert.equal(history.record.phase, 'complete', when);
        assert.deepEqual(
            [...history.atMs],
            Array.from({ length: rows + 1 }, (_, n) => (n - 1) * 5000),
            when,
        );
        assert.deepEqual(history.phases.slice(0, 2), ['before', 'discharge'], when);
        const expected = Array.from({ length: rows + 1 }, (_, n) => (12_500 - (n - 1)) / 1000);
        assert.deepEqual([...history.voltage[0]!], expected, when);
        assert.ok(history.voltage[1]!.every(Number.isNaN), when);
        assert.deepEqual([history.current[0]![0], history.current[0]![1]], [NaN, -55.25], when);
    };

    it('gives back records and curves, before and after packing, and after a restart', async () => {
        discharge('r1', 150);
        await check('r1', 150, 'as it came');
        bench.work();
        assert.deepEqual([count(store, 'discharge_row'), count(store, 'discharge_block')], [0, 3]);
        await check('r1', 150, 'packed');
        store = bench.reopen();
        await check('r1', 150, 'after a restart');
        assert.deepEqual(store.discharges('b1'), [
            record('r1', { phase: 'complete', durationMs: 750_000, end: onset + 750_000 }),
        ]);
        assert.equal(await store.discharge('b1', 'r2'), undefined);
        assert.deepEqual(store.discharges('b2'), []);
    });

    it('keeps what comes again with the same content once', async () => {
        discharge('r1', 70);
        bench.work();
        const recorder = store.dischargeRecorder(BATTERY);
        for (let n = 60; n < 70; n++) recorder.append('r1', row(n));
        discharge('r1', 70);
        await check('r1', 70, 'again');
        assert.equal(store.discharges('b1').length, 1);
        assert.equal(count(store, 'discharge_row'), 0);
    });

    it('goes on in memory on a full disk, and writes it when there is room', async () => {
        const recorder = store.dischargeRecorder(BATTERY);
        recorder.put(record('r1'));
        recorder.append('r1', row(-1));
        fillDisk(store);
        let n = 0;
        for (; store.mode === 'disk'; n++) recorder.append('r1', row(n));
        recorder.append('r1', row(n++));
        recorder.put(record('r1', { phase: 'complete', end: onset + 1000 }));
        await check('r1', n, 'while the disk is full');
        bench.clock.advanceSync(MINUTE);
        assert.equal(store.mode, 'disk');
        await check('r1', n, 'when there is room');
        store = bench.reopen();
        await check('r1', n, 'after a restart');
    });

    it('is there again where the file was removed', async () => {
        discharge('r1', 70);
        bench.work();
        discharge('r2', 10);
        for (const end of ['', '-wal', '-shm']) bench.remove(`${databaseOf(store).file}${end}`);
        bench.clock.advanceSync(2 * SECOND);
        bench.work();
        await check('r1', 70, 'packed before');
        await check('r2', 10, 'not packed');
    });

    it('takes damaged rows for missing, says so, and keeps the rest', async () => {
        discharge('r1', 128);
        bench.work();
        const [{ db }] = databaseOf(store).databases();
        db.run(
            "UPDATE discharge_block SET data = x'0011223344556677' WHERE at = (SELECT min(at) FROM discharge_block)",
        );
        const { atMs } = (await store.discharge('b1', 'r1'))!;
        assert.equal(atMs.length, 129 - 64);
        assert.deepEqual(bench.codes, ['series-damaged']);
    });

    it('is kept for ever, and deleted with its battery, or as told', async () => {
        discharge('r1', 70);
        const later = onset + 10 * DAY;
        store.dischargeRecorder(BATTERY).put(record('r2', { onset: later, end: later + 1000, phase: 'complete' }));
        store = bench.later(11 * DAY);
        assert.equal(store.discharges('b1').length, 2);
        store.remove({ before: later });
        assert.deepEqual(
            store.discharges('b1').map(({ id }) => id),
            ['r2'],
        );
        assert.equal(await store.discharge('b1', 'r1'), undefined);
        bench.work();
        assert.deepEqual([count(store, 'discharge'), count(store, 'discharge_block')], [1, 0]);
        store.remove({ owner: 'b1' });
        assert.deepEqual(store.discharges('b1'), []);
        bench.work();
        assert.equal(count(store, 'discharge'), 0);
    });

    it('is written as CSV', async () => {
        discharge('r1', 2);
        const lines = textOf(await dischargeCsv((await store.discharge('b1', 'r1'))!)).split('\r\n');
        assert.equal(
            lines[0],
            'time,seconds (s),phase,voltage.1 (V),voltage.2 (V),voltage.3 (V),temperature.1 (°C),temperature.2 (°C),temperature.3 (°C),string-current.1 (A)',
        );
        assert.match(lines[1]!, /,-5,before,12\.501,,12\.4,22\.5,23,22,$/);
        assert.match(lines[3]!, /,5,discharge,12\.499,,12\.4,22\.5,23,22,-55\.25$/);
        assert.equal(lines.length, 5);
    });
});
