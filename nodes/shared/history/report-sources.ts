import type { NodeAPI } from 'node-red';
import type { PlanStep } from '../../../lib/flow/plan/plan-view';
import type { EpisodeView } from '../../../lib/store/episode-query';
import type { PlannedStep, ReportEpisode, ReportRequest, ReportSources, ReportUnit } from '../../../lib/reports';
import { storeSources } from '../../../lib/reports/store-sources';
import { isUnit } from '../../../lib/flow/supply';
import type { Zone } from '../../../lib/core/schedules/local-time';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';

/** What a report of this site is made from. */
export function reportSources(RED: NodeAPI, { store, series }: SiteRuntime): ReportSources {
    const { onsets } = flowOf(RED);
    return storeSources(store, series, {
        planAtOnset: (episode) => onsets.of(episode)?.plan.steps.flatMap(plannedStep),
        countedMs: (episode) => countedMs(RED, episode),
    });
}

/** How long an occurrence that lasts has lasted by the count of its source, ms; undefined: its source has no such occurrence, or is a simulation that lives faster. */
export function countedMs(
    RED: NodeAPI,
    { sourceId, eventId, episode }: Pick<EpisodeView, 'sourceId' | 'eventId' | 'episode'>,
): number | undefined {
    const source = flowOf(RED).registry.source(sourceId);
    const state = source?.clock.speed === 1 ? source.stateOf(eventId) : undefined;
    return state?.active && state.episode === episode ? state.elapsedMs : undefined;
}

/** A step as it was planned; what is switched off is no part of the plan. */
function plannedStep(step: PlanStep): PlannedStep[] {
    const { eventId, edge, jobId, name, acts, whom, due, condition, dependsOn, timings, disabled } = step;
    if (disabled) return [];
    return [
        {
            eventId,
            edge,
            jobId,
            name,
            acts,
            whom,
            ...(due ? { due } : {}),
            ...(timings.length === 0 && dependsOn.length === 0 && !condition ? { atOnce: true } : {}),
            ...(condition ? { condition } : {}),
            ...(dependsOn.length > 0 ? { uncertain: true } : {}),
        },
    ];
}

/** An occurrence as the log knows it, or while it lasts its source; a failure has the level of an alarm. */
export function reportEpisode(RED: NodeAPI, view: EpisodeView): ReportEpisode {
    const { episode: id, sourceId, sourceName, eventId, level, since, endedAt } = view;
    const lastedMs = endedAt === undefined ? countedMs(RED, view) : view.lastedMs;
    return {
        episode: id,
        sourceId,
        sourceName,
        eventId,
        level: level === 'error' ? 'alarm' : level,
        since,
        ...(endedAt === undefined ? {} : { endedAt }),
        ...(lastedMs === undefined ? {} : { lastedMs }),
    };
}

/** What a report begins with. @param source id and name of the source that it is about */
export function reportRequest(
    RED: NodeAPI,
    site: SiteRuntime,
    source: Pick<ReportUnit, 'id' | 'name'>,
    zone: Zone,
): ReportRequest {
    const { name, location, contact, dryRun } = site;
    return {
        site: {
            name,
            ...(location ? { location } : {}),
            ...(contact ? { contact } : {}),
            dryRun,
        },
        unit: unitOf(RED, source),
        now: flowOf(RED).clock.now(),
        zone,
    };
}

function unitOf(RED: NodeAPI, { id, name }: Pick<ReportUnit, 'id' | 'name'>): ReportUnit {
    const source = flowOf(RED).registry.source(id);
    if (!isUnit(source)) return { id, name: source?.name ?? name };
    const { ratedVA, loadVA, holdMinutes } = source.config;
    const { identity = {}, input } = source.status() ?? {};
    const { manufacturer, model, serial } = identity;
    const known = { manufacturer, model, serial, ratedVA, loadVA, holdMinutes, nominalVoltage: input?.nominalVoltage };
    return { id, name: source.name, ...definedOnly(known) };
}

function definedOnly<T extends object>(values: T): Partial<T> {
    return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
