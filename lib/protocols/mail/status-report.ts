import type { SourceReportEntry, UpsReportEntry } from '../../core/mail/report-entries';
import type { EventInfo } from '../../core/messages';
import { isDcSupply } from '../../core/status/channels';
import type { Channel, UpsStatus } from '../../core/status/status';
import { forPeople, type SignificantDigits } from '../../core/units/digits';
import { localTime } from './compose';
import { said, type Translate, type Part } from '../../core/language/sentence';

const NOT_KNOWN = 'NA';
/** So many channels of a device are listed. */
const MOST_CHANNELS = 64;

/**
 * Subject and text of a status mail: for each UPS its present status, the age of the reading and its active events; then one line
 * for each other source of the site.
 * @param digits those of the site
 */
export function statusReport(
    units: readonly UpsReportEntry[],
    others: readonly SourceReportEntry[],
    now: number,
    inWords: Translate,
    digits?: SignificantDigits,
): { subject: string; text: string } {
    const blocks = units.map((unit) => `${unit.name}\n${linesOf(unit, inWords, digits).join('\n')}`);
    if (others.length) {
        const lines = others.map((source) => lineOf(source, inWords));
        blocks.push([inWords(said('report.others')), ...lines].join('\n'));
    }
    const title = inWords(said('report.title', { at: localTime(now) }));
    const text = [title, ...(blocks.length ? blocks : [inWords(said('report.none'))])].join('\n\n');
    return { subject: inWords(subjectOf(units, others)), text };
}

function eventsOf(active: readonly EventInfo[]): Part {
    return { list: active.map(({ text, since }) => said('report.since', { text, at: localTime(since) })), by: '; ' };
}

function lineOf({ name, state, active }: SourceReportEntry, inWords: Translate): string {
    const stands = { list: [name, state], by: ': ' };
    return `  ${inWords({ list: [stands, eventsOf(active)], by: '; ' })}`;
}

function subjectOf(units: readonly UpsReportEntry[], others: readonly SourceReportEntry[]): Part {
    const onBattery = units.filter((unit) => unit.active.some(({ id }) => id === 'power-fail')).length;
    const silent = units.filter((unit) => unit.silent || !unit.status).length;
    const alarms = [...units, ...others].filter((source) =>
        source.active.some(({ id, level }) => level === 'alarm' && id !== 'power-fail'),
    );
    const counted = { onBattery, alarms: alarms.length, silent };
    const parts = Object.entries(counted).flatMap(([name, n]) => (n > 0 ? [said(`report.${name}`, { n })] : []));
    const several = units.length
        ? said('report.units', { count: units.length })
        : said('report.inputs', { count: others.length });
    const of = units.length === 1 ? units[0]!.name : several;
    const how: Part = parts.length ? { list: parts, by: ', ' } : said('report.well');
    return said('report.subject', { of, how });
}

/** A table of two columns; the first is as wide as the longest label. */
function linesOf(unit: UpsReportEntry, inWords: Translate, digits: SignificantDigits): string[] {
    const rows = rowsOf(unit, digits).map(
        ([label, value]) => [label && inWords(said(`report.label.${label}`)), value] as const,
    );
    const width = Math.max(...LABELS.map((label) => inWords(said(`report.label.${label}`)).length)) + 2;
    return rows.map(([label, value]) => `  ${label && label.padEnd(width)}${inWords(value)}`);
}

const LABELS = [
    ...['active', 'source', 'battery', 'load', 'input', 'dcInput', 'dcOutput', 'channels', 'temperature'],
    'reading',
] as const;

type ReportRow = [label: (typeof LABELS)[number] | '', value: Part];

function rowsOf({ status, ageSeconds, silent, active }: UpsReportEntry, digits: SignificantDigits): ReportRow[] {
    const events = active.length ? eventsOf(active) : said('report.nothing');
    if (!status) {
        return [
            ['', said('report.noReading')],
            ['active', events],
        ];
    }
    const { output, battery, derived, dc, environment } = status;
    const value = (reading: number | undefined, unit: string) => valueOf(reading, unit, digits);
    const minutes = battery.minutesRemaining ?? derived.minutesRemaining;
    const charge = value(battery.chargePercent ?? derived.chargePercent, '%');
    const left: Part = minutes === undefined ? NOT_KNOWN : said('report.left', { time: { seconds: minutes * 60 } });
    const state: Part = battery.state ? said(`batteryState.${battery.state}`) : NOT_KNOWN;
    const at = localTime(status.time);
    const read: Part = ageSeconds === undefined ? at : said('report.ago', { at, time: { seconds: ageSeconds } });
    return [
        ['source', output.source ? said(`source.${output.source}`) : NOT_KNOWN],
        ['battery', { list: [charge, left, value(battery.voltage, 'V'), state], by: ', ' }],
        ...supplyRows(status, digits),
        ['temperature', value(battery.temperature ?? dc?.temperature ?? environment?.temperature, '°C')],
        ['reading', silent ? said('report.silentSince', { reading: read }) : read],
        ['active', events],
    ];
}

/** What goes in and out. A DC supply has no load in percent, and no AC input unless it tells one. */
function supplyRows(status: UpsStatus, digits: SignificantDigits): ReportRow[] {
    const { input, output, dc, channels } = status;
    const isDc = isDcSupply(status);
    const each = (readings: (number | undefined)[], unit: string): Part =>
        readings.length ? { list: readings.map((reading) => valueOf(reading, unit, digits)), by: ' / ' } : NOT_KNOWN;
    const loads = output.lines.map(({ load }) => load);
    const volts = input.lines.map(({ voltage }) => voltage);
    const outputs = [valueIf(dc?.outputVoltage, 'V', digits), valueIf(dc?.outputCurrent, 'A', digits)].flat();
    const told = Object.entries(channels ?? {}).slice(0, MOST_CHANNELS);
    const rows: ReportRow[] = [];
    if (!isDc) rows.push(['load', each(loads, '%')]);
    if (!isDc || volts.length > 0) rows.push(['input', each(volts, 'V')]);
    if (dc?.inputVoltage !== undefined) rows.push(['dcInput', valueOf(dc.inputVoltage, 'V', digits)]);
    if (outputs.length > 0) rows.push(['dcOutput', { list: outputs, by: ', ' }]);
    if (told.length > 0) rows.push(['channels', { list: told.map((one) => channelText(one, digits)), by: '; ' }]);
    return rows;
}

function channelText([name, { value, state, unit = '' }]: [string, Channel], digits: SignificantDigits): Part {
    const text = value === undefined ? (state ?? NOT_KNOWN) : valueOf(value, unit, digits);
    return { list: [name, text], by: ': ' };
}

function valueOf(reading: number | undefined, unit: string, digits: SignificantDigits): Part {
    if (reading === undefined) return NOT_KNOWN;
    const number = forPeople(reading, digits, 1);
    return unit ? { list: [number, unit], by: ' ' } : number;
}

function valueIf(reading: number | undefined, unit: string, digits: SignificantDigits): Part[] {
    return reading === undefined ? [] : [valueOf(reading, unit, digits)];
}
