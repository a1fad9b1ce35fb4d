import type { Clock } from '../../clock';
import { type Moment, momentNow, msSince } from '../../moment';
import type { BatteryLayout } from '../layout';
import type { BatterySweep, Values } from '../model';
import { medianOf } from '../statistics';
import type { RunawayConfig } from './config';
import { HeatHistory, type StoredBucket } from './heat-history';
import { type HeatReading, HeatRules } from './heat-rules';
import { SensorCheck, type StoredSensor } from './sensor-check';
import { StringCountdown, type StringState } from './string-countdown';
import type { RunawayChange, RunawayView, SensorFault } from './view';

export type { RunawayChange, RunawayPhase, RunawayReason, RunawayView, SensorFault } from './view';

/** What else has to be known with a sweep. */
export interface RunawaySurroundings {
    /** °C of the room, if a sensor tells it. */
    ambient?: number;
    discharging: boolean;
    /** ms since the end of the last discharge (`DischargeWatch.sinceDischargeMs`). */
    sinceDischargeMs?: number;
    /** Each string has a current sensor of its own. */
    currentPerString: boolean;
}

/** JSON */
export interface RunawayState {
    version: 1;
    taken: Moment;
    strings: StringState[];
    /** Blocks of each string. */
    perString?: number;
    history: StoredBucket[];
    sensors: StoredSensor[];
    heat: { hot: number[]; rising: number[] };
    discharging: boolean;
    /** ms since the last sweep, when the state was taken. */
    sweptMs: number;
}

const SAVE_EVERY_MS = 15_000;
const SAVE_WARM_EVERY_MS = 60_000;

/**
 * Thermal runaway by string. Fires on a fresh sweep alone: a countdown that fell due while nothing ran or nothing answered waits for one that
 * shows the condition. Times are monotonic; over a restart the countdown goes on by the time that has passed. Once the state with a runaway is
 * written, it is never told again.
 */
export class RunawayWatch {
    private readonly history: HeatHistory;
    private readonly sensors: SensorCheck;
    private readonly rules: HeatRules;
    private readonly strings: StringCountdown[];
    private reading: HeatReading | undefined;
    /** Monotonic ms */
    private sweptAt: number | undefined;
    private savedAt = 0;
    private discharging = false;
    private warned: boolean;
    private runaway: boolean;

    /** @param state of an earlier process or size, or anything; what does not fit is not used */
    constructor(
        private readonly options: { layout: BatteryLayout; config: RunawayConfig; clock: Clock },
        state?: unknown,
    ) {
        const { layout, config, clock } = options;
        const kept = asState(state, layout);
        this.history = new HeatHistory(layout.modules, config.riseMinutes);
        this.sensors = new SensorCheck(config.fastest);
        this.rules = new HeatRules(layout, config, this.history, this.sensors, kept?.heat);
        this.strings = Array.from(
            { length: layout.strings },
            (_, index) => new StringCountdown(index + 1, config, structuredClone(kept?.strings[index])),
        );
        if (kept) {
            const awayMs = msSince(clock, kept.taken) * clock.speed;
            this.history.restore(kept.history, this.now, awayMs);
            this.sensors.restore(kept.sensors, this.now, awayMs);
            this.sweptAt = this.now - awayMs - kept.sweptMs;
            this.discharging = kept.discharging;
        }
        this.warned = this.strings.some(({ isWarned }) => isWarned);
        this.runaway = this.strings.some(({ isRunaway }) => isRunaway);
    }

    /** A sweep of another number of blocks than the battery has is not used. */
    sweep(sweep: BatterySweep, around: RunawaySurroundings): RunawayChange[] {
        const { layout } = this.options;
        if (sweep.modules !== layout.modules) return [];
        const changes: RunawayChange[] = [];
        const reading = this.readingOf(sweep, around, changes);
        this.reading = reading;
        const passedMs = this.sweptAt === undefined ? 0 : Math.max(0, this.now - this.sweptAt);
        this.sweptAt = this.now;
        // Over a gap the battery did what it did at its beginning.
        const held = this.held;
        this.discharging = around.discharging;
        for (const [index, string] of this.strings.entries()) {
            const heat = this.rules.look(index + 1, reading, string.reasons);
            this.changing(string, changes, () => string.sweep(passedMs, held || this.held, heat, this.wall));
        }
        return [...changes, ...this.changesOfAll()];
    }

    /** Stops the countdowns (of one string, or all) until their condition has ended once, or `rearm`. @returns whether there was one */
    stop(by: string, string?: number): boolean {
        return this.chosen(string).filter((each) => each.stop(by, this.wall)).length > 0;
    }

    /** A stopped countdown begins anew, with all its minutes. @returns whether there was one */
    rearm(_by: string, string?: number): boolean {
        return this.chosen(string).filter((each) => each.rearm(this.wall)).length > 0;
    }

    /** Ends latched runaways. One that is still hot stays. */
    reset(by: string, string?: number): RunawayChange[] {
        const changes: RunawayChange[] = [];
        for (const each of this.chosen(string)) this.changing(each, changes, () => each.reset(this.wall), by);
        return [...changes, ...this.changesOfAll(by)];
    }

    /** Whether the driver should read more often: a string is pending or counting. */
    get urgent(): boolean {
        return this.strings.some(({ phase }) => phase === 'pending' || phase === 'counting');
    }

    views(): RunawayView[] {
        const passed = this.sweptAt === undefined ? 0 : Math.max(0, this.now - this.sweptAt);
        return this.strings.map((string) => string.view(passed, this.held));
    }

    faults(): SensorFault[] {
        return this.sensors.faults();
    }

    /** True if `state()` must be written soon, also if no change was told: elapsed times and the history of warm blocks. */
    get dirty(): boolean {
        const busy = this.strings.some(({ phase }) => phase !== 'off');
        const warm = this.reading !== undefined && this.rules.warm(this.reading).length > 0;
        const age = this.now - this.savedAt;
        return (busy && age >= SAVE_EVERY_MS) || (warm && age >= SAVE_WARM_EVERY_MS);
    }

    state(): RunawayState {
        this.savedAt = this.now;
        const warm = this.reading ? this.rules.warm(this.reading) : [];
        return {
            version: 1,
            taken: momentNow(this.options.clock),
            strings: this.strings.map((string) => string.state()),
            perString: this.options.layout.perString,
            history: this.history.state(this.now, warm),
            sensors: this.sensors.state(this.now, warm),
            heat: this.rules.state(),
            discharging: this.discharging,
            sweptMs: this.sweptAt === undefined ? 0 : this.now - this.sweptAt,
        };
    }

    private get now(): number {
        return this.options.clock.monotonic();
    }

    private get wall(): number {
        return this.options.clock.now();
    }

    private get held(): boolean {
        return this.discharging && this.options.config.inDischarge === 'warn';
    }

    private chosen(string: number | undefined): StringCountdown[] {
        return this.strings.filter((_, index) => string === undefined || index + 1 === string);
    }

    private changing(string: StringCountdown, changes: RunawayChange[], act: () => void, by?: string): void {
        const before = string.isRunaway;
        act();
        if (string.isRunaway === before) return;
        const view = string.view(0, this.held);
        const { string: number } = view;
        changes.push({ kind: 'string', string: number, active: !before, view, ...(by !== undefined && { by }) });
    }

    /** The edges of the events that are one for all strings. */
    private changesOfAll(by?: string): RunawayChange[] {
        const changes: RunawayChange[] = [];
        const warned = this.strings.some(({ isWarned }) => isWarned);
        const runaway = this.strings.some(({ isRunaway }) => isRunaway);
        const views = this.views().filter(({ phase }) => phase !== 'off' && phase !== 'pending');
        if (warned !== this.warned) changes.push({ kind: 'warning', active: warned, views });
        if (runaway !== this.runaway) {
            changes.push({ kind: 'runaway', active: runaway, views, ...(by !== undefined && { by }) });
        }
        this.warned = warned;
        this.runaway = runaway;
        return changes;
    }

    private readingOf(sweep: BatterySweep, around: RunawaySurroundings, changes: RunawayChange[]): HeatReading {
        const { layout, config } = this.options;
        const told = sweep.blocks.temperature ?? new Float64Array(layout.modules).fill(NaN);
        const temperatures = SensorCheck.plausible(told);
        const { began, ended, jumped } = this.sensors.look(
            this.now,
            this.wall,
            temperatures,
            medianOf(this.believed(temperatures)),
        );
        changes.push(...ended.map((fault) => ({ kind: 'fault', active: false, fault }) as const));
        changes.push(...began.map((fault) => ({ kind: 'fault', active: true, fault }) as const));
        for (const module of jumped) this.history.forget(module);
        const believed = this.believed(temperatures);
        const median = medianOf(believed);
        this.history.add(this.now, temperatures, median, around.ambient);
        const since = around.discharging ? undefined : around.sinceDischargeMs;
        const currents = around.currentPerString ? sweep.byString.current : undefined;
        return {
            temperatures,
            ...(median !== undefined && { median }),
            others: believed.filter((value) => !Number.isNaN(value)).length,
            ...(around.ambient !== undefined && { ambient: around.ambient }),
            ...(currents && { currents }),
            sensitive: since !== undefined && since < 3_600_000 * config.sensitiveHours,
            discharging: around.discharging,
        };
    }

    private believed(temperatures: Values): Values {
        return temperatures.map((value, index) => (this.sensors.faultOf(index + 1) ? NaN : value));
    }
}

/**
 * What of a state fits this battery. Strings that are as long as before have the modules that they had, so that those which are still there keep theirs;
 * which one was taken out, or put in, is the last [ours].
 */
function asState(value: unknown, layout: BatteryLayout): RunawayState | undefined {
    const state = value as Partial<RunawayState> | undefined | null;
    const { strings, history, sensors, heat } = state ?? {};
    const whole = [strings, history, sensors, heat?.hot, heat?.rising].every(Array.isArray) && state!.taken;
    if (state?.version !== 1 || !whole) return undefined;
    if (strings!.length !== layout.strings && state.perString !== layout.perString) return undefined;
    const { modules } = layout;
    const there = (module: number) => module <= modules;
    return {
        ...(state as RunawayState),
        sensors: sensors!.filter((sensor) => there(sensor.module)),
        heat: { hot: heat!.hot.filter(there), rising: heat!.rising.filter(there) },
    };
}
