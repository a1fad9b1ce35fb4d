import type {
    DeliveryRecord,
    EpisodeRecord,
    JobBegin,
    JobRecord,
    Journal,
    TimingRecord,
} from '../../../lib/core/journal/journal';
import type { EventMessage } from '../../../lib/core/messages';

/** Thrown into the code of a process that is killed; nothing that it does from then on has an effect. */
export class Killed extends Error {
    constructor() {
        super('killed');
    }
}

/** Asked at each write that is about to be durable, and told of each that has become so. Either may kill the process by throwing `Killed`. */
export interface WriteWatch {
    before(number: number): void;
    after(number: number): void;
}

interface Row<T> {
    value: T;
    /** JSON, as on a disk: what its owner does to the object later changes nothing here. */
    text: string;
}

interface Tables {
    episodes: Map<string, EpisodeRecord & { ended: boolean }>;
    deliveries: Map<string, Row<Omit<DeliveryRecord, 'message'>> & { settled: boolean }>;
    timings: Map<string, Row<Omit<TimingRecord, 'message'>>>;
    jobs: Map<string, Row<Omit<JobRecord, 'message' | 'progress'>> & { progress?: string; finished: boolean }>;
    values: Map<string, string>;
    log: Map<number, string>;
}

/**
 * What outlives the processes of a simulated machine: the journal and the event log, in memory, by the same contract as the one in SQLite
 * (test/lib/core/journal/contract.ts holds both to it). Each outermost write is atomic and durable at once.
 */
export class Disk {
    /** Durable writes so far. */
    writes = 0;
    watch: WriteWatch | undefined;
    readonly tables: Tables = {
        episodes: new Map(),
        deliveries: new Map(),
        timings: new Map(),
        jobs: new Map(),
        values: new Map(),
        log: new Map(),
    };
    private depth = 0;
    private undo: (() => void)[] = [];
    /** How to take back all that a failing disk has not kept. */
    private unkept: (() => void)[] | undefined;
    private logId = 0;
    private committed: (() => void)[] = [];

    /** Nothing can be written: what comes now is lost if the process ends before the disk is back. */
    get fails(): boolean {
        return this.unkept !== undefined;
    }

    setFailing(fails: boolean): void {
        if (fails) this.unkept ??= [];
        else this.unkept = undefined;
    }

    /** The process is gone: half a write is none, and what a failing disk has not kept is lost. */
    processEnded(): void {
        this.rollBack();
        this.depth = 0;
        for (const take of (this.unkept ?? []).reverse()) take();
        if (this.unkept) this.unkept = [];
    }

    transaction<T>(work: () => T): T {
        if (this.depth > 0) return this.within(work);
        this.depth = 1;
        let result: T;
        try {
            result = work();
            if (this.undo.length > 0) this.watch?.before(this.writes + 1);
        } catch (error) {
            this.rollBack();
            this.depth = 0;
            throw error;
        }
        this.depth = 0;
        const wrote = this.undo.length > 0;
        this.unkept?.push(...this.undo);
        this.undo = [];
        if (wrote) {
            this.writes++;
            for (const run of this.committed.splice(0)) run();
            this.watch?.after(this.writes);
        }
        return result;
    }

    /** Part of a write: what it did is undone if it throws, and the rest may go on. */
    private within<T>(work: () => T): T {
        const mark = this.undo.length;
        try {
            return work();
        } catch (error) {
            for (const take of this.undo.splice(mark).reverse()) take();
            throw error;
        }
    }

    /** Runs `run` as soon as the write under way is durable; not at all if it never is. */
    whenCommitted(run: () => void): void {
        if (this.depth > 0) this.committed.push(run);
        else run();
    }

    put<K, V>(table: Map<K, V>, key: K, value: V | undefined): void {
        this.transaction(() => {
            const had = table.has(key);
            const before = table.get(key)!;
            if (value === undefined) {
                if (!had) return;
                const order = [...table];
                this.undo.push(() => refill(table, order));
                table.delete(key);
                return;
            }
            this.undo.push(() => (had ? void table.set(key, before) : void table.delete(key)));
            table.set(key, value);
        });
    }

    append(entry: object): number {
        const id = ++this.logId;
        this.put(this.tables.log, id, JSON.stringify(entry));
        return id;
    }

    private rollBack(): void {
        for (const take of this.undo.reverse()) take();
        this.undo = [];
        this.committed = [];
    }
}

function refill<K, V>(table: Map<K, V>, rows: [K, V][]): void {
    table.clear();
    for (const [key, value] of rows) table.set(key, value);
}

/** The journal on a disk, as one process sees it. */
export class DiskJournal implements Journal {
    constructor(protected disk: Disk) {}

    /** The process that has it is gone: what its code does from now on reaches nothing. */
    detach(): void {
        this.disk = new Disk();
    }

    transaction<T>(work: () => T): T {
        return this.disk.transaction(work);
    }

    openEpisodes(sourceId: string): EpisodeRecord[] {
        return [...this.disk.tables.episodes.values()]
            .filter((row) => row.sourceId === sourceId && !row.ended)
            .sort((one, other) => one.since - other.since)
            .map(({ ended: _, ...record }) => record);
    }

    saveEpisode(record: EpisodeRecord): void {
        const { episodes } = this.disk.tables;
        const before = episodes.get(record.episode);
        const { elapsedMs, elapsedAt, boot, up } = record;
        const moment = { elapsedMs, elapsedAt, ...(boot === undefined ? {} : { boot, up }) };
        const { episode, sourceId, eventId, since, ended } = before ?? { ...record, ended: false };
        this.disk.put(episodes, episode, { episode, sourceId, eventId, since, ended, ...moment });
    }

    endEpisode(episode: string, _at: number): void {
        const before = this.disk.tables.episodes.get(episode);
        if (before && !before.ended) this.disk.put(this.disk.tables.episodes, episode, { ...before, ended: true });
    }

    unsettledDeliveries(nodeId: string): DeliveryRecord[] {
        return [...this.disk.tables.deliveries.values()]
            .filter((row) => row.value.nodeId === nodeId && !row.settled)
            .map(({ value, text }) => ({ ...value, message: parsed(text) }));
    }

    saveDelivery({ message, ...value }: DeliveryRecord): void {
        const key = join(value.nodeId, value.key);
        this.disk.put(this.disk.tables.deliveries, key, { value, text: JSON.stringify(message), settled: false });
    }

    settleDelivery(nodeId: string, key: string): void {
        const { deliveries } = this.disk.tables;
        const row = deliveries.get(join(nodeId, key));
        if (row) this.disk.put(deliveries, join(nodeId, key), { ...row, text: '', settled: true });
    }

    hasDelivery(nodeId: string, key: string): boolean {
        return this.disk.tables.deliveries.has(join(nodeId, key));
    }

    timings(nodeId: string): TimingRecord[] {
        return [...this.disk.tables.timings.values()]
            .filter((row) => row.value.nodeId === nodeId)
            .map(({ value, text }) => ({ ...value, message: parsed(text) }));
    }

    saveTiming({ message, ...value }: TimingRecord): void {
        const key = join(value.nodeId, value.episode);
        this.disk.put(this.disk.tables.timings, key, { value: { ...value }, text: JSON.stringify(message) });
    }

    deleteTiming(nodeId: string, episode: string): void {
        this.disk.put(this.disk.tables.timings, join(nodeId, episode), undefined);
    }

    beginJob({ message, ...value }: Parameters<Journal['beginJob']>[0]): JobBegin {
        const { jobs } = this.disk.tables;
        const id = join(value.nodeId, value.key);
        const had = jobs.get(id);
        if (had) return had.finished ? 'done' : 'interrupted';
        this.disk.put(jobs, id, { value, text: JSON.stringify(message), finished: false });
        return 'new';
    }

    jobState(nodeId: string, key: string): 'interrupted' | 'done' | undefined {
        const row = this.disk.tables.jobs.get(join(nodeId, key));
        return row && (row.finished ? 'done' : 'interrupted');
    }

    saveJobProgress(nodeId: string, key: string, progress: unknown): void {
        const row = this.disk.tables.jobs.get(join(nodeId, key));
        if (!row) return;
        this.disk.put(this.disk.tables.jobs, join(nodeId, key), { ...row, progress: JSON.stringify(progress) });
    }

    finishJob(nodeId: string, key: string, _at: number): void {
        const { jobs } = this.disk.tables;
        const row = jobs.get(join(nodeId, key));
        if (row) this.disk.put(jobs, join(nodeId, key), { ...row, text: '', progress: undefined, finished: true });
    }

    interruptedJobs(nodeId: string): JobRecord[] {
        return [...this.disk.tables.jobs.values()]
            .filter((row) => row.value.nodeId === nodeId && !row.finished)
            .map(({ value, text, progress }) => ({ ...value, message: parsed(text), progress: fromJson(progress) }));
    }

    getValue(owner: string, name: string): unknown {
        return fromJson(this.disk.tables.values.get(join(owner, name)));
    }

    setValue(owner: string, name: string, value: unknown): void {
        const text = value === undefined ? undefined : JSON.stringify(value);
        this.disk.put(this.disk.tables.values, join(owner, name), text);
    }
}

function parsed(text: string): EventMessage {
    return JSON.parse(text) as EventMessage;
}

function fromJson(text: string | undefined): unknown {
    return text === undefined ? undefined : JSON.parse(text);
}

function join(...parts: string[]): string {
    return parts.join('\u0000');
}
