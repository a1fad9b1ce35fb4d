export interface AlarmRow<A extends string = string> {
    /** upsAlarmId: unique while the agent is known to its managers, over restarts as well. */
    id: number;
    alarm: A;
    /** upsAlarmDescr */
    oid: string;
    /** upsAlarmTime: sysUpTime at which it was added, 1/100 s; 0: before this start of the agent. */
    time: number;
}

/** What has to outlive the process. */
export interface KeptRows {
    lastId: number;
    rows: { id: number; alarm: string; oid: string }[];
}

export interface AlarmChanges<A extends string> {
    came: AlarmRow<A>[];
    gone: AlarmRow<A>[];
    /** The table has other rows than before; also if some are only withheld, or are told again. */
    isOther: boolean;
}

const LAST_ID = 2 ** 31 - 1;

/** A table of alarms: one row for each present alarm, each with its own id. */
export class AlarmRows<A extends string> {
    private present: AlarmRow<A>[] = [];
    /** Rows of alarms of which nothing is known now: not shown, and not gone. */
    private withheld: AlarmRow<A>[] = [];
    private lastId = 0;

    constructor(private readonly oidOf: (alarm: A) => string) {}

    get rows(): readonly AlarmRow<A>[] {
        return this.present;
    }

    /** Returns the new row, or undefined if the alarm is already present. */
    add(alarm: A, upTime: number): AlarmRow<A> | undefined {
        if (this.present.some((row) => row.alarm === alarm)) return undefined;
        this.lastId = (this.lastId % LAST_ID) + 1;
        const row = { id: this.lastId, alarm, oid: this.oidOf(alarm), time: upTime };
        this.present.push(row);
        return row;
    }

    /** Returns the removed row, or undefined if there was none. */
    remove(alarm: A): AlarmRow<A> | undefined {
        const index = this.present.findIndex((row) => row.alarm === alarm);
        return index < 0 ? undefined : this.present.splice(index, 1)[0];
    }

    /**
     * These alarms are present now.
     * @param isWhole false: of others nothing is known; their rows are withheld, and come back with their ids
     */
    follow(alarms: readonly A[], upTime: number, isWhole = true): AlarmChanges<A> {
        const isPresent = ({ alarm }: AlarmRow<A>) => alarms.includes(alarm);
        const back = this.withheld.filter(isPresent);
        const missing = this.present.filter((row) => !isPresent(row));
        const waiting = [...this.withheld.filter((row) => !isPresent(row)), ...missing];
        this.withheld = isWhole ? [] : waiting;
        if (back.length + missing.length > 0)
            this.present = [...this.present.filter(isPresent), ...back].sort((a, b) => a.id - b.id);
        const came = alarms.flatMap((alarm) => this.add(alarm, upTime) ?? []);
        const isOther = back.length + missing.length + came.length > 0;
        return { came, gone: isWhole ? waiting : [], isOther };
    }

    kept(): KeptRows {
        const rows = [...this.present, ...this.withheld].map(({ id, alarm, oid }) => ({ id, alarm, oid }));
        return { lastId: this.lastId, rows };
    }

    /** The rows of a former process: withheld until somebody tells them again, or tells that they are gone. */
    restore(kept: unknown): void {
        const { lastId, rows } = (kept ?? {}) as Partial<KeptRows>;
        if (!Number.isInteger(lastId) || !Array.isArray(rows)) return;
        this.lastId = lastId!;
        this.withheld = rows.map(({ id, alarm, oid }) => ({ id, alarm: alarm as A, oid, time: 0 }));
    }
}
