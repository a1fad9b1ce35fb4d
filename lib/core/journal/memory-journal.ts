import type { DeliveryRecord, EpisodeRecord, JobBegin, JobRecord, Journal, TimingRecord } from './journal';

/** How many finished entries are remembered: far more than any node can still send again. */
const PAST = 10_000;

/** A journal in memory, lost when the process ends: for units without a site, and for tests. */
export class MemoryJournal implements Journal {
    private readonly episodes = new Map<string, EpisodeRecord>();
    private readonly deliveries = new Map<string, DeliveryRecord>();
    private readonly settled = new Set<string>();
    private readonly timingRows = new Map<string, TimingRecord>();
    private readonly jobs = new Map<string, JobRecord>();
    private readonly finished = new Set<string>();
    private readonly values = new Map<string, string>();

    transaction<T>(work: () => T): T {
        return work();
    }

    openEpisodes(sourceId: string): EpisodeRecord[] {
        return [...this.episodes.values()]
            .filter((record) => record.sourceId === sourceId)
            .map((record) => ({ ...record }));
    }

    saveEpisode(record: EpisodeRecord): void {
        this.episodes.set(record.episode, { ...record });
    }

    endEpisode(episode: string): void {
        this.episodes.delete(episode);
    }

    unsettledDeliveries(nodeId: string): DeliveryRecord[] {
        return [...this.deliveries.values()].filter((record) => record.nodeId === nodeId);
    }

    saveDelivery(record: DeliveryRecord): void {
        this.deliveries.set(join(record.nodeId, record.key), { ...record });
    }

    settleDelivery(nodeId: string, key: string): void {
        const id = join(nodeId, key);
        if (this.deliveries.delete(id)) remember(this.settled, id);
    }

    hasDelivery(nodeId: string, key: string): boolean {
        const id = join(nodeId, key);
        return this.deliveries.has(id) || this.settled.has(id);
    }

    timings(nodeId: string): TimingRecord[] {
        return [...this.timingRows.values()]
            .filter((record) => record.nodeId === nodeId)
            .map((record) => ({ ...record }));
    }

    saveTiming(record: TimingRecord): void {
        this.timingRows.set(join(record.nodeId, record.episode), { ...record });
    }

    deleteTiming(nodeId: string, episode: string): void {
        this.timingRows.delete(join(nodeId, episode));
    }

    beginJob({ nodeId, key, message, at }: Omit<JobRecord, 'progress'>): JobBegin {
        const id = join(nodeId, key);
        if (this.finished.has(id)) return 'done';
        if (this.jobs.has(id)) return 'interrupted';
        this.jobs.set(id, { nodeId, key, message, at, progress: undefined });
        return 'new';
    }

    jobState(nodeId: string, key: string): 'interrupted' | 'done' | undefined {
        const id = join(nodeId, key);
        if (this.finished.has(id)) return 'done';
        return this.jobs.has(id) ? 'interrupted' : undefined;
    }

    saveJobProgress(nodeId: string, key: string, progress: unknown): void {
        const record = this.jobs.get(join(nodeId, key));
        if (record) record.progress = progress;
    }

    finishJob(nodeId: string, key: string): void {
        const id = join(nodeId, key);
        if (this.jobs.delete(id)) remember(this.finished, id);
    }

    interruptedJobs(nodeId: string): JobRecord[] {
        return [...this.jobs.values()].filter((record) => record.nodeId === nodeId);
    }

    getValue(owner: string, name: string): unknown {
        const json = this.values.get(join(owner, name));
        return json === undefined ? undefined : JSON.parse(json);
    }

    setValue(owner: string, name: string, value: unknown): void {
        if (value === undefined) this.values.delete(join(owner, name));
        else this.values.set(join(owner, name), JSON.stringify(value));
    }
}

function remember(past: Set<string>, id: string): void {
    past.add(id);
    if (past.size > PAST) past.delete(past.values().next().value!);
}

function join(...parts: string[]): string {
    return parts.join('\u0000');
}
