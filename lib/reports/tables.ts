import { csvSoon, type CsvColumn } from '../store/csv';
import type { Zone } from '../core/schedules/local-time';
import type { Slices } from '../core/turns';
import type { EnergyPeriod, EnergyReport } from './energy';
import type { OutageReport } from './outage';
import type { QualityReport } from './quality';

/** A time with its offset in the zone of the report: `2026-03-29T03:00:00+02:00`. */
export function isoIn(zone: Zone, at: number): string {
    const { day, second } = zone.localOf(at);
    const local = (day * 86_400 + second) * 1000;
    const offset = Math.round((local - Math.floor(at / 1000) * 1000) / 60_000);
    const two = (value: number) => String(Math.trunc(value)).padStart(2, '0');
    const sign = offset < 0 ? '-' : '+';
    const text = new Date(local).toISOString().slice(0, 19);
    return `${text}${sign}${two(Math.abs(offset) / 60)}:${two(Math.abs(offset) % 60)}`;
}

/** One line of the CSV of an outage: a fact, a reading, an event, a job, a host, a step of the plan, a gap. */
interface OutageRow {
    section: string;
    from?: number;
    to?: number;
    name?: string;
    of?: string;
    edge?: string;
    value?: number;
    unit?: string;
    outcome?: string;
    seconds?: number;
    text?: string;
}

type Row<T> = readonly CsvColumn<T>[];

/** RFC 4180, one table; the columns have stable English names, numbers have a point, times their offset. */
export function outageCsv(report: OutageReport, zone: Zone, slices: Slices): Promise<string> {
    const iso = (at: number | undefined) => (at === undefined ? undefined : isoIn(zone, at));
    const columns: Row<OutageRow> = [
        { header: 'section', value: ({ section }) => section },
        { header: 'from', value: ({ from }) => iso(from) },
        { header: 'to', value: ({ to }) => iso(to) },
        { header: 'name', value: ({ name }) => name },
        { header: 'of', value: ({ of }) => of },
        { header: 'edge', value: ({ edge }) => edge },
        { header: 'value', value: ({ value }) => value },
        { header: 'unit', value: ({ unit }) => unit },
        { header: 'outcome', value: ({ outcome }) => outcome },
        { header: 'seconds', value: ({ seconds }) => seconds },
        { header: 'text', value: ({ text }) => text },
    ];
    return csvSoon(outageRows(report), columns, slices);
}

function outageRows(report: OutageReport): OutageRow[] {
    const { since, until, seconds, clockShiftSeconds, unit, eventId, episode, battery } = report;
    return [
        { section: 'episode', from: since, to: until, name: eventId, of: unit.name, seconds, text: episode },
        ...(clockShiftSeconds === undefined ? [] : [{ section: 'clock', seconds: clockShiftSeconds }]),
        ...batteryRows(battery),
        ...report.events.map((event): OutageRow => {
            const edge = event.active ? 'on' : 'off';
            return { section: 'event', from: event.at, name: event.eventId, of: event.source, edge, text: event.text };
        }),
        ...(report.plan ?? []).map((step): OutageRow => {
            const { due, ranAt, name, eventId: of, edge, outcome, differenceSeconds, whom } = step;
            const times = { from: due?.at, to: ranAt };
            return {
                section: 'plan',
                ...times,
                name,
                of,
                edge,
                outcome,
                seconds: differenceSeconds,
                text: whom.join(' '),
            };
        }),
        ...report.jobs.flatMap((run): OutageRow[] => [
            {
                section: 'job',
                from: run.startedAt,
                to: run.endedAt,
                name: run.name,
                of: run.eventId,
                edge: run.edge,
                outcome: run.outcome,
                seconds: (run.endedAt - run.startedAt) / 1000,
                text: run.text,
            },
            ...run.hosts.map((host): OutageRow => {
                const outcome = host.ok ? 'done' : 'failed';
                return {
                    section: 'host',
                    from: run.startedAt,
                    to: run.endedAt,
                    name: host.name,
                    of: run.name,
                    edge: run.edge,
                    outcome,
                    text: host.error,
                };
            }),
        ]),
        ...report.presumed.map(({ why, from, to, seconds: lasted, text }): OutageRow => {
            return { section: 'presumed', from, to, name: why, seconds: lasted, text };
        }),
        ...report.gaps.map(({ from, to, seconds: lasted }): OutageRow => ({
            section: 'gap',
            from,
            to,
            seconds: lasted,
        })),
        ...report.curves.flatMap(({ quantity, unit: its, points }) =>
            points.flatMap(([from, value]): OutageRow[] =>
                value === null ? [] : [{ section: 'reading', from, name: quantity, value, unit: its }],
            ),
        ),
    ];
}

function batteryRows(use: OutageReport['battery']): OutageRow[] {
    const {
        chargeAtOnset,
        lowestCharge,
        lowestVoltage,
        ampereHours,
        kilowattHours,
        outputKilowattHours,
        device,
        ours,
    } = use;
    const row = (name: string, value: number | undefined, unit: string, from?: number): OutageRow[] =>
        value === undefined ? [] : [{ section: 'battery', from, name, value, unit }];
    return [
        ...row('chargeAtOnset', chargeAtOnset, '%'),
        ...row('lowestCharge', lowestCharge?.value, '%', lowestCharge?.at),
        ...row('lowestVoltage', lowestVoltage?.value, 'V', lowestVoltage?.at),
        ...row('ampereHours', ampereHours, 'Ah'),
        ...row('kilowattHours', kilowattHours, 'kWh'),
        ...row('outputKilowattHours', outputKilowattHours, 'kWh'),
        ...row('runtimeFirst', device?.first, 'min', device?.firstAt),
        ...row('runtimeLast', device?.last, 'min', device?.lastAt),
        ...row('estimatedRuntimeFirst', ours?.first, 'min', ours?.firstAt),
        ...row('estimatedRuntimeLast', ours?.last, 'min', ours?.lastAt),
    ];
}

/** One line for each day, each month and the whole; as `outageCsv`. */
export function energyCsv(report: EnergyReport, zone: Zone, slices: Slices): Promise<string> {
    type Line = EnergyPeriod & { section: string };
    const line = (section: string) => (period: EnergyPeriod) => ({ ...period, section });
    const phases = Array.from({ length: report.phases }, (_, index) => index);
    // A day begins where the one before ends.
    const known = new Map<number, string>();
    const iso = (at: number) => {
        const text = known.get(at) ?? isoIn(zone, at);
        known.set(at, text);
        return text;
    };
    const columns: Row<Line> = [
        { header: 'section', value: ({ section }) => section },
        { header: 'period', value: ({ name }) => name },
        { header: 'from', value: ({ from }) => iso(from) },
        { header: 'to', value: ({ to }) => iso(to) },
        { header: 'hours', value: ({ hours }) => hours },
        { header: 'kilowattHours', value: ({ kilowattHours }) => kilowattHours },
        { header: 'coverage', value: ({ coverage }) => coverage },
        { header: 'peakWatts', value: ({ peakWatts }) => peakWatts },
        ...phases.flatMap((index): CsvColumn<Line>[] => [
            { header: `kilowattHours${index + 1}`, value: (period) => period.phases[index]?.kilowattHours },
            { header: `coverage${index + 1}`, value: (period) => period.phases[index]?.coverage },
        ]),
        { header: 'deviceKilowattHours', value: ({ deviceKilowattHours }) => deviceKilowattHours },
    ];
    const rows = [...report.days.map(line('day')), ...report.months.map(line('month')), line('total')(report.total)];
    return csvSoon(rows, columns, slices);
}

interface QualityRow {
    section: string;
    name: string;
    from?: number;
    to?: number;
    value?: number;
    unit?: string;
    seconds?: number;
}

/** One line for each number and each outage; as `outageCsv`. */
export function qualityCsv(report: QualityReport, zone: Zone, slices: Slices): Promise<string> {
    const iso = (at: number | undefined) => (at === undefined ? undefined : isoIn(zone, at));
    const columns: Row<QualityRow> = [
        { header: 'section', value: ({ section }) => section },
        { header: 'name', value: ({ name }) => name },
        { header: 'from', value: ({ from }) => iso(from) },
        { header: 'to', value: ({ to }) => iso(to) },
        { header: 'value', value: ({ value }) => value },
        { header: 'unit', value: ({ unit }) => unit },
        { header: 'seconds', value: ({ seconds }) => seconds },
    ];
    return csvSoon(qualityRows(report), columns, slices);
}

function qualityRows(report: QualityReport): QualityRow[] {
    const { from, to, limits } = report;
    const fact = (name: string, value: number | undefined, unit: string): QualityRow[] =>
        value === undefined ? [] : [{ section: 'fact', name, from, to, value, unit }];
    return [
        ...fact('coverage', report.coverage, ''),
        ...fact('mainsAvailability', report.mainsAvailability, ''),
        ...fact('outputAvailability', report.outputAvailability, ''),
        ...fact('deviceCount', report.deviceCount, ''),
        ...fact('outageSeconds', report.outageSeconds, 's'),
        ...fact('lowLimit', limits?.low, 'V'),
        ...fact('highLimit', limits?.high, 'V'),
        ...report.outages.map(({ length, count, seconds }) => ({
            section: 'length',
            name: length,
            value: count,
            unit: '',
            seconds,
        })),
        ...report.list.flatMap(({ episode, since, until, seconds, clockShiftSeconds }): QualityRow[] => [
            { section: 'outage', name: episode, from: since, to: until, seconds },
            ...(clockShiftSeconds === undefined
                ? []
                : [{ section: 'clock', name: episode, seconds: clockShiftSeconds }]),
        ]),
        ...report.voltages.flatMap(({ phase, lowest, highest, below, above, knownSeconds }): QualityRow[] => {
            const name = `inputVoltage${phase}`;
            return [
                { section: 'known', name, seconds: knownSeconds },
                ...(lowest ? [{ section: 'lowest', name, from: lowest.at, value: lowest.volts, unit: 'V' }] : []),
                ...(highest ? [{ section: 'highest', name, from: highest.at, value: highest.volts, unit: 'V' }] : []),
                ...(below ? [{ section: 'below', name, value: below.times, unit: '', seconds: below.seconds }] : []),
                ...(above ? [{ section: 'above', name, value: above.times, unit: '', seconds: above.seconds }] : []),
            ];
        }),
    ];
}
