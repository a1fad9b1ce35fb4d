import type { Clock } from '../clock';
import { sideOfDischarge } from './battery-levels';
import { assertThreshold, limitsOf, figure, type ThresholdConfig, type ThresholdLevelName } from './config';
import { type LevelState, type ThresholdEdge, ThresholdLevel } from './threshold-level';

export type { ThresholdEdge } from './threshold-level';

/** JSON; what must outlive the process. */
export interface ThresholdState {
    warning: LevelState;
    alarm: LevelState;
}

export type ThresholdEdgeListener = (level: ThresholdLevelName, active: boolean, edge: ThresholdEdge) => void;

/**
 * Watches one value with a warning and an alarm, each a machine of its own (CS141 manual, "Custom Thresholds"). On the way up the
 * warning speaks first, on the way down the alarm.
 */
export class Threshold {
    private readonly warning: ThresholdLevel;
    private readonly alarm: ThresholdLevel;

    /**
     * `restored` is the `state()` of a former life: what is active stays active, silently; a duration that was running goes
     * on from its onset as soon as a value confirms it.
     * @throws UpsError config-missing, config-invalid
     */
    constructor(config: ThresholdConfig, clock: Clock, onEdge: ThresholdEdgeListener, restored?: ThresholdState) {
        assertThreshold(config);
        const level = (name: ThresholdLevelName) =>
            new ThresholdLevel(
                config[name] && { ...config[name], atLimit: config.atLimit === true },
                clock,
                (active, edge) => onEdge(name, active, edge),
                usable(restored?.[name]),
                sideOfDischarge(config.value),
            );
        this.warning = level('warning');
        this.alarm = level('alarm');
    }

    /**
     * A value, or one per line: a level trips if any of them does, and ends when all have recovered. `undefined` (or none)
     * when nothing recent is known: then nothing begins and nothing ends.
     * @param outage episode of the outage that goes on, '' on mains: what a discharge has tripped begins anew with each outage, and
     * lasts as long as that does
     */
    update(value: number | readonly number[] | undefined, outage = ''): void {
        const values = (value === undefined ? [] : typeof value === 'number' ? [value] : value).filter(Number.isFinite);
        if (values.length === 0) {
            this.alarm.unknown(outage);
            this.warning.unknown(outage);
            return;
        }
        this.alarm.recover(values, outage);
        this.warning.recover(values, outage);
        this.warning.trip(outage);
        this.alarm.trip(outage);
    }

    /** Releases latches whose condition has ended. Returns whether there was any. */
    reset(): boolean {
        const alarm = this.alarm.reset();
        const warning = this.warning.reset();
        return alarm || warning;
    }

    isActive(level: ThresholdLevelName): boolean {
        return this[level].active;
    }

    state(): ThresholdState {
        return { warning: this.warning.state(), alarm: this.alarm.state() };
    }

    /** Clears the timers. */
    destroy(): void {
        this.warning.destroy();
        this.alarm.destroy();
    }
}

/** The rule of a level in words for the evidence, e.g. `battery.chargePercent < 41 for 10 s`. */
export function describeRule(config: ThresholdConfig, name: ThresholdLevelName): string {
    const level = config[name];
    if (!level) return '';
    const { low, high } = limitsOf(level);
    const value = config.value ?? 'value';
    const or = config.atLimit === true ? '=' : '';
    const conditions = [low !== undefined && `${value} <${or} ${low}`, high !== undefined && `${value} >${or} ${high}`];
    const seconds = figure(level.seconds) ?? 0;
    return conditions.filter(Boolean).join(' or ') + (seconds > 0 ? ` for ${seconds} s` : '');
}

/** What was kept on disk may have been written by another version. */
function usable(state: LevelState | undefined): LevelState | undefined {
    const figures = [state?.since, state?.elapsedMs, state?.takenAt];
    const phases = ['off', 'pending', 'on', 'latched'];
    return state && phases.includes(state.phase) && figures.every(Number.isFinite) ? state : undefined;
}
