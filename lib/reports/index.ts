import type { Zone } from '../core/schedules/local-time';
import { Slices } from '../core/turns';
import type { BatteryDischargeReport } from './battery-discharge';
import { batteryDischargeSheet } from './battery-discharge-sheet';
import type { BatteryHealthReport, BatteryReplacementReport } from './battery-health';
import { batteryHealthSheet, batteryReplacementSheet } from './battery-health-sheet';
import { dischargeCsv, healthCsv, replacementCsv } from './battery-tables';
import type { EnergyReport } from './energy';
import { energySheet } from './energy-sheet';
import { html } from './html';
import type { ReportLanguage } from './language';
import type { OutageReport } from './outage';
import { outageSheet } from './outage-sheet';
import type { QualityReport } from './quality';
import { qualitySheet } from './quality-sheet';
import type { Sheet } from './sheet';
import { energyCsv, outageCsv, qualityCsv } from './tables';

export { batteryDischargeReport, type BatteryDischargeReport, type DischargeStory } from './battery-discharge';
export {
    batteryHealthReport,
    batteryReplacementReport,
    type BatteryHealthReport,
    type BatteryReplacementReport,
} from './battery-health';
export type { BatteryNames } from './battery-names';
export { energyReport, type EnergyPeriod, type EnergyReport } from './energy';
export { ReportLanguage } from './language';
export { outageReport, type OutageReport } from './outage';
export { qualityReport, type QualityOptions, type QualityReport } from './quality';
export { lastMonth, lastWeek, yesterday } from './periods';
export { REPORT_CSP } from './style';
export type * from './sources';

export type BatteryReport = BatteryDischargeReport | BatteryHealthReport | BatteryReplacementReport;
export type Report = OutageReport | EnergyReport | QualityReport | BatteryReport;

export const REPORT_FORMATS = ['html', 'csv', 'json'] as const;
export type ReportFormat = (typeof REPORT_FORMATS)[number];

export interface ReportFile {
    filename: string;
    contentType: string;
    content: string;
}

const TYPES: Record<ReportFormat, string> = {
    html: 'text/html; charset=utf-8',
    csv: 'text/csv; charset=utf-8',
    json: 'application/json; charset=utf-8',
};

export interface ReportOutput {
    language: ReportLanguage;
    zone: Zone;
}

/** A report as a file, made in slices. CSV begins with a byte order mark: without it, spreadsheets misread UTF-8. */
export async function reportFile(
    report: Report,
    format: ReportFormat,
    output: ReportOutput,
    slices = new Slices(),
): Promise<ReportFile> {
    return {
        filename: `${fileName(report, output.zone)}.${format}`,
        contentType: TYPES[format],
        content: await contentOf(report, format, output, slices),
    };
}

/** Its title and its lead, for the subject and the text of a mail. */
export function reportSummary(report: Report, output: ReportOutput): { title: string; text: string } {
    const { title, subtitle, lead } = sheetOf(report, output);
    return { title: `${title} – ${subtitle}`, text: lead };
}

async function contentOf(report: Report, format: ReportFormat, output: ReportOutput, slices: Slices): Promise<string> {
    if (format === 'json') return `${JSON.stringify(report, undefined, 2)}\n`;
    if (format === 'csv') return `\ufeff${await csvOf(report, output.zone, slices)}`;
    await output.language.prepare(slices);
    return html(sheetOf(report, output), slices);
}

function csvOf(report: Report, zone: Zone, slices: Slices): Promise<string> {
    switch (report.kind) {
        case 'outage':
            return outageCsv(report, zone, slices);
        case 'energy':
            return energyCsv(report, zone, slices);
        case 'quality':
            return qualityCsv(report, zone, slices);
        case 'battery-discharge':
            return dischargeCsv(report, zone, slices);
        case 'battery-health':
            return healthCsv(report, zone, slices);
        case 'battery-replacement':
            return replacementCsv(report, zone, slices);
    }
}

function sheetOf(report: Report, { language, zone }: ReportOutput): Sheet {
    switch (report.kind) {
        case 'outage':
            return outageSheet(report, language, zone);
        case 'energy':
            return energySheet(report, language);
        case 'quality':
            return qualitySheet(report, language);
        case 'battery-discharge':
            return batteryDischargeSheet(report, language, zone);
        case 'battery-health':
            return batteryHealthSheet(report, language);
        case 'battery-replacement':
            return batteryReplacementSheet(report, language);
    }
}

/** `outage-ups-1-2026-03-29`: letters, digits and hyphens of ASCII only. */
function fileName(report: Report, zone: Zone): string {
    const unit = report.unit.name
        .normalize('NFKD')
        .toLowerCase()
        .replace(/[^a-z\d]+/g, '-')
        .replace(/^-+|-+$/g, '')
        .slice(0, 40);
    const { at, isMoment } = momentOf(report);
    const { day, second } = zone.localOf(at);
    const date = new Date((day * 86_400 + second) * 1000).toISOString();
    const stamp = isMoment ? `${date.slice(0, 10)}-${date.slice(11, 16).replace(':', '')}` : date.slice(0, 10);
    return [report.kind, unit, stamp].filter(Boolean).join('-');
}

/** What a file is named after: the moment at which something began, or a day. */
function momentOf(report: Report): { at: number; isMoment: boolean } {
    switch (report.kind) {
        case 'outage':
        case 'battery-discharge':
            return { at: report.since, isMoment: true };
        case 'battery-health':
            return { at: report.health.at, isMoment: false };
        case 'battery-replacement':
            return { at: report.judgedAt, isMoment: false };
        default:
            return { at: report.from, isMoment: false };
    }
}
