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
/** A cell with its blanks, and cells of a line; more are no inventory [ours]. */
const LONGEST_CELL = 5000;
const MOST_CELLS = 100;
const BREAKS = '\r\n';
/** All of 512 blocks with the longest notes is shorter. */
const LARGEST_MIB = 2;
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
    if (text.length > LARGEST_MIB * 1024 * 1024) throw refused(said('file.tooLong', { most: `${LARGEST_MIB} MiB` }));
    const rows = linesOf(text.replace(/^\uFEFF/, ''));
    const { value: head } = rows.next() as { value?: Line };
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

/**
 * The lines that are not blank, one after the other: of a file that is wrong in its beginning, the rest is not looked at.
 * @throws UpsError file-refused: a quote that is not closed, a cell that is longer than any text
 */
function* linesOf(text: string): Generator<Line> {
    const by = separatorOf(text);
    const plain = by === ';' ? /[";\r\n]/g : /[",\r\n]/g;
    let [line, begun, cell, at]: [number, number, string, number] = [1, 1, '', 0];
    let cells: string[] = [];
    const add = (part: string) => {
        if (cell.length + part.length > LONGEST_CELL || cells.length > MOST_CELLS)
            throw refused(said('inventory.long', { most: LONGEST_NOTE }), line);
        cell += part;
    };
    const isLine = () => cells.push(cell) > 1 || cells[0]!.trim() !== '';
    while (at < text.length) {
        if (cells.length === 0 && cell === '' && BREAKS.includes(text[at]!)) {
            if (text[at++] === '\r' && text[at] === '\n') at++;
            begun = ++line;
            continue;
        }
        plain.lastIndex = at;
        const found = plain.exec(text)?.index ?? text.length;
        add(text.slice(at, found));
        const sign = text[found];
        at = found + 1;
        if (sign === '"') {
            if (cell.trim() !== '') add(sign);
            else {
                const rest = closed(text, at);
                if (!rest) throw refused(said('inventory.quote'), begun);
                cell = '';
                add(rest.cell);
                line += rest.cell.split('\n').length - 1;
                at = rest.end;
            }
        } else if (sign === by) {
            cells.push(cell);
            cell = '';
        } else if (sign !== undefined) {
            if (sign === '\r' && text[at] === '\n') at++;
            if (isLine()) yield { line: begun, cells };
            [cells, cell] = [[], ''];
            begun = ++line;
        }
    }
    if (isLine()) yield { line: begun, cells };
}

/** The first separator counts: a name further on may have the other one. It stands in the first names. */
function separatorOf(text: string): string {
    return /^(?:"[^"]*"|[^",;\r\n])*([,;])/.exec(text.slice(0, LONGEST_CELL))?.[1] ?? ',';
}

/** The text of a cell in quotes, and where it ends; undefined: it is never closed. @param from behind its first quote */
function closed(text: string, from: number): { cell: string; end: number } | undefined {
    for (let at = from, quote: number; (quote = text.indexOf('"', at)) >= 0; at = quote + 2) {
        // A cell that is too long already is refused for that.
        if (text[quote + 1] === '"' && quote - from < 2 * LONGEST_CELL) continue;
        return { cell: text.slice(from, quote).replaceAll('""', '"'), end: quote + 1 };
    }
    return undefined;
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
