import type { Range } from './sources';
import type { Point } from './thinned';

/** A report as it is laid out: plain texts in the language of the site, and numbers for charts. The renderer escapes every text. */
export interface Sheet {
    /** BCP 47 */
    language: string;
    title: string;
    /** Where, which UPS. */
    subtitle: string;
    /** The whole story in a sentence or two. */
    lead: string;
    /** A warning above everything: DRY RUN. */
    banner?: string;
    /** Each is laid out when it is written. */
    sections: Iterable<Section>;
    /** When and from what it was made. */
    foot: string[];
}

export interface Section {
    heading: string;
    parts: Part[];
}

export type Part = Paragraph | Facts | Table | LineChart | BarChart;

export interface Paragraph {
    kind: 'text';
    text: string;
}

export interface Facts {
    kind: 'facts';
    rows: [term: string, value: string][];
}

/** `good`, `bad` and `warn` come with a word of their own in the cell: colour is never alone. */
export type Tone = 'good' | 'bad' | 'warn';

export interface Cell {
    text: string;
    tone?: Tone;
}

/** The rows of a table, each made when it is written; an array of them is one too. */
export interface Rows {
    readonly length: number;
    /** @param index from 0 to before `length` */
    at(index: number): Row | undefined;
}

export type Row = readonly (Cell | string)[];

export interface Column {
    title: string;
    /** At the right, and never broken into lines. */
    numeric?: boolean;
    /** A time: never broken into lines. */
    time?: boolean;
    /** A name or a sentence from anywhere: may be broken within a word, where a page of paper ends. */
    free?: boolean;
}

export interface Table {
    kind: 'table';
    caption: string;
    columns: Column[];
    /** The first cell of a row is its header. */
    rows: Rows;
    /** Shown below a table that leaves rows out. */
    more?: string;
    /** Shown in place of a table without rows. */
    empty: string;
}

export interface LineChart extends Range {
    kind: 'lines';
    title: string;
    /** What it shows, for those who do not see it. */
    description: string;
    unit: string;
    lines: { name: string; points: readonly Point[] }[];
    bands: Band[];
    marks: Mark[];
    /** Values that the axis shows in any case. */
    atLeast?: readonly [low: number, high: number];
    ticks: { x: { at: number; text: string }[]; y(value: number): string };
}

export interface Band extends Range {
    kind: 'outage' | 'presumed';
    text: string;
}

export interface Mark {
    at: number;
    /** Its number in the table of events. */
    number: number;
}

export interface BarChart {
    kind: 'bars';
    title: string;
    description: string;
    unit: string;
    bars: { name: string; value?: number; /** Part of it that is known, 0 to 1. */ coverage: number }[];
    y(value: number): string;
}
