import { refusedFile } from '../shared/refused-file';
import type { Assignment } from './assignments';
import type { MibModule } from './modules';
import type { Token } from './tokens';

/** What follows the name of a clause: a text, a word, something in braces, or a type. */
type Kind = 'text' | 'word' | 'braces' | 'type';

/** RFC 1212, section 4; RFC 2578, section 7; RFC 2579, section 3. */
const CLAUSES: ReadonlyMap<string, Kind> = new Map(
    Object.entries({
        SYNTAX: 'type',
        UNITS: 'text',
        'DISPLAY-HINT': 'text',
        ACCESS: 'word',
        'MAX-ACCESS': 'word',
        STATUS: 'word',
        DESCRIPTION: 'text',
        REFERENCE: 'text',
        INDEX: 'braces',
        AUGMENTS: 'braces',
        DEFVAL: 'braces',
    }),
);

/**
 * Checks that the definitions of objects and textual conventions consist of clauses, each once: net-snmp passes over what it does not know, and would read a
 * damaged definition together with its neighbour.
 * @throws UpsError file-refused: mib.syntax (line)
 */
export function checkClauses({ body }: MibModule, assignments: Iterable<Assignment>): void {
    for (const { macro, start, value } of assignments)
        if (macro === 'OBJECT-TYPE') readClauses(body, start + 2, ({ at }) => at >= value - 1);
    body.forEach(({ text }, at) => {
        const isConvention = text === 'TEXTUAL-CONVENTION' && body[at - 1]?.text === '::=';
        if (isConvention) readClauses(body, at + 1, ({ last }) => last === 'SYNTAX');
    });
}

function readClauses(
    body: readonly Token[],
    from: number,
    isEnd: (state: { at: number; last: string }) => boolean,
): void {
    const seen = new Set<string>();
    let last = '';
    for (let at = from; !isEnd({ at, last });) {
        last = body[at]?.text ?? '';
        const kind = CLAUSES.get(last);
        const end = kind && !seen.has(last) ? endOf(body, at + 1, kind) : undefined;
        if (end === undefined) throw refusedFile('mib.syntax', { line: (body[at] ?? body.at(-1)!).line });
        seen.add(last);
        at = end;
    }
}

/** Where a clause ends; undefined if it is not of its kind. */
function endOf(body: readonly Token[], at: number, kind: Kind): number | undefined {
    const text = body[at]?.text ?? '';
    switch (kind) {
        case 'text':
            return text.startsWith('"') ? endOfTexts(body, at) : undefined;
        case 'word':
            return isWord(text) ? at + 1 : undefined;
        case 'braces':
            return groupEnd(body, at, '{', '}');
        case 'type':
            return typeEnd(body, at);
    }
}

/** `"a ""quoted"" word"` is one text. */
function endOfTexts(body: readonly Token[], at: number): number {
    let end = at + 1;
    while (body[end]?.text.startsWith('"') && body[end]!.start === body[end - 1]!.end) end++;
    return end;
}

function isWord(text: string): boolean {
    return /^[a-z]/i.test(text) && !CLAUSES.has(text);
}

/** Types of several words, without the last one. */
const WORDS: ReadonlyMap<string, string> = new Map([
    ['OCTET', 'STRING'],
    ['OBJECT', 'IDENTIFIER'],
    ['SEQUENCE', 'OF'],
]);

/** `Integer32`, `OCTET STRING (SIZE (0..8))`, `INTEGER { on(1), off(2) }`, `SEQUENCE OF Row`. */
function typeEnd(body: readonly Token[], at: number): number | undefined {
    const name = body[at]?.text ?? '';
    if (!isWord(name)) return undefined;
    const second = WORDS.get(name);
    if (second && body[at + 1]?.text !== second) return undefined;
    const row = second === 'OF' ? 1 : 0;
    if (row && !isWord(body[at + 2]?.text ?? '')) return undefined;
    let end = at + 1 + (second ? 1 : 0) + row;
    for (const [open, close] of [
        ['(', ')'],
        ['{', '}'],
    ] as const)
        if (body[end]?.text === open) end = groupEnd(body, end, open, close)!;
    return end;
}

/** Behind the sign that closes a group; the brackets of a module come out even (`modulesOf`). */
function groupEnd(body: readonly Token[], at: number, open: string, close: string): number | undefined {
    if (body[at]?.text !== open) return undefined;
    let depth = 0;
    for (let next = at; next < body.length; next++) {
        if (body[next]!.text === open) depth++;
        if (body[next]!.text === close && --depth === 0) return next + 1;
    }
    return undefined;
}
