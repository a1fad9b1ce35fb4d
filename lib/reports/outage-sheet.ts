import type { Zone } from '../core/schedules/local-time';
import type { ReportLanguage } from './language';
import { UNKNOWN } from './language';
import { atMost, clockSentences, durationSentence, footOf, siteLine } from './common-sheet';
import { outageCharts, readingsTable } from './outage-curves';
import { lengthOf, union } from './integrate';
import type { JobRun } from './job-runs';
import type { OutageReport } from './outage';
import type { ComparedStep } from './planned-steps';
import type { BatteryUse, RuntimeEstimate } from './battery-use';
import type { Cell, Facts, Part, Section, Sheet, Table, Tone } from './sheet';

const MINUTE_S = 60;

/** Lays out the report of an outage. */
export function outageSheet(report: OutageReport, language: ReportLanguage, zone: Zone): Sheet {
    const { say } = bound(language);
    const name = language.event(report.eventId);
    return {
        language: language.tag,
        title: say('outage.title', { event: name, date: language.date(report.since) }),
        subtitle: siteLine(report, language),
        lead: leadOf(report, language),
        ...(report.dryRun ? { banner: say('outage.dryRun') } : {}),
        sections: sectionsOf(report, language, zone),
        foot: footOf(report, language, [...(report.plan ? [] : [say('outage.noPlan')]), say('outage.logNote')]),
    };
}

function* sectionsOf(report: OutageReport, language: ReportLanguage, zone: Zone): Generator<Section> {
    const { say } = bound(language);
    const { plan, battery } = report;
    yield { heading: say('outage.facts'), parts: [factsOf(report, language)] };
    yield* section(say('outage.curves'), outageCharts(report, language, zone));
    yield { heading: say('outage.events'), parts: [eventsTable(report, language)] };
    if (plan) yield { heading: say('outage.plan'), parts: [planTable(report, plan, language)] };
    yield { heading: say('outage.jobs'), parts: jobParts(report, language) };
    yield* returnSection(report, language);
    yield { heading: say('outage.battery'), parts: [batteryFacts(battery, language)] };
    yield { heading: say('outage.unseen'), parts: unseenParts(report, language) };
    yield* section(say('outage.readings'), readingsTable(report, language));
}

/** `say` without its object, so that a table can map over it. */
function bound(language: ReportLanguage) {
    return { say: language.say.bind(language) };
}

function section(heading: string, parts: Part[]): Section[] {
    return parts.length > 0 ? [{ heading, parts }] : [];
}

function leadOf(report: OutageReport, language: ReportLanguage): string {
    const ran = report.jobs.filter(({ outcome }) => outcome !== 'told');
    const failed = ran.filter(({ outcome }) => outcome === 'failed' || outcome === 'partly').length;
    const sentences = [
        durationSentence(report, language),
        ...clockSentences(report, language),
        ran.length > 0 ? language.say('outage.leadJobs', { count: ran.length }) : language.say('outage.leadNoJobs'),
        ...(failed > 0 ? [language.say('outage.leadFailed', { count: failed })] : []),
        ...(report.presumed.length > 0
            ? [
                  language.say('outage.leadPresumed', {
                      time: language.duration(lengthOf(union(report.presumed)) / 1000),
                  }),
              ]
            : []),
    ];
    return sentences.join(' ');
}

function factsOf(report: OutageReport, language: ReportLanguage): Facts {
    const { unit } = report;
    const device = [unit.manufacturer, unit.model, unit.serial].filter(Boolean).join(' ');
    return {
        kind: 'facts',
        rows: [
            [language.say('outage.since'), language.date(report.since)],
            [
                language.say('outage.until'),
                report.until === undefined ? language.say('outage.lasting') : language.near(report.until, report.since),
            ],
            [language.say('outage.lasted'), language.duration(report.seconds)],
            [language.say('common.unit'), unit.name],
            ...(device ? [[language.say('common.device'), device] satisfies [string, string]] : []),
            ...(unit.ratedVA
                ? [[language.say('common.rated'), language.amount(unit.ratedVA, 'VA')] satisfies [string, string]]
                : []),
            [language.say('common.episode'), report.episode],
        ],
    };
}

function eventsTable(report: OutageReport, language: ReportLanguage): Table {
    return {
        kind: 'table',
        caption: language.say('outage.eventsCaption'),
        columns: [
            { title: language.say('column.number'), numeric: true },
            { title: language.say('column.time'), time: true },
            { title: language.say('column.source'), free: true },
            { title: language.say('column.event') },
            { title: language.say('column.text'), free: true },
        ],
        ...atMost(report.events, language, (event, index) => [
            String(index + 1),
            language.near(event.at, report.since),
            event.source,
            {
                text: `${language.event(event.eventId)}: ${language.say(event.active ? 'edge.on' : 'edge.off')}`,
                ...(event.active && event.level === 'alarm' ? { tone: 'bad' as const } : {}),
            },
            event.presumed
                ? `${event.text} (${language.say('outage.decidedSilent', { time: language.duration(event.ageSeconds) })})`
                : event.text,
        ]),
        empty: language.say('outage.noEvents'),
    };
}

function planTable(report: OutageReport, plan: readonly ComparedStep[], language: ReportLanguage): Table {
    return {
        kind: 'table',
        caption: language.say('outage.planCaption'),
        columns: [
            { title: language.say('column.step'), free: true },
            { title: language.say('column.edge') },
            { title: language.say('column.planned') },
            { title: language.say('column.happened'), time: true },
            { title: language.say('column.difference'), numeric: true },
            { title: language.say('column.outcome') },
        ],
        rows: plan.map((step) => [
            step.whom.length > 0 ? `${step.name} → ${step.whom.join(', ')}` : step.name,
            edgeText(step, report, language),
            plannedText(step, report, language),
            language.near(step.ranAt, report.since),
            language.difference(step.differenceSeconds),
            outcomeCell(step.outcome, language),
        ]),
        empty: language.say('outage.emptyPlan'),
    };
}

/** Of another event than that of the report, its name stands before. */
function edgeText(
    { eventId, edge }: Pick<JobRun, 'eventId' | 'edge'>,
    report: OutageReport,
    language: ReportLanguage,
): string {
    const text = language.say(`edge.${edge}`);
    return eventId === undefined || eventId === report.eventId ? text : `${language.event(eventId)}: ${text}`;
}

function plannedText(step: ComparedStep, report: OutageReport, language: ReportLanguage): string {
    if (step.edge === 'off') return language.say('outage.atEnd');
    const { due, condition, uncertain } = step;
    const at = due ? language.near(due.at, report.since) : undefined;
    const time = at && due?.estimated ? language.say('outage.estimated', { time: at }) : at;
    const when = condition ? conditionText(condition, language) : undefined;
    const parts = [time, when, uncertain ? language.say('outage.uncertain') : undefined].filter(
        (text) => text !== undefined,
    );
    return parts.join('; ') || UNKNOWN;
}

function conditionText(condition: NonNullable<ComparedStep['condition']>, language: ReportLanguage): string {
    const left = condition.for === 'runtime' ? { time: language.duration(condition.seconds) } : undefined;
    return language.say(`condition.${condition.for}`, left);
}

const TONES: Partial<Record<ComparedStep['outcome'], Tone>> = {
    done: 'good',
    partly: 'bad',
    failed: 'bad',
    'dry-run': 'warn',
    ended: 'warn',
    held: 'warn',
    skipped: 'warn',
    'no-entry': 'warn',
};

function outcomeCell(outcome: ComparedStep['outcome'], language: ReportLanguage): Cell {
    const tone = TONES[outcome];
    return { text: language.say(`outcome.${outcome}`), ...(tone ? { tone } : {}) };
}

function jobParts(report: OutageReport, language: ReportLanguage): Part[] {
    return [
        jobsTable(report, report.jobs, language.say('outage.jobsCaption'), language),
        ...hostsTable(report, language),
    ];
}

function jobsTable(report: OutageReport, jobs: readonly JobRun[], caption: string, language: ReportLanguage): Table {
    return {
        kind: 'table',
        caption,
        columns: [
            { title: language.say('column.job'), free: true },
            { title: language.say('column.edge') },
            { title: language.say('column.started'), time: true },
            { title: language.say('column.took'), numeric: true },
            { title: language.say('column.outcome') },
            { title: language.say('column.text'), free: true },
        ],
        ...atMost(jobs, language, (run) => [
            run.count === undefined ? run.name : `${run.name} (${run.count}×)`,
            edgeText(run, report, language),
            language.near(run.startedAt, report.since),
            run.type === undefined ? UNKNOWN : language.duration((run.endedAt - run.startedAt) / 1000),
            outcomeCell(run.outcome, language),
            run.text,
        ]),
        empty: language.say('outage.noJobs'),
    };
}

function hostsTable(report: OutageReport, language: ReportLanguage): Table[] {
    const rows = report.jobs.flatMap((run) =>
        run.hosts.map((host) => [
            host.name,
            run.name,
            language.near(run.endedAt, report.since),
            outcomeCell(host.ok ? 'done' : 'failed', language),
            language.number(host.attempts),
            host.error ?? '',
        ]),
    );
    if (rows.length === 0) return [];
    return [
        {
            kind: 'table',
            caption: language.say('outage.hostsCaption'),
            columns: [
                { title: language.say('column.host'), free: true },
                { title: language.say('column.job'), free: true },
                { title: language.say('column.time'), time: true },
                { title: language.say('column.outcome') },
                { title: language.say('column.attempts'), numeric: true },
                { title: language.say('column.why'), free: true },
            ],
            ...atMost(rows, language, (row) => row),
            empty: '',
        },
    ];
}

/** The return of the mains: when, and what the jobs at the end of the outage brought up again. */
function returnSection(report: OutageReport, language: ReportLanguage): Section[] {
    if (report.until === undefined) return [];
    const back = report.jobs.filter(({ edge }) => edge === 'off');
    const said = language.say('outage.returned', { date: language.date(report.until) });
    return [
        {
            heading: language.say('outage.return'),
            parts: [
                { kind: 'text', text: said },
                {
                    ...jobsTable(report, back, language.say('outage.returnCaption'), language),
                    empty: language.say('outage.noReturn'),
                },
            ],
        },
    ];
}

function batteryFacts(use: BatteryUse, language: ReportLanguage): Facts {
    const row = (key: string, value: string | undefined): [string, string][] =>
        value === undefined ? [] : [[language.say(`battery.${key}`), value]];
    const at = (extreme: { value: number; at: number } | undefined, text: (value: number) => string) =>
        extreme && language.say('battery.at', { value: text(extreme.value), time: language.time(extreme.at) });
    const covered = (text: string, coverage: number | undefined) =>
        coverage === undefined || coverage > 0.995
            ? text
            : language.say('battery.covered', { value: text, part: language.percent(coverage, 0) });
    return {
        kind: 'facts',
        rows: [
            [language.say('battery.chargeAtOnset'), language.amount(use.chargeAtOnset, '%')],
            [
                language.say('battery.lowestCharge'),
                at(use.lowestCharge, (value) => language.amount(value, '%')) ?? UNKNOWN,
            ],
            ...row(
                'lowestVoltage',
                at(use.lowestVoltage, (value) => language.amount(value, 'V', 1)),
            ),
            ...row(
                'highestTemperature',
                at(use.highestTemperature, (value) => language.temperature(value)),
            ),
            ...row(
                'highestRoom',
                at(use.highestRoomTemperature, (value) => language.temperature(value)),
            ),
            ...row(
                'ampereHours',
                use.ampereHours === undefined
                    ? undefined
                    : covered(language.amount(use.ampereHours, 'Ah', 2), use.currentCoverage),
            ),
            ...row(
                'energy',
                use.kilowattHours === undefined
                    ? undefined
                    : covered(language.amount(use.kilowattHours, 'kWh', 3), use.currentCoverage),
            ),
            ...row(
                'output',
                use.outputKilowattHours === undefined
                    ? undefined
                    : covered(language.amount(use.outputKilowattHours, 'kWh', 3), use.outputCoverage),
            ),
            [language.say('battery.device'), estimateText(use.device, language)],
            [language.say('battery.ours'), estimateText(use.ours, language)],
        ],
    };
}

function estimateText(estimate: RuntimeEstimate | undefined, language: ReportLanguage): string {
    if (!estimate) return UNKNOWN;
    const minutes = (value: number) => language.duration(value * MINUTE_S);
    const { first, firstAt, last, lastAt, passed, fell } = estimate;
    return language.say('battery.estimate', {
        first: minutes(first),
        firstTime: language.time(firstAt),
        last: minutes(last),
        lastTime: language.time(lastAt),
        passed: minutes(passed),
        fell: `${fell < 0 ? '\u2212' : ''}${minutes(Math.abs(fell))}`,
    });
}

/** Gaps in the readings, and what was presumed in them. */
function unseenParts(report: OutageReport, language: ReportLanguage): Part[] {
    const columns = [
        { title: language.say('column.from'), time: true },
        { title: language.say('column.to'), time: true },
        { title: language.say('column.lasted'), numeric: true },
    ];
    const span = ({ from, to, seconds }: { from: number; to: number; seconds: number }) => [
        language.near(from, report.since),
        language.near(to, report.since),
        language.duration(seconds),
    ];
    return [
        {
            kind: 'table',
            caption: language.say('outage.presumedCaption'),
            columns: [
                ...columns,
                { title: language.say('column.why'), free: true },
                { title: language.say('column.text'), free: true },
            ],
            rows: report.presumed.map((each) => [...span(each), language.say(`presumed.${each.why}`), each.text]),
            empty: language.say('outage.noPresumed'),
        },
        {
            kind: 'table',
            caption: language.say('outage.gapsCaption'),
            columns,
            rows: report.gaps.map(span),
            empty: language.say(report.curves.length > 0 ? 'outage.noGaps' : 'outage.noReadings'),
        },
    ];
}
