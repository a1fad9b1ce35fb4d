import {
    dayOf,
    LONGEST_COLUMN,
    LONGEST_NOTE,
    MOST_COLUMNS,
    type BatteryInventory,
    type InventoryBlock,
} from '../core/batteries/inventory';
import type { BatteryLayout } from '../core/batteries/layout';
import { MOST_MODULES } from '../core/batteries/model';
import { UpsError } from '../core/errors';
import { said, type Sentence } from '../core/language/sentence';
import { csv, type CsvColumn } from '../store/csv';

const MODULE = 'module';
const STRING = 'string';
const REPLACED = 'replaced on';
const DAY_MS = 86_400_000;
/** What `csv` puts before a text that a spreadsheet would run. */
const GUARDED = /^'(?=[=+\-@\t\r])/;

/** RFC 4180 with a byte order mark: a line for each block; the columns of notes follow `module`, `string` and `replaced on`. */
export function inventoryCsv({ columns, blocks }: BatteryInventory, layout: BatteryLayout | undefined): string {
    const count = Math.max(layout?.modules ?? 0, blocks.length);
    const head: CsvColumn<number>[] = [
        { header: MODULE, value: (module) => module },
        {
            header: STRING,
            value: (module) => (layout && module <= layout.modules ? layout.stringOf(module) : undefined),
        },
        { header: REPLACED, value: (module) => blocks[module - 1]?.replacedOn },
    ];
    const notes = columns.map((header, i): CsvColumn<number> => ({
        header,
        value: (module) => blocks[module - 1]?.notes?.[i],
    }));
    const modules = Array.from({ length: count }, (_, i) => i + 1);
    return `\ufeff${csv(modules, [...head, ...notes])}`;
}

/**
 * Reads an exported or hand-made inventory: a header with `module`, optionally `string` (not used) and `replaced on` (`2026-03-14` or `14.3.2026`); up to 5
 * other columns are notes. Comma or semicolon; quotes as in RFC 4180. A block without a line has nothing written down.
 * @param now epoch ms: no block was replaced later
 * @throws UpsError file-refused with line and column: nothing of it is used
 */
export function readInventory(text: string, now: number): BatteryInventory {
    const [head, ...rows] = linesOf(text.replace(/^\uFEFF/, ''));
    if (!head) throw refused(said('file.empty'));
    const names = head.cells.map((name) => name.trim());
    const find = (wanted: string) => names.findIndex((name) => name.toLowerCase() === wanted);
    const [module, string, replaced] = [find(MODULE), find(STRING), find(REPLACED)];
    if (module < 0) throw refused(said('inventory.header', { column: MODULE }), head.line);
    const notes = names.flatMap((name, i) => (i === module || i === string || i === replaced || !name ? [] : [i]));
    const at = (line: number, column: number) => [line, names[column] || String(column + 1)] as const;
    if (notes.length > MOST_COLUMNS)
        throw refused(said('inventory.columns', { most: MOST_COLUMNS }), ...at(head.line, notes[MOST_COLUMNS]!));
    for (const [i, column] of notes.entries()) {
        const name = names[column]!;
        if (name.length > LONGEST_COLUMN)
            throw refused(said('inventory.long', { most: LONGEST_COLUMN }), ...at(head.line, column));
        if (notes.slice(0, i).some((other) => names[other]!.toLowerCase() === name.toLowerCase()))
            throw refused(said('inventory.columnTwice'), ...at(head.line, column));
    }
    const found = new Map<number, InventoryBlock>();
    for (const { line, cells } of rows) {
        if (cells.every((cell) => cell.trim() === '')) continue;
        const number = (cells[module] ?? '').trim();
        const own = /^\d{1,3}$/.test(number) ? Number(number) : 0;
        if (own < 1 || own > MOST_MODULES)
            throw refused(said('inventory.module', { value: number, most: MOST_MODULES }), ...at(line, module));
        if (found.has(own)) throw refused(said('inventory.twice', { module: own }), ...at(line, module));
        const cut = cells.findIndex((cell, i) => i >= names.length && cell.trim() !== '');
        if (cut >= 0) throw refused(said('inventory.noColumn'), ...at(line, cut));
        const day = dayIn(cells[replaced] ?? '', now);
        if (!day) throw refused(said('inventory.day', { value: cells[replaced] ?? '' }), ...at(line, replaced));
        const texts = notes.map((column) => (cells[column] ?? '').trim().replace(GUARDED, ''));
        const long = texts.findIndex((note) => note.length > LONGEST_NOTE);
        if (long >= 0) throw refused(said('inventory.long', { most: LONGEST_NOTE }), ...at(line, notes[long]!));
        found.set(own, { notes: texts, ...(day.is && { replacedOn: day.is }) });
    }
    if (found.size === 0) throw refused(said('file.empty'));
    return {
        columns: notes.map((column) => names[column]!.replace(GUARDED, '')),
        blocks: Array.from({ length: Math.max(...found.keys()) }, (_, i) => found.get(i + 1) ?? null),
    };
}

/** Undefined: it is no day, or one to come. */
function dayIn(cell: string, now: number): { is: string } | undefined {
    const text = cell.trim();
    if (text === '') return { is: '' };
    const [, day, month, year] = /^(\d{1,2})\.(\d{1,2})\.(\d{4})$/.exec(text) ?? [];
    const is = year === undefined ? text : `${year}-${month!.padStart(2, '0')}-${day!.padStart(2, '0')}`;
    const at = dayOf(is);
    return at === undefined || at > now + DAY_MS ? undefined : { is };
}

interface Line {
    /** Of the file, from 1: a cell may have line breaks. */
    line: number;
    cells: string[];
}

/** @throws UpsError file-refused: a quote that is not closed */
function linesOf(text: string): Line[] {
    // The first separator counts: a name further on may have the other one.
    const by = /^(?:"[^"]*"|[^",;\r\n])*([,;])/.exec(text)?.[1] ?? ',';
    const lines: Line[] = [];
    let [line, begun, cell, quoted]: [number, number, string, boolean] = [1, 1, '', false];
    let cells: string[] = [];
    const end = () => {
        cells.push(cell);
        if (cells.length > 1 || cells[0]!.trim() !== '') lines.push({ line: begun, cells });
        [cells, cell] = [[], ''];
    };
    for (let i = 0; i < text.length; i++) {
        const sign = text[i]!;
        if (quoted) {
            if (sign !== '"') cell += sign;
            else if (text[i + 1] === '"') cell += text[++i]!;
            else quoted = false;
            if (sign === '\n') line++;
        } else if (sign === '"' && cell.trim() === '') [cell, quoted] = ['', true];
        else if (sign === by) {
            cells.push(cell);
            cell = '';
        } else if (sign === '\n' || sign === '\r') {
            if (sign === '\r' && text[i + 1] === '\n') i++;
            end();
            begun = ++line;
        } else cell += sign;
    }
    if (quoted) throw refused(said('inventory.quote'), begun);
    end();
    return lines;
}

function refused(reason: Sentence, line?: number, column?: string): UpsError {
    return new UpsError('file-refused', {
        reason:
            line === undefined
                ? reason
                : column === undefined
                  ? said('file.inLine', { line, reason })
                  : said('file.inCell', { line, column, reason }),
        ...(line !== undefined && { line }),
        ...(column !== undefined && { column }),
    });
}
