import type { DeliveryRecord, EpisodeRecord, JobBegin, JobRecord, Journal, TimingRecord } from './journal';

/** A journal that forgets with the process: for units without a site, and for tests. */
export class MemoryJournal implements Journal {
    private readonly episodes = new Map<string, EpisodeRecord>();
    private readonly deliveries = new Map<string, DeliveryRecord & { settled: boolean }>();
    private readonly timingRows = new Map<string, TimingRecord>();
    private readonly jobs = new Map<string, JobRecord & { finished: boolean }>();
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
        return [...this.deliveries.values()].filter((record) => record.nodeId === nodeId && !record.settled);
    }

    saveDelivery(record: DeliveryRecord): void {
        this.deliveries.set(join(record.nodeId, record.key), { ...record, settled: false });
    }

    settleDelivery(nodeId: string, key: string): void {
        const record = this.deliveries.get(join(nodeId, key));
        if (record) record.settled = true;
    }

    hasDelivery(nodeId: string, key: string): boolean {
        return this.deliveries.has(join(nodeId, key));
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
        const known = this.jobs.get(join(nodeId, key));
        if (known) return known.finished ? 'done' : 'interrupted';
        this.jobs.set(join(nodeId, key), { nodeId, key, message, at, progress: undefined, finished: false });
        return 'new';
    }

    saveJobProgress(nodeId: string, key: string, progress: unknown): void {
        const record = this.jobs.get(join(nodeId, key));
        if (record) record.progress = progress;
    }

    finishJob(nodeId: string, key: string): void {
        const record = this.jobs.get(join(nodeId, key));
        if (record) record.finished = true;
    }

    interruptedJobs(nodeId: string): JobRecord[] {
        return [...this.jobs.values()].filter((record) => record.nodeId === nodeId && !record.finished);
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

function join(...parts: string[]): string {
    return parts.join('\u0000');
}
