import type { BatteryLayout } from '../layout';
import type { DetectionConfig } from './config';
import type { Onset, Reading } from './onset';
import type { DischargeRecord, DischargeRow } from './record';
import { DischargeTally, fittedTally, type TallyState } from './tally';

/** JSON */
export interface OpenRecordState {
    record: DischargeRecord;
    tally: TallyState;
    /** ms since the onset when the state was taken, and at the first sign of the end that is not confirmed yet. */
    elapsedMs: number;
    endingMs?: number;
    lastChargeRowMs?: number;
}

/** The record under way: its times are ms since the onset, by the monotonic clock and over restarts. */
export class OpenRecord {
    private endingMs: number | undefined;
    private endingCount = 0;
    private lastChargeRowMs = -Infinity;

    private constructor(
        private readonly record: DischargeRecord,
        private readonly tally: DischargeTally,
        /** Monotonic ms of the onset: below 0 after a restart. */
        private readonly origin: number,
        private readonly config: DetectionConfig,
        private readonly append: (row: DischargeRow) => void,
    ) {}

    static begin(
        onset: Onset,
        record: DischargeRecord,
        layout: BatteryLayout,
        config: DetectionConfig,
        append: (row: DischargeRow) => void,
    ): OpenRecord {
        const tally = new DischargeTally(layout.strings, config.endVoltage);
        const open = new OpenRecord(record, tally, onset.at, config, append);
        if (onset.before) {
            tally.before(onset.before.sweep);
            append(rowOf(onset.before, onset.before.at - onset.at, 'before'));
        }
        for (const reading of onset.readings) open.reading(reading);
        return open;
    }

    /** @param awayMs how long no process ran, ms of the clock @param now monotonic ms */
    static restore(
        state: OpenRecordState,
        awayMs: number,
        now: number,
        layout: BatteryLayout,
        config: DetectionConfig,
        append: (row: DischargeRow) => void,
    ): OpenRecord | undefined {
        const told = fittedTally(state.tally, layout);
        if (!told) return undefined;
        const tally = new DischargeTally(layout.strings, state.record.endVoltage, told);
        const origin = now - (state.elapsedMs + awayMs);
        const open = new OpenRecord(structuredClone(state.record), tally, origin, config, append);
        open.lastChargeRowMs = state.lastChargeRowMs ?? -Infinity;
        // A battery that was counted anew was read all the time.
        if (state.record.phase === 'discharging' && awayMs > 0) tally.openGap('restart');
        // An end that was not confirmed yet is looked at again: it is confirmed by new readings alone.
        return open;
    }

    get discharging(): boolean {
        return this.record.phase === 'discharging';
    }

    get id(): string {
        return this.record.id;
    }

    /** @param now monotonic ms */
    view(now: number): DischargeRecord {
        const durationMs = this.discharging ? now - this.origin : this.record.durationMs;
        this.tally.fill(this.record, durationMs);
        if (this.record.phase === 'charging') this.record.charging!.durationMs = now - this.origin - durationMs;
        return structuredClone(this.record);
    }

    /** Monotonic ms of the end; undefined in the discharge. */
    get endedAt(): number | undefined {
        return this.discharging ? undefined : this.origin + this.record.durationMs;
    }

    reading(reading: Reading): void {
        const atMs = reading.at - this.origin;
        // Two sweeps within one tick of the clock, or one from before the last: a row would not be after the other.
        if (atMs <= (this.tally.lastMs ?? -1)) return;
        if (this.discharging) {
            this.tally.discharge(atMs, reading.sweep, reading.currents, this.endingMs !== undefined);
            this.record.rows.discharge++;
            this.append(rowOf(reading, atMs, 'discharge'));
            return;
        }
        this.tally.charge(atMs, reading.currents);
        if (atMs - this.lastChargeRowMs < 1000 * this.config.chargingRowSeconds) return;
        this.lastChargeRowMs = atMs;
        this.record.rows.charge++;
        this.append(rowOf(reading, atMs, 'charge'));
    }

    silent(): void {
        if (this.discharging) this.tally.openGap('silent');
    }

    /** It still discharges. */
    continues(): void {
        this.endingMs = undefined;
        this.endingCount = 0;
    }

    /**
     * It discharges no more. @returns true once that has held long enough: the discharge then ended with the first sign of it
     * @param counts this sign is a new one: of a new sweep, or of a witness that tells without sweeps
     */
    ends(now: number, counts: boolean, needed: number): boolean {
        this.endingMs ??= now - this.origin;
        if (counts) this.endingCount++;
        const held = now - this.origin - this.endingMs;
        if (held < 1000 * this.config.endSeconds || this.endingCount < needed) return false;
        const { record } = this;
        record.durationMs = this.endingMs;
        record.end = record.onset + record.durationMs;
        this.tally.finish(record.durationMs);
        record.phase = 'charging';
        record.charging = { durationMs: 0, ah: null };
        this.tally.beginCharge();
        return true;
    }

    complete(how: 'float' | 'discharge' | 'time', now: number): DischargeRecord {
        this.view(now);
        this.record.phase = 'complete';
        this.record.charging!.ended = how;
        return structuredClone(this.record);
    }

    state(now: number): OpenRecordState {
        const { lastChargeRowMs } = this;
        return {
            record: this.view(now),
            tally: this.tally.state(),
            elapsedMs: now - this.origin,
            ...(Number.isFinite(lastChargeRowMs) && { lastChargeRowMs }),
        };
    }
}

function rowOf({ sweep, currents }: Reading, atMs: number, phase: DischargeRow['phase']): DischargeRow {
    const { voltage, temperature } = sweep.blocks;
    const { byString } = currents;
    return {
        atMs,
        phase,
        ...(voltage && { voltage }),
        ...(temperature && { temperature }),
        ...(currents.sum !== undefined && { current: byString }),
    };
}
