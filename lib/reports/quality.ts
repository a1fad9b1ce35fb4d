import { clockShiftMs, lastedMsOf } from '../core/events/lasted';
import { Slices } from '../core/turns';
import { headOf, type Range, type ReadingsColumn, type Readings, type ReportEpisode } from './sources';
import type { ReportHead, ReportRequest, ReportSources } from './sources';
import { columnOf, eachSegment, lengthOf, observed, overlap, union, without } from './integrate';
import { CounterReader, walk } from './walk';

/** Power quality as a UPS sees it. JSON; keys are only ever added. */
export interface QualityReport extends ReportHead {
    kind: 'quality';
    version: 1;
    /** Epoch ms; `to` is not later than `at`. */
    from: number;
    to: number;
    /** Part of the range in which there are readings, or an outage that was seen, 0 to 1. */
    coverage: number;
    outages: OutageCount[];
    /** Each of them, oldest first. */
    list: QualityOutage[];
    /** Sum of the outages within the range, s. */
    outageSeconds: number;
    longestSeconds?: number;
    /** How often the input was out of tolerance by the count of the device (upsInputLineBads); absent: it has none. */
    deviceCount?: number;
    /** Availability of the mains in the time that is covered, 0 to 1. */
    mainsAvailability?: number;
    /** Part of the time with a known output source in which the output was fed, 0 to 1. */
    outputAvailability?: number;
    /** The limits that voltages are held against; absent: no nominal voltage is known. */
    limits?: { nominal: number; percent: number; low: number; high: number };
    voltages: PhaseVoltage[];
}

/** Lengths of outages: by each class, its upper limit in seconds (excluded); the last has none. */
export const LENGTHS = [
    { name: 'below1s', below: 1 },
    { name: 'below3s', below: 3 },
    { name: 'below1min', below: 60 },
    { name: 'below3min', below: 180 },
    { name: 'longer', below: Infinity },
] as const;

export type LengthClass = (typeof LENGTHS)[number]['name'];

export interface OutageCount {
    length: LengthClass;
    count: number;
    seconds: number;
}

export interface QualityOutage {
    episode: string;
    since: number;
    /** Absent: it lasts. */
    until?: number;
    /** Its whole length, also outside of the range: counted, where somebody counted. */
    seconds: number;
    /** By how much the wall clock went ahead of that count, s; below 0: it was set back. Absent: it did not, by more than some seconds. */
    clockShiftSeconds?: number;
    length: LengthClass;
}

/** The input voltage of one phase while the mains were there, V. */
export interface PhaseVoltage {
    phase: number;
    lowest?: { volts: number; at: number };
    highest?: { volts: number; at: number };
    /** How often it went below and above the limits, and for how long, s; absent without limits. */
    below?: Excursions;
    above?: Excursions;
    /** For how long it is known, s. */
    knownSeconds: number;
}

export interface Excursions {
    times: number;
    seconds: number;
}

export interface QualityOptions {
    /** V; default: as the UPS says. */
    nominalVoltage?: number;
    /** Distance of the limits from the nominal voltage, %. */
    percent: number;
}

const VOLTAGES = ['inputVoltage1', 'inputVoltage2', 'inputVoltage3'] as const;
const QUANTITIES = [...VOLTAGES, 'inputLineBads', 'outputSource'];
/** A reading so close to an outage may show its edge. */
const EDGE_MS = 2000;

export async function qualityReport(
    sources: ReportSources,
    request: ReportRequest,
    range: Range,
    { nominalVoltage = request.unit.nominalVoltage, percent }: QualityOptions,
    slices = new Slices(),
): Promise<QualityReport> {
    const whole = { from: range.from, to: Math.max(range.from, Math.min(range.to, request.now)) };
    const query = { sourceId: request.unit.id, eventId: 'power-fail', ...whole };
    const episodes = sources.episodes(query);
    const list = episodes.map((episode) => outageOf(episode, request.now));
    const spans = episodes.map((each) => ({ from: each.since, to: each.since + lastedMsOf(each, request.now) }));
    const limits = nominalVoltage === undefined ? undefined : limitsOf(nominalVoltage, percent);
    const dark = list.map((outage) => darkOf(outage, request.now));
    const gathered = await gather(sources, request.unit.id, whole, dark, limits, slices);
    const outages = union(spans.flatMap((span) => overlap(span, whole) ?? []));
    const covered = lengthOf(union([...gathered.observed, ...outages]));
    const outageMs = lengthOf(outages);
    const lengths = list.map(({ seconds }) => seconds);
    return {
        kind: 'quality',
        version: 1,
        ...headOf(request),
        ...whole,
        coverage: whole.to > whole.from ? covered / (whole.to - whole.from) : 0,
        outages: LENGTHS.map(({ name }) => countOf(name, list)),
        list,
        outageSeconds: outageMs / 1000,
        ...(lengths.length > 0 ? { longestSeconds: Math.max(...lengths) } : {}),
        ...(gathered.counter.amount === undefined ? {} : { deviceCount: gathered.counter.amount }),
        ...(covered > 0 ? { mainsAvailability: 1 - outageMs / covered } : {}),
        ...(gathered.sourceMs > 0 ? { outputAvailability: 1 - gathered.deadMs / gathered.sourceMs } : {}),
        ...(limits ? { limits } : {}),
        voltages: gathered.voltages.filter(({ knownSeconds }) => knownSeconds > 0),
    };
}

function outageOf(occurrence: ReportEpisode, now: number): QualityOutage {
    const { episode, since, endedAt } = occurrence;
    const seconds = lastedMsOf(occurrence, now) / 1000;
    const shiftMs = clockShiftMs(occurrence, now);
    return {
        episode,
        since,
        ...(endedAt === undefined ? {} : { until: endedAt }),
        seconds,
        ...(shiftMs === 0 ? {} : { clockShiftSeconds: shiftMs / 1000 }),
        length: LENGTHS.find(({ below }) => seconds < below)!.name,
    };
}

/** The times of the wall clock that readings of an outage may bear. Where it was set meanwhile, nobody knows when: all that are possible. */
function darkOf({ since, until, seconds, clockShiftSeconds }: QualityOutage, now: number): Range {
    const end = until ?? now;
    if (clockShiftSeconds === undefined) return { from: since, to: end };
    const ms = seconds * 1000;
    return { from: Math.min(since, end - ms), to: Math.max(end, since + ms) };
}

function countOf(length: LengthClass, list: readonly QualityOutage[]): OutageCount {
    const its = list.filter((outage) => outage.length === length);
    return { length, count: its.length, seconds: its.reduce((sum, { seconds }) => sum + seconds, 0) };
}

function limitsOf(nominal: number, percent: number): NonNullable<QualityReport['limits']> {
    return { nominal, percent, low: nominal * (1 - percent / 100), high: nominal * (1 + percent / 100) };
}

interface Gathered {
    observed: Range[];
    counter: CounterReader;
    /** For how long the output source is known, and was none. */
    sourceMs: number;
    deadMs: number;
    voltages: PhaseVoltage[];
}

async function gather(
    sources: ReportSources,
    owner: string,
    range: Range,
    times: readonly Range[],
    limits: QualityReport['limits'],
    slices: Slices,
): Promise<Gathered> {
    const gathered: Gathered = { observed: [], counter: new CounterReader(), sourceMs: 0, deadMs: 0, voltages: [] };
    const dark = times.map(({ from, to }) => ({ from: from - EDGE_MS, to: to + EDGE_MS }));
    const lit = without(range, dark);
    const meters = VOLTAGES.map((_, index) => new VoltageMeter(index + 1, limits));
    let counted = -Infinity;
    for await (const piece of walk(sources, owner, QUANTITIES, range, slices)) {
        gathered.observed.push(...observed(piece).flatMap((span) => overlap(span, range) ?? []));
        const near = lit.filter(({ from, to }) => from <= endOf(piece) && to >= piece.times[0]!);
        for (const [index, quantity] of VOLTAGES.entries()) {
            const column = columnOf(piece, quantity);
            if (column) meters[index]!.read(piece, column, near);
        }
        const counts = columnOf(piece, 'inputLineBads');
        for (let index = 0; counts && index < piece.times.length; index++) {
            const at = piece.times[index]!;
            if (at < range.from || at > range.to || at <= counted) continue;
            counted = at;
            // In a bucket the counter went from its least to its greatest value.
            gathered.counter.read(counts.min?.[index]);
            gathered.counter.read(counts.max?.[index] ?? counts.mean[index]);
        }
        addSource(gathered, piece, range);
    }
    gathered.observed = union(gathered.observed);
    gathered.voltages = meters.map((meter) => meter.result());
    return gathered;
}

/** When what is known of a piece ends. */
function endOf({ times, bucketMs = 0 }: Readings): number {
    return times.at(-1)! + bucketMs;
}

/** The time with a known output source, and that in which nothing fed the output. */
function addSource(gathered: Gathered, piece: Readings, range: Range): void {
    const column = columnOf(piece, 'outputSource');
    const none = column?.states?.indexOf('none') ?? -1;
    if (!column) return;
    eachSegment(piece, column, (from, to, state) => {
        const ms = Math.max(0, Math.min(to, range.to) - Math.max(from, range.from));
        // A state holds until the next sample.
        gathered.sourceMs += ms;
        if (state === none) gathered.deadMs += ms;
    });
}

/** Holds the voltage of one phase against the limits, sample by sample. */
class VoltageMeter {
    private readonly found: PhaseVoltage;
    private readonly outside = { below: false, above: false };
    private lastAt = -Infinity;

    constructor(
        phase: number,
        private readonly limits: QualityReport['limits'],
    ) {
        this.found = { phase, knownSeconds: 0 };
        if (limits) Object.assign(this.found, { below: { times: 0, seconds: 0 }, above: { times: 0, seconds: 0 } });
    }

    /** @param lit when the mains were there, as far as that touches the piece */
    read(piece: Readings, column: ReadingsColumn, lit: readonly Range[]): void {
        const { bucketMs = 0, times } = piece;
        const isLit = (at: number) => lit.some(({ from, to }) => at >= from && at + bucketMs <= to);
        for (let index = 0; index < times.length; index++) {
            const at = times[index]!;
            if (at <= this.lastAt) continue;
            this.lastAt = at;
            const mean = column.mean[index];
            if (mean === undefined || !isLit(at)) {
                this.outside.below = this.outside.above = false;
                continue;
            }
            const low = column.min?.[index] ?? mean;
            const high = column.max?.[index] ?? mean;
            this.extremes(low, high, at);
            this.count('below', this.limits !== undefined && low < this.limits.low);
            this.count('above', this.limits !== undefined && high > this.limits.high);
        }
        eachSegment(piece, column, (from, to, volts) => this.weigh(from, to, volts, lit));
    }

    result(): PhaseVoltage {
        return this.found;
    }

    private extremes(low: number, high: number, at: number): void {
        const { found } = this;
        if (!found.lowest || low < found.lowest.volts) found.lowest = { volts: low, at };
        if (!found.highest || high > found.highest.volts) found.highest = { volts: high, at };
    }

    private count(side: 'below' | 'above', isOutside: boolean): void {
        if (isOutside && !this.outside[side]) this.found[side]!.times += 1;
        this.outside[side] = isOutside;
    }

    /** A sample counts until the next one: between two samples nobody looked. */
    private weigh(begin: number, end: number, volts: number, lit: readonly Range[]): void {
        let ms = 0;
        for (const { from, to } of lit) ms += Math.max(0, Math.min(end, to) - Math.max(begin, from));
        const seconds = ms / 1000;
        this.found.knownSeconds += seconds;
        if (!this.limits || seconds === 0) return;
        if (volts < this.limits.low) this.found.below!.seconds += seconds;
        if (volts > this.limits.high) this.found.above!.seconds += seconds;
    }
}
