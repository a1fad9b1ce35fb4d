import type { NodeAPI } from 'node-red';
import type { EventInfo } from '../../lib/core/messages';
import type { Zone } from '../../lib/core/schedules/local-time';
import { faultError, ownFault, type SettingsOf } from '../../lib/core/settings';
import { reportTrigger } from '../../lib/flow/history/report-trigger';
import type { IncomingMessage } from '../../lib/flow/messages/coerce';
import { lastMonth, lastWeek, yesterday, type Range, type Report } from '../../lib/reports';
import { zoneOf } from '../../lib/zones/temporal-zone';
import { makeOutageReport, makeRangeReport, subjectOf, type ReportSubject } from '../shared/history/make-report';
import { readRange } from '../shared/history/read-range';
import { reportMessages } from '../shared/history/report-messages';
import { runReports } from '../shared/history/report-node';
import { flowOf } from '../shared/runtime/flow-of';
import { defineNode } from '../shared/settings/define-node';
import { settings } from './ups-report.settings';

type Settings = SettingsOf<typeof settings>;

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        const zone = zoneOf(own.zone);
        runReports(RED, node, {
            trigger: (message) => reportTrigger(message, own.kind === 'outage'),
            waitMs: own.waitMinutes * 60_000,
            make: async (message, event) => {
                const subject = subjectOf(RED, own.ups, event);
                const report = await reportOf(RED, own, zone, subject, message, event);
                return reportMessages(
                    RED,
                    { ...own, zone },
                    subject,
                    message,
                    report,
                    own.kind === 'outage' ? message.event : undefined,
                );
            },
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
