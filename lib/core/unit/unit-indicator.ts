import { UPS_EVENTS, type EventLevel } from '../events/ids';
import { READING_RULE_LIST, testRunning } from '../events/rules';
import { isAlarm } from '../status/alarms';
import { indicatorState, type IndicatorState } from '../status/indicator';
import { emptyStatus, type UpsStatus } from '../status/status';
import type { DevicePath } from './device-path';
import type { UpsUnit } from './ups-unit';

/** The part of a logical UPS from which its indicator is derived. */
export type IndicatorUnit = Pick<UpsUnit, 'status' | 'isSilent' | 'activeEvents' | 'pathViews'>;

/** The indicator state of a logical UPS, for side bar, canvas and pages. */
export function unitIndicator(unit: IndicatorUnit): IndicatorState {
    const status = unit.status();
    const active = unit.activeEvents();
    const testing = status !== undefined && testRunning(status)?.active === true;
    const outage = active.some(({ id }) => id === 'power-fail');
    return indicatorState({
        read: status !== undefined,
        failed: unit.pathViews.some(({ state, failed }) => failed === true || state === 'waiting'),
        silent: unit.isSilent,
        onBattery: outage || (status?.output.source === 'battery' && !unit.isSilent),
        testing: testing && !outage,
        levels: active.map(({ level }) => level),
    });
}

/** The indicator state of one path to a UPS, for its device node. */
export function pathIndicator(
    feed: Pick<DevicePath, 'state' | 'reading' | 'behindAgent' | 'blind' | 'failed'>,
): IndicatorState {
    const { state } = feed.state;
    const read = feed.reading !== undefined;
    if (state === 'closed') return 'disabled';
    if (feed.behindAgent) return 'lost';
    if (state !== 'ready') {
        const failed = feed.failed || state === 'waiting';
        return indicatorState({ read: read && failed, failed, silent: failed });
    }
    const status = { ...emptyStatus(0), ...feed.reading };
    const testing = testRunning(status)?.active === true;
    const { source } = status.output;
    return indicatorState({
        read: true,
        testing,
        onBattery: source === 'battery',
        levels: feed.blind ? ['warning', ...levelsOf(status)] : levelsOf(status),
    });
}

/** The levels of the events that a reading alone decides; an alarm without an event of its own is a warning. */
function levelsOf(status: UpsStatus): EventLevel[] {
    const levels: EventLevel[] = [];
    for (const [id, rule] of READING_RULE_LIST) if (rule(status)?.active) levels.push(UPS_EVENTS[id]);
    if (status.alarms?.some(isAlarm)) levels.push('warning');
    return levels;
}
