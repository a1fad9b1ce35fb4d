import assert from 'node:assert/strict';
import { mkdtempSync, renameSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { DriverMemory, DriverState } from '../../../../lib/core/driver';
import type { UpsError } from '../../../../lib/core/errors';
import type { PartialStatus } from '../../../../lib/core/status/status';
import type { DeviceMap } from '../../../../lib/protocols/device-map/device-map';
import { LocalLog, type LogFiles } from '../../../../lib/protocols/duracomm/log-files';
import { LogDriver, type LogDriverOptions } from '../../../../lib/protocols/duracomm/log-driver';
import { zoneOf } from '../../../../lib/zones/temporal-zone';
import { eventually } from '../../../support/eventually';
import { FakeClock } from '../../../support/fake-clock';

const MAP: DeviceMap = {
    version: 1,
    id: 'log',
    name: 'Log',
    judgedBy: 'a test',
    items: [
        { id: 'ac', at: { label: 'AC Line (Volts)' }, kind: 'number', to: 'input.lines.1.voltage' },
        {
            id: 'door',
            at: { label: 'Door' },
            kind: 'state',
            states: { OPEN: 'open', CLOSED: 'closed' },
            to: 'channel:door',
        },
    ],
};
const HEADER = 'Time,Site,AC Line (Volts),Door';
const MINUTE = 60_000;

describe('a device read by its log', () => {
    let clock: FakeClock;
    let folder: string;
    let drivers: LogDriver[];
    let start: number;

    beforeEach(() => {
        clock = new FakeClock();
        start = clock.now();
        folder = mkdtempSync(join(tmpdir(), 'ridethrough-log-'));
        drivers = [];
    });

    afterEach(async () => {
        await Promise.all(drivers.map((driver) => driver.stop()));
        rmSync(folder, { recursive: true, force: true });
        assert.equal(clock.pending, 0);
    });

    const stamp = (minute: number) => new Date(start + minute * MINUTE).toISOString().slice(0, 19).replace('T', ' ');
    const row = (minute: number, volts: number | string = 110 + minute, door = 'OPEN') =>
        `${stamp(minute)},Shelter 7,${volts},${door}`;
    const file = (name: string, ...rows: string[]) =>
        writeFileSync(join(folder, name), `${[HEADER, ...rows].join('\r\n')}\r\n`);

    /** What one process after the other has kept. */
    class Kept implements DriverMemory {
        value: unknown;
        readonly history: number[] = [];
        get = () => this.value;
        keep = (value: unknown) => void (this.value = JSON.parse(JSON.stringify(value)));
    }

    function run(kept = new Kept(), over: Partial<LogDriverOptions> = {}) {
        const seen = { readings: [] as PartialStatus[], states: [] as DriverState[], warned: [] as UpsError[], kept };
        const driver = new LogDriver({
            clock,
            intervalMs: MINUTE,
            files: new LocalLog(join(folder, 'RMCU.CSV')),
            map: MAP,
            time: { columns: ['Time'], format: 'YYYY-MM-DD HH:mm:ss' },
            site: 'Site',
            zone: zoneOf('UTC'),
            keepRows: (rows) => {
                for (const { time } of rows) if (!kept.history.includes(time!)) kept.history.push(time!);
                return Promise.resolve();
            },
            warn: (error) => void seen.warned.push(error),
            ...over,
        });
        drivers.push(driver);
        driver.start({
            memory: kept,
            status: (reading) => void seen.readings.push(reading),
            state: (state) => void seen.states.push(state),
        });
        return { driver, seen };
    }
    const minutes = (times: readonly (number | undefined)[]) => times.map((time) => (time! - start) / MINUTE);
    /** Files are read in real time, which does not depend on the clock: it goes on by minutes, as polls do. */
    const settled = async (condition: () => unknown, most = 0) => {
        for (let minute = 0; minute < most; minute++) {
            for (let look = 0; look < 2000 && !condition(); look++) await new Promise((done) => setImmediate(done));
            if (condition()) return;
            await clock.advance(MINUTE);
        }
        await eventually(condition);
    };

    /** Counts the looks that have ended, archives included. */
    class Watched extends LocalLog {
        looks = 0;

        override async past() {
            const file = await super.past();
            if (!file) this.looks++;
            return file;
        }

        /** One look, a minute after the one before. */
        async next(): Promise<void> {
            const { looks } = this;
            await clock.advance(MINUTE);
            await eventually(() => this.looks > looks);
        }

        async first(): Promise<void> {
            await eventually(() => this.looks > 0);
        }
    }

    it('converts numbers in the unit of their column, if the map expects that quantity there', async () => {
        const columns = ['AC (A)', 'Battery [mV]', 'Temp (F)', 'Load (mA)', 'Door (C)'];
        const number = (label: string, to: string, more: object = {}) =>
            ({ id: `${label} ${to}`, at: { label }, kind: 'number', to, ...more }) as const;
        const items = [
            // A phase, not amperes.
            number('AC (A)', 'input.lines.1.voltage'),
            number('Battery [mV]', 'battery.voltage'),
            // Somebody has converted it himself.
            number('Battery [mV]', 'dc.outputVoltage', { scale: 0.001 }),
            number('Temp (F)', 'dc.temperature'),
            number('Temp (F)', 'temperature', { unit: '°F' }),
            number('Temp (F)', 'channel:inside', { unit: '°C' }),
            number('Temp (F)', 'channel:as it stands'),
            number('Load (mA)', 'dc.outputCurrent', { unit: 'A' }),
            number('Door (C)', 'channel:door', { unit: 'widgets' }),
        ];
        const rows = [`Time,${columns.join(',')}`, `${stamp(-1)},230,13200,90.5,1500,3`];
        writeFileSync(join(folder, 'RMCU.CSV'), `${rows.join('\r\n')}\r\n`);
        const { seen, driver } = run(undefined, { map: { ...MAP, items }, site: undefined });
        await settled(() => seen.readings.length);
        const { input, battery, dc, temperature, channels } = seen.readings[0]!;
        assert.deepEqual(input?.lines, [{ voltage: 230 }]);
        assert.deepEqual(battery, { voltage: 13.2 });
        assert.deepEqual(dc, { outputVoltage: 13.2, temperature: 32.5, outputCurrent: 1.5 });
        assert.equal(temperature, 32.5);
        assert.deepEqual(channels, {
            inside: { value: 32.5, unit: '°C' },
            'as it stands': { value: 90.5 },
            door: { value: 3, unit: 'widgets' },
        });
        assert.deepEqual(driver.rawItems()['Temp (F) dc.temperature'], { raw: '90.5 F' });
    });

    it('shows the last row, and keeps all others as history, each with its own time', async () => {
        file('RMCU.CSV', row(-3), row(-2), row(-1, 120, 'CLOSED'));
        const { seen } = run();
        await settled(() => seen.readings.length);
        assert.deepEqual(seen.readings, [
            {
                time: start - MINUTE,
                identity: { name: 'Shelter 7' },
                battery: {},
                input: { lines: [{ voltage: 120 }] },
                output: { lines: [] },
                bypass: { lines: [] },
                test: {},
                channels: { door: { state: 'closed' } },
            },
        ]);
        assert.deepEqual(minutes(seen.kept.history), [-3, -2]);
    });

    it('reads each row once: when rows are added, and when the process begins anew', async () => {
        file('RMCU.CSV', row(-2), row(-1));
        const first = run();
        await settled(() => first.seen.readings.length === 1);
        file('RMCU.CSV', row(-2), row(-1), row(0));
        await settled(() => first.seen.readings.length === 2, 2);
        await first.driver.stop();
        const second = run(first.seen.kept);
        await settled(() => second.seen.readings.length === 1);
        assert.deepEqual(
            minutes(second.seen.readings.map(({ time }) => time)),
            [0],
            'the last row is still the present',
        );
        file('RMCU.CSV', row(-2), row(-1), row(0), row(1), row(2));
        await settled(() => second.seen.readings.length === 2, 2);
        assert.deepEqual(minutes(second.seen.kept.history), [-2, -1, 0, 1]);
    });

    it('keeps rows once more, and none twice, if it is killed before it has noted them', async () => {
        file('RMCU.CSV', row(-2), row(-1));
        const kept = new Kept();
        const first = run(kept);
        await settled(() => first.seen.readings.length === 1);
        const before = JSON.stringify(kept.value);
        file('RMCU.CSV', row(-2), row(-1), row(0), row(1));
        await settled(() => first.seen.readings.length === 2, 2);
        await first.driver.stop();
        kept.value = JSON.parse(before);
        const second = run(kept);
        await settled(() => second.seen.readings.length === 1);
        assert.deepEqual(minutes(kept.history), [-2, -1, 0]);
        assert.deepEqual(minutes(second.seen.readings.map(({ time }) => time)), [1]);
    });

    it('loses no row when the file is renamed and a new one begins', async () => {
        file('RMCU.CSV', row(-2), row(-1));
        const { seen } = run(undefined, { files: new LocalLog(join(folder, 'RMCU*.CSV')) });
        await settled(() => seen.readings.length === 1);
        file('RMCU.CSV', row(-2), row(-1), row(0));
        renameSync(join(folder, 'RMCU.CSV'), join(folder, 'RMCU001.CSV'));
        utimesSync(join(folder, 'RMCU001.CSV'), 1000, 1000);
        file('RMCU.CSV', row(1));
        await settled(() => seen.kept.history.length === 3, 2);
        assert.deepEqual(
            minutes(seen.kept.history).toSorted((a, b) => a - b),
            [-2, -1, 0],
        );
        await settled(() => seen.readings.length === 2, 2);
        assert.deepEqual(minutes(seen.readings.map(({ time }) => time)), [-1, 1]);
    });

    it('leaves out damaged rows, counts them, and names the first, once', async () => {
        file('RMCU.CSV', row(-3), row(-2, 'abc'), 'rubbish', row(-1));
        const { seen } = run();
        await settled(() => seen.readings.length);
        file('RMCU.CSV', row(-3), row(-2, 'abc'), 'rubbish', row(-1), row(0));
        await settled(() => seen.readings.length === 2, 2);
        assert.equal(seen.warned.length, 1);
        const { sentence } = seen.warned[0]!.data as unknown as {
            sentence: { key: string; data: { count: number; first: { data: { line: number } } } };
        };
        assert.equal(sentence.key, 'ups-unit.said.log.bad');
        assert.equal(sentence.data.count, 2);
        assert.equal(sentence.data.first.data.line, 3);
        assert.deepEqual(minutes(seen.kept.history), [-3, -1]);
    });

    it('decides nothing on an old row, and says why; a new one counts even if the clock of the device is wrong', async () => {
        file('RMCU.CSV', row(-300), row(-299));
        const { seen } = run();
        await settled(() => seen.states.some(({ state }) => state === 'waiting'));
        const waiting = seen.states.at(-1) as unknown as { code: string; data: { reason: { key: string } } };
        assert.equal(waiting.code, 'device-silent');
        assert.equal(waiting.data.reason.key, 'ups-unit.said.log.old');
        assert.deepEqual([seen.readings.length, minutes(seen.kept.history)], [0, [-300]]);
        file('RMCU.CSV', row(-300), row(-299), row(-298));
        await settled(() => seen.readings.length === 1, 2);
        assert.equal(seen.states.at(-1)!.state, 'ready');
    });

    it('is silent when no row is added any more, and again when the file is gone', async () => {
        file('RMCU.CSV', row(-1));
        const { seen } = run();
        await settled(() => seen.readings.length);
        await settled(() => seen.states.at(-1)!.state === 'waiting', 4);
        assert.equal(seen.readings.length, 1);
        rmSync(join(folder, 'RMCU.CSV'));
        await settled(() => (seen.states.at(-1) as { data?: { why?: string } }).data?.why === 'missing', 2);
    });

    it('says which columns are missing, and reads the others', async () => {
        writeFileSync(join(folder, 'RMCU.CSV'), `Time,Door\n${stamp(-1)},OPEN\n`);
        const { seen } = run();
        await settled(() => seen.readings.length);
        assert.equal((seen.warned[0]!.data.sentence as { key: string }).key, 'ups-unit.said.log.missing');
        assert.deepEqual(seen.readings[0]!.channels, { door: { state: 'open' } });
    });

    it('reads a refused file again when it has become a good one, of the same size and time or not', async () => {
        const bytes = { value: Buffer.from('<html>') as Uint8Array };
        const files: LogFiles = {
            place: 'x',
            findsRenamed: false,
            live: () => Promise.resolve({ name: 'x', bytes: bytes.value, done() {} }),
            past: () => Promise.resolve(undefined),
            close() {},
        };
        const { seen } = run(undefined, { files });
        await settled(() => seen.states.at(-1)!.state === 'waiting');
        assert.equal((seen.states.at(-1) as { code: string }).code, 'file-refused');
        bytes.value = Buffer.from(`${HEADER}\n${row(0)}\n`);
        await settled(() => seen.readings.length, 2);
    });

    it('reads the file that the device writes first, and the others one at a time', async () => {
        for (const name of ['RMCU001.CSV', 'RMCU002.CSV', 'RMCU.CSV', 'RMCU003.CSV']) file(name, row(0));
        for (const [at, name] of ['RMCU001.CSV', 'RMCU.CSV', 'RMCU002.CSV', 'RMCU003.CSV'].entries())
            utimesSync(join(folder, name), 1000 + at, 1000 + at);
        const files = new LocalLog(join(folder, 'RMCU*.CSV'));
        const names: string[] = [];
        for (let next = await files.live(); next; next = await files.past()) {
            names.push(next.name.slice(folder.length + 1));
            next.done();
        }
        assert.deepEqual(names, ['RMCU.CSV', 'RMCU001.CSV', 'RMCU002.CSV', 'RMCU003.CSV']);
    });

    it('gives the first reading before it reads the archives', async () => {
        file('RMCU001.CSV', row(-5), row(-4));
        file('RMCU002.CSV', row(-3), row(-2));
        file('RMCU.CSV', row(-1), row(0, 3));
        const kept = new Kept();
        const readings: number[] = [];
        const { seen } = run(kept, {
            files: new LocalLog(join(folder, 'RMCU*.CSV')),
            keepRows: (rows) => {
                readings.push(seen.readings.length);
                kept.history.push(...rows.map(({ time }) => time!));
                return Promise.resolve();
            },
        });
        await settled(() => kept.history.length === 5);
        assert.deepEqual(minutes(kept.history), [-1, -5, -4, -3, -2]);
        assert.deepEqual(readings, [0, 1, 1]);
        assert.deepEqual(minutes(seen.readings.map(({ time }) => time)), [0]);
    });

    it('tells of an archive that it cannot use once, and reads those behind it', async () => {
        file('RMCU.CSV', row(0));
        writeFileSync(join(folder, 'RMCU001.CSV'), '<html>');
        utimesSync(join(folder, 'RMCU001.CSV'), 1000, 1000);
        file('RMCU002.CSV', row(-3), row(-2));
        const { seen } = run(undefined, { files: new LocalLog(join(folder, 'RMCU*.CSV')) });
        await settled(() => seen.kept.history.length === 2);
        file('RMCU.CSV', row(0), row(1));
        await settled(() => seen.readings.length === 2, 2);
        assert.deepEqual(
            seen.warned.map(({ code }) => code),
            ['file-refused'],
        );
    });

    for (const pattern of ['RMCU*.CSV', 'RMCU-*.CSV'])
        it(`takes no row of an old log that is copied beside ${pattern} for the present`, async () => {
            const name = pattern.replace('*', pattern.includes('-') ? '2' : '');
            const files = new Watched(join(folder, pattern));
            file(name, row(-1), row(0));
            const { seen } = run(undefined, { files });
            await files.first();
            file(name, row(-1), row(0), row(1));
            await files.next();
            file('RMCU-1.CSV', row(-60_001), row(-60_000, 3));
            await files.next();
            file(name, row(-1), row(0), row(1), row(3));
            await files.next();
            assert.deepEqual(minutes(seen.readings.map(({ time }) => time)), [0, 1, 3]);
            assert.deepEqual(
                minutes(seen.kept.history).toSorted((a, b) => a - b),
                [-60_001, -60_000, -1, 0, 1],
            );
        });

    it('takes no row for the present that was added while nobody looked', async () => {
        const files = new Watched(join(folder, 'RMCU.CSV'));
        file('RMCU.CSV', row(-1), row(0));
        const { seen } = run(undefined, { files });
        await files.first();
        renameSync(join(folder, 'RMCU.CSV'), join(folder, 'away'));
        for (let minute = 0; minute < 10; minute++) await files.next();
        file('RMCU.CSV', row(-1), row(0), row(1), row(2, 3));
        await files.next();
        assert.deepEqual([seen.readings.length, minutes(seen.kept.history)], [1, [-1, 0, 1]]);
        file('RMCU.CSV', row(-1), row(0), row(1), row(2, 3), row(3, 117));
        await files.next();
        assert.equal(seen.readings.length, 2);
    });

    for (const [what, from] of [
        ['set back by six hours', -360],
        ['at the year 2000 after each boot', (Date.UTC(2000, 0, 1) - new FakeClock().now()) / MINUTE],
    ] as const)
        it(`reads each row, and sees each as it comes, when the clock of the device is ${what}`, async () => {
            const told: number[] = [];
            const start = () => {
                const files = new Watched(join(folder, 'RMCU.CSV'));
                const keepRows = (rows: readonly PartialStatus[]) => {
                    told.push(...rows.map(({ input }) => input!.lines[0]!.voltage!));
                    return Promise.resolve();
                };
                return { files, ...run(kept, { files, keepRows }) };
            };
            const kept = new Kept();
            const volts = ({ readings }: { readings: PartialStatus[] }) =>
                readings.map(({ input }) => input!.lines[0]!.voltage);
            // In the second run times come again, and values too.
            const past = [
                ...Array.from({ length: 600 }, (_, index) => row(index - 600, 117)),
                ...Array.from({ length: 300 }, (_, index) => row(from + index, 116)),
                ...Array.from({ length: 600 }, (_, index) => row(index - 600, 118)),
            ];
            const rows = [...past];
            file('RMCU.CSV', ...rows);
            const one = start();
            await one.files.first();
            told.length = 0;
            for (let minute = 0; minute < 5; minute++) {
                rows.push(row(from + minute, 116));
                file('RMCU.CSV', ...rows);
                await one.files.next();
            }
            assert.deepEqual(volts(one.seen).slice(-5), [116, 116, 116, 116, 116]);
            // Another process; then a new file begins, and nobody sees the renamed one.
            await one.driver.stop();
            const two = start();
            await two.files.first();
            rows.push(row(from + 5, 2));
            file('RMCU.CSV', ...rows);
            await two.files.next();
            file('RMCU.CSV', row(from + 6, 3));
            await two.files.next();
            file('RMCU.CSV', row(from + 6, 3), row(from + 7, 4));
            await two.files.next();
            assert.deepEqual(volts(two.seen).slice(-3), [2, 3, 4]);
            assert.deepEqual(told, [118, 116, 116, 116, 116, 116, 2, 3]);
        });

    it('says once for each new file that rows may be missing, if the renamed one cannot be read', async () => {
        const files = new Watched(join(folder, 'RMCU.CSV'));
        file('RMCU.CSV', row(-2), row(-1));
        const { seen } = run(undefined, { files });
        await files.first();
        for (const rows of [[row(1)], [row(1), row(2)], [], [row(4)]]) {
            file('RMCU.CSV', ...rows);
            await files.next();
        }
        assert.deepEqual(
            seen.warned.map(({ data }) => (data.sentence as { key: string }).key),
            ['ups-unit.said.log.broken', 'ups-unit.said.log.broken'],
        );
    });

    it('ends at once when it is stopped, in the middle of a long file, and takes it up again', async () => {
        const rows = Array.from({ length: 30_000 }, (_, index) => row(index - 30_000, 110));
        file('RMCU.CSV', ...rows);
        const kept = new Kept();
        let taken = 0;
        const first = run(kept, {
            keepRows: (some) => {
                taken += some.length;
                void first.driver.stop();
                return Promise.resolve();
            },
        });
        await settled(() => first.seen.states.at(-1)!.state === 'closed');
        assert.ok(taken > 0 && taken < 5000, `${taken} rows`);
        assert.equal(kept.value, undefined, 'nothing is noted');
        const second = run(kept, {
            keepRows: (some) => {
                for (const { time } of some) kept.history.push(time!);
                return Promise.resolve();
            },
        });
        await settled(() => second.seen.readings.length === 1);
        assert.deepEqual(
            minutes(kept.history),
            Array.from({ length: 29_999 }, (_, index) => index - 30_000),
        );
    });
});
