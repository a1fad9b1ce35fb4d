import assert from 'node:assert/strict';
import type { CsvMapping } from '../../../../lib/protocols/measurement-csv/columns';
import { readMeasurements } from '../../../../lib/protocols/measurement-csv/measurement-csv';
import { positionFrom, START, type LogPosition } from '../../../../lib/protocols/measurement-csv/position';
import { zoneOf } from '../../../../lib/zones/temporal-zone';

const zone = zoneOf('UTC');
const MAPPING: CsvMapping = { time: { columns: ['Time'], format: 'epoch' }, columns: [{ label: 'V', kind: 'number' }] };
const BEGIN = 1_528_977_600;

/** One row: seconds since the beginning, and a value. */
type Row = readonly [seconds: number, value: number];
const file = (rows: readonly Row[]) =>
    Buffer.from(`Time,V\n${rows.map(([seconds, value]) => `${BEGIN + seconds},${value}\n`).join('')}`);
const minutes = (from: number, to: number): Row[] =>
    Array.from({ length: to - from }, (_, index) => [(from + index) * 60, from + index]);

/** Reads files one after another, as a program that is killed after each: what is kept is JSON. */
class Reader {
    position: LogPosition = START;
    readonly taken: Row[] = [];
    bad = 0;

    async read(bytes: Uint8Array): Promise<Row[]> {
        const kept: unknown = JSON.parse(JSON.stringify(this.position));
        const { rows, position, bad } = await readMeasurements(bytes, MAPPING, { zone, position: positionFrom(kept) });
        this.position = position;
        this.bad += bad.count;
        const taken = rows.map(({ at, values }) => [at / 1000 - BEGIN, values.V!.quantity!.value] as const);
        this.taken.push(...taken);
        return taken;
    }
}

describe('each row of a log is read once', () => {
    it('when one file is read twice', async () => {
        const reader = new Reader();
        assert.equal((await reader.read(file(minutes(0, 1000)))).length, 1000);
        assert.deepEqual(await reader.read(file(minutes(0, 1000))), []);
    });

    it('when it grows', async () => {
        const reader = new Reader();
        for (let end = 0; end <= 1995; end += 35) await reader.read(file(minutes(0, end)));
        assert.deepEqual(reader.taken, minutes(0, 1995));
    });

    it('when it is renamed and a new one begins, whichever is read first', async () => {
        const [old, renamed, fresh] = [file(minutes(0, 900)), file(minutes(0, 1000)), file(minutes(1000, 1700))];
        for (const order of [
            [old, renamed, fresh],
            [old, fresh, renamed],
            [fresh, old, renamed],
            [renamed, fresh],
            [fresh, renamed, old, fresh, renamed],
        ]) {
            const reader = new Reader();
            for (const each of order) await reader.read(each);
            assert.deepEqual(
                reader.taken.toSorted(([a], [b]) => a - b),
                minutes(0, 1700),
            );
        }
    });

    it('when the full card drops its oldest rows', async () => {
        const reader = new Reader();
        for (let end = 600; end <= 2400; end += 50) await reader.read(file(minutes(end - 600, end)));
        assert.deepEqual(reader.taken, minutes(0, 2400));
    });

    it('when several rows have one time, and more of them come later', async () => {
        const alarms: Row[] = [
            [60, 1],
            [120, 2],
            [120, 3],
        ];
        const reader = new Reader();
        await reader.read(file(alarms));
        assert.deepEqual(await reader.read(file([...alarms, [120, 4], [180, 5]])), [
            [120, 4],
            [180, 5],
        ]);
    });

    it('when the clock is set back by an hour, also together with a new file', async () => {
        const again = minutes(40, 100).map(([seconds, value]) => [seconds, value + 0.5] as const);
        const inOne = new Reader();
        await inOne.read(file(minutes(0, 100)));
        assert.deepEqual(await inOne.read(file([...minutes(0, 100), ...again])), again);
        const inTwo = new Reader();
        await inTwo.read(file(minutes(0, 100)));
        assert.deepEqual(await inTwo.read(file(again)), again);
        assert.deepEqual(await inTwo.read(file(again)), []);
    });

    it('when the clock was wrong by years for a while', async () => {
        const year = 366 * 86_400;
        const wrong = minutes(0, 300).map(([seconds, value]) => [seconds + 9 * year, value] as const);
        const lost = minutes(0, 300).map(([seconds, value]) => [seconds - 9 * year, value] as const);
        const all = [...minutes(0, 500), ...wrong, ...lost, ...minutes(500, 1500)];
        for (const step of [41, 333]) {
            const reader = new Reader();
            const ends = Array.from({ length: Math.ceil(all.length / step) }, (_, index) => (index + 1) * step);
            for (const end of step === 1 ? ends.filter((each) => each % 40 < 2) : ends)
                await reader.read(file(all.slice(0, end)));
            await reader.read(file(all));
            assert.deepEqual(reader.taken.map(String).toSorted(), all.map(String).toSorted(), `${step}`);
        }
    });

    it('and a damaged one is counted once', async () => {
        const damaged = (rows: string) =>
            Buffer.from(`Time,V\nwhat\n${BEGIN},1\n${BEGIN + 60},x\n${BEGIN + 120},2\n${rows}`);
        const reader = new Reader();
        for (const more of ['', '', `${BEGIN + 180},y\n`, `${BEGIN + 180},y\n${BEGIN + 240},3\n`])
            await reader.read(damaged(more));
        assert.equal(reader.bad, 3);
        assert.deepEqual(
            reader.taken.map(([, value]) => value),
            [1, 2, 3],
        );
    });

    it('and what has to be kept for that stays small', async () => {
        const reader = new Reader();
        for (let day = 0; day < 100; day++) await reader.read(file(minutes(day * 1440, day * 1440 + 300)));
        assert.ok(JSON.stringify(reader.position).length < 16_000);
        assert.equal(reader.taken.length, 100 * 300);
    });

    it('from the start, if what was kept is no position', () => {
        for (const kept of [
            undefined,
            null,
            5,
            'x',
            [],
            {},
            { version: 2 },
            { ...START, recent: [['a', 1]] },
            { ...START, spans: [[1]] },
            { ...START, exactFrom: null },
        ])
            assert.equal(positionFrom(kept), START);
        assert.equal(positionFrom(START), START);
    });
});
