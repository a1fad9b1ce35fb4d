import type { Clock } from '../clock';
import type { EventMessage } from '../messages';
import { momentNow, type Moment } from '../moment';

/**
 * What must survive our own process: active episodes, the firings of timings, and the jobs that were running.
 * The store implements it; every write is durable against SIGKILL when the call returns. All calls are synchronous.
 *
 * Delivery between nodes is at-least-once from the sender (unsettled deliveries are sent again after a restart) and
 * at-most-once at the receiver (`beginJob` recognises a delivery it has had), keyed by node id and delivery key.
 */
export interface Journal {
    /** Runs `work` as one atomic write. May be nested. */
    transaction<T>(work: () => T): T;

    /** Episodes of a source that have not ended. */
    openEpisodes(sourceId: string): EpisodeRecord[];
    /** Inserts, or updates the elapsed time of, an episode. */
    saveEpisode(record: EpisodeRecord): void;
    endEpisode(episode: string, at: number): void;

    /** Messages that a node has sent but whose receivers may not have taken note of yet, oldest first. */
    unsettledDeliveries(nodeId: string): DeliveryRecord[];
    saveDelivery(record: DeliveryRecord): void;
    settleDelivery(nodeId: string, key: string): void;
    /** Whether this delivery was ever sent, settled or not. */
    hasDelivery(nodeId: string, key: string): boolean;

    /** Timings of a node whose episode it has not seen end. */
    timings(nodeId: string): TimingRecord[];
    saveTiming(record: TimingRecord): void;
    deleteTiming(nodeId: string, episode: string): void;

    /** Notes that a job starts. `new`: go on. `interrupted`: an earlier run began and did not finish. `done`: had it. */
    beginJob(record: { nodeId: string; key: string; message: EventMessage; at: number }): JobBegin;
    /** How a run stands, without beginning one; undefined: it has not begun. */
    jobState(nodeId: string, key: string): 'interrupted' | 'done' | undefined;
    /** What a job has achieved so far (e.g. hosts served), to be skipped if it is interrupted. JSON value. */
    saveJobProgress(nodeId: string, key: string, progress: unknown): void;
    finishJob(nodeId: string, key: string, at: number): void;
    /** Jobs of this node that began and did not finish, oldest first. */
    interruptedJobs(nodeId: string): JobRecord[];

    /** Small durable values (JSON) of one owner, e.g. what the battery model has learned. */
    getValue(owner: string, name: string): unknown;
    setValue(owner: string, name: string, value: unknown): void;

    /**
     * Calls `listener` when this journal has become that of another process, which has ended: what is read from then on is what that one
     * left. Absent where that cannot be. @returns unsubscribes
     */
    onTakenOver?(listener: () => void): () => void;
}

/** The owner of values that may only grow. Where the journals of two processes become one, the one that lay in the file is kept. */
export const COUNTERS = 'counters';

export type JobBegin = 'new' | 'interrupted' | 'done';

export interface EpisodeRecord {
    episode: string;
    sourceId: string;
    eventId: string;
    /** Onset, epoch ms */
    since: number;
    /** How long it had lasted at `elapsedAt`, by the monotonic clock, ms. */
    elapsedMs: number;
    /** Epoch ms of the last heartbeat. */
    elapsedAt: number;
    /** The same by the time since the boot, see `Moment`. */
    boot?: string;
    up?: number;
}

/** When the elapsed time of a record was taken. */
export function elapsedMoment({ elapsedAt, boot, up }: Pick<EpisodeRecord, 'elapsedAt' | 'boot' | 'up'>): Moment {
    return { at: elapsedAt, boot, up };
}

/** The part of a record that says when its elapsed time was taken: now. */
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
    /** As in EpisodeRecord: used when the source cannot tell how long the episode has lasted. */
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
 * Identifies one delivery: which occurrence, which edge, and for on edges (behind timings) which firing. An occurrence ends once,
 * however many ways its end takes: who gets it by two wires knows it again.
 */
export function deliveryKey(message: EventMessage): string {
    const { episode, active, firing } = message.event;
    return [episode, active ? 'on' : 'off', active ? (firing ?? '') : ''].join('|');
}
