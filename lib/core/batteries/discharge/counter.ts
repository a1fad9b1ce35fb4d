import type { DischargeRecord } from './record';

/** JSON */
export interface CounterState {
    /** Discharges since the last reset (CS141 manual, "Discharge Counter Reset"). */
    count: number;
    /** Epoch ms of the last reset, or of the first start. */
    since: number;
    /** Who reset it. */
    by?: string;
    /** Totals over the life of the battery: no reset changes them. Gaps are included with their estimates; what is not known adds nothing. */
    total: { count: number; ah: number; kWh: number; ms: number };
    /** The last records that were counted: each counts once. */
    lastBegan?: string;
    lastEnded?: string;
}

/** Counts discharges and what they gave. */
export class DischargeCounter {
    private told: CounterState;

    /** @param limit the number that raises the event; 0 or undefined: none @param now epoch ms */
    constructor(
        private readonly limit: number | undefined,
        now: number,
        state?: unknown,
    ) {
        const kept = state as CounterState | undefined;
        const usable = Number.isInteger(kept?.count) && [kept?.total?.count, kept?.total?.ah].every(Number.isFinite);
        this.told = usable
            ? structuredClone(kept!)
            : { count: 0, since: now, total: { count: 0, ah: 0, kWh: 0, ms: 0 } };
    }

    /** A discharge began: it counts once, also if it is told again after a kill. */
    began({ id }: DischargeRecord): void {
        if (this.told.lastBegan === id) return;
        this.told.lastBegan = id;
        this.told.count++;
        this.told.total.count++;
    }

    /** A discharge ended: its Ah and kWh are added once. */
    ended({ id, ah, gapAh, kWh, gapKWh, durationMs }: DischargeRecord): void {
        if (this.told.lastEnded === id) return;
        this.told.lastEnded = id;
        const { total } = this.told;
        total.ah += (ah ?? 0) + (gapAh ?? 0);
        total.kWh += (kWh ?? 0) + (gapKWh ?? 0);
        total.ms += durationMs;
    }

    /** The event `discharge-counter`: "configured number of discharges reached" (CS141 manual, "Trouble Shooting List"). */
    get active(): boolean {
        return this.limit !== undefined && this.limit > 0 && this.told.count >= this.limit;
    }

    /** @param now epoch ms */
    reset(by: string, now: number): void {
        this.told = { ...this.told, count: 0, since: now, by };
    }

    state(): CounterState {
        return structuredClone(this.told);
    }
}
