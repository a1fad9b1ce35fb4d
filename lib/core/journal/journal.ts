import type { Clock } from '../clock';
import type { EventMessage } from '../messages';
import { momentNow, type Moment } from '../moment';

/**
 * The data that must survive our process: active episodes, the firings of timings, and running jobs. The store implements it; every write
 * is durable against SIGKILL when the call returns. All calls are synchronous.
 *
 * Delivery between nodes is at-least-once from the sender (unsettled deliveries are sent again after a restart) and at-most-once at the
 * receiver (`beginJob` recognises a delivery that it already had), keyed by node id and delivery key.
 */
export interface Journal {
    /** Full path of what keeps it; journals with the same file are the same journal. Absent: no other is the same. */
    readonly file?: string;

    /** Runs `work` as one atomic write. Calls may be nested. */
    transaction<T>(work: () => T): T;

    /** Episodes of a source that have not ended. */
    openEpisodes(sourceId: string): EpisodeRecord[];
    /** Inserts, or updates the elapsed time of, an episode. */
    saveEpisode(record: EpisodeRecord): void;
    /**
     * @param at epoch ms, by the wall clock
     * @param lastedMs how long it lasted by count, ms; undefined: nobody counted
     */
    endEpisode(episode: string, at: number, lastedMs?: number): void;

    /** Messages that a node has sent and whose receivers may not have noted them yet, oldest first. */
    unsettledDeliveries(nodeId: string): DeliveryRecord[];
    saveDelivery(record: DeliveryRecord): void;
    settleDelivery(nodeId: string, key: string): void;
    /** Whether this delivery was ever sent, settled or not. */
    hasDelivery(nodeId: string, key: string): boolean;

    /** Timings of a node whose episodes have not ended as far as the node knows. */
    timings(nodeId: string): TimingRecord[];
    saveTiming(record: TimingRecord): void;
    deleteTiming(nodeId: string, episode: string): void;

    /** Notes that a job starts. `new`: run it. `interrupted`: an earlier run began and did not finish. `done`: the job has already run. */
    beginJob(record: { nodeId: string; key: string; message: EventMessage; at: number }): JobBegin;
    /** The state of a run; it is not begun by this call. Undefined: it has not begun. */
    jobState(nodeId: string, key: string): 'interrupted' | 'done' | undefined;
    /** What a job has achieved so far (e.g. hosts served). The job skips it if it is interrupted and run again. JSON value. */
    saveJobProgress(nodeId: string, key: string, progress: unknown): void;
    finishJob(nodeId: string, key: string, at: number): void;
    /** Jobs of this node that began and did not finish, oldest first. */
    interruptedJobs(nodeId: string): JobRecord[];

    /** Small durable values (JSON) of one owner, e.g. what the battery model has learned. */
    getValue(owner: string, name: string): unknown;
    setValue(owner: string, name: string, value: unknown): void;

    /**
     * Calls `listener` when another process has ended and this journal has taken over the data of that process: later reads return that
     * data. Absent if a takeover is impossible. @returns unsubscribes
     */
    onTakenOver?(listener: () => void): () => void;
}

/** The owner of values that only grow. When the journals of two processes are merged, the values in the file are kept. */
export const COUNTERS = 'counters';

export type JobBegin = 'new' | 'interrupted' | 'done';

export interface EpisodeRecord {
    episode: string;
    sourceId: string;
    eventId: string;
    /** Onset, epoch ms */
    since: number;
    /** Duration at `elapsedAt`, by the monotonic clock, ms. */
    elapsedMs: number;
    /** Epoch ms of the last heartbeat. */
    elapsedAt: number;
    /** The same moment as time since the boot, see `Moment`. */
    boot?: string;
    up?: number;
}

/** The moment at which the elapsed time of a record was taken. */
export function elapsedMoment({ elapsedAt, boot, up }: Pick<EpisodeRecord, 'elapsedAt' | 'boot' | 'up'>): Moment {
    return { at: elapsedAt, boot, up };
}

/** The fields of a record for an elapsed time that is taken now. */
export function elapsedNow(clock: Clock): Pick<EpisodeRecord, 'elapsedAt' | 'boot' | 'up'> {
    const { at, ...boot } = momentNow(clock);
    return { elapsedAt: at, ...boot };
}

export interface DeliveryRecord {
    nodeId: string;
    /** See `deliveryKey`. */
    key: string;
    message: EventMessage;
    /** Epoch ms */
    at: number;
}

export interface TimingRecord {
    nodeId: string;
    episode: string;
    /** The on edge that started it. */
    message: EventMessage;
    /** How often it has fired. */
    fired: number;
    /** Elapsed time of the episode at the last firing, ms; -1 before the first. */
    lastFiredMs: number;
    /** As in EpisodeRecord; used if the source cannot say how long the episode has lasted. */
    elapsedMs: number;
    elapsedAt: number;
    boot?: string;
    up?: number;
}

export interface JobRecord {
    nodeId: string;
    key: string;
    message: EventMessage;
    progress: unknown;
    /** Epoch ms */
    at: number;
}

/**
 * Identifies one delivery: the occurrence, the edge, and for on edges (behind timings) the firing. An occurrence ends once: a receiver that
 * gets its off edge over two wires recognises the second one.
 */
export function deliveryKey(message: EventMessage): string {
    const { episode, active, firing } = message.event;
    return [episode, active ? 'on' : 'off', active ? (firing ?? '') : ''].join('|');
}
