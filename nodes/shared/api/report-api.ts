import type { NodeAPI } from 'node-red';
import { UpsError } from '../../../lib/core/errors';
import type { Zone } from '../../../lib/core/schedules/local-time';
import { isUnit } from '../../../lib/flow/supply';
import { lastMonth, outageReport, REPORT_FORMATS, reportFile, ReportLanguage, type Report } from '../../../lib/reports';
import { zoneOf } from '../../../lib/zones/temporal-zone';
import { siteOfOwner } from '../door/series-of';
import { makeRangeReport, type ReportSubject } from '../history/make-report';
import { readRange } from '../history/read-range';
import { reportEpisode, reportRequest, reportSources } from '../history/report-sources';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';
import { apiRoute, ApiError, ApiFile, type ApiCall } from './api-route';
import { costly } from './costly';
import { assertDownload } from './log-api';
import { choice, moment, text, whole } from './query';

const PERCENT = 10;

/** Routes of reports: `format` html, csv or json; `zone` by its IANA name, default that of this machine. */
export function serveReports(RED: NodeAPI): void {
    apiRoute(RED, 'get', 'episodes/:id/report', 'view', (call) => {
        const id = call.params.id!;
        const zone = zoneIn(call);
        for (const each of flowOf(RED).registry.sites()) {
            const episode = each.store.episode(id);
            if (!episode) continue;
            const site = siteOfOwner(RED, episode.sourceId, each);
            const subject = { id: episode.sourceId, name: episode.sourceName };
            const request = reportRequest(RED, site, subject, zone);
            return costly(call, async () => {
                const report = await outageReport(reportSources(RED, site), request, reportEpisode(RED, episode));
                return answer(call, site, zone, report, 'html');
            });
        }
        throw new ApiError(404, 'no-such-episode', { id });
    });
    apiRoute(RED, 'get', 'energy', 'view', (call) => overRange(call, 'energy'));
    apiRoute(RED, 'get', 'quality', 'view', (call) => {
        const nominalVoltage = whole(call, 'nominal', { min: 1, max: 1000 });
        const percent = whole(call, 'percent', { min: 1, max: 50 }) ?? PERCENT;
        return overRange(call, { percent, ...(nominalVoltage === undefined ? {} : { nominalVoltage }) });
    });
}

/** `unit`, default the only one; `from` and `to`, default the last month. */
function overRange(call: ApiCall, kind: Parameters<typeof makeRangeReport>[4]): Promise<unknown> {
    const { RED } = call;
    const zone = zoneIn(call);
    const [from, to] = [moment(call, 'from'), moment(call, 'to')];
    const now = flowOf(RED).clock.now();
    const range = from === undefined && to === undefined ? lastMonth(zone, now) : readRange(from, to ?? now);
    if (!range) throw new ApiError(400, 'bad-parameter', { parameter: 'from', expected: 'from < to <= from + 400 d' });
    const subject = unitIn(call);
    return costly(call, async () =>
        answer(call, subject.site, zone, await makeRangeReport(RED, subject, zone, range, kind), 'json'),
    );
}

async function answer(
    call: ApiCall,
    site: SiteRuntime,
    zone: Zone,
    report: Report,
    otherwise: 'html' | 'json',
): Promise<unknown> {
    const format = choice(call, 'format', REPORT_FORMATS) ?? otherwise;
    if (format === 'json') return report;
    if (format === 'csv') assertDownload(call);
    const language = new ReportLanguage(wordsOf(call.RED, site), zone.id, site.temperatureUnit);
    const { contentType, content, filename } = await reportFile(report, format, { language, zone });
    return new ApiFile(contentType, content, format === 'csv' ? filename : undefined);
}

function unitIn(call: ApiCall): ReportSubject {
    const { registry } = flowOf(call.RED);
    const units = registry.units();
    const id = text(call, 'unit') ?? (units.length === 1 ? units[0]!.id : '');
    const unit = registry.source(id);
    const site = registry.siteOf({ event: { sourceId: id } as never });
    if (!isUnit(unit) || !site) throw new ApiError(404, 'no-such-unit', { id });
    return { id, name: unit.name, site };
}

function zoneIn(call: ApiCall): Zone {
    const name = text(call, 'zone') ?? '';
    try {
        return zoneOf(name);
    } catch (error) {
        if (!(error instanceof UpsError)) throw error;
        throw new ApiError(400, 'bad-parameter', { parameter: 'zone', value: name, expected: 'Europe/Berlin, UTC, …' });
    }
}
