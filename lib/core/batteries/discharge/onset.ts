import type { BatterySweep } from '../model';
import type { Currents } from './currents';
import type { DetectionConfig, DischargeMethod } from './config';
import { currentSays, type Verdict } from './signs';
import { LONGEST_STEP_MS } from './tally';

/** A sweep, with the time at which it was reported. */
export interface Reading {
    /** Monotonic ms */
    at: number;
    sweep: BatterySweep;
    currents: Currents;
}

/** What a confirmed discharge begins with. */
export interface Onset {
    /** Monotonic ms */
    at: number;
    by: DischargeMethod;
    before?: Reading;
    /** The readings since then, the oldest first. */
    readings: Reading[];
}

/** The readings that are kept while nothing discharges, and those kept while a sign is being confirmed. */
const MOST_BEFORE = 4;
const MOST_PENDING = 64;
/** A sweep that showed the current earlier than the UPS told its outage belongs to the discharge; not one that is older than this [ours]. */
const LONGEST_EARLIER_MS = 60_000;
/** A reading that is older says nothing of "just before". */
const LONGEST_BEFORE_MS = 600_000;

/** Waits until the signs of a discharge have held long enough, and keeps what was read meanwhile. */
export class OnsetWatch {
    private readings: Reading[] = [];
    private pending: { at: number; seen: number; by: DischargeMethod; count: number } | undefined;

    constructor(private readonly config: DetectionConfig) {}

    get isPending(): boolean {
        return this.pending !== undefined;
    }

    add(reading: Reading): void {
        this.readings.push(reading);
        const most = this.pending ? MOST_PENDING : MOST_BEFORE;
        if (this.readings.length <= most) return;
        // In a long confirmation the first readings show the onset, the last ones where it stands.
        this.readings.splice(this.pending ? most >> 1 : 0, 1);
    }

    clear(): void {
        this.pending = undefined;
        this.readings = [];
    }

    /**
     * @param now monotonic ms
     * @param isSweep the verdict comes from a new sweep; current and modules need two of them
     */
    judge(verdict: Verdict | undefined, now: number, isSweep: boolean): Onset | undefined {
        const expired = this.pending && now - this.pending.seen > LONGEST_STEP_MS;
        if (verdict?.discharging === false || (!verdict && expired)) this.pending = undefined;
        if (!verdict?.discharging) return undefined;
        this.pending ??= { at: now, seen: now, by: verdict.by, count: 0 };
        const { pending } = this;
        pending.seen = now;
        pending.by = verdict.by;
        if (isSweep) pending.count++;
        const enough = pending.by === 'ups' || pending.by === 'card' || pending.count >= 2;
        if (!enough || now - pending.at < 1000 * this.config.confirmSeconds[pending.by]) return undefined;
        return this.take(pending.at, pending.by);
    }

    private take(told: number, by: DischargeMethod): Onset {
        const { readings } = this;
        const bySweep = by === 'current' || by === 'modules';
        let first = readings.findIndex(({ at }) => (bySweep ? at >= told : at > told));
        if (first < 0) first = readings.length;
        const delivers = (reading: Reading | undefined) =>
            reading && told - reading.at <= LONGEST_EARLIER_MS && currentSays(reading.currents, this.config) === true;
        while (delivers(readings[first - 1])) first--;
        const at = Math.min(told, readings[first]?.at ?? told);
        const before = readings[first - 1];
        this.clear();
        return {
            at,
            by,
            readings: readings.slice(first),
            ...(before && at - before.at <= LONGEST_BEFORE_MS && { before }),
        };
    }
}
