import type { NodeAPI } from 'node-red';
import { deliveryKey } from '../../lib/core/journal/journal';
import type { EventInfo, EventMessage } from '../../lib/core/messages';
import type { Zone } from '../../lib/core/schedules/local-time';
import { faultError, ownFault, type SettingsOf } from '../../lib/core/settings';
import { Postponed, type PostponedItem } from '../../lib/flow/history/postponed';
import { reportTrigger } from '../../lib/flow/history/report-trigger';
import { resultSender } from '../../lib/flow/jobs/result-sender';
import type { IncomingMessage } from '../../lib/flow/messages/coerce';
import {
    lastMonth,
    lastWeek,
    REPORT_FORMATS,
    reportFile,
    ReportLanguage,
    reportSummary,
    yesterday,
    type Range,
    type Report,
    type ReportFile,
} from '../../lib/reports';
import { zoneOf } from '../../lib/zones/temporal-zone';
import { makeOutageReport, makeRangeReport, subjectOf, type ReportSubject } from '../shared/history/make-report';
import { readRange } from '../shared/history/read-range';
import { flowOf } from '../shared/runtime/flow-of';
import { whenFlowsStarted } from '../shared/runtime/flow-start';
import { defineNode } from '../shared/settings/define-node';
import { StatusIndicator } from '../shared/words/node-status';
import { asSentence, errorText, statusText } from '../shared/words/texts';
import { wordsOf } from '../shared/words/site-words';
import { settings } from './ups-report.settings';

type Settings = SettingsOf<typeof settings>;

/** A report that is made some time after the end of its outage. */
interface Later extends PostponedItem {
    message: EventMessage;
}

const REPORT_EVENT = 'report';

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        const flow = flowOf(RED);
        const zone = zoneOf(own.zone);
        const indicator = new StatusIndicator(node);
        const time = (at: number) => new Date(at).toTimeString().slice(0, 8);
        const done = () => indicator.show('ok', `${statusText(RED, 'done')} ${time(flow.clock.now())}`);
        const failed = () => indicator.show('error', `${statusText(RED, 'failed')} ${time(flow.clock.now())}`);
        /** Sends the report; @throws UpsError */
        const make = async (message: IncomingMessage, event?: EventInfo): Promise<object[]> => {
            indicator.show('busy', statusText(RED, 'running'));
            const subject = subjectOf(RED, own.ups, event);
            const report = await reportOf(RED, own, zone, subject, message, event);
            return messagesOf(RED, own, zone, subject, message, report);
        };
        const postponed = new Postponed<Later>(flow, node.id, async ({ message }) => {
            try {
                for (const each of await make(message as IncomingMessage, message.event)) node.send(each as never);
                done();
            } catch (error) {
                failed();
                node.error(asSentence(errorText(RED, error)), message as never);
            }
        });
        const showNext = () => {
            const at = postponed.nextAt();
            if (at !== undefined) indicator.show('armed', statusText(RED, 'dueAt', { time: time(at).slice(0, 5) }));
        };
        const take = async (message: IncomingMessage): Promise<{ result?: object[]; error?: Error }> => {
            const trigger = reportTrigger(message, own.kind);
            if (trigger.ask === 'nothing') return {};
            try {
                if (trigger.ask === 'now') {
                    const result = await make(message);
                    done();
                    return { result };
                }
                const { event } = trigger;
                const kept = { topic: message.topic, payload: event.active, event } as EventMessage;
                const journal = flow.registry.journalOf(kept);
                if (flow.registry.isWatching(journal)) return {};
                const dueAt = event.at + own.waitMinutes * 60_000;
                postponed.add({ key: deliveryKey(kept), dueAt, message: kept }, journal);
                showNext();
                return {};
            } catch (error) {
                failed();
                return { error: asSentence(errorText(RED, error)) };
            }
        };
        const settle = resultSender((error) => node.warn(error.message));
        node.on('input', (message, send, finish) => {
            const sendAll = (messages: object[]) => {
                for (const each of messages) send(each as never);
            };
            settle(take(message as IncomingMessage), sendAll, (error) => finish(error));
        });
        whenFlowsStarted(RED, node, () => {
            postponed.resume();
            showNext();
        });
        node.on('close', (removed: boolean, finish: () => void) => {
            postponed.destroy(removed);
            finish();
        });
    });
};

function reportOf(
    RED: NodeAPI,
    own: Settings,
    zone: Zone,
    subject: ReportSubject,
    message: IncomingMessage,
    event?: EventInfo,
): Promise<Report> {
    if (own.kind === 'outage') return makeOutageReport(RED, subject, zone, event);
    const { nominalVoltage, percent } = own;
    const quality = { ...(nominalVoltage === undefined ? {} : { nominalVoltage }), percent };
    const range = rangeOf(RED, own, zone, message);
    return makeRangeReport(RED, subject, zone, range, own.kind === 'energy' ? 'energy' : quality);
}

/** @throws UpsError config-invalid */
function rangeOf(RED: NodeAPI, { range }: Settings, zone: Zone, message: IncomingMessage): Range {
    const now = flowOf(RED).clock.now();
    if (range === 'last-month') return lastMonth(zone, now);
    if (range === 'last-week') return lastWeek(zone, now);
    if (range === 'yesterday') return yesterday(zone, now);
    const told = readRange(message.from, message.to);
    if (told) return told;
    throw faultError({ ...ownFault('noRange'), property: 'range' }, settings);
}

/** One message with all files for a mail, or one for each file with its content as payload. */
async function messagesOf(
    RED: NodeAPI,
    own: Settings,
    zone: Zone,
    { site, id, name }: ReportSubject,
    message: IncomingMessage,
    report: Report,
): Promise<object[]> {
    const output = { language: new ReportLanguage(wordsOf(RED, site), zone.id, site.temperatureUnit), zone };
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
    const event = own.kind === 'outage' && message.event ? { ...message.event, text } : plain;
    const topic = event === plain ? `${name}/${REPORT_EVENT}` : message.topic;
    const whole = { ...message, topic, event, report };
    if (own.output === 'payload') {
        return files.map(({ filename, content }) => ({ ...whole, filename, payload: content }));
    }
    return [{ ...whole, payload: event.active, filename: files[0]!.filename, attachments: files }];
}
