import type { NodeAPI } from 'node-red';
import type { EventInfo } from '../../../lib/core/messages';
import type { Zone } from '../../../lib/core/schedules/local-time';
import type { IncomingMessage } from '../../../lib/flow/messages/coerce';
import {
    REPORT_FORMATS,
    reportFile,
    ReportLanguage,
    reportSummary,
    type Report,
    type ReportFile,
    type ReportFormat,
} from '../../../lib/reports';
import { flowOf, type SiteRuntime } from '../runtime/flow-of';
import { wordsOf } from '../words/site-words';

const REPORT_EVENT = 'report';

export interface ReportOutput extends Record<ReportFormat, boolean> {
    output: 'mail' | 'payload';
    zone: Zone;
}

/**
 * One message with all files for a mail, or one for each file with its content as payload.
 * @param event the one that the report is of; absent: it gets an event of its own
 */
export async function reportMessages(
    RED: NodeAPI,
    { zone, ...own }: ReportOutput,
    { site, id, name }: { site: SiteRuntime | undefined; id: string; name: string },
    message: IncomingMessage,
    report: Report,
    event?: EventInfo,
): Promise<object[]> {
    const output = { language: new ReportLanguage(wordsOf(RED, site), zone.id, site?.temperatureUnit), zone };
    const files: ReportFile[] = [];
    for (const format of REPORT_FORMATS) if (own[format]) files.push(await reportFile(report, format, output));
    const { text } = reportSummary(report, output);
    const now = flowOf(RED).clock.now();
    const plain: EventInfo = {
        id: REPORT_EVENT,
        source: name,
        sourceId: id,
        level: 'info',
        active: true,
        since: now,
        at: now,
        episode: '',
        text,
    };
    const told = event ? { ...event, text } : plain;
    const topic = event ? message.topic : `${name}/${REPORT_EVENT}`;
    // A report is made some time after its event, whose message is gone by then: a mail tells how the UPS is now.
    const status = message.status ?? flowOf(RED).registry.source(id)?.status();
    const whole = { ...message, topic, event: told, report, ...(status && { status }) };
    if (own.output === 'payload') {
        return files.map(({ filename, content }) => ({ ...whole, filename, payload: content }));
    }
    return [{ ...whole, payload: told.active, filename: files[0]!.filename, attachments: files }];
}
