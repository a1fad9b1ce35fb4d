import type { EventLevel } from '../core/events/ids';
import { clockShiftMs, lastedMsOf } from '../core/events/lasted';
import type { LogEntry } from '../core/journal/event-log';
import { Slices } from '../core/turns';
import { batteryUse, type BatteryUse } from './battery-use';
import { evidenceOf } from './evidence';
import { overlap, observed, without } from './integrate';
import { jobRuns, type JobRun } from './job-runs';
import { comparedPlan, type ComparedStep } from './planned-steps';
import { presumptions, type Presumption } from './presumed';
import { headOf, type Range, type Readings, type ReportEpisode, type ReportHead } from './sources';
import type { ReportRequest, ReportSources } from './sources';
import { thinned, type Point } from './thinned';

/** What happened in one outage, or in one occurrence of another event. JSON; keys are only ever added. Times: epoch ms. */
export interface OutageReport extends ReportHead {
    kind: 'outage';
    version: 1;
    episode: string;
    eventId: string;
    level: EventLevel;
    since: number;
    /** Absent: it lasts. */
    until?: number;
    /** How long it lasted, or has lasted up to `at`, s: counted, where somebody counted. */
    seconds: number;
    /** By how much the wall clock went ahead of that count, s; below 0: it was set back. Absent: it did not, by more than some seconds. */
    clockShiftSeconds?: number;
    /** What the report looks at: from some minutes before the onset to the last job after the end. */
    from: number;
    to: number;
    /** A job of this outage was only rehearsed. */
    dryRun: boolean;
    events: OutageEvent[];
    /** Absent: the plan at the onset was not kept. */
    plan?: ComparedStep[];
    jobs: JobRun[];
    gaps: Gap[];
    presumed: Presumption[];
    battery: BatteryUse;
    /** How many readings there are; the curves have at most some hundred of them each. */
    readings: number;
    curves: Curve[];
}

export interface OutageEvent {
    at: number;
    source: string;
    eventId: string;
    episode?: string;
    active: boolean;
    level: LogEntry['level'];
    text: string;
    /** Decided while the UPS was silent. */
    presumed?: true;
    /** Age of the values that decided, s. */
    ageSeconds?: number;
}

/** A stretch of the outage without readings. */
export interface Gap extends Range {
    seconds: number;
}

/** The readings of one quantity; a point without a value begins a gap. */
export interface Curve {
    quantity: string;
    unit: string;
    points: Point[];
}

const MINUTE_MS = 60_000;
/** Before the onset. */
const BEFORE_MS = 5 * MINUTE_MS;
/** After the end: counter jobs wake hosts for a while. */
const AFTER_MS = 60 * MINUTE_MS;
/** After the last job of the outage, or after its end if there was none. */
const TAIL_MS = 5 * MINUTE_MS;

/** Of a long outage a curve keeps the first, lowest, highest and last reading in each of so many parts. */
const CURVE_COLUMNS = 250;

const CURVES = [
    ...['inputVoltage1', 'inputVoltage2', 'inputVoltage3', 'load1', 'load2', 'load3', 'charge', 'runtime'],
    ...['estimatedRuntime', 'dcInputVoltage', 'dcOutputVoltage'],
] as const;
const BATTERY = [
    ...['batteryVoltage', 'batteryCurrent', 'batteryTemperature', 'environmentTemperature'],
    ...['outputPower1', 'outputPower2', 'outputPower3', 'outputSource'],
] as const;

export async function outageReport(
    sources: ReportSources,
    request: ReportRequest,
    episode: ReportEpisode,
    slices = new Slices(),
): Promise<OutageReport> {
    const { now } = request;
    const { since, endedAt } = episode;
    const lastedMs = lastedMsOf(episode, now);
    const shiftMs = clockShiftMs(episode, now);
    const wallEnd = Math.min(endedAt ?? now, now);
    // After the clock was set back, what was told stands before the end by count, and perhaps before the onset.
    const end = shiftMs < 0 ? Math.max(wallEnd, since + lastedMs) : wallEnd;
    const begin = shiftMs < 0 ? Math.min(since, wallEnd - lastedMs) : since;
    const upToNow = (at: number) => Math.max(end, Math.min(now, at));
    const lasting = { from: since, to: end };
    const range = { from: begin - BEFORE_MS, to: upToNow(end + AFTER_MS) };
    const entries = inOrder(await sources.log(range, slices), shiftMs);
    const touched = { from: begin, to: end };
    const own = related(sources, episode, touched);
    const jobs = jobRuns(entries, own, episode.sourceId);
    const to = upToNow(Math.max(end, ...jobs.map((run) => run.endedAt)) + TAIL_MS);
    const view = { from: begin - BEFORE_MS, to };
    const query = { owner: episode.sourceId, quantities: [...CURVES, ...BATTERY], ...view, detail: 'finest' } as const;
    const readings = await sources.readings(query, slices);
    const plan = sources.planAtOnset?.(episode.episode);
    await slices.breathe();
    const battery = await batteryUse(readings, lasting, slices);
    const curves: Curve[] = [];
    for (const quantity of CURVES) {
        curves.push(...curveOf(readings, quantity, view));
        await slices.breathe();
    }
    return {
        kind: 'outage',
        version: 1,
        ...headOf(request),
        episode: episode.episode,
        eventId: episode.eventId,
        level: episode.level,
        since,
        ...(endedAt === undefined ? {} : { until: endedAt }),
        seconds: lastedMs / 1000,
        ...(shiftMs === 0 ? {} : { clockShiftSeconds: shiftMs / 1000 }),
        ...view,
        dryRun: jobs.some(({ dryRun }) => dryRun),
        events: eventsOf(entries, episode.sourceId, own, view),
        ...(plan
            ? { plan: comparedPlan(plan, jobs, { since, endedAt, lastedMs, isShifted: shiftMs !== 0, now }) }
            : {}),
        jobs,
        gaps: gapsOf(readings, lasting, shiftMs),
        presumed: presumptions(entries, episode.sourceId, touched),
        battery,
        readings: readings.times.length,
        curves,
    };
}

/** The occurrences of the same source that overlap this one, and this one: a battery runs low within an outage. */
function related(sources: ReportSources, { sourceId, episode }: ReportEpisode, lasting: Range): ReadonlySet<string> {
    return new Set([episode, ...sources.episodes({ sourceId, ...lasting }).map((other) => other.episode)]);
}

/** Edges of the source itself, and of other sources whose entries belong to the same occurrences. */
function eventsOf(
    entries: readonly LogEntry[],
    sourceId: string,
    own: ReadonlySet<string>,
    { from, to }: Range,
): OutageEvent[] {
    return entries
        .filter(({ kind, at }) => (kind === 'event' || kind === 'log') && at >= from && at <= to)
        .filter(({ nodeId, episode = '' }) => nodeId === sourceId || own.has(episode))
        .flatMap((entry) => {
            const { at, source, eventId, episode, active, level, text } = entry;
            if (eventId === undefined || active === undefined) return [];
            const { presumed, ageSeconds } = evidenceOf(entry);
            return [
                {
                    at,
                    source,
                    eventId,
                    ...(episode ? { episode } : {}),
                    active,
                    level,
                    text,
                    ...(presumed === true ? { presumed: true as const } : {}),
                    ...(typeof ageSeconds === 'number' ? { ageSeconds } : {}),
                },
            ];
        });
}

/** Where the wall clock was set, the order in which the entries were written is that of what happened. */
function inOrder(entries: LogEntry[], shiftMs: number): LogEntry[] {
    return shiftMs === 0 ? entries : entries.toSorted((a, b) => a.id - b.id);
}

/**
 * Of the time before the first and after the last reading, less than one interval is no gap; and none is what a clock that was set ahead
 * has left out.
 */
function gapsOf(readings: Readings, lasting: Range, shiftMs: number): Gap[] {
    const seen = observed(readings).flatMap((span) => overlap(span, lasting) ?? []);
    const isEdge = ({ from, to }: Range) => from === lasting.from || to === lasting.to;
    const isLeftOut = ({ from, to }: Range) =>
        shiftMs > 0 && to - from >= shiftMs && to - from - shiftMs <= readings.gapMs;
    return without(lasting, seen)
        .filter((gap) => !isEdge(gap) || gap.to - gap.from > readings.gapMs)
        .filter((gap) => !isLeftOut(gap))
        .map(({ from, to }) => ({ from, to, seconds: (to - from) / 1000 }));
}

function curveOf(readings: Readings, quantity: string, { from, to }: Range): Curve[] {
    const column = readings.columns.find((each) => each.quantity === quantity);
    if (!column?.mean.some((value) => value !== undefined)) return [];
    const points: Curve['points'] = [];
    for (const [index, at] of readings.times.entries()) {
        const before = readings.times[index - 1];
        if (before !== undefined && at - before > readings.gapMs) points.push([before + readings.gapMs, null]);
        points.push([at, column.mean[index] ?? null]);
    }
    return [{ quantity, unit: column.unit, points: [...thinned(points, from, to, CURVE_COLUMNS)] }];
}
