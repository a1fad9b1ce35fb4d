import { BatterySource } from '../batteries/battery-source';
import { AUX_DEVICES, AUX_PORTS, auxEventId, BATTERY_EVENTS } from '../batteries/events';
import { MarkerSource } from '../markers/marker-source';
import { ScheduleSource } from '../schedules/schedule-source';
import { ContactSource } from '../sensors/contact-source';
import { SENSOR_LEVELS } from '../sensors/sensor-config';
import { SensorSource } from '../sensors/sensor-source';
import { ThresholdSource } from '../thresholds/threshold-source';
import { UpsUnit } from '../unit/ups-unit';
import type { EventSource } from './source';
import { said, type Part } from '../language/sentence';
import { forPeople, type SignificantDigits } from '../units/digits';

/** The kind of a source, for people. Digital inputs and AUX ports are contacts. */
export type SourceKind = 'ups' | 'sensor' | 'contact' | 'marker' | 'threshold' | 'schedule' | 'battery';

/** Undefined: it has no events of its own, e.g. a buzzer, or selected events of a UPS. */
export function kindOf(source: EventSource): SourceKind | undefined {
    if (source instanceof UpsUnit) return 'ups';
    if (source instanceof SensorSource) return 'sensor';
    if (source instanceof ContactSource) return 'contact';
    if (source instanceof MarkerSource) return 'marker';
    if (source instanceof ThresholdSource) return 'threshold';
    if (source instanceof BatterySource) return 'battery';
    return source instanceof ScheduleSource ? 'schedule' : undefined;
}

/** What a battery monitor does all the time is told only to those who ask for it. */
const BATTERY_REPORTED: ReadonlySet<string> = new Set([
    ...Object.keys(BATTERY_EVENTS).filter((id) => BATTERY_EVENTS[id]!.level !== 'info'),
    ...['discharging', 'equalizing-paused', 'baseline-proposed'],
    ...Array.from({ length: AUX_DEVICES * AUX_PORTS }, (_, i) =>
        auxEventId(Math.floor(i / AUX_PORTS) + 1, (i % AUX_PORTS) + 1),
    ),
]);

/** The events of a source that reports contain; empty: all. `normal` of a sensor is left out: it is the end of another event. */
export function reportedEvents(kind: SourceKind): ReadonlySet<string> {
    if (kind === 'battery') return BATTERY_REPORTED;
    return new Set(kind === 'sensor' ? [...SENSOR_LEVELS, 'connection-lost'] : []);
}

/** Whether a source has been read since the start, or was silent for so long that its former state counts; not for UPSs. */
export function isKnown(source: EventSource): boolean {
    return source.stateOf('').confirmed;
}

/** The present state of a source, in a few words; a UPS needs more than that. @param digits those of the site */
export function stateText(source: EventSource, digits?: SignificantDigits): Part {
    if (source instanceof SensorSource) {
        const { value, lost, invalid } = source.view();
        if (lost) return said('brief.lost');
        const shown: Part =
            value === undefined
                ? said('brief.noValueYet')
                : { list: [forPeople(value, digits, 2), source.unit], by: ' ' };
        return invalid ? said('brief.outOfRange', { value: shown }) : shown;
    }
    if (source instanceof ContactSource) {
        if (source.lost) return said('brief.lost');
        return source.on === undefined ? said('brief.notRead') : onOff(source.on);
    }
    if (source instanceof ThresholdSource) {
        const { values } = source.view();
        const rounded = values.map((value) => forPeople(value, digits, 2));
        return rounded.length ? { list: rounded, by: ' / ' } : said('brief.noValue');
    }
    if (source instanceof BatterySource) {
        const { at, layout } = source.view();
        if (source.silent) return said('brief.lost');
        if (at === undefined || !layout) return said('brief.noValueYet');
        const count = said('brief.blocks', { count: layout.modules });
        const [worst] =
            source.level === 'info' ? [] : source.activeEvents().filter(({ level }) => level === source.level);
        return worst ? { list: [count, worst.text], by: '; ' } : count;
    }
    const { active, confirmed } = source.stateOf(source instanceof ScheduleSource ? 'schedule' : 'on');
    return active || confirmed ? onOff(active) : said('brief.notKnown');
}

function onOff(on: boolean): Part {
    return said(on ? 'state.on' : 'state.off');
}
