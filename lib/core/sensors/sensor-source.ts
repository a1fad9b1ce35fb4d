import type { TimerHandle } from '../clock';
import { durationText } from '../duration';
import type { UpsError } from '../errors';
import type { LocalEdge, LocalSourceOptions } from '../events/local-source';
import { LocalSource } from '../events/local-source';
import type { EventLevel } from '../events/ids';
import { POLLS_TO_WAIT } from '../unit/device-path';
import type { Side } from '../thresholds/battery-levels';
import { type LevelState, type ThresholdEdge, ThresholdLevel } from '../thresholds/threshold-level';
import { Measurement } from './measurement';
import { levelConfig, limitOf, SENSOR_LEVELS, type SensorConfig, type SensorLevelName } from './sensor-config';

export type SensorEventId = SensorLevelName | 'normal' | 'connection-lost';

export interface SensorSourceOptions extends LocalSourceOptions {
    config: SensorConfig;
    /** Unit for people, e.g. `°C`. */
    unit?: string;
    /** The present interval between readings, ms, if their source knows it. One reading may be missed, even if the time-out is shorter. */
    intervalMs?(): number;
    /** The sensor measures a battery level of `ups`, and a discharge moves the value to this side: see `sideOfDischarge`. */
    discharge?: Side;
    /** Why there is no value, if its source knows that. Asked only while there is none. */
    trouble?(): UpsError | undefined;
    /** The sentence for an edge, in the language of the site. */
    text(eventId: SensorEventId, active: boolean, value: number | undefined): string;
}

/** The state of a sensor, for its node's status. */
export interface SensorView {
    /** The last value; undefined before the first and after the connection was lost. */
    value?: number;
    /** The most serious active level. */
    level?: SensorLevelName;
    latched: boolean;
    lost: boolean;
    /** A valid value has come in this process, so the connection can now be lost. */
    read: boolean;
    /** The last reading was outside of the sensor's range, or not a number. */
    invalid: boolean;
}

const EVENT_LEVELS: Readonly<Record<SensorEventId, EventLevel>> = {
    'alarm-low': 'alarm',
    'pre-alarm-low': 'warning',
    'pre-alarm-high': 'warning',
    'alarm-high': 'alarm',
    normal: 'info',
    'connection-lost': 'warning',
};
const SERIOUS: SensorLevelName[] = ['alarm-high', 'alarm-low', 'pre-alarm-high', 'pre-alarm-low'];
const KEPT = 'sensor';
const HEARTBEAT_MS = 5000;

/**
 * An analog sensor as a source of events (CS141 manual, "Sensors and devices" and "Adding analog sensors"): one for each level, `normal`
 * while no level is active, and `connection-lost` while no valid value comes; its off edge means that the connection is back. While the
 * connection is lost, no level begins or ends.
 */
export class SensorSource extends LocalSource {
    private readonly measurement: Measurement;
    private readonly timeoutMs: number;
    private levels = new Map<SensorLevelName, ThresholdLevel>();
    private last: { value?: number; at: number; invalid: boolean } | undefined;
    private timer: TimerHandle;
    private savedPhases = '';
    private savedAt = 0;

    constructor(private readonly options: SensorSourceOptions) {
        super(options);
        this.measurement = new Measurement(options.config);
        this.timeoutMs = 1000 * (options.config.timeoutSeconds ?? 0);
    }

    /** Restores its state from the journal, and begins to wait for values. */
    start(): void {
        const kept = (this.journal.getValue(this.id, KEPT) ?? {}) as Partial<Record<SensorLevelName, LevelState>>;
        const open = new Set(this.restore());
        for (const name of SENSOR_LEVELS) {
            const state = kept[name];
            // Other nodes follow the episodes, so a level is on exactly if its episode is open.
            const on = state?.phase === 'on' || state?.phase === 'latched';
            const level = new ThresholdLevel(
                levelConfig(this.options.config, name),
                this.clock,
                (active, edge) => this.tripped(name, active, edge),
                on === open.has(name) ? state : undefined,
                this.options.discharge,
            );
            this.levels.set(name, level);
            if (open.has(name) && !level.active) this.end(name);
            // The settings switched the level off while it was on.
            if (limitOf(this.options.config, name) === undefined) level.unknown();
        }
        if (open.has('connection-lost') && this.timeoutMs === 0) this.end('connection-lost');
        this.last = undefined;
        this.watch();
        this.confirmInSilence();
        this.check();
    }

    /** Handles a raw reading, before scale and offset. @param measured called when it is a value, before the events that it brings */
    take(raw: number, measured?: () => void): void {
        const value = this.measurement.take(raw);
        this.last = { value: value ?? this.last?.value, at: this.clock.monotonic(), invalid: value === undefined };
        if (value === undefined) {
            // An invalid reading decides nothing, and the time without a value continues.
            for (const level of this.levels.values()) level.unknown();
            return;
        }
        measured?.();
        this.watch();
        if (this.isActive('connection-lost')) this.end('connection-lost', value);
        const values = [value];
        // A rising value raises the pre-alarm before the alarm; a falling one ends the alarm before the pre-alarm.
        const outage = this.outage();
        const during = outage?.active && outage.confirmed ? outage.episode : undefined;
        for (const name of SERIOUS) this.levels.get(name)!.recover(values, during);
        for (const name of SERIOUS.toReversed()) this.levels.get(name)!.trip(during);
        this.confirmAll();
        this.settle(value);
        this.check();
        this.saveIfDue();
    }

    /** Releases latches whose condition has ended. @returns whether there was one */
    reset(): boolean {
        const released = SERIOUS.filter((name) => this.levels.get(name)?.reset()).length > 0;
        if (!released) return false;
        if (this.last?.value !== undefined && !this.last.invalid) this.settle(this.last.value);
        this.save();
        return true;
    }

    /** Unit for people, e.g. `°C`; empty: none. */
    get unit(): string {
        return this.options.unit ?? '';
    }

    /** Seconds since the last reading; undefined before the first of this process. */
    get ageSeconds(): number | undefined {
        return this.last && (this.clock.monotonic() - this.last.at) / 1000;
    }

    /** The levels that have a limit, from the lowest to the highest. */
    limits(): { level: SensorLevelName; limit: number; active: boolean }[] {
        return SENSOR_LEVELS.flatMap((level) => {
            const limit = limitOf(this.options.config, level);
            return limit === undefined ? [] : [{ level, limit, active: this.levels.get(level)?.active ?? false }];
        });
    }

    /** Why there is no value now, or only that of an earlier reading; undefined: there is one, or nobody knows. */
    get trouble(): UpsError | undefined {
        const { value, invalid } = this.view();
        return value === undefined || invalid ? this.options.trouble?.() : undefined;
    }

    view(): SensorView {
        const level = SERIOUS.find((name) => this.levels.get(name)?.active);
        const lost = this.isActive('connection-lost');
        return {
            ...(this.last?.value !== undefined && !lost && { value: this.last.value }),
            ...(level && { level }),
            latched: level !== undefined && this.levels.get(level)!.state().phase === 'latched',
            lost,
            read: this.last?.value !== undefined,
            invalid: this.last?.invalid ?? false,
        };
    }

    override destroy(): void {
        this.clock.clearTimeout(this.timer);
        for (const level of this.levels.values()) level.destroy();
        if (this.levels.size > 0) this.save();
        super.destroy();
    }

    protected override describeRestored(eventId: string): Pick<LocalEdge, 'level' | 'text'> {
        const id = eventId as SensorEventId;
        return { level: EVENT_LEVELS[id] ?? 'info', text: this.options.text(id, true, undefined) };
    }

    private patienceMs(): number {
        return Math.max(this.timeoutMs, POLLS_TO_WAIT * (this.options.intervalMs?.() ?? 0));
    }

    private watch(): void {
        if (this.timeoutMs === 0) return;
        this.clock.clearTimeout(this.timer);
        this.timer = this.clock.setTimeout(() => this.lost(), this.patienceMs());
    }

    private lost(): void {
        this.measurement.forget();
        for (const level of this.levels.values()) level.unknown();
        this.confirmAll();
        this.tell('connection-lost', true, `no value for ${durationText(this.patienceMs() / 1000)}`);
        this.check();
    }

    private tripped(name: SensorLevelName, active: boolean, edge: ThresholdEdge): void {
        const { value, reason, at, renewed } = edge;
        // The normal state ends before a level begins, so that nobody sees both.
        if (active) this.end('normal', value);
        const { low, high, atLimit } = levelConfig(this.options.config, name);
        const or = atLimit ? '=' : '';
        const rule = low === undefined ? `value >${or} ${high}` : `value <${or} ${low}`;
        const told = reason === 'tripped' ? rule : `${reason}: ${rule}`;
        if (renewed) this.renew(name, this.describeEdge(name, true, told, value, at), () => this.keep());
        else this.tell(name, active, active ? rule : told, value, at);
    }

    private settle(value: number): void {
        if (![...this.levels.values()].some((level) => level.active))
            this.tell('normal', true, 'no level is on', value);
    }

    private end(id: SensorEventId, value?: number): void {
        this.tell(id, false, id === 'connection-lost' ? 'a value came' : 'ended', value);
    }

    private tell(id: SensorEventId, active: boolean, rule: string, value?: number, at?: number): void {
        if (active === this.isActive(id)) return;
        this.edge(id, active, this.describeEdge(id, active, rule, value, at), () => this.keep());
    }

    private describeEdge(id: SensorEventId, active: boolean, rule: string, value?: number, at?: number): LocalEdge {
        const { unit, text } = this.options;
        const evidence = { rule, values: { value }, ageSeconds: 0 };
        return { level: EVENT_LEVELS[id], text: text(id, active, value), at, value, unit, evidence };
    }

    private saveIfDue(): void {
        const due = this.clock.monotonic() - this.savedAt >= HEARTBEAT_MS * this.clock.speed;
        if (due || this.phases() !== this.savedPhases) this.save();
    }

    private save(): void {
        this.heartbeat(() => this.keep());
    }

    private keep(): void {
        const states = Object.fromEntries([...this.levels].map(([name, level]) => [name, level.state()]));
        this.journal.setValue(this.id, KEPT, states);
        this.savedPhases = this.phases();
        this.savedAt = this.clock.monotonic();
    }

    private phases(): string {
        return [...this.levels.values()].map((level) => level.state().phase).join();
    }
}
