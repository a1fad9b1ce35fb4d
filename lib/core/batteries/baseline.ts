import { UpsError } from '../errors';
import { said, type SentenceData } from '../language/sentence';
import { MOST_MODULES, type Values } from './model';

/** JSON: the impedance that each block is compared with (CS141 manual, "The type selection": baseline). */
export interface Baseline {
    /** By module, from 1 at index 0; null: this module has none. */
    blocks: (BaselineBlock | null)[];
}

export interface BaselineBlock {
    /** mΩ, above 0. */
    impedance: number;
    /** When it was taken, epoch ms. */
    at: number;
}

const COLUMNS = ['module', 'impedance', 'at'] as const;
const DAY_MS = 86_400_000;

/**
 * The baseline with the present impedance of some modules; the others keep theirs.
 * @param impedance mΩ, NaN: not known
 * @param modules from 1; default: all
 * @param at epoch ms
 * @returns `missing`: the modules that have no impedance now
 */
export function taken(
    former: Baseline | undefined,
    impedance: Values,
    at: number,
    modules?: readonly number[],
): { baseline: Baseline; missing: number[] } {
    const blocks = Array.from({ length: impedance.length }, (_, i) => former?.blocks[i] ?? null);
    const missing: number[] = [];
    for (const module of modules ?? blocks.map((_, i) => i + 1)) {
        const value = impedance[module - 1] ?? NaN;
        if (value > 0 && Number.isFinite(value)) blocks[module - 1] = { impedance: value, at };
        else missing.push(module);
    }
    return { baseline: { blocks }, missing };
}

/** When the oldest block was taken, epoch ms; undefined: there is none. */
export function takenAt(baseline: Baseline | undefined): number | undefined {
    const times = (baseline?.blocks ?? []).flatMap((block) => (block ? [block.at] : []));
    return times.length === 0 ? undefined : Math.min(...times);
}

/** Whether it is time to propose a baseline. @param installedAt epoch ms @param now epoch ms */
export function isProposed(
    baseline: Baseline | undefined,
    installedAt: number | undefined,
    months: number,
    now: number,
): boolean {
    if (takenAt(baseline) !== undefined || installedAt === undefined || months <= 0) return false;
    const due = new Date(installedAt);
    due.setUTCMonth(due.getUTCMonth() + months);
    return now >= due.getTime();
}

/** A baseline from the journal; undefined if it is unusable. */
export function keptBaseline(kept: unknown): Baseline | undefined {
    try {
        return kept === undefined ? undefined : fromRows(rowsOf(kept));
    } catch {
        return undefined;
    }
}

export function baselineCsv({ blocks }: Baseline): string {
    const rows = blocks.flatMap((block, i) =>
        block ? [[i + 1, block.impedance, new Date(block.at).toISOString()].join(',')] : [],
    );
    return `${[COLUMNS.join(','), ...rows].join('\r\n')}\r\n`;
}

export function baselineJson(baseline: Baseline): string {
    return `${JSON.stringify(baseline, null, 1)}\n`;
}

/**
 * Reads an exported or hand-made baseline. CSV: a header with `module` and `impedance` (mΩ), optionally `at` (ISO 8601 or epoch ms), in any order; comma or
 * semicolon. JSON: `{blocks}` as exported, or a list of `{module, impedance, at?}`.
 * `at` may also be a day such as `14.3.2026`, which begins at 0:00 UTC.
 * @param now epoch ms, for blocks without a time
 * @param most how many modules the battery has, where it is known
 * @throws UpsError file-refused with line and, of a CSV, column: nothing of it is used
 */
export function readBaseline(text: string, now: number, most = MOST_MODULES): Baseline {
    const body = text.replace(/^\uFEFF/, '').trim();
    if (body === '') throw refused('empty');
    return /^[[{]/.test(body)
        ? fromRows(rowsOf(parsed(body)), { now, most })
        : fromRows(csvRows(body), { now, most, csv: true });
}

interface Row {
    line: number;
    module: unknown;
    impedance: unknown;
    at: unknown;
}

function parsed(text: string): unknown {
    try {
        return JSON.parse(text);
    } catch {
        throw refused('json');
    }
}

function rowsOf(told: unknown): Row[] {
    const blocks: unknown = Array.isArray(told) ? told : (told as { blocks?: unknown } | null)?.blocks;
    if (!Array.isArray(blocks)) throw refused('json');
    const listed = Array.isArray(told);
    return blocks.flatMap((block: unknown, i): Row[] => {
        if (block === null && !listed) return [];
        if (typeof block !== 'object' || block === null) throw refused('block', { line: i + 1 });
        const { module = listed ? undefined : i + 1, impedance, at } = block as Record<string, unknown>;
        return [{ line: i + 1, module, impedance, at }];
    });
}

function csvRows(text: string): Row[] {
    const [header = '', ...lines] = text.split(/\r\n|\n|\r/);
    const by = header.includes(';') ? ';' : ',';
    const cells = (line: string) => line.split(by).map((cell) => cell.trim().replace(/^"(.*)"$/, '$1'));
    const names = cells(header).map((name) => name.toLowerCase());
    const [module, impedance, at] = COLUMNS.map((name) => names.indexOf(name));
    if (module === -1 || impedance === -1) throw refused('header', { columns: COLUMNS.join(', ') });
    return lines.flatMap((line, i): Row[] => {
        if (line.trim() === '') return [];
        const row = cells(line);
        // 4,5 of a German table; with a comma between columns the point is the decimal sign.
        const figure = (cell: string | undefined) => Number(by === ';' ? cell?.replace(',', '.') : cell);
        return [
            {
                line: i + 2,
                module: figure(row[module!]),
                impedance: row[impedance!] === '' ? NaN : figure(row[impedance!]),
                at: at === -1 || row[at!] === '' ? undefined : row[at!],
            },
        ];
    });
}

interface RowRules {
    now?: number;
    most?: number;
    /** Its cells have columns. */
    csv?: boolean;
}

function fromRows(rows: Row[], { now, most = MOST_MODULES, csv = false }: RowRules = {}): Baseline {
    const found = new Map<number, BaselineBlock>();
    const refuse = (fault: (typeof COLUMNS)[number] | 'twice', line: number, data: SentenceData) =>
        refused(
            fault === 'at' ? 'time' : fault,
            { ...data, line },
            csv ? (fault === 'twice' ? 'module' : fault) : undefined,
        );
    for (const { line, module, impedance, at } of rows) {
        if (typeof module !== 'number' || !Number.isInteger(module) || module < 1 || module > most)
            throw refuse('module', line, { most });
        if (found.has(module)) throw refuse('twice', line, { module });
        if (typeof impedance !== 'number' || !(impedance > 0) || !Number.isFinite(impedance))
            throw refuse('impedance', line, { module });
        const time = timeOf(at, now);
        if (time === undefined) throw refuse('at', line, {});
        found.set(module, { impedance, at: time });
    }
    if (found.size === 0) throw refused('empty');
    const blocks = Array.from({ length: Math.max(...found.keys()) }, (_, i) => found.get(i + 1) ?? null);
    return { blocks };
}

/** Undefined: it is none, or one to come. */
function timeOf(at: unknown, now: number | undefined): number | undefined {
    if (at === undefined && now !== undefined) return now;
    const text = String(at);
    const [, day, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
    const epoch = () => {
        if (typeof at === 'number') return at;
        if (/^\d+$/.test(text)) return Number(text);
        if (year !== undefined) return Date.parse(`${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`);
        // What begins otherwise is read in ways that differ: 1.3. may be a day of January.
        return /^\d{4}-\d{2}/.test(text) ? Date.parse(text) : NaN;
    };
    const found = epoch();
    const latest = now === undefined ? Infinity : now + DAY_MS;
    return Number.isFinite(found) && found >= 0 && found <= latest ? found : undefined;
}

function refused(fault: string, { line, ...data }: SentenceData & { line?: number } = {}, column?: string): UpsError {
    const reason = said(fault === 'empty' ? 'file.empty' : `baseline.${fault}`, data);
    const place = () =>
        column === undefined
            ? said('file.inLine', { line: line!, reason })
            : said('file.inCell', { line: line!, column, reason });
    return new UpsError('file-refused', {
        fault,
        line,
        ...(column !== undefined && { column }),
        reason: line === undefined ? reason : place(),
    });
}
