import type { Clock } from '../../clock';
import { type Moment, momentNow, msSince } from '../../moment';
import type { BatteryLayout } from '../layout';
import type { BatteryFlags, BatterySweep } from '../model';
import { ChargeWatch, FloatWatch } from './charging-phase';
import type { DetectionConfig } from './config';
import { currentsOf } from './currents';
import { type Onset, OnsetWatch, type Reading } from './onset';
import { OpenRecord, type OpenRecordState } from './open-record';
import type { DischargeRecord, DischargeRecorder, DischargeRow } from './record';
import { type Signs, type UpsWord, type Verdict, verdictOf } from './signs';
import { medianOf } from '../statistics';
import { LONGEST_STEP_MS } from './tally';

/** What a reading changed. The caller publishes it, and writes `state()` in the same journal transaction; then it calls `flush`. */
export type DischargeChange =
    | { kind: 'discharging'; active: boolean; record: DischargeRecord }
    | { kind: 'charging'; active: boolean }
    | { kind: 'complete'; record: DischargeRecord };

export interface DischargeWatchOptions {
    layout: BatteryLayout;
    config: DetectionConfig;
    clock: Clock;
    recorder: DischargeRecorder;
}

/** JSON */
export interface DischargeState {
    version: 1;
    taken: Moment;
    open?: OpenRecordState;
    charging?: boolean;
    hasCurrent?: true;
    /** ms since the end of the last discharge, when the state was taken. */
    sinceEndMs?: number;
    /** How many records there were: makes their ids unique. */
    records: number;
    /** Records that were not handed to the recorder yet. */
    unwritten: DischargeRecord[];
}

const SAVE_EVERY_MS = 15_000;
const WEEK_MS = 7 * 86_400_000;
/** Of rows that nobody fetches only so many are kept. */
const MOST_QUEUED = 1000;

/**
 * Decides whether a battery discharges, and makes the record of each discharge. It has no timers: every flag, sweep and word of the UPS makes
 * it look again. Times are monotonic, so that a jump of the wall clock changes none.
 *
 * A kill: the state is written before the recorder gets anything, so a record is never lost and never there twice. The rows since the last state
 * (15 s at most) stay with the recorder; the record itself knows that time as a gap.
 */
export class DischargeWatch {
    private readonly onset: OnsetWatch;
    private readonly charge: ChargeWatch;
    private float: FloatWatch;
    private signs: Signs = {};
    private sweptAt = -Infinity;
    /** It was seen not to discharge, in this life of the process and without silence since. */
    private seenOther = false;
    /** The sum of the currents was told once. */
    private hasCurrent = false;
    private open: OpenRecord | undefined;
    private endedAt: number | undefined;
    private records = 0;
    private puts: DischargeRecord[] = [];
    private rows: [string, DischargeRow][] = [];
    private savedAt = 0;
    private added = false;

    /** @param state of an earlier process: what `state()` returned, or anything; what does not fit is not used */
    constructor(
        private readonly options: DischargeWatchOptions,
        state?: unknown,
    ) {
        const { config } = options;
        this.onset = new OnsetWatch(config);
        this.float = new FloatWatch(config);
        const kept = asState(state);
        this.charge = new ChargeWatch(config, kept?.charging);
        if (kept) this.restore(kept);
    }

    /** A new word of the UPS behind; undefined if it cannot tell (silent, no UPS, no status yet). */
    ups(word: UpsWord | undefined): DischargeChange[] {
        this.signs.ups = word;
        return this.look(undefined);
    }

    /** New flags of the battery monitor. */
    flags(flags: BatteryFlags): DischargeChange[] {
        this.signs.flags = flags;
        return this.look(undefined);
    }

    /** A sweep of another number of blocks than the battery has is not used. */
    sweep(sweep: BatterySweep): DischargeChange[] {
        const { layout, config } = this.options;
        if (sweep.modules !== layout.modules) return [];
        const reading = { at: this.now, sweep, currents: currentsOf(sweep, layout, config) };
        this.signs.currents = reading.currents;
        this.signs.voltage = medianOf(sweep.blocks.voltage);
        this.sweptAt = reading.at;
        return this.look(reading);
    }

    /** The battery monitor does not answer: a discharge goes on, and its record says from when to when nothing was read. */
    silent(): void {
        const { ups } = this.signs;
        this.signs = ups ? { ups } : {};
        if (!ups) this.seenOther = false;
        this.open?.silent();
    }

    /** Whether the driver should read all values at least every 5 s: from the first sign on. */
    get urgent(): boolean {
        return this.discharging || this.onset.isPending;
    }

    get discharging(): boolean {
        return this.open?.discharging ?? false;
    }

    /** Undefined: nothing tells. */
    get charging(): boolean | undefined {
        return this.charge.charging;
    }

    /** The record under way (discharging, or charging after it). */
    get record(): DischargeRecord | undefined {
        return this.open?.view(this.now);
    }

    /** ms since the end of the last discharge, over restarts, 0 in a discharge; undefined if there was none, or longer ago than a week. */
    get sinceDischargeMs(): number | undefined {
        if (this.discharging) return 0;
        const since = this.endedAt === undefined ? undefined : this.now - this.endedAt;
        return since !== undefined && since < WEEK_MS ? since : undefined;
    }

    /** True if `state()` must be written soon: it is at least 15 s old in a discharge, and something was added. */
    get dirty(): boolean {
        return this.puts.length > 0 || (this.added && this.now - this.savedAt >= SAVE_EVERY_MS);
    }

    state(): DischargeState {
        this.savedAt = this.now;
        this.added = false;
        const since = this.sinceDischargeMs;
        return {
            version: 1,
            taken: momentNow(this.options.clock),
            ...(this.open && { open: this.open.state(this.now) }),
            ...(this.charging !== undefined && { charging: this.charging }),
            ...(since !== undefined && { sinceEndMs: since }),
            ...(this.hasCurrent && { hasCurrent: true as const }),
            records: this.records,
            unwritten: structuredClone(this.puts),
        };
    }

    /** Hands records and rows to the recorder. To be called after each change and sweep, when the state is written if it had to be. */
    flush(): void {
        const { recorder } = this.options;
        const { puts, rows } = this;
        this.puts = [];
        this.rows = [];
        for (const record of puts) recorder.put(record);
        for (const [id, row] of rows) recorder.append(id, row);
    }

    private get now(): number {
        return this.options.clock.monotonic();
    }

    private look(reading: Reading | undefined): DischargeChange[] {
        const verdict = verdictOf(this.recent(), this.options.config);
        if (reading) this.onset.add(reading);
        const changes = [...this.judge(verdict, reading), ...this.judgeCharge(reading !== undefined)];
        if (reading) this.added ||= this.open !== undefined;
        if (verdict?.discharging === false) this.seenOther = true;
        return changes;
    }

    /** Values that are too old tell nothing. */
    private recent(): Signs {
        const { ups, flags } = this.signs;
        return this.now - this.sweptAt <= LONGEST_STEP_MS ? this.signs : { ups, flags };
    }

    private judge(verdict: Verdict | undefined, reading: Reading | undefined): DischargeChange[] {
        const { open } = this;
        if (open?.discharging) {
            const ended = this.judgeEnd(open, verdict, reading !== undefined);
            if (reading) open.reading(reading);
            return ended;
        }
        const onset = this.onset.judge(verdict, this.now, reading !== undefined);
        if (onset) return [...this.complete('discharge'), this.begin(onset)];
        if (!open) return [];
        if (reading) open.reading(reading);
        if (this.float.floats(this.recent(), this.now)) return this.complete('float');
        const tooLong = this.now - open.endedAt! > 3_600_000 * this.options.config.longestChargeHours;
        return tooLong ? this.complete('time') : [];
    }

    private begin(onset: Onset): DischargeChange {
        const { layout, config, clock } = this.options;
        const wall = clock.now() - (this.now - onset.at);
        const last = this.puts.at(-1);
        this.records++;
        const record: DischargeRecord = {
            id: `${Math.round(wall).toString(36)}-${this.records}`,
            ...(last?.charging?.ended === 'discharge' && { follows: last.id }),
            by: onset.by,
            onset: Math.round(wall),
            onsetSeen: this.seenOther,
            phase: 'discharging',
            durationMs: 0,
            stringAh: [],
            ah: null,
            kWh: null,
            gapAh: null,
            gapKWh: null,
            gaps: [],
            endVoltage: config.endVoltage,
            early: [],
            meanCurrent: null,
            temperature: { before: null, mean: null, highest: null },
            rows: { discharge: 0, charge: 0 },
        };
        this.open = OpenRecord.begin(onset, record, layout, config, (row) => this.append(record.id, row));
        this.endedAt = undefined;
        const view = this.open.view(this.now);
        this.puts.push(view);
        return { kind: 'discharging', active: true, record: view };
    }

    private judgeEnd(open: OpenRecord, verdict: Verdict | undefined, isSweep: boolean): DischargeChange[] {
        // Nothing is known: it goes on.
        if (!verdict) return [];
        if (verdict.discharging) {
            open.continues();
            return [];
        }
        const bySweep = verdict.by === 'current' || verdict.by === 'modules';
        if (!open.ends(this.now, isSweep || !bySweep, 2)) return [];
        this.endedAt = open.endedAt;
        this.float = new FloatWatch(this.options.config);
        this.onset.clear();
        const record = open.view(this.now);
        this.puts.push(record);
        return [{ kind: 'discharging', active: false, record }];
    }

    private complete(how: 'float' | 'discharge' | 'time'): DischargeChange[] {
        const { open } = this;
        if (!open) return [];
        this.open = undefined;
        const record = open.complete(how, this.now);
        this.puts.push(record);
        return [{ kind: 'complete', record }];
    }

    /**
     * By the current, where one is told; else a battery charges from the end of a discharge until it floats. A current that is not known for
     * now changes nothing.
     */
    private judgeCharge(isSweep: boolean): DischargeChange[] {
        const before = this.charging ?? false;
        const sum = this.recent().currents?.sum;
        if (sum !== undefined) this.hasCurrent = true;
        if (this.discharging) this.charge.phase(false);
        else if (sum !== undefined && isSweep) this.charge.reading(sum);
        else if (!this.hasCurrent && this.open) this.charge.phase(true);
        else if (!this.hasCurrent && this.charging !== undefined) this.charge.phase(false);
        const now = this.charging ?? false;
        return before === now ? [] : [{ kind: 'charging', active: now }];
    }

    private append(id: string, row: DischargeRow): void {
        this.rows.push([id, row]);
        if (this.rows.length > MOST_QUEUED) this.rows.shift();
    }

    private restore(kept: DischargeState): void {
        const { clock, layout, config } = this.options;
        const awayMs = msSince(clock, kept.taken) * clock.speed;
        this.records = kept.records;
        this.puts = structuredClone(kept.unwritten);
        this.hasCurrent = kept.hasCurrent === true;
        if (kept.sinceEndMs !== undefined) this.endedAt = this.now - kept.sinceEndMs - awayMs;
        if (!kept.open) return;
        const { id } = kept.open.record;
        this.open = OpenRecord.restore(kept.open, awayMs, this.now, layout, config, (row) => this.append(id, row));
        if (!this.open) return;
        this.endedAt = this.open.endedAt;
    }
}

function asState(value: unknown): DischargeState | undefined {
    const state = value as Partial<DischargeState> | undefined | null;
    if (state?.version !== 1 || !state.taken || !Array.isArray(state.unwritten)) return undefined;
    return { ...state, records: Number(state.records) || 0 } as DischargeState;
}
