import assert from 'node:assert/strict';
import type { CsvMapping } from '../../../../lib/protocols/measurement-csv/columns';
import { positionFrom, START, type LogPosition } from '../../../../lib/protocols/measurement-csv/position';
import { zoneOf } from '../../../../lib/zones/temporal-zone';
import { seededDice } from '../../../support/fuzz';
import { readAll } from './read-all';

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

    constructor(public isLive = false) {}

    async read(bytes: Uint8Array): Promise<Row[]> {
        const kept: unknown = JSON.parse(JSON.stringify(this.position));
        const { rows, position, bad } = await readAll(bytes, MAPPING, {
            zone,
            position: positionFrom(kept),
            isLive: this.isLive,
        });
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

    it('when the clock is set back by more than is known, or begins again at each boot', async () => {
        const all: Row[] = [...minutes(0, 900), ...minutes(-600, 0), ...minutes(200, 600), ...minutes(200, 600)];
        for (const step of [1, 7, 300]) {
            const reader = new Reader();
            // From then on the file is known.
            for (let end = 1100; end < all.length; end += step) await reader.read(file(all.slice(0, end)));
            await reader.read(file(all));
            assert.deepEqual(reader.taken, [...all], `${step}`);
        }
    });

    it('when the clock is set back, and the device begins a new file after that', async () => {
        const before = [...minutes(0, 900), ...minutes(100, 110)];
        for (const renamedFirst of [true, false]) {
            const reader = new Reader(true);
            await reader.read(file(minutes(0, 900)));
            await reader.read(file([...minutes(0, 900), ...minutes(100, 105)]));
            const files = [file(before), file(minutes(110, 115))];
            for (const [index, each] of (renamedFirst ? files : files.toReversed()).entries()) {
                reader.isLive = (index === 1) === renamedFirst;
                await reader.read(each);
            }
            reader.isLive = true;
            await reader.read(file(minutes(110, 120)));
            const sorted = (rows: readonly Row[]) => rows.map(String).toSorted();
            assert.deepEqual(sorted(reader.taken), sorted([...before, ...minutes(110, 120)]));
        }
    });

    it('when the oldest rows of the file that is written are dropped after the clock was set back', async () => {
        const all: Row[] = [...minutes(0, 900), ...minutes(100, 400)];
        const reader = new Reader(true);
        for (let end = 800; end <= all.length; end += 10) await reader.read(file(all.slice(end - 800, end)));
        assert.deepEqual(reader.taken, all);
    });

    it('of the file that is written, also when more archives are read than are remembered', async () => {
        const reader = new Reader(true);
        const rows = minutes(40_000, 40_500);
        await reader.read(file(rows));
        reader.isLive = false;
        for (let index = 0; index < 40; index++) await reader.read(file(minutes(index * 500, index * 500 + 500)));
        reader.isLive = true;
        assert.deepEqual(await reader.read(file([...rows, ...minutes(40_000, 40_005)])), minutes(40_000, 40_005));
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

    it('when the file is written anew, whatever is the same in it', async () => {
        const old = file(minutes(0, 1000));
        const changed = Buffer.from(old);
        // The last row has another value; an early one, too.
        changed.write('7', old.length - 2);
        const other = Buffer.from(
            old
                .toString()
                .replace('Time,V\n', 'V,Time\n')
                .replace(/(\d+),(\d+)\n/g, '$2,$1\n'),
        );
        for (const [next, expected] of [
            [changed, [[999 * 60, 997]]],
            [other, minutes(744, 1000)],
            [file(minutes(0, 500)), []],
            [file(minutes(500, 1001)), [[1000 * 60, 1000]]],
            [Buffer.concat([Buffer.from('\n'), old, file(minutes(1000, 1002)).subarray(7)]), minutes(1000, 1002)],
        ] as const) {
            const reader = new Reader();
            await reader.read(old);
            assert.deepEqual(await reader.read(next), expected);
            assert.deepEqual(await reader.read(next), []);
            const more = Buffer.concat([
                next,
                Buffer.from(next === other ? `5000,${BEGIN + 72_000}\n` : `${BEGIN + 72_000},5000\n`),
            ]);
            assert.deepEqual(await reader.read(more), [[72_000, 5000]]);
        }
    });

    it('when its header is another one further down, and there is a name above', async () => {
        const reader = new Reader();
        const parts = [
            `North\nTime,V\n${BEGIN},1\n`,
            `${BEGIN + 60},2\nV,x,Time\n`,
            `3,4,${BEGIN + 120}\n`,
            `5,6,${BEGIN + 180}`,
            `\n\n`,
            `Time,V\n${BEGIN + 240},7\n`,
            `${BEGIN + 300},8\n`,
        ];
        for (let end = 1; end <= parts.length; end++) await reader.read(Buffer.from(parts.slice(0, end).join('')));
        assert.deepEqual(
            reader.taken,
            [1, 2, 3, 5, 7, 8].map((value, index) => [index * 60, value]),
        );
        assert.equal(reader.bad, 0);
    });

    it('in whatever order files grow, are renamed, are written anew, and the program is killed before it noted them', async () => {
        const dice = seededDice(31);
        for (let run = 0; run < 40; run++) {
            let [from, to] = [0, 0];
            const files: Buffer[] = [file([])];
            const reader = new Reader();
            const noted = new Set<string>();
            for (let step = 0; step < 40; step++) {
                to += dice(30) + 1;
                files[files.length - 1] = file(minutes(from, to));
                if (!dice(8)) [from] = [to, files.push(file([]))];
                const before = reader.position;
                const order = dice(4) ? [files.length - 1] : files.map((_, index) => index).slice(-3);
                if (files.length > 1) order.unshift(files.length - 2);
                const told: string[] = [];
                for (const index of order) told.push(...(await reader.read(files[index]!)).map(String));
                const twice = told.filter((row) => noted.has(row));
                assert.deepEqual([twice, new Set(told).size], [[], told.length]);
                if (dice(5)) for (const row of told) noted.add(row);
                else reader.position = before;
            }
            for (const each of files) for (const row of await reader.read(each)) noted.add(String(row));
            assert.deepEqual(noted, new Set(minutes(0, to).map(String)));
        }
    });

    it('and those that were damaged are good ones when they are read in the right way', async () => {
        const bytes = file(minutes(0, 1000));
        const wrong = { ...MAPPING, time: { columns: ['Time'], format: 'YYYY-MM-DD HH:mm:ss' } };
        const { rows, bad, position } = await readAll(bytes, wrong, { zone });
        assert.deepEqual([rows.length, bad.count], [0, 1000]);
        const right = await readAll(bytes, MAPPING, { zone, position });
        assert.deepEqual([right.rows.length, right.bad.count], [1000, 0]);
    });

    it('of a file where all stands twice, in one reading', async () => {
        const reader = new Reader();
        const rows = minutes(0, 5000);
        assert.deepEqual(await reader.read(file([...rows, ...rows])), rows);
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

    it('and of thirty renamed files none is taken apart once more at the next start', async () => {
        const reader = new Reader();
        const files = Array.from({ length: 31 }, (_, index) => file(minutes(index * 3000, (index + 1) * 3000)));
        for (const each of files) await reader.read(each);
        let turns = 0;
        const pause = () => Promise.resolve(void turns++);
        for (const each of files) await readAll(each, MAPPING, { zone, position: reader.position, pause });
        assert.equal(turns, 0, 'each is less than what is compared in one turn');
        assert.ok(JSON.stringify(reader.position).length < 16_000);
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
        for (const known of [{}, [null], [{ bytes: 5, lines: 1, header: 9, check: 'x', mapping: 'x' }]])
            assert.deepEqual(positionFrom({ ...START, exactFrom: 5, known }), { ...START, exactFrom: 5, known: [] });
        assert.equal(positionFrom(START), START);
        const live = { tail: '5,1\n', at: 5 };
        assert.deepEqual(positionFrom({ ...START, live }), { ...START, live });
        for (const wrong of [null, {}, 'x', { ...live, tail: '' }, { ...live, at: 'x' }])
            assert.deepEqual(positionFrom({ ...START, live: wrong }), START);
    });
});
