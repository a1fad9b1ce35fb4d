import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import type { EventInfo } from '../../../lib/core/messages';
import type { Zone } from '../../../lib/core/schedules/local-time';
import { faultError, ownFault } from '../../../lib/core/settings';
import {
    energyReport,
    outageReport,
    qualityReport,
    type Range,
    type Report,
    type ReportEpisode,
    type ReportSources,
} from '../../../lib/reports';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { countedMs, reportRequest, reportSources } from './report-sources';
import { settings } from '../../history/ups-report.settings';

const OUTAGE = 'power-fail';
/** Within this time before the end of an event, an outage of the chosen UPS belongs to it, ms. */
const NEAR_MS = 600_000;

/** A source of events that reports can be made of. */
export interface ReportSubject {
    id: string;
    name: string;
    site: SiteRuntime;
}

/**
 * The UPS that a report is about: the chosen one, or else the source of the message's event, or else the only UPS.
 * @throws UpsError config-missing: none, or its site has no store
 */
export function subjectOf(RED: NodeAPI, chosen: string, event?: Pick<EventInfo, 'source' | 'sourceId'>): ReportSubject {
    const { registry } = flowOf(RED);
    const units = registry.units();
    const id = chosen || event?.sourceId || (units.length === 1 ? units[0]!.id : '');
    const site = id ? registry.siteOf({ event: { sourceId: id } as EventInfo }) : undefined;
    const name = registry.source(id)?.name ?? (event?.sourceId === id ? event.source : undefined);
    if (!site || name === undefined) throw new UpsError('config-missing', { property: 'ups' });
    return { id, name, site };
}

/**
 * The report of one occurrence.
 * @param event of the message; absent, or of another source: the latest outage of the subject
 * @throws UpsError config-invalid: there is none
 */
export async function makeOutageReport(
    RED: NodeAPI,
    subject: ReportSubject,
    zone: Zone,
    event?: EventInfo,
): Promise<Report> {
    const { site, id } = subject;
    const sources = reportSources(RED, site);
    const own = event?.sourceId === id ? event : undefined;
    const episode = own ? occurrenceOf(RED, site, own) : latestOutage(sources, id, event, flowOf(RED).clock.now());
    if (!episode) {
        throw faultError({ ...ownFault('noOutage', undefined, { ups: subject.name }), property: 'ups' }, settings);
    }
    return outageReport(sources, reportRequest(RED, site, subject, zone), episode);
}

export async function makeRangeReport(
    RED: NodeAPI,
    subject: ReportSubject,
    zone: Zone,
    range: Range,
    kind: 'energy' | { nominalVoltage?: number; percent: number },
): Promise<Report> {
    const sources = reportSources(RED, subject.site);
    const request = reportRequest(RED, subject.site, subject, zone);
    return kind === 'energy' ? energyReport(sources, request, range) : qualityReport(sources, request, range, kind);
}

/** As the store knows it; what it has forgotten, or lost with its memory, is in the message. */
function occurrenceOf(RED: NodeAPI, { store }: SiteRuntime, event: EventInfo): ReportEpisode {
    const known = store.episode(event.episode);
    const lastedMs = event.active ? countedMs(RED, { ...event, eventId: event.id }) : known?.lastedMs;
    const { episode, sourceId, source, id: eventId, level, since, at, active } = event;
    return {
        episode,
        sourceId,
        sourceName: source,
        eventId,
        level,
        since: known?.since ?? since,
        ...(active ? {} : { endedAt: known?.endedAt ?? at }),
        ...(lastedMs === undefined ? {} : { lastedMs }),
    };
}

function latestOutage(
    sources: ReportSources,
    sourceId: string,
    event: EventInfo | undefined,
    now: number,
): ReportEpisode | undefined {
    const range = event ? { from: event.since - NEAR_MS, to: event.at } : { from: 0, to: now };
    return sources.episodes({ sourceId, eventId: OUTAGE, ...range }).at(-1);
}
