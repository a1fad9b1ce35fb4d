import type { Clock } from '../clock';
import { sideOfDischarge } from './battery-levels';
import { assertThreshold, limitsOf, figure, type ThresholdConfig, type ThresholdLevelName } from './config';
import { type LevelState, type ThresholdEdge, ThresholdLevel } from './threshold-level';

export type { ThresholdEdge } from './threshold-level';

/** JSON; the state that must survive the process. */
export interface ThresholdState {
    warning: LevelState;
    alarm: LevelState;
}

export type ThresholdEdgeListener = (level: ThresholdLevelName, active: boolean, edge: ThresholdEdge) => void;

/**
 * Watches one value with a warning and an alarm, each a state machine of its own (CS141 manual, "Custom Thresholds"). When the value gets
 * worse, the warning comes before the alarm; when it recovers, the alarm ends first.
 */
export class Threshold {
    private readonly warning: ThresholdLevel;
    private readonly alarm: ThresholdLevel;

    /**
     * @param restored the `state()` of a former process: an active level stays active, without a new edge; a running duration continues
     * from its onset as soon as a value confirms it
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
     * Handles a value, or one value for each line: a level begins if any line meets its condition, and ends when all have recovered.
     * `undefined` (or an empty list) if no recent value is known: then no level begins or ends.
     * @param outage episode of the present outage, '' on mains: a level that a discharge has caused begins anew with each outage, and lasts
     * as long as the outage
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

    /** Releases latches whose condition has ended. @returns whether there was one */
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

/** A stored state may come from another version. */
function usable(state: LevelState | undefined): LevelState | undefined {
    const figures = [state?.since, state?.elapsedMs, state?.takenAt];
    const phases = ['off', 'pending', 'on', 'latched'];
    return state && phases.includes(state.phase) && figures.every(Number.isFinite) ? state : undefined;
}
