import uPlot from 'uplot';
import 'uplot/dist/uPlot.min.css';
import type { EventLevel } from '../../../../../lib/core/events/ids';
import { colourOf, dashOf, type Panel } from './choice';
import { isInDash, pixelColumns } from './pixel-columns';
import { lonely } from './tables';
import type { TimeRange } from './time-range';
import { timeTicks } from './ticks';

// In a chunk of its own: a page without charts does not load uPlot.

/** What happened, for the background of every chart. */
export interface Mark {
    key: string;
    at: number;
    /** Absent: it has not ended. */
    endedAt?: number;
    /** By count, ms; see Lasting. */
    lastedMs?: number;
    level: EventLevel | 'error';
    /** The UPS was on battery from `at` to `endedAt`. */
    battery: boolean;
    text: string;
}

export interface ChartInput {
    panel: Panel;
    times: readonly number[];
    marks: readonly Mark[];
    range: TimeRange;
    /** The present, for what has not ended. */
    now: number;
}

export interface ChartOptions {
    width: number;
    height: number;
    locale: string;
    /** As the reader writes numbers. */
    number(value: number): string;
    stateName(state: string): string;
    /** Somebody has drawn a range with the mouse. */
    onSelect(range: TimeRange): void;
    onReset(): void;
    /** The place of the cursor; undefined: it has left. */
    onCursor(index: number | undefined): void;
    onDraw(): void;
}

const AXIS_PX = 64;
const FONT = '12px system-ui, sans-serif';
const NEEDED = ['text', 'line', 'c-red', 'c-yellow', 'c-grey', 's-1', 's-2', 's-3', 's-4', 's-5', 's-6'];

/** One chart of one unit. */
export class Chart {
    private plot: uPlot;
    private colours = new Map<string, string>();
    private readonly theme: MutationObserver;

    constructor(
        private readonly place: HTMLElement,
        private input: ChartInput,
        private readonly options: ChartOptions,
    ) {
        this.readColours();
        this.plot = this.make();
        // The colours of a canvas do not follow the theme by themselves.
        this.theme = new MutationObserver(() => {
            this.readColours();
            this.plot.redraw(false);
        });
        const root = place.closest('.rt');
        if (root) this.theme.observe(root, { attributes: true, attributeFilter: ['class'] });
    }

    /** New values. A chart of the same columns is kept. */
    show(input: ChartInput): void {
        const isSame = shapeOf(input.panel) === shapeOf(this.input.panel);
        const hasNewValues = input.panel !== this.input.panel || input.times !== this.input.times;
        this.input = input;
        if (!isSame) {
            this.plot.destroy();
            this.plot = this.make();
            return;
        }
        this.plot.batch(() => {
            if (hasNewValues) this.plot.setData(this.data(), false);
            this.plot.setScale('x', { min: input.range.from, max: input.range.to });
        });
    }

    /** Draws the background anew. */
    mark(input: ChartInput): void {
        this.input = input;
        this.plot.redraw(false);
    }

    resize(width: number, height: number): void {
        this.plot.setSize({ width, height });
    }

    /** Moves the cursor by so many places; undefined takes it away. @returns its new place */
    moveCursor(steps: number): number | undefined {
        const { times, range } = this.input;
        if (times.length === 0) return undefined;
        const seen = this.plot.cursor.idx;
        const start = seen ?? nearest(times, steps > 0 ? range.from : range.to);
        const index = Math.max(
            0,
            Math.min(times.length - 1, seen === undefined || seen === null ? start : seen + steps),
        );
        const at = Math.max(range.from, Math.min(range.to, times[index]!));
        this.plot.setCursor({ left: this.plot.valToPos(at, 'x'), top: this.plot.over.clientHeight / 2 }, true);
        return index;
    }

    /** The moment at a place of the screen, px from the left of the window. */
    momentAt(clientX: number): number {
        return this.plot.posToVal(clientX - this.plot.over.getBoundingClientRect().left, 'x');
    }

    get drawingWidth(): number {
        return this.plot.over.clientWidth;
    }

    destroy(): void {
        this.theme.disconnect();
        this.plot.destroy();
    }

    private make(): uPlot {
        const { panel, range } = this.input;
        const { width, height, locale, onSelect, onReset, onCursor, onDraw } = this.options;
        const grid = { stroke: () => this.colour('line'), width: 1 };
        const axis = { stroke: () => this.colour('text'), font: FONT, grid, ticks: { ...grid, size: 5 } };
        const { series, bands } = this.lines();
        let dragged = false;
        return new uPlot(
            {
                width,
                height,
                ms: 1,
                padding: [10, 24, 0, 0],
                legend: { show: false },
                scales: {
                    x: { time: true, auto: false, min: range.from, max: range.to },
                    y: { range: (_plot, min, max) => yRange(panel, min, max) },
                },
                axes: [
                    { ...axis, size: 42, space: 84, values: (_plot, splits) => timeTicks(splits, locale) },
                    { ...axis, size: AXIS_PX, ...this.valueTicks() },
                ],
                series,
                bands,
                cursor: {
                    sync: { key: 'ridethrough-data', scales: ['x', null] },
                    drag: { x: true, y: false, setScale: false, dist: 6 },
                    y: false,
                    points: { size: 7 },
                    bind: {
                        dblclick: () => () => {
                            onReset();
                            return null;
                        },
                        mousedown: (_plot, _target, handler) => (event) => {
                            dragged = true;
                            return handler(event);
                        },
                    },
                },
                hooks: {
                    drawClear: [(plot) => this.drawBattery(plot)],
                    draw: [(plot) => this.drawMarks(plot), onDraw],
                    setCursor: [({ cursor }) => onCursor(cursor.left! < 0 ? undefined : (cursor.idx ?? undefined))],
                    setSelect: [
                        (plot) => {
                            const { left, width: wide } = plot.select;
                            // The other charts of the page draw the same selection; only one asks.
                            if (!dragged || wide < 6) return;
                            dragged = false;
                            plot.setSelect({ left: 0, top: 0, width: 0, height: 0 }, false);
                            onSelect({ from: plot.posToVal(left, 'x'), to: plot.posToVal(left + wide, 'x') });
                        },
                    ],
                },
            },
            this.data(),
            this.place,
        );
    }

    /** Of each column its line and, where there are, lowest and highest values as a band. */
    private lines(): { series: uPlot.Series[]; bands: uPlot.Band[] } {
        const { panel } = this.input;
        const series: uPlot.Series[] = [{}];
        const bands: uPlot.Band[] = [];
        panel.columns.forEach((column, look) => {
            const colour = `s-${colourOf(look)}`;
            if (column.min && column.max) {
                const hidden: uPlot.Series = { points: { show: false }, stroke: 'transparent', width: 0 };
                series.push(hidden, hidden);
                bands.push({
                    series: [series.length - 1, series.length - 2],
                    fill: () => faded(this.colour(colour), 0.2),
                });
            }
            series.push({
                stroke: () => this.colour(colour),
                width: 2,
                dash: [...dashOf(look)],
                ...(panel.kind === 'state'
                    ? { paths: uPlot.paths.stepped!({ align: 1 }) }
                    : { fill: () => this.colour(colour), paths: lineOrColumns(dashOf(look)) }),
                points: {
                    show: false,
                    size: 6,
                    filter: (plot, number) => {
                        const [from, to] = plot.series[0]!.idxs ?? [0, 0];
                        return lonely(plot.data[number]!, from, to);
                    },
                },
            });
        });
        return { series, bands };
    }

    /** The order of `lines`. */
    private data(): uPlot.AlignedData {
        const { panel, times } = this.input;
        const columns = panel.columns.flatMap(({ mean, min, max }) => (min && max ? [min, max, mean] : [mean]));
        return [times, ...columns] as uPlot.AlignedData;
    }

    private valueTicks(): Partial<uPlot.Axis> {
        const { kind, states = [] } = this.input.panel;
        const { number, stateName } = this.options;
        if (kind === 'number') return { values: (_plot, splits) => splits.map(number) };
        return {
            splits: () => states.map((_, code) => code),
            values: (_plot, splits) => splits.map((code) => shortened(stateName(states[code] ?? ''))),
        };
    }

    private drawBattery(plot: uPlot): void {
        const { marks, now } = this.input;
        const { ctx } = plot;
        const { top, height } = plot.bbox;
        ctx.save();
        for (const { battery, at, endedAt } of marks) {
            if (!battery) continue;
            const [left, wide] = this.span(plot, at, endedAt ?? now);
            if (wide <= 0) continue;
            ctx.fillStyle = faded(this.colour('c-red'), 0.16);
            ctx.fillRect(left, top, wide, height);
            ctx.fillStyle = this.colour('c-red');
            ctx.fillRect(left, top, wide, 5 * devicePixelRatio);
        }
        ctx.restore();
    }

    private drawMarks(plot: uPlot): void {
        const { ctx } = plot;
        const { left, top, width, height } = plot.bbox;
        ctx.save();
        for (const { at, level, battery } of this.input.marks) {
            const x = plot.valToPos(at, 'x', true);
            if (battery || x < left || x > left + width) continue;
            ctx.strokeStyle = ctx.fillStyle = this.colour(levelColour(level));
            ctx.lineWidth = devicePixelRatio;
            ctx.setLineDash([3 * devicePixelRatio, 3 * devicePixelRatio]);
            ctx.beginPath();
            ctx.moveTo(x, top);
            ctx.lineTo(x, top + height);
            ctx.stroke();
            const size = 5 * devicePixelRatio;
            ctx.beginPath();
            ctx.moveTo(x - size, top - size);
            ctx.lineTo(x + size, top - size);
            ctx.lineTo(x, top + size);
            ctx.fill();
        }
        ctx.restore();
    }

    /** Left edge and width in px of the canvas; at least two, so that a short outage is seen in a year. */
    private span(plot: uPlot, from: number, to: number): [number, number] {
        const { left, width } = plot.bbox;
        const begin = plot.valToPos(from, 'x', true);
        const end = Math.max(begin + 2 * devicePixelRatio, plot.valToPos(to, 'x', true));
        const start = Math.max(left, begin);
        return [start, Math.min(left + width, end) - start];
    }

    private colour(name: string): string {
        return this.colours.get(name) ?? '#777';
    }

    private readColours(): void {
        const probe = document.createElement('span');
        this.place.append(probe);
        for (const name of NEEDED) {
            probe.style.color = `var(--rt-${name})`;
            this.colours.set(name, getComputedStyle(probe).color);
        }
        probe.remove();
    }
}

/** From so many values in each column of pixels on, the columns are painted instead of the line. */
const DENSE = 2;
/** A dash of a column that is higher than so many widths of the line is no longer seen as one. */
const FLAT = 3;

/** A line, which has nothing filled, or what is seen of it where it is dense, which is filled alone. */
function lineOrColumns(dash: readonly number[]): uPlot.Series.PathBuilder {
    const line = uPlot.paths.linear!();
    return (plot, number, from, to) => {
        const series = plot.series[number]!;
        const [times, values] = [plot.data[0], plot.data[number]!];
        if (to - from < DENSE * plot.bbox.width) return { ...line(plot, number, from, to), fill: null };
        const wide = (series.width ?? 1) * devicePixelRatio;
        const y = (value: number) => plot.valToPos(value, series.scale!, true);
        const columns = pixelColumns({
            from,
            to,
            x: (index) => plot.valToPos(times[index]!, 'x', true),
            y: (index) => {
                const value = values[index];
                return typeof value === 'number' ? y(value) : value;
            },
        });
        const fill = new Path2D();
        for (const { x, top, bottom } of columns) {
            if (bottom - top < FLAT * wide && !isInDash(dash, x / devicePixelRatio)) continue;
            fill.rect(x - wide / 2, top - wide / 2, wide, bottom - top + wide);
        }
        return { stroke: null, fill, clip: null, flags: 0 };
    };
}

/** Two panels of one shape have the same lines. */
function shapeOf({ key, kind, columns, states }: Panel): string {
    return JSON.stringify([key, kind, states, columns.map(({ owner, quantity, min }) => [owner, quantity, !min])]);
}

function yRange({ kind, unit, states = [] }: Panel, min: number | null, max: number | null): [number, number] {
    if (kind === 'state') return [-0.5, Math.max(0.5, states.length - 0.5)];
    if (min === null || max === null) return [0, unit === '%' ? 100 : 1];
    if (unit === '%') return [Math.min(0, min), Math.max(100, max)];
    const room = (max - min) * 0.1 || Math.max(1, Math.abs(max) * 0.05);
    // A quantity that is never negative gets no axis below zero.
    return [min >= 0 ? Math.max(0, min - room) : min - room, max + room];
}

const levelColour = (level: Mark['level']) =>
    level === 'info' ? 'c-grey' : level === 'warning' ? 'c-yellow' : 'c-red';

/** Small letters that have room beside a chart, and how many of them a capital is as wide as. */
const ROOM = 9;
const CAPITAL = 1.35;

/** The name of a state as it fits: `CLOSED`, `OFF/HI…` */
function shortened(text: string): string {
    const widthOf = (part: string) => part.length + (CAPITAL - 1) * (part.match(/\p{Lu}/gu)?.length ?? 0);
    if (widthOf(text) <= ROOM) return text;
    let shown = text.slice(0, ROOM - 1);
    while (widthOf(shown) > ROOM - 1) shown = shown.slice(0, -1);
    return `${shown}…`;
}

/** `rgb(1, 2, 3)` or `color(srgb …)` with an alpha. */
function faded(colour: string, alpha: number): string {
    if (colour.startsWith('rgb(')) return `rgba(${colour.slice(4, -1)}, ${alpha})`;
    return colour.startsWith('color(') ? `${colour.slice(0, -1)} / ${alpha})` : colour;
}

function nearest(times: readonly number[], at: number): number {
    const found = times.findIndex((time) => time >= at);
    return found < 0 ? times.length - 1 : found;
}
