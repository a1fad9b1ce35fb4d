import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UpsError } from '../../../../lib/core/errors';
import { openSeries, type Sample, type SeriesOptions, type SeriesStore, type Tier } from '../../../../lib/store/series';
import type { SeriesFile } from '../../../../lib/store/series/series-file';
import { FakeClock } from '../../../support/fake-clock';

export const UPS = { id: 'u1', name: 'UPS 1' };
export const SECOND = 1000;
export const MINUTE = 60 * SECOND;
export const HOUR = 60 * MINUTE;
export const DAY = 24 * HOUR;

/** A temporary directory with series in it, and what they reported. */
export class SeriesBench {
    readonly directory = mkdtempSync(join(tmpdir(), 'ridethrough-series-'));
    readonly clock = new FakeClock(Date.UTC(2026, 0, 15));
    readonly problems: UpsError[] = [];
    private readonly stores: SeriesStore[] = [];

    get file(): string {
        return join(this.directory, 'ridethrough-series.sqlite');
    }

    get codes(): string[] {
        return this.problems.map(({ code }) => code);
    }

    open(options: Partial<SeriesOptions> = {}): SeriesStore {
        const { directory, clock } = this;
        const store = openSeries({
            directory,
            clock,
            onProblem: (problem) => this.problems.push(problem),
            ...options,
        });
        this.stores.push(store);
        return store;
    }

    /** Closes what is open and opens anew, as a restart does. */
    reopen(options?: Partial<SeriesOptions>): SeriesStore {
        this.closeAll();
        return this.open(options);
    }

    closeAll(): void {
        for (const store of this.stores.splice(0)) store.close();
    }

    remove(file: string): void {
        rmSync(file, { force: true });
    }

    dispose(): void {
        this.closeAll();
        rmSync(this.directory, { recursive: true, force: true });
    }

    /** Lets the time pass in which work in the background is done. */
    work(): void {
        this.clock.advanceSync(20 * MINUTE);
    }

    /** The work in the background, in no time of the wall: looking at the file each second takes a test longer than the work itself. */
    workAside(): void {
        this.work();
        this.clock.jumpWall(-20 * MINUTE);
    }

    /** Node-RED is started anew so much later, and has done its work. */
    later(ms: number, options?: Partial<SeriesOptions>): SeriesStore {
        this.closeAll();
        this.clock.jumpWall(ms);
        const store = this.open(options);
        this.work();
        return store;
    }
}

export function volts(value: number | undefined): Sample[] {
    return [{ quantity: 'inputVoltage1', unit: 'V', value }];
}

/** What is known of one quantity: time in s after `start`, and value. */
export function points(
    store: SeriesStore,
    { quantity = 'inputVoltage1', from, to, ...rest }: PointsQuery,
): [number, number | undefined][] {
    const table = store.read({ owner: 'u1', quantities: [quantity], from, to, ...rest });
    return table.times.map((at, i) => [(at - from) / 1000, table.columns[0].mean[i]]);
}

interface PointsQuery {
    quantity?: string;
    from: number;
    to: number;
    points?: number;
    tier?: Tier;
}

/** The open database of a store. */
export function databaseOf(store: SeriesStore): SeriesFile {
    return (store as unknown as { shared: { file: SeriesFile } }).shared.file;
}

export function count(store: SeriesStore, table: string): number {
    const [database] = databaseOf(store).databases();
    return Number(database.db.get(`SELECT count(*) AS n FROM ${table}`)?.n);
}

/** As a full disk: SQLite may not add a page until the file is opened anew. */
export function fillDisk(store: SeriesStore): void {
    const [{ db }] = databaseOf(store).databases();
    db.get(`PRAGMA max_page_count = ${Number(db.get('PRAGMA page_count')?.page_count)}`);
}
