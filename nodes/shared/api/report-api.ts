import type { NodeAPI } from 'node-red';
import type { EventInfo } from '../../../lib/core/messages';
import { REPORT_CSP, REPORT_FORMATS, reportFile, ReportLanguage, type Report } from '../../../lib/reports';
import { zoneOf } from '../../../lib/zones/temporal-zone';
import { makeOutageReport, makeRangeReport, subjectOf, type ReportSubject } from '../history/make-report';
import { readRange } from '../history/read-range';
import { flowOf } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';
import { stores } from '../admin/read-log';
import { apiRoute, ApiError, ApiFile, type ApiCall } from './api-route';
import { assertDownload } from './log-api';
import { choice, moment, text, whole } from './query';

/** As in the dialog of ups-report. */
const PERCENT = 10;

/** Routes of reports; the time zone is that of this machine, or `zone` of the query. */
export function serveReports(RED: NodeAPI): void {
    apiRoute(RED, 'get', 'episodes/:id/report', 'view', async (call) => {
        const id = call.params.id!;
        const episode = [...stores(RED).values()].map((store) => store.episode(id)).find(Boolean);
        if (!episode) throw new ApiError(404, 'no-such-episode', { id });
        const { sourceId, sourceName: source, eventId, level, since, endedAt } = episode;
        const at = endedAt ?? flowOf(RED).clock.now();
        const event = { id: eventId, source, sourceId, level, since, at, episode: id, active: endedAt === undefined };
        const subject = subjectOf(RED, sourceId, event as EventInfo);
        return file(RED, call, subject, await makeOutageReport(RED, subject, zone(call), event as EventInfo));
    });
    apiRoute(RED, 'get', 'energy', 'view', async (call) => {
        const subject = unitOf(RED, call);
        return file(RED, call, subject, await makeRangeReport(RED, subject, zone(call), rangeOf(call), 'energy'));
    });
    apiRoute(RED, 'get', 'quality', 'view', async (call) => {
        const subject = unitOf(RED, call);
        const nominalVoltage = whole(call, 'nominal', { min: 1, max: 1000 });
        const percent = whole(call, 'percent', { min: 1, max: 50 }) ?? PERCENT;
        const limits = { percent, ...(nominalVoltage && { nominalVoltage }) };
        return file(RED, call, subject, await makeRangeReport(RED, subject, zone(call), rangeOf(call), limits));
    });
}

function unitOf(RED: NodeAPI, call: ApiCall): ReportSubject {
    const id = text(call, 'unit');
    if (!id) throw new ApiError(400, 'bad-parameter', { parameter: 'unit', expected: 'the id of a UPS' });
    if (flowOf(RED).registry.byId(id)?.kind !== 'unit') throw new ApiError(404, 'no-such-unit', { id });
    return subjectOf(RED, id);
}

function rangeOf(call: ApiCall) {
    const range = readRange(moment(call, 'from'), moment(call, 'to'));
    if (range) return range;
    throw new ApiError(400, 'bad-parameter', { parameter: 'from', expected: 'from and to, at most 400 days apart' });
}

function zone(call: ApiCall) {
    const name = text(call, 'zone', 100) ?? '';
    try {
        return zoneOf(name);
    } catch {
        throw new ApiError(400, 'bad-parameter', { parameter: 'zone', value: name, expected: 'e.g. Europe/Berlin' });
    }
}

/** JSON is for pages. HTML is shown, with nothing in it that could run; CSV is a file. */
function file(RED: NodeAPI, call: ApiCall, { site }: ReportSubject, report: Report): ApiFile {
    const format = choice(call, 'format', REPORT_FORMATS) ?? 'json';
    const at = zone(call);
    const language = new ReportLanguage(wordsOf(RED, site), at.id, site.temperatureUnit);
    const { filename, contentType, content } = reportFile(report, format, { language, zone: at });
    if (format === 'html') call.response.setHeader('Content-Security-Policy', REPORT_CSP);
    if (format === 'csv') assertDownload(call);
    return new ApiFile(contentType, content, format === 'csv' ? filename : undefined);
}
