import type { Connection, Row } from '../connection';
import { rollback } from '../database';
import { encodeRow, type Cell } from './row-codec';
import { slotOf, TIERS, type SampledTier } from './tiers';
import type { Sample, SeriesOwner, SeriesRetention } from './types';

/** What is known of one quantity of an owner. */
export interface Series {
    id: number;
    part: number;
    /** Its place in a row; 0 stands for the times of the part. */
    column: number;
    quantity: string;
    unit: string;
    kind: 'number' | 'state';
    decimals: number;
    /** The names of a state's codes. */
    states: string[];
}

export interface Part {
    id: number;
    /** Of a part that is sampled together with others: its live rows are those of the sheet. */
    sheet?: SheetPlace;
    /** Of the times: the first is seconds since the beginning of its block, each further one the seconds since the one before. */
    times: Series;
    series: Series[];
}

export interface SheetPlace {
    /** The `part` that the live rows of the sheet belong to. */
    id: number;
    /** Its group in a row. */
    place: number;
    tier: 'fine' | 'seldom';
}

/** Whose live rows hold the samples of a part. */
export const liveOf = ({ id, sheet }: Part): number => sheet?.id ?? id;

export interface Owner {
    id: number;
    key: string;
    name: string;
    parts: Part[];
    /** Parts that hold the live rows of sheets, by their tier. */
    sheets: Map<SheetPlace['tier'], number>;
    retention: SeriesRetention;
    /** What is older than this (seconds) is being deleted. */
    cut?: number;
}

/** Quantities in a part: so many are packed in one transaction. */
const MOST_IN_PART = 48;
/** Beyond so many the states of a quantity are names at random. */
const MOST_STATES = 2000;
/** Larger numbers have no place in a block. */
const MOST_SCALED = 2 ** 50;

/**
 * Digits behind the point that are kept, by unit: at least what devices report. A block takes no room for those that are all zero. What we
 * derive has far more digits than meaning.
 */
const DECIMALS: Readonly<Record<string, number>> = { '%': 1, min: 1, s: 0, W: 0, VA: 0, Hz: 2, '°C': 2 };
const OTHER_DECIMALS = 3;

/** One database of series, the file or one in memory, with what it knows of owners and quantities. Throws what SQLite throws. */
export class SeriesDatabase {
    readonly owners = new Map<string, Owner>();

    constructor(
        readonly db: Connection,
        /** It has no file. */
        readonly isMemory = false,
    ) {
        this.load();
    }

    /** Runs `work` in one transaction. If it throws, everything is as before. */
    transaction<T>(work: () => T): T {
        this.db.exec('BEGIN');
        try {
            const result = work();
            this.db.exec('COMMIT');
            return result;
        } catch (error) {
            rollback(this.db);
            this.reload();
            throw error;
        }
    }

    /** Adds one sample; call it in a transaction. @param at seconds */
    insert(owner: Owner, tier: SampledTier, at: number, samples: readonly Sample[]): void {
        const cells = new Map<Part, Cell[]>();
        for (const sample of samples) {
            if (sample.value === undefined && sample.state === undefined) continue;
            const series = this.seriesFor(owner, sample);
            const value = this.scaled(series, sample);
            const part = owner.parts.find(({ id }) => id === series.part)!;
            const list = cells.get(part) ?? [];
            if (value !== undefined) list.push({ column: series.column, value });
            cells.set(part, list);
        }
        for (const [part, list] of cells) this.insertRow(part.id, tier, at, encodeRow(list));
    }

    insertRow(part: number, tier: SampledTier, at: number, data: Uint8Array): void {
        this.db.run('INSERT INTO live (part, tier, at, data) VALUES (?, ?, ?, ?)', [part, TIERS[tier].code, at, data]);
    }

    /** Finds or adds an owner, and keeps its name and retention; call it in a transaction. */
    owner({ id: key, name }: SeriesOwner, retention: SeriesRetention): Owner {
        const known = this.owners.get(key);
        if (known) {
            const { fineDays, quarterDays, hourDays, recordingDays } = retention;
            if (known.name === name && sameRetention(known.retention, retention)) return known;
            this.db.run(
                'UPDATE owner SET name = ?, fine_days = ?, quarter_days = ?, hour_days = ?, recording_days = ? WHERE id = ?',
                [name, fineDays, quarterDays, hourDays, recordingDays, known.id],
            );
            Object.assign(known, { name, retention });
            return known;
        }
        const { fineDays, quarterDays, hourDays, recordingDays } = retention;
        const { id } = this.db.run(
            'INSERT INTO owner (key, name, fine_days, quarter_days, hour_days, recording_days) VALUES (?, ?, ?, ?, ?, ?)',
            [key, name, fineDays, quarterDays, hourDays, recordingDays],
        );
        const owner: Owner = { id, key, name, retention, parts: [], sheets: new Map() };
        this.owners.set(key, owner);
        return owner;
    }

    /** All parts of all owners, also of those that are being deleted. */
    parts(): Part[] {
        return [...this.owners.values()].flatMap(({ parts }) => parts);
    }

    /** The ids of the parts of a sheet. */
    partsOf(sheet: number): number[] {
        return this.parts()
            .filter((part) => part.sheet?.id === sheet)
            .map(({ id }) => id);
    }

    /** Up to which id the live rows of a block are packed; 0 if none. */
    packedUpTo(part: number, tier: SampledTier, slot: number): number {
        const row = this.db.get('SELECT upto FROM packed WHERE part = ? AND tier = ? AND slot = ?', [
            part,
            TIERS[tier].code,
            slot,
        ]);
        return Number(row?.upto ?? 0);
    }

    /** The live rows from one time to another (seconds, both inclusive) that are in no block yet, by time. Of a part that has no sheet. */
    liveRows(part: number, tier: SampledTier, from: number, to: number): LiveRow[] {
        return this.db
            .all(`SELECT live.at, live.data ${unpacked(tier)} ORDER BY live.at, live.id`, [
                part,
                part,
                TIERS[tier].code,
                from,
                to,
            ])
            .map(({ at, data }) => ({ at: Number(at), data: data as Uint8Array }));
    }

    /** All live rows of a sheet, by time, also those that some or all of its parts have packed. */
    sheetRows(sheet: number, tier: SampledTier, from: number, to: number): (LiveRow & { id: number })[] {
        return this.db
            .all('SELECT id, at, data FROM live WHERE part = ? AND tier = ? AND at BETWEEN ? AND ? ORDER BY at, id', [
                sheet,
                TIERS[tier].code,
                from,
                to,
            ])
            .map(({ id, at, data }) => ({ id: Number(id), at: Number(at), data: data as Uint8Array }));
    }

    /** `packedUpTo` of all blocks of a part that have live rows. */
    packedSlots(part: number, tier: SampledTier): Map<number, number> {
        const rows = this.db.all('SELECT slot, upto FROM packed WHERE part = ? AND tier = ?', [part, TIERS[tier].code]);
        return new Map(rows.map(({ slot, upto }) => [Number(slot), Number(upto)]));
    }

    /** How many live rows of a part are in no block yet. */
    countLive(part: Part, tier: SampledTier, from: number, to: number): number {
        return Number(
            this.db.get(`SELECT count(*) AS n ${unpacked(tier)}`, [part.id, liveOf(part), TIERS[tier].code, from, to])
                ?.n ?? 0,
        );
    }

    /** Reads owners and quantities anew, after a transaction that failed. */
    reload(): void {
        this.owners.clear();
        this.load();
    }

    private load(): void {
        const byId = new Map<number, Owner>();
        for (const row of this.db.all('SELECT * FROM owner ORDER BY id')) {
            const owner = ownerIn(row);
            byId.set(owner.id, owner);
            this.owners.set(owner.key, owner);
        }
        const parts = new Map<number, { owner: Owner; sheet: SheetPlace | undefined; series: Series[] }>();
        for (const row of this.db.all('SELECT * FROM part ORDER BY id')) {
            const found = byId.get(Number(row.owner));
            if (found) parts.set(Number(row.id), { owner: found, sheet: sheetIn(row), series: [] });
        }
        for (const row of this.db.all('SELECT * FROM series ORDER BY part, col')) {
            parts.get(Number(row.part))?.series.push(seriesIn(row));
        }
        for (const [id, { owner, sheet, series }] of parts) {
            const [times, ...others] = series;
            if (times?.column === 0) owner.parts.push({ id, ...(sheet && { sheet }), times, series: others });
            if (times?.column === 0 && sheet) owner.sheets.set(sheet.tier, sheet.id);
        }
    }

    private seriesFor(owner: Owner, sample: Sample): Series {
        const kind = sample.state === undefined ? 'number' : 'state';
        for (const part of owner.parts) {
            for (const series of part.series) {
                const { quantity, unit } = series;
                if (quantity === sample.quantity && unit === sample.unit && series.kind === kind) return series;
            }
        }
        const part =
            owner.parts.find((each) => !each.sheet && each.series.length < MOST_IN_PART) ?? this.addPart(owner);
        const decimals = kind === 'state' ? 0 : decimalsOf(sample.unit);
        const series = this.addSeries(part.id, (part.series.at(-1)?.column ?? 0) + 1, sample, kind, decimals);
        part.series.push(series);
        return series;
    }

    /** @returns the id that its live rows have as their part */
    addSheet(owner: Owner, tier: SheetPlace['tier']): number {
        const { id } = this.db.run('INSERT INTO part (owner, tier) VALUES (?, ?)', [owner.id, TIERS[tier].code]);
        owner.sheets.set(tier, id);
        return id;
    }

    /** A part that is sampled together with others has a place in their sheet. */
    addPart(owner: Owner, sheet?: SheetPlace): Part {
        const { id } = this.db.run('INSERT INTO part (owner, sheet, place, tier) VALUES (?, ?, ?, ?)', [
            owner.id,
            sheet?.id,
            sheet?.place,
            TIERS[sheet?.tier ?? 'fine'].code,
        ]);
        const times = this.addSeries(id, 0, { quantity: '', unit: 's' }, 'number', 0);
        const part: Part = { id, ...(sheet && { sheet }), times, series: [] };
        owner.parts.push(part);
        return part;
    }

    addSeries(
        part: number,
        column: number,
        { quantity, unit }: Pick<Sample, 'quantity' | 'unit'>,
        kind: Series['kind'],
        decimals: number,
    ): Series {
        const { id } = this.db.run(
            'INSERT INTO series (part, col, quantity, unit, kind, decimals) VALUES (?, ?, ?, ?, ?, ?)',
            [part, column, quantity, unit, kind, decimals],
        );
        return { id, part, column, quantity, unit, kind, decimals, states: [] };
    }

    /** The whole number that stands for a value; undefined if it has no place. */
    private scaled(series: Series, { value, state }: Sample): number | undefined {
        if (state !== undefined) return this.codeOf(series, state);
        const scaled = scaledBy(value!, 10 ** series.decimals);
        return Number.isNaN(scaled) ? undefined : scaled;
    }

    private codeOf(series: Series, state: string): number | undefined {
        const code = series.states.indexOf(state);
        if (code >= 0) return code;
        if (series.states.length >= MOST_STATES) return undefined;
        series.states.push(state);
        this.db.run('UPDATE series SET states = ? WHERE id = ?', [JSON.stringify(series.states), series.id]);
        return series.states.length - 1;
    }
}

/** The block of a sampled tier that a time (seconds) belongs to, with its bounds in seconds. */
export function blockBounds(tier: SampledTier, at: number): { slot: number; from: number; to: number } {
    const slot = slotOf(tier, at);
    const { block } = TIERS[tier];
    return { slot, from: slot * block, to: (slot + 1) * block - 1 };
}

export interface LiveRow {
    /** Seconds */
    at: number;
    data: Uint8Array;
}

/** Digits behind the point that are kept of a number. */
export function decimalsOf(unit: string): number {
    return DECIMALS[unit] ?? OTHER_DECIMALS;
}

/** The whole number that stands for a value; NaN if it has no place. */
export function scaledBy(value: number, scale: number): number {
    const scaled = Math.round(value * scale);
    return Math.abs(scaled) < MOST_SCALED ? scaled : NaN;
}

/** Scales values in place, as `scaledBy`. @returns whether any of them has a place */
export function scaleAll(values: Float64Array, scale: number): boolean {
    let known = false;
    for (let i = 0; i < values.length; i++) {
        const scaled = (values[i] = scaledBy(values[i], scale));
        if (!Number.isNaN(scaled)) known = true;
    }
    return known;
}

/** Bind part, whose live rows, tier, from, to. */
function unpacked(tier: SampledTier): string {
    return `FROM live LEFT JOIN packed
        ON packed.part = ? AND packed.tier = live.tier AND packed.slot = live.at / ${TIERS[tier].block}
        WHERE live.part = ? AND live.tier = ? AND live.at BETWEEN ? AND ? AND live.id > coalesce(packed.upto, 0)`;
}

function sheetIn({ sheet, place, tier }: Row): SheetPlace | undefined {
    if (sheet === null) return undefined;
    return { id: Number(sheet), place: Number(place), tier: Number(tier) === TIERS.seldom.code ? 'seldom' : 'fine' };
}

function ownerIn(row: Row): Owner {
    return {
        id: Number(row.id),
        key: String(row.key),
        name: String(row.name),
        parts: [],
        sheets: new Map(),
        ...(row.cut === null ? {} : { cut: Number(row.cut) }),
        retention: {
            fineDays: Number(row.fine_days),
            quarterDays: Number(row.quarter_days),
            hourDays: Number(row.hour_days),
            recordingDays: Number(row.recording_days),
        },
    };
}

function seriesIn(row: Row): Series {
    return {
        id: Number(row.id),
        part: Number(row.part),
        column: Number(row.col),
        quantity: String(row.quantity),
        unit: String(row.unit),
        kind: row.kind === 'state' ? 'state' : 'number',
        decimals: Number(row.decimals),
        states: statesIn(row.states),
    };
}

/** Empty if the row was damaged on disk: its codes are then told as numbers. */
function statesIn(text: unknown): string[] {
    try {
        const states: unknown = JSON.parse(typeof text === 'string' ? text : '[]');
        return Array.isArray(states) ? states.map(String) : [];
    } catch {
        return [];
    }
}

function sameRetention(a: SeriesRetention, b: SeriesRetention): boolean {
    return (
        a.fineDays === b.fineDays &&
        a.quarterDays === b.quarterDays &&
        a.hourDays === b.hourDays &&
        a.recordingDays === b.recordingDays
    );
}
