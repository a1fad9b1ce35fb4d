import type { UpsError } from '../../core/errors';
import { refusedFile } from '../shared/refused-file';
import { withoutEntities } from './entities';

/** So many pieces, or labels with values, no page of a device shows: the status page of the RMCU has some fifty. */
export const MOST_TEXTS = 4096;
/** Longer pieces are prose, characters. Nothing is read of them. */
export const LONGEST_PIECE = 300;
/** Up to four characters become one (NFC). */
const LONGEST_NORMALISED = 4 * LONGEST_PIECE;

/** A page is refused as a whole: of two values for one label, the one behind its end would be missing. */
export function tooManyTexts(): UpsError {
    return refusedFile('file.tooManyTexts', { most: MOST_TEXTS });
}

/** What a page shows between two boundaries: a cell, a paragraph, a line, a button. Its blanks are single ones; none is at its ends. */
export interface Piece {
    text: string;
    /** Whether its end was seen. The last piece of a page that broke off may be half of what it was. */
    ended: boolean;
    /** Cells of one row of a table have the same. */
    row: number;
}

/** Whose content nobody sees. */
const HIDDEN = new Set([
    'script',
    'style',
    'template',
    'noscript',
    'title',
    'textarea',
    'select',
    'iframe',
    'object',
    'svg',
    'math',
    'datalist',
]);
/** Of those, the ones that contain no tags: they end where their end tag is. */
const RAW = new Set(['script', 'style', 'title', 'textarea', 'iframe', 'noscript']);
const RAW_ENDS = new Map([...RAW].map((element) => [element, new RegExp(`</${element}(?=[\\s/>])`, 'gi')]));
/** Within a line of text: they end nothing. */
const INLINE = new Set(
    (
        'a abbr acronym b bdi bdo big cite code data del dfn em font i ins kbd label mark nobr output q s samp small span strike strong sub sup time tt u ' +
        'var wbr'
    ).split(' '),
);
/** A cell that is empty is told as an empty piece: its neighbour does not take its place. */
const CELLS = new Set(['td', 'th', 'dd', 'dt']);
/** What begins or ends a row; their end tags may be missing. */
const ROWS = new Set(['tr', 'table', 'tbody', 'thead', 'tfoot', 'dl']);
const VOID = new Set('area base br col embed hr img input link meta param source track wbr'.split(' '));
/** Of XML: a slash ends them. */
const FOREIGN = new Set(['svg', 'math']);
/** Their text is what they show. */
const BUTTONS = new Set(['button', 'submit', 'reset']);

/** `<name`, `</name`, a comment, `<!…`, `<?…`, `</` before what is no name. Any other `<` is a character. */
const MARK = /<(?:(!--)|([!?]|\/(?![a-z]))|(\/?)([a-z][^\s/>]*))/gi;
const ATTRIBUTE = /[\s/]*(?:(>)|([^\s=>/"'][^\s=>/]*)(?:\s*=\s*("[^"]*"|'[^']*'|[^\s>"']+))?|("|'|=))/y;

/**
 * The visible text of a page, piece by piece. It is a plain reader for the plain pages of devices: no script runs, of style sheets only `hidden` and
 * `display: none` in the tag itself count, and broken markup leads to less text, never to another one.
 * @throws UpsError file-refused: file.tooManyTexts
 */
export function visibleText(html: string): Piece[] {
    const pieces = new Pieces();
    for (let at = 0; at < html.length;) {
        MARK.lastIndex = at;
        const mark = MARK.exec(html);
        pieces.add(html.slice(at, mark?.index ?? html.length));
        if (!mark) break;
        const [, comment, declaration, slash, name] = mark;
        if (comment || declaration) {
            at = after(html, comment ? '-->' : '>', MARK.lastIndex - (comment ? 2 : 0));
            continue;
        }
        const tag = readTag(html, MARK.lastIndex);
        // A tag that broke off ends nothing.
        if (!tag) return pieces.all(false);
        const element = name!.toLowerCase();
        if (slash) pieces.close(element);
        else
            pieces.open(
                element,
                tag.attributes,
                VOID.has(element) || (FOREIGN.has(element) && html[tag.end - 2] === '/'),
            );
        at = !slash && RAW.has(element) ? rawEnd(html, element, tag.end) : tag.end;
    }
    return pieces.all(/<\/(?:html|body)\s*>\s*$/i.test(html.slice(-64)));
}

/** The place behind `text`, or the end. */
function after(html: string, text: string, from: number): number {
    const found = html.indexOf(text, from);
    return found < 0 ? html.length : found + text.length;
}

function rawEnd(html: string, element: string, from: number): number {
    const end = RAW_ENDS.get(element)!;
    end.lastIndex = from;
    return end.exec(html)?.index ?? html.length;
}

type Attributes = ReadonlyMap<string, string>;

const NO_ATTRIBUTES: Attributes = new Map();

function readTag(html: string, from: number): { attributes: Attributes; end: number } | undefined {
    if (html[from] === '>') return { attributes: NO_ATTRIBUTES, end: from + 1 };
    const attributes = new Map<string, string>();
    ATTRIBUTE.lastIndex = from;
    for (;;) {
        const match = ATTRIBUTE.exec(html);
        if (!match) return undefined;
        const [, close, name, value = ''] = match;
        const end = ATTRIBUTE.lastIndex;
        if (close) return { attributes, end };
        if (name) attributes.set(name.toLowerCase(), withoutEntities(value.replace(/^(["'])(.*)\1$/s, '$2')));
    }
}

function isHidden(element: string, attributes: Attributes): boolean {
    return HIDDEN.has(element) || attributes.has('hidden') || /display\s*:\s*none/i.test(attributes.get('style') ?? '');
}

class Pieces {
    private readonly pieces: Piece[] = [];
    private text = '';
    private row = 0;
    /** Whether a cell is open that shows nothing yet. */
    private emptyCell = false;
    /** Within something hidden: what it is, and how many of its name are open. */
    private hidden: { element: string; depth: number } | undefined;

    add(html: string): void {
        if (!this.hidden) this.text += html;
    }

    open(element: string, attributes: Attributes, isVoid: boolean): void {
        if (this.hidden) {
            if (this.hidden.element === element && !isVoid) this.hidden.depth++;
            return;
        }
        if (!INLINE.has(element)) this.endPiece();
        this.endCell(element);
        if (isHidden(element, attributes)) {
            if (!isVoid) this.hidden = { element, depth: 1 };
        } else if (CELLS.has(element)) this.emptyCell = true;
        else if (element === 'input' && BUTTONS.has(attributes.get('type')?.toLowerCase() ?? '')) {
            this.text = escaped(attributes.get('value') ?? '');
            this.endPiece();
        }
    }

    close(element: string): void {
        if (this.hidden) {
            if (this.hidden.element === element && --this.hidden.depth === 0) this.hidden = undefined;
            return;
        }
        if (!INLINE.has(element)) this.endPiece();
        this.endCell(element);
    }

    private endPiece(): void {
        const plain = withoutEntities(this.text).replace(BLANKS, ' ').trim();
        this.text = '';
        // Thousands of accents on one letter take seconds to be brought into their order.
        if (plain) this.push(plain.length > LONGEST_NORMALISED ? plain : plain.normalize('NFC'));
    }

    private endCell(element: string): void {
        const isRow = ROWS.has(element);
        if (!isRow && !CELLS.has(element)) return;
        if (this.emptyCell) this.push('');
        if (isRow) this.row++;
    }

    private push(text: string): void {
        if (this.pieces.length === MOST_TEXTS) throw tooManyTexts();
        this.pieces.push({ text, ended: true, row: this.row });
        this.emptyCell = false;
    }

    /** @param complete whether the page has its end */
    all(complete: boolean): Piece[] {
        const before = this.pieces.length;
        this.endPiece();
        if (!complete && this.pieces.length > before) this.pieces.at(-1)!.ended = false;
        return this.pieces;
    }
}

/** White space, and what takes no room. */
const BLANKS = /[\s\u00ad\u200b-\u200f]+/g;

/** A text that has been read already, so that it is not read once more. */
function escaped(text: string): string {
    return text.replaceAll('&', '&amp;');
}
