import { escaped } from './escape';
import type { BarChart, LineChart, Mark } from './sheet';
import { thinned, type Point } from './thinned';

const WIDTH = 720;
const LEFT = 46;
const TOP = 16;
const BOTTOM = 24;
const LINES = { height: 180, right: 96 } as const;
const BARS = { height: 170, right: 10 } as const;
/** Labels closer than this, px, would cover each other. */
const LABEL_GAP = 12;
const MARK_GAP = 20;
/** Points of a line are drawn in so many columns. */
const COLUMNS = 260;

/** A line chart as SVG. @param id is unique in its page */
export function lineChart(chart: LineChart, id: string): string {
    const { height, right } = LINES;
    const plot = { left: LEFT, right: WIDTH - right, top: TOP, bottom: height - BOTTOM };
    const values = chart.lines.flatMap(({ points }) => points.flatMap(([, value]) => value ?? []));
    const axis = niceAxis([...values, ...(chart.atLeast ?? [])]);
    const span = Math.max(1, chart.to - chart.from);
    const x = (at: number) =>
        plot.left + ((clamp(at, chart.from, chart.to) - chart.from) / span) * (plot.right - plot.left);
    const y = yOf(axis, plot);
    const bands = chart.bands.map(({ from, to, kind }) => {
        const at = `x="${r(x(from))}" y="${plot.top}" width="${r(Math.max(1, x(to) - x(from)))}" height="${plot.bottom - plot.top}"`;
        return kind === 'outage' ? `<rect class="outage" ${at}/>` : `<rect fill="url(#${id}h)" ${at}/>`;
    });
    const ticks = chart.ticks.x
        .filter(({ at }) => at >= chart.from && at <= chart.to)
        .map(({ at, text }) => {
            const line = `<line class="grid" x1="${r(x(at))}" x2="${r(x(at))}" y1="${plot.top}" y2="${plot.bottom}"/>`;
            return `${line}<text class="dim" x="${r(x(at))}" y="${height - 8}" text-anchor="middle">${escaped(text)}</text>`;
        });
    const lines = chart.lines.map(({ points }, index) => {
        const shown = thinned(points, chart.from, chart.to, COLUMNS);
        return pathsOf(shown, x, y)
            .map((d) => `<path class="l${index % 3}" d="${d}"/>`)
            .join('');
    });
    const hatch =
        `<pattern id="${id}h" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">` +
        '<line class="hatch" x1="0" y1="0" x2="0" y2="6"/></pattern>';
    return figure(chart, id, height, [
        `<defs>${hatch}</defs>`,
        ...bands,
        ...gridOf(axis, plot, y, (value) => chart.ticks.y(value)),
        ...ticks,
        ...marksOf(chart.marks, x, plot),
        ...lines,
        ...labelsOf(chart, y, plot),
    ]);
}

/** A bar chart as SVG; a bar that is not covered in full has a dashed outline. */
export function barChart(chart: BarChart, id: string): string {
    const { height, right } = BARS;
    const plot = { left: LEFT, right: WIDTH - right, top: TOP, bottom: height - BOTTOM };
    const axis = niceAxis([0, ...chart.bars.flatMap(({ value }) => value ?? [])]);
    const y = yOf(axis, plot);
    const step = (plot.right - plot.left) / Math.max(1, chart.bars.length);
    const every = Math.ceil(40 / step);
    const bars = chart.bars.map(({ name, value, coverage }, index) => {
        const at = plot.left + index * step;
        const label =
            index % every === 0
                ? `<text class="dim" x="${r(at + step / 2)}" y="${height - 8}" text-anchor="middle">${escaped(name)}</text>`
                : '';
        if (value === undefined) return label;
        const [top, bottom] = [Math.min(y(value), y(0)), Math.max(y(value), y(0))];
        const kind = coverage >= 0.995 ? 'bar' : 'part';
        const place = `x="${r(at + step * 0.15)}" y="${r(top)}" width="${r(step * 0.7)}" height="${r(bottom - top)}"`;
        return `<rect class="${kind}" ${place}/>${label}`;
    });
    return figure(chart, id, height, [...gridOf(axis, plot, y, (value) => chart.y(value)), ...bars]);
}

interface Plot {
    left: number;
    right: number;
    top: number;
    bottom: number;
}

interface Axis {
    low: number;
    high: number;
    step: number;
}

function figure({ title, description }: LineChart | BarChart, id: string, height: number, parts: string[]): string {
    const texts = `<title id="${id}t">${escaped(title)}</title><desc id="${id}d">${escaped(description)}</desc>`;
    const head = `<svg viewBox="0 0 ${WIDTH} ${height}" role="img" aria-labelledby="${id}t ${id}d">`;
    return `${head}${texts}${parts.join('')}</svg>`;
}

/** An axis with 3 to 6 round steps that holds all values. */
function niceAxis(values: readonly number[]): Axis {
    const least = Math.min(...values);
    const most = Math.max(...values);
    const [low, high] = values.length === 0 ? [0, 1] : least === most ? [least - 1, most + 1] : [least, most];
    const raw = (high - low) / 4;
    const power = 10 ** Math.floor(Math.log10(raw));
    const step = [1, 2, 2.5, 5, 10].map((factor) => factor * power).find((size) => size >= raw * 0.999) ?? 10 * power;
    return { low: Math.floor(low / step + 1e-9) * step, high: Math.ceil(high / step - 1e-9) * step, step };
}

function yOf({ low, high }: Axis, { top, bottom }: Plot): (value: number) => number {
    return (value) => bottom - ((value - low) / (high - low)) * (bottom - top);
}

function gridOf(
    { low, high, step }: Axis,
    plot: Plot,
    y: (value: number) => number,
    text: (value: number) => string,
): string[] {
    const count = Math.round((high - low) / step);
    return Array.from({ length: count + 1 }, (_, index) => {
        const value = low + index * step;
        const at = r(y(value));
        const line = `<line class="${index === 0 ? 'axis' : 'grid'}" x1="${plot.left}" x2="${plot.right}" y1="${at}" y2="${at}"/>`;
        return `${line}<text class="dim" x="${plot.left - 6}" y="${r(y(value) + 4)}" text-anchor="end">${escaped(text(value))}</text>`;
    });
}

/** A line at each event, with its number; those that are close together share a label: `5–7`. */
function marksOf(marks: readonly Mark[], x: (at: number) => number, { top, bottom }: Plot): string[] {
    const groups: { place: number; first: number; last: number }[] = [];
    for (const { at, number } of marks) {
        const before = groups.at(-1);
        if (before && x(at) - before.place < MARK_GAP) before.last = number;
        else groups.push({ place: x(at), first: number, last: number });
    }
    const labels = groups.map(({ place, first, last }) => {
        const text = first === last ? `${first}` : `${first}–${last}`;
        return `<text x="${r(place)}" y="${top - 4}" text-anchor="middle">${text}</text>`;
    });
    const lines = marks.map(
        ({ at }) => `<line class="mark" x1="${r(x(at))}" x2="${r(x(at))}" y1="${top}" y2="${bottom}"/>`,
    );
    return [...lines, ...labels];
}

/** The name of each line beside its last value, moved apart. */
function labelsOf({ lines }: LineChart, y: (value: number) => number, { right, top, bottom }: Plot): string[] {
    const places = lines
        .flatMap(({ name, points }, index) => {
            const last = points.findLast(([, value]) => value !== null)?.[1];
            return typeof last === 'number' ? [{ name, index, at: y(last) }] : [];
        })
        .sort((a, b) => a.at - b.at);
    let before = top - LABEL_GAP / 2;
    for (const place of places) before = place.at = Math.max(place.at, before + LABEL_GAP);
    const over = Math.max(0, (places.at(-1)?.at ?? 0) - bottom);
    return places.map(
        ({ name, index, at }) =>
            `<text class="t${index % 3}" x="${right + 6}" y="${r(at - over + 4)}">${escaped(name)}</text>`,
    );
}

function pathsOf(points: readonly Point[], x: (at: number) => number, y: (value: number) => number): string[] {
    const paths: string[] = [];
    let steps: string[] = [];
    const finish = () => {
        // A single reading between two gaps is a dot.
        if (steps.length > 0) paths.push(`M${steps.join('L')}${steps.length === 1 ? 'h.01' : ''}`);
        steps = [];
    };
    for (const [at, value] of points) {
        if (value === null) finish();
        else steps.push(`${r(x(at))} ${r(y(value))}`);
    }
    finish();
    return paths;
}

function clamp(value: number, low: number, high: number): number {
    return Math.min(Math.max(value, low), high);
}

/** A coordinate, to a tenth of a pixel. */
function r(value: number): string {
    return String(Math.round(value * 10) / 10);
}
