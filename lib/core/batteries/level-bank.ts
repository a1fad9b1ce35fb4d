import type { Clock } from '../clock';
import { numbersOf, rangesOf } from './battery-detail';
import type { Limit, LimitSide } from './limits';
import type { Values } from './model';

const OFF = 0;
const PENDING = 1;
const ON = 2;

/** JSON: the items (indices from 0, as ranges) that are not off, by how long they have been so, clock ms. */
export interface BankState {
    pending?: [elapsedMs: number, ranges: [number, number][]][];
    on?: [elapsedMs: number, ranges: [number, number][]][];
}

/**
 * One limit, judged over all modules or strings at once; each item is a level of its own, with the meaning of ThresholdLevel: `off`, `pending` until its
 * condition has lasted, `on` until its value has recovered. A value that is no finite number is not known: it begins and ends nothing, and a pending item
 * needs a new value before it goes on. Durations count by the monotonic clock. It has no timers: see `dueInMs`.
 */
export class LevelBank {
    private phase: Uint8Array;
    /** Monotonic ms: when the condition began (pending) or the item went on. */
    private since: Float64Array;
    /** 1: the last value meets the condition, and is not too old. */
    private offending: Uint8Array;
    /** The last known value. */
    private value: Values;
    private readonly durationMs: number;
    private readonly recovery: number;
    private held = false;
    private pendingCount = 0;
    private onCount = 0;

    constructor(
        private readonly side: LimitSide,
        readonly limit: Limit,
        count: number,
        private readonly clock: Clock,
    ) {
        this.durationMs = 1000 * (limit.seconds ?? 0);
        this.recovery = limit.recovery ?? limit.value;
        this.phase = new Uint8Array(count);
        this.since = new Float64Array(count);
        this.offending = new Uint8Array(count);
        this.value = new Float64Array(count).fill(NaN);
    }

    get count(): number {
        return this.phase.length;
    }

    /** How many items are on. */
    get active(): number {
        return this.onCount;
    }

    get pending(): number {
        return this.pendingCount;
    }

    isOn(index: number): boolean {
        return this.phase[index] === ON;
    }

    /** The last known value of an item; NaN: there was none in this process. */
    valueOf(index: number): number {
        return this.value[index] ?? NaN;
    }

    /** How far the value of an item is beyond the limit; below 0 on its way to recovery. NaN: not known. */
    excess(index: number): number {
        return this.side === 'high' ? this.valueOf(index) - this.limit.value : this.limit.value - this.valueOf(index);
    }

    /** The items that are on, ascending from 0. */
    items(): number[] {
        return this.inPhase(ON);
    }

    /**
     * Judges new values; items beyond the end of `values` are not known.
     * @param held nothing goes on now, however long its condition lasts; the time counts
     * @returns whether an item went on or off
     */
    update(values: Values, held = false): boolean {
        const now = this.clock.monotonic();
        const { phase, since, offending, value, durationMs, recovery } = this;
        const limit = this.limit.value;
        const high = this.side === 'high';
        const count = phase.length;
        this.held = held;
        let changed = false;
        for (let i = 0; i < count; i++) {
            const v = values[i]!;
            // Finite: neither undefined, NaN nor infinite.
            if (v - v !== 0) {
                offending[i] = 0;
                continue;
            }
            value[i] = v;
            if (high ? v > limit : v < limit) {
                offending[i] = 1;
                if (phase[i] === ON) continue;
                if (phase[i] === OFF) {
                    phase[i] = PENDING;
                    since[i] = now;
                    this.pendingCount++;
                }
                if (!held && now - since[i]! >= durationMs) {
                    this.goOn(i, now);
                    changed = true;
                }
                continue;
            }
            offending[i] = 0;
            if (phase[i] === PENDING) {
                phase[i] = OFF;
                this.pendingCount--;
            } else if (phase[i] === ON && (high ? v <= recovery : v >= recovery)) {
                phase[i] = OFF;
                this.onCount--;
                changed = true;
            }
        }
        return changed;
    }

    /** No recent values are known. */
    unknown(): void {
        this.offending.fill(0);
    }

    /** Clock ms until the next item goes on by time alone; undefined: none does. */
    dueInMs(): number | undefined {
        if (this.pendingCount === 0 || this.held) return undefined;
        let first = Infinity;
        for (let i = 0; i < this.phase.length; i++)
            if (this.phase[i] === PENDING && this.offending[i]) first = Math.min(first, this.since[i]!);
        return first === Infinity ? undefined : Math.max(0, this.durationMs - (this.clock.monotonic() - first));
    }

    /** Lets go on what is due. @returns whether an item went on */
    tick(): boolean {
        if (this.pendingCount === 0 || this.held) return false;
        const now = this.clock.monotonic();
        let changed = false;
        for (let i = 0; i < this.phase.length; i++) {
            if (this.phase[i] !== PENDING || !this.offending[i] || now - this.since[i]! < this.durationMs) continue;
            this.goOn(i, now);
            changed = true;
        }
        return changed;
    }

    /** Another number of items: those that remain keep their state. @returns whether an item that was on is gone */
    resize(count: number): boolean {
        const before = this.onCount;
        const { phase, since, value, offending } = this;
        this.phase = new Uint8Array(count);
        this.since = new Float64Array(count);
        this.offending = new Uint8Array(count);
        this.value = new Float64Array(count).fill(NaN);
        this.phase.set(phase.subarray(0, count));
        this.since.set(since.subarray(0, count));
        this.offending.set(offending.subarray(0, count));
        this.value.set(value.subarray(0, count));
        this.recount();
        return this.onCount !== before;
    }

    /** Undefined: all items are off. */
    state(): BankState | undefined {
        if (this.pendingCount === 0 && this.onCount === 0) return undefined;
        const now = this.clock.monotonic();
        return {
            ...(this.pendingCount > 0 && { pending: this.grouped(PENDING, now) }),
            ...(this.onCount > 0 && { on: this.grouped(ON, now) }),
        };
    }

    /** @param state of a former process; what is unusable is left out. @param awayMs clock ms since it was taken */
    restore(state: unknown, awayMs: number): void {
        const { pending, on } = (typeof state === 'object' && state !== null ? state : {}) as Record<string, unknown>;
        const now = this.clock.monotonic();
        for (const [groups, phase] of [
            [pending, PENDING],
            [on, ON],
        ] as const) {
            if (!Array.isArray(groups)) continue;
            for (const group of groups as unknown[]) {
                const [elapsed, ranges] = Array.isArray(group) ? (group as unknown[]) : [];
                if (typeof elapsed !== 'number' || !Number.isFinite(elapsed)) continue;
                for (const i of numbersOf(ranges, 0, this.count - 1)) {
                    this.phase[i] = phase;
                    this.since[i] = now - elapsed - awayMs;
                }
            }
        }
        this.recount();
    }

    private goOn(index: number, now: number): void {
        this.phase[index] = ON;
        this.since[index] = now;
        this.pendingCount--;
        this.onCount++;
    }

    private inPhase(phase: number): number[] {
        const found: number[] = [];
        for (let i = 0; i < this.phase.length; i++) if (this.phase[i] === phase) found.push(i);
        return found;
    }

    private recount(): void {
        this.pendingCount = this.inPhase(PENDING).length;
        this.onCount = this.inPhase(ON).length;
    }

    private grouped(phase: number, now: number): [number, [number, number][]][] {
        const groups = new Map<number, number[]>();
        for (const i of this.inPhase(phase)) {
            const group = groups.get(this.since[i]!);
            if (group) group.push(i);
            else groups.set(this.since[i]!, [i]);
        }
        return [...groups].map(([since, items]) => [now - since, rangesOf(items)]);
    }
}
