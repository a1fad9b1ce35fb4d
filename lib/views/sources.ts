import { BatterySource } from '../core/batteries/battery-source';
import { BuzzerSource } from '../core/buzzer/buzzer-source';
import type { EventSource } from '../core/events/source';
import { MarkerSource } from '../core/markers/marker-source';
import { ScheduleSource } from '../core/schedules/schedule-source';
import { ContactSource } from '../core/sensors/contact-source';
import { SensorSource } from '../core/sensors/sensor-source';
import { INDICATOR_COLOURS } from '../core/status/indicator';
import { ThresholdSource } from '../core/thresholds/threshold-source';
import { isUnit } from '../flow/supply';
import { activeEventsOf } from './active-event';
import type { ViewedFlow, ViewedSite, ViewFacts } from './facts';
import { byWorst } from './severity';
import { sourceIndicator } from './source-indicator';
import type { LimitView, MarkerTable, SourceKind, SourceView } from './source-view';
import { withoutUnknown } from './unit-tile';

/** Everything that is no UPS, the worst first: sensors, contacts, relays, markers, thresholds, schedules, modems, buzzers, batteries. */
export function sourceViews(flow: ViewedFlow, facts: Pick<ViewFacts, 'others' | 'keptEvidence'>): SourceView[] {
    const own = flow.registry.sources().flatMap((source): SourceView[] => {
        const member = flow.registry.byId(source.id);
        if (member?.kind !== 'source' || source.standsFor !== undefined || isUnit(source)) return [];
        const view = sourceView(flow, source, member.site, facts);
        return view ? [view] : [];
    });
    return [...own, ...(facts.others ?? [])].sort(byWorst);
}

function sourceView(
    flow: ViewedFlow,
    source: EventSource,
    site: ViewedSite | undefined,
    facts: Pick<ViewFacts, 'keptEvidence'>,
): SourceView | undefined {
    const special = specialsOf(source);
    if (!special) return undefined;
    const trouble = source instanceof SensorSource ? source.trouble : undefined;
    const state = site?.watching ? 'disabled' : sourceIndicator(source);
    return withoutUnknown<SourceView>({
        id: source.id,
        name: source.name,
        siteId: site?.id,
        upsName: source.upsName,
        state,
        colour: INDICATOR_COLOURS[state],
        ...special,
        trouble: trouble && flow.texts.of(site).error(trouble),
        events: activeEventsOf(source, flow.alarms, facts),
    });
}

type Specials = { kind: SourceKind } & Partial<SourceView>;

/** What only a source of its kind has; undefined: a source of another package. */
function specialsOf(source: EventSource): Specials | undefined {
    if (source instanceof SensorSource) return sensor(source);
    if (source instanceof ContactSource) {
        // While the connection is lost, the contact may have moved.
        const inverted = source.inverted ? true : undefined;
        return { kind: 'input', on: source.lost ? undefined : source.on, inverted };
    }
    if (source instanceof ThresholdSource) return threshold(source);
    if (source instanceof MarkerSource)
        return { kind: 'marker', on: source.isActive('on'), marker: markerTable(source) };
    if (source instanceof ScheduleSource) return schedule(source);
    if (source instanceof BatterySource) {
        const { valuesAgeSeconds, layout } = source.view();
        // In seconds of people, however fast a simulated battery lives.
        const ageSeconds = valuesAgeSeconds === undefined ? undefined : valuesAgeSeconds / source.clock.speed;
        return { kind: 'battery', blocks: layout?.modules, ageSeconds };
    }
    if (source instanceof BuzzerSource) {
        const { state } = source;
        const buzzer = { state, causes: source.causesNow() };
        return {
            kind: 'buzzer',
            on: state === 'sounding',
            buzzer: source.isMutedAltogether ? { ...buzzer, altogether: true as const } : buzzer,
        };
    }
    return undefined;
}

function sensor(source: SensorSource): Specials {
    const { value, latched } = source.view();
    return {
        kind: 'sensor',
        value,
        unit: source.unit || undefined,
        limits: source.limits().map(({ level, limit, active }): LimitView => ({
            level,
            ...(level.endsWith('low') ? { low: limit } : { high: limit }),
            active,
        })),
        ...(latched && { latched: true as const }),
        ageSeconds: source.ageSeconds,
    };
}

function threshold(source: ThresholdSource): Specials {
    const { values, latched } = source.view();
    return {
        kind: 'threshold',
        value: values.length === 1 ? values[0] : undefined,
        ...(values.length > 1 && { values: [...values] }),
        unit: source.unit || undefined,
        limits: source.limits().map((limit) => withoutUnknown(limit)),
        ...(latched && { latched: true as const }),
    };
}

function markerTable(source: MarkerSource): MarkerTable {
    const inputs = source.inputs().map(({ topic, active }) => withoutUnknown({ name: topic, active }));
    return { ...source.rule, active: inputs.filter(({ active }) => active).length, inputs };
}

function schedule(source: ScheduleSource): Specials {
    const { active, until, next } = source.view();
    return {
        kind: 'schedule',
        on: active,
        // An endless run has no end that JSON could tell.
        until: until !== undefined && Number.isFinite(until) ? until : undefined,
        next: next?.start,
    };
}
