import { BatterySource } from '../core/batteries/battery-source';
import { BuzzerSource } from '../core/buzzer/buzzer-source';
import type { EventLevel } from '../core/events/ids';
import type { EventSource } from '../core/events/source';
import { MarkerSource } from '../core/markers/marker-source';
import { ScheduleSource } from '../core/schedules/schedule-source';
import { ContactSource } from '../core/sensors/contact-source';
import { SensorSource } from '../core/sensors/sensor-source';
import { indicatorState, type IndicatorState } from '../core/status/indicator';
import { ThresholdSource } from '../core/thresholds/threshold-source';

/**
 * While `connection-lost` is on. It is a warning, also where no value has ever come: that is no better than what was shown before.
 * @param read a value has come before
 */
export function lostIndicator(read: boolean): 'lost' | 'warning' {
    return read ? 'lost' : 'warning';
}

/** The indicator state of a source that is no UPS, as its node shows it. */
export function sourceIndicator(source: EventSource): IndicatorState {
    if (source instanceof SensorSource) {
        const { lost, read, invalid, level, value } = source.view();
        if (lost) return lostIndicator(read);
        if (level) return level.startsWith('pre-') ? 'warning' : 'alarm';
        if (invalid) return 'warning';
        return value === undefined ? 'starting' : 'ok';
    }
    if (source instanceof ContactSource) {
        if (source.lost) return lostIndicator(source.on !== undefined);
        return source.on === undefined ? 'starting' : ofLevels(source);
    }
    if (source instanceof ThresholdSource) {
        const { values, active } = source.view();
        if (active) return active;
        if (source.silent) return values.length > 0 ? 'lost' : 'never';
        return values.length > 0 ? 'ok' : 'starting';
    }
    if (source instanceof MarkerSource) {
        if (source.isActive('on')) return ofLevels(source);
        return source.inputs().some(({ active }) => active === undefined) ? 'starting' : 'ok';
    }
    if (source instanceof BatterySource) {
        const levels = source.activeEvents().map(({ level }) => level);
        return indicatorState({ read: source.view().at !== undefined, silent: source.silent, levels });
    }
    if (source instanceof BuzzerSource) {
        if (source.state === 'sounding') return 'alarm';
        return source.state === 'muted' ? 'warning' : 'ok';
    }
    if (source instanceof ScheduleSource) return 'ok';
    return ofLevels(source);
}

function ofLevels(source: EventSource): IndicatorState {
    const levels: EventLevel[] = source.activeEvents().map(({ level }) => level);
    if (levels.includes('alarm')) return 'alarm';
    return levels.includes('warning') ? 'warning' : 'ok';
}
