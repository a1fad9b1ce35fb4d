import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { UpsError } from '../../../lib/core/errors';
import type { NewLogEntry } from '../../../lib/core/journal/event-log';
import type { EventMessage } from '../../../lib/core/messages';
import { openStore, type Retention, type Store, type StoreOptions, type WhenInUse } from '../../../lib/store';
import { FakeClock } from '../../support/fake-clock';

/** A temporary directory with a store in it, and what it reported. */
export class Bench {
    readonly directory = mkdtempSync(join(tmpdir(), 'ridethrough-store-'));
    readonly clock = new FakeClock();
    readonly problems: UpsError[] = [];
    private readonly stores: Store[] = [];

    get file(): string {
        return join(this.directory, 'ridethrough.sqlite');
    }

    get codes(): string[] {
        return this.problems.map(({ code }) => code);
    }

    open(
        retention?: Partial<Retention>,
        directory = this.directory,
        whenInUse?: WhenInUse,
        more: Partial<StoreOptions> = {},
    ): Store {
        const onProblem = (problem: UpsError) => this.problems.push(problem);
        const store = openStore({ directory, clock: this.clock, onProblem, retention, whenInUse, ...more });
        this.stores.push(store);
        return store;
    }

    /** Closes what is open and opens anew, as a restart does. */
    reopen(retention?: Partial<Retention>): Store {
        this.closeAll();
        return this.open(retention);
    }

    closeAll(): void {
        for (const store of this.stores.splice(0)) store.close();
    }

    dispose(): void {
        this.closeAll();
        rmSync(this.directory, { recursive: true, force: true });
    }
}

export function message(episode = 'e1', active = true, extra: object = {}): EventMessage {
    return {
        topic: 'UPS/power-fail',
        payload: active,
        event: {
            id: 'power-fail',
            source: 'UPS',
            sourceId: 'u1',
            level: 'alarm',
            active,
            since: 1000,
            at: 1000,
            episode,
            text: 'Mains failed',
        },
        ...extra,
    };
}

export function episode(name = 'e1', changes: object = {}) {
    return {
        episode: name,
        sourceId: 'u1',
        eventId: 'power-fail',
        since: 1000,
        elapsedMs: 5,
        elapsedAt: 1005,
        ...changes,
    };
}

export function logEntry(text: string, changes: Partial<NewLogEntry> = {}): NewLogEntry {
    return { at: 1000, kind: 'log', level: 'info', source: 'UPS', text, ...changes };
}

/** Another process on the same store; see writer.ts. */
export class Writer {
    readonly lines: string[] = [];
    private readonly child: ChildProcess;
    private readonly ended: Promise<void>;
    private wake = () => {};
    private rest = '';

    constructor(directory: string, start: number, instead: 'hold' | 'delete' | '' = '') {
        const args = ['--require', 'tsx/cjs', join(__dirname, 'writer.ts'), directory, String(start), instead];
        this.child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] });
        this.child.stdout?.on('data', (chunk: Buffer) => {
            const lines = (this.rest + chunk.toString()).split('\n');
            this.rest = lines.pop() ?? '';
            this.lines.push(...lines);
            this.wake();
        });
        this.ended = new Promise((resolve) => this.child.on('close', () => resolve()));
    }

    /** Resolves with the first line that it prints. */
    async firstLine(): Promise<string> {
        while (!this.lines.length) await new Promise<void>((resolve) => (this.wake = resolve));
        return this.lines[0];
    }

    async kill(): Promise<void> {
        this.child.kill('SIGKILL');
        await this.ended;
    }
}

/** The open connection of a store. */
export function connectionOf(store: Store): { get(sql: string): Record<string, number> } {
    type Inside = { shared: { database: { current: { get(sql: string): Record<string, number> } } } };
    return (store as unknown as Inside).shared.database.current;
}

/** As a full disk: SQLite may not add a page (SQLITE_FULL) until the file is opened anew. */
export function limitPages(store: Store, extra: number): void {
    const connection = connectionOf(store);
    const { page_count: pages } = connection.get('PRAGMA page_count');
    connection.get(`PRAGMA max_page_count = ${pages + extra}`);
}
