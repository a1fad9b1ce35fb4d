import { refusedFile } from '../shared/refused-file';
import type { MibModule } from './modules';
import type { Token } from './tokens';

/** Where a name of a module stands in the tree: below `parent`, or below the root if that is empty. */
export interface Assignment {
    name: string;
    /** The macro that defines it, or `PLAIN`. */
    macro: string;
    parent: string;
    /** Below the parent, one or more. */
    numbers: number[];
    line: number;
    /** Where its definition begins among the pieces of the module, and where its value, which is in braces. */
    start: number;
    value: number;
}

/** What defines a name that stands for a place alone. */
export const PLAIN = 'OBJECT IDENTIFIER';

/** The macros whose values are object identifiers (RFC 2578, RFC 2580). */
const MACROS = new Set([
    'OBJECT-TYPE',
    'MODULE-IDENTITY',
    'OBJECT-IDENTITY',
    'OBJECT-GROUP',
    'NOTIFICATION-TYPE',
    'NOTIFICATION-GROUP',
    'MODULE-COMPLIANCE',
    'AGENT-CAPABILITIES',
]);

/**
 * What the names of a module stand for.
 * @throws UpsError file-refused: mib.syntax (line), mib.double (line): a name that is defined twice
 */
export function assignmentsOf({ body }: MibModule): Map<string, Assignment> {
    const assignments = new Map<string, Assignment>();
    body.forEach(({ text, line }, at) => {
        const isPlain = text === 'IDENTIFIER' && body[at - 1]?.text === 'OBJECT' && body[at + 1]?.text === '::=';
        if (!isPlain && !MACROS.has(text)) return;
        const start = isPlain ? at - 2 : at - 1;
        const name = body[start]?.text ?? '';
        const value = isPlain ? at + 2 : valueOf(body, at);
        if (!/^[a-z][\w-]*$/i.test(name)) throw refusedFile('mib.syntax', { line });
        const first = assignments.get(name);
        if (first) throw refusedFile('mib.double', { line, name, first: first.line });
        const macro = isPlain ? PLAIN : text;
        assignments.set(name, { name, macro, line, start, value, ...placeOf(body, value) });
    });
    return assignments;
}

/** Where the value of a macro begins: behind the next `::=`, before any other definition. */
function valueOf(body: readonly Token[], macro: number): number {
    for (let at = macro + 1; at < body.length; at++) {
        const { text, line } = body[at]!;
        if (text === '::=') return at + 1;
        if (MACROS.has(text)) throw refusedFile('mib.syntax', { line });
    }
    throw refusedFile('mib.syntax', { line: body[macro]!.line });
}

/** `{ parent 1 }`, `{ iso org(3) dod(6) 1 }`, `{ 1 3 6 }`. */
function placeOf(body: readonly Token[], at: number): Pick<Assignment, 'parent' | 'numbers'> {
    const { line } = body[at] ?? body.at(-1)!;
    const pieces: string[] = [];
    if (body[at]?.text !== '{') throw refusedFile('mib.syntax', { line });
    for (let next = at + 1; body[next] && body[next]!.text !== '}'; next++) pieces.push(body[next]!.text);
    // A name in front of a number in brackets says nothing more.
    const plain = pieces
        .join(' ')
        .replace(/[\w-]+ \( (\d+) \)/g, '$1')
        .split(' ');
    const isName = (piece: string | undefined) => piece !== undefined && /^[a-z][\w-]*$/i.test(piece);
    const parent = isName(plain[0]) ? plain.shift()! : '';
    const numbers = plain.map((piece) => (/^\d{1,10}$/.test(piece) ? Number(piece) : NaN));
    if (!numbers.length || !numbers.every((number) => number < 2 ** 32)) throw refusedFile('mib.syntax', { line });
    return { parent, numbers };
}
