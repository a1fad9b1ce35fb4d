import assert from 'node:assert/strict';
import { DatabaseSync } from 'node:sqlite';
import { emptyStatus } from '../../../../lib/core/status/status';
import { dataLogCsv, openStore, type SeriesStore, type Store } from '../../../../lib/store';
import { DAY, SeriesBench } from './support';

const ROWS = 1000;

describe('series: the data log of earlier versions', () => {
    let bench: SeriesBench;
    let journal: Store;
    let start: number;

    beforeEach(() => {
        bench = new SeriesBench();
        start = bench.clock.now() - 30 * DAY;
        openStore({ directory: bench.directory, clock: bench.clock }).close();
        const db = new DatabaseSync(`${bench.directory}/ridethrough.sqlite`);
        const insert = db.prepare('INSERT INTO data (at, source_id, name, status) VALUES (?, ?, ?, ?)');
        db.exec('BEGIN');
        for (let n = 0; n < ROWS; n++) {
            const status = {
                ...emptyStatus(start + n * 180_000),
                battery: { chargePercent: n / 10, state: 'normal' },
                output: { source: 'normal', lines: [{ load: 38, power: -26 }] },
                alarms: [],
            };
            insert.run(status.time, 'u1', 'UPS 1', n === 7 ? 'damaged' : JSON.stringify(status));
        }
        db.exec('COMMIT');
        db.close();
        journal = openStore({ directory: bench.directory, clock: bench.clock });
    });
    afterEach(() => {
        journal.close();
        bench.dispose();
    });

    const open = () => bench.open({ old: journal.oldDataLog });
    const left = () => journal.oldDataLog.dataAfter(0, ROWS)?.entries.length ?? 0;
    const charges = (store: SeriesStore) =>
        store.read({ owner: 'u1', quantities: ['charge'], from: 0, to: 1e13, tier: 'fine' }).columns[0].mean;
    const expected = Array.from({ length: ROWS }, (_, n) => n / 10).filter((_, n) => n !== 7);

    it('is taken over once, in slices, and emptied', () => {
        const store = open();
        bench.work();
        assert.equal(left(), 0);
        assert.deepEqual(charges(store), expected);
        bench.closeAll();
        const again = open();
        bench.work();
        assert.deepEqual(charges(again), expected);
    });

    it('is taken over once where it was interrupted, even between keeping and emptying', () => {
        let drops = 0;
        bench.open({
            old: {
                isOnDisk: true,
                dataAfter: (id, limit) => journal.oldDataLog.dataAfter(id, limit),
                // As a kill: nothing is deleted any more.
                dropData: (id, limit) => (drops++ < 8 ? journal.oldDataLog.dropData(id, limit) : stop()),
            },
        });
        bench.work();
        bench.closeAll();
        assert.ok(left() > 0 && left() < ROWS - 1);
        const store = open();
        bench.work();
        assert.equal(left(), 0);
        assert.deepEqual(charges(store), expected);
    });

    it('gives the same columns as CSV as before, the newest lines, oldest of them first', () => {
        const store = open();
        bench.work();
        const lines = dataLogCsv(store, { limit: 3 })
            .trim()
            .split('\r\n')
            .map((line) => line.split(','));
        assert.deepEqual(lines[0].slice(0, 7), [
            'time',
            'ups',
            'upsId',
            'outputSource',
            'batteryState',
            'chargePercent',
            'minutesRemaining',
        ]);
        assert.deepEqual([lines[0].length, lines[0][33], lines[0].at(-1)], [38, 'alarms', 'dcTemperature']);
        const value = (line: number, name: string) => lines[line][lines[0].indexOf(name)];
        assert.deepEqual(
            ['ups', 'outputSource', 'outputPower1', 'load1', 'inputVoltage1'].map((name) => value(1, name)),
            ['UPS 1', 'normal', '-26', '38', ''],
        );
        assert.deepEqual(
            [1, 2, 3].map((line) => value(line, 'chargePercent')),
            ['99.7', '99.8', '99.9'],
        );
        assert.equal(dataLogCsv(store, { limit: 3, sourceId: 'u2' }).trim().split('\r\n').length, 1);
        assert.equal(dataLogCsv(store, { limit: 900 }).trim().split('\r\n').length, 901);
    });
});

function stop(): never {
    throw new Error('killed');
}
