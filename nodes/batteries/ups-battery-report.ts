import type { NodeAPI } from 'node-red';
import { reportTrigger } from '../../lib/flow/history/report-trigger';
import { zoneOf } from '../../lib/zones/temporal-zone';
import { reportedBattery } from '../shared/config/battery-of';
import { makeDischargeReport, makeHealthReport } from '../shared/history/battery-report';
import { reportMessages } from '../shared/history/report-messages';
import { runReports } from '../shared/history/report-node';
import { defineNode } from '../shared/settings/define-node';
import { settings } from './ups-battery-report.settings';

/** The record is written after the event of its end; the last readings come with the next pass. */
const WAIT_MS = 15_000;

export = (RED: NodeAPI) => {
    defineNode(RED, settings, ({ node, settings: own }) => {
        const zone = zoneOf('');
        runReports(RED, node, {
            trigger: (message) => reportTrigger(message, own.kind === 'discharge'),
            waitMs: WAIT_MS,
            make: async (message, event) => {
                const of = reportedBattery(RED, own.battery);
                const report =
                    own.kind === 'discharge'
                        ? await makeDischargeReport(RED, of, zone, event)
                        : await makeHealthReport(RED, of, zone, own.kind, own.leastCapacity);
                const { id, name } = of.battery;
                const about = own.kind === 'discharge' ? message.event : undefined;
                return reportMessages(RED, { ...own, zone }, { site: of.site, id, name }, message, report, about);
            },
        });
    });
};
