import assert from 'node:assert/strict';
import type { Store } from '../../../lib/store';
import { zoneOf } from '../../../lib/zones/temporal-zone';
import { Bench, logEntry } from './support';

const MINUTE = 60_000;
const HOUR = 3_600_000;
const DAY = 86_400_000;
const at = (text: string) => Date.parse(text);

describe('store: months of the log', () => {
    let bench: Bench;
    beforeEach(() => (bench = new Bench()));
    afterEach(() => bench.dispose());

    /** By the clock of the bench it is January 2026. */
    const open = (zone = 'Europe/Berlin', logAge = { activeMonths: 3, archivedMonths: 6 }): Store => {
        bench.closeAll();
        return bench.open({ logAge }, undefined, undefined, { zone: zoneOf(zone) });
    };
    const add = (store: Store, text: string) => store.append(logEntry(text, { at: at(text) }));
    const months = async (store: Store) =>
        (await store.logMonths()).map(
            ({ month, entries, archived }) => `${month} ${entries}${archived ? ' archived' : ''}`,
        );

    it('begin at midnight of the site, in summer and in winter', async () => {
        const store = open();
        // The last and the first millisecond of October (summer time) and of November (winter time) in Berlin.
        for (const text of [
            '2025-09-30T21:59:59.999Z',
            '2025-09-30T22:00:00.000Z',
            '2025-10-31T22:59:59.999Z',
            '2025-10-31T23:00:00.000Z',
            '2025-11-30T22:59:59.999Z',
        ])
            add(store, text);
        assert.deepEqual(await months(store), ['2025-11 2', '2025-10 2 archived', '2025-09 1 archived']);
        const [, october] = await store.logMonths();
        assert.deepEqual([october.from, october.to], [at('2025-09-30T22:00:00Z'), at('2025-10-31T22:59:59.999Z')]);
        assert.deepEqual(
            store.logEntries(october).map(({ text }) => text),
            ['2025-10-31T22:59:59.999Z', '2025-09-30T22:00:00.000Z'],
        );
        assert.deepEqual(await months(open('America/New_York')), [
            '2025-11 1',
            '2025-10 2 archived',
            '2025-09 2 archived',
        ]);
    });

    it('are those of the machine where no zone is set', async () => {
        const store = bench.open({ logAge: { activeMonths: 1, archivedMonths: 1 } });
        const first = new Date(2025, 11, 1).getTime();
        store.append(logEntry('last of November', { at: first - 1 }));
        store.append(logEntry('first of December', { at: first }));
        assert.deepEqual(await months(store), ['2025-12 1 archived', '2025-11 1 archived']);
    });

    it('begin at midnight of the machine, also where its clock changes on the first of a month', async () => {
        const before = process.env.TZ;
        try {
            // In New York summer time ends on 1 November 2026, at two in the morning.
            for (const [zone, borders] of [
                ['America/New_York', ['2026-11-01T04:00:00Z', '2026-12-01T05:00:00Z']],
                ['Europe/Berlin', ['2026-10-31T23:00:00Z', '2026-11-30T23:00:00Z']],
                ['Asia/Kolkata', ['2026-10-31T18:30:00Z', '2026-11-30T18:30:00Z']],
            ] as const) {
                process.env.TZ = zone;
                const store = bench.open({ logAge: { activeMonths: 3, archivedMonths: 6 } });
                const texts = borders.flatMap((border) => [-1, 0].map((ms) => new Date(at(border) + ms).toISOString()));
                for (const text of texts) add(store, text);
                bench.clock.jumpWall(at('2026-12-15T12:00:00Z') - bench.clock.now());
                assert.deepEqual(await months(store), ['2026-12 1', '2026-11 2', '2026-10 1'], zone);
                const [, november] = await store.logMonths();
                assert.deepEqual([november.from, november.to], [at(borders[0]), at(borders[1]) - 1], zone);
                bench.closeAll();
                bench.dispose();
                bench = new Bench();
            }
        } finally {
            if (before === undefined) delete process.env.TZ;
            else process.env.TZ = before;
        }
    });

    it('become archives at the end of a month, and go after nine months', async () => {
        const store = open();
        for (let month = 1; month <= 12; month++) add(store, `2025-${String(month).padStart(2, '0')}-15T12:00:00.000Z`);
        add(store, '2026-01-10T12:00:00.000Z');
        const told = async () => (await months(store)).map((text) => text.replace(' 1', ''));
        assert.deepEqual((await told()).slice(0, 4), ['2026-01', '2025-12', '2025-11', '2025-10 archived']);
        assert.equal((await told()).length, 13, 'nothing goes before the clock has run evenly for an hour');
        bench.clock.advanceSync(2 * HOUR);
        assert.deepEqual((await told()).at(-1), '2025-05 archived');
        bench.clock.jumpWall(at('2026-01-31T21:30:00Z') - bench.clock.now());
        bench.clock.advanceSync(89 * MINUTE);
        assert.deepEqual((await told()).at(-1), '2025-05 archived');
        bench.clock.advanceSync(2 * HOUR);
        assert.deepEqual(await told(), [
            '2026-01',
            '2025-12',
            '2025-11 archived',
            '2025-10 archived',
            '2025-09 archived',
            '2025-08 archived',
            '2025-07 archived',
            '2025-06 archived',
        ]);
    });

    it('stay when the wall clock is wrong for less than an hour, and go when it is right', async () => {
        const store = open();
        add(store, '2025-02-15T12:00:00.000Z');
        add(store, '2025-12-15T12:00:00.000Z');
        bench.clock.advanceSync(10 * MINUTE);
        bench.clock.jumpWall(20 * 365 * DAY);
        for (let n = 0; n < 5000; n++) store.append(logEntry('much is written', { at: bench.clock.now() }));
        bench.clock.advanceSync(50 * MINUTE);
        bench.clock.jumpWall(-20 * 365 * DAY);
        bench.clock.advanceSync(30 * MINUTE);
        assert.deepEqual(
            (await months(store)).slice(-2),
            ['2025-12 1', '2025-02 1 archived'],
            'both clocks had an hour together, neither alone',
        );
        bench.clock.advanceSync(2 * HOUR);
        assert.deepEqual((await months(store)).slice(-1), ['2025-12 1']);
    });

    it('many old ones go in small steps', async () => {
        const store = open();
        store.transaction(() => {
            for (let n = 0; n < 1500; n++) add(store, '2024-02-15T12:00:00.000Z');
        });
        bench.clock.advanceSync(HOUR + 2 * MINUTE);
        const left = store.logEntries({ limit: -1 }).length;
        bench.clock.advanceSync(1000);
        assert.equal(store.logEntries({ limit: -1 }).length, Math.max(0, left - 256));
        bench.clock.advanceSync(10_000);
        assert.deepEqual(await months(store), []);
    });

    it('without a limit of age none is an archive, and none goes', async () => {
        const store = bench.open();
        store.append(logEntry('long ago', { at: 1000 }));
        bench.clock.advanceSync(5 * HOUR);
        assert.deepEqual(await months(store), ['1970-01 1']);
    });
});
