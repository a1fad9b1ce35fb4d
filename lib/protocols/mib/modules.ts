import { refusedFile } from '../shared/refused-file';
import { tokensOf, type Token } from './tokens';

/** One MIB module of a file. */
export interface MibModule {
    name: string;
    line: number;
    /** Which module each imported name is from. */
    imports: ReadonlyMap<string, string>;
    /** Its pieces after IMPORTS and EXPORTS, without macros. */
    body: readonly Token[];
    text: string;
}

/** More declarations than any device has objects: reading them takes more than linear time. */
const MOST_DECLARATIONS = 10_000;

/**
 * The modules of a MIB file, checked as far as it takes so that nothing of it can hang or mislead whoever reads them on.
 * @throws UpsError file-refused: mib.notMib, cut (line), unclosed (line), syntax (line), tooMany
 */
export function modulesOf(text: string): MibModule[] {
    const { tokens, openQuote } = tokensOf(text);
    if (!tokens.some((token) => token.text === 'DEFINITIONS')) throw refusedFile('mib.notMib');
    if (openQuote) throw refusedFile('mib.unclosed', { line: openQuote });
    if (tokens.filter((token) => token.text === '::=').length > MOST_DECLARATIONS)
        throw refusedFile('mib.tooMany', { most: MOST_DECLARATIONS });
    const modules: MibModule[] = [];
    for (let at = 0; at < tokens.length;) {
        const header = indexOf(tokens, 'DEFINITIONS', at);
        if (header < 0) break;
        const { module, next } = moduleAt(tokens, header, text);
        modules.push(module);
        at = next;
    }
    return modules;
}

function indexOf(tokens: readonly Token[], text: string, from: number): number {
    for (let at = from; at < tokens.length; at++) if (tokens[at]!.text === text) return at;
    return -1;
}

/** A name as ASN.1 has it. It begins with a capital, and is therefore no property that every object has. */
const MODULE_NAME = /^[A-Z][\w-]*$/;

function moduleAt(tokens: readonly Token[], header: number, text: string): { module: MibModule; next: number } {
    const { line } = tokens[header]!;
    const name = nameBefore(tokens, header);
    const begin = tokens[header + 1]?.text === '::=' && tokens[header + 2]?.text === 'BEGIN';
    if (!name || !begin) throw refusedFile('mib.syntax', { line });
    const end = endOf(tokens, header + 3);
    const { imports, body } = partsOf(tokens.slice(header + 3, end));
    return { module: { name, line, imports, body, text }, next: end + 1 };
}

/** The name of the module, in front of `DEFINITIONS`; an object identifier may stand between them. */
function nameBefore(tokens: readonly Token[], header: number): string | undefined {
    let at = header - 1;
    if (tokens[at]?.text === '}') while (at >= 0 && tokens[at]!.text !== '{') at--;
    if (tokens[at]?.text === '{') at--;
    const name = tokens[at]?.text ?? '';
    return MODULE_NAME.test(name) ? name : undefined;
}

const CLOSED_BY: ReadonlyMap<string, string> = new Map(Object.entries({ '{': '}', '(': ')', '[': ']' }));
const CLOSING: ReadonlySet<string> = new Set(CLOSED_BY.values());

/** Where the END of a module is. Macros within it have their own. */
function endOf(tokens: readonly Token[], start: number): number {
    const open: Token[] = [];
    let depth = 1;
    for (let at = start; at < tokens.length; at++) {
        const token = tokens[at]!;
        if (CLOSED_BY.has(token.text)) open.push(token);
        else if (CLOSING.has(token.text)) {
            if (CLOSED_BY.get(open.pop()?.text ?? '') !== token.text)
                throw refusedFile('mib.syntax', { line: token.line });
        } else if (token.text === 'BEGIN') depth++;
        else if (token.text === 'DEFINITIONS') throw refusedFile('mib.cut', { line: token.line });
        else if (token.text === 'END' && --depth === 0) {
            if (open.length) throw refusedFile('mib.unclosed', { line: open[0]!.line });
            return at;
        }
    }
    throw refusedFile('mib.cut', { line: tokens.at(-1)!.line });
}

function partsOf(tokens: readonly Token[]): Pick<MibModule, 'imports' | 'body'> {
    const imports = new Map<string, string>();
    const body: Token[] = [];
    let imported = false;
    for (let at = 0; at < tokens.length; at++) {
        const token = tokens[at]!;
        if (token.text === 'IMPORTS' || token.text === 'EXPORTS') {
            const end = indexOf(tokens, ';', at);
            // A second one, or one without its end, is a damaged file.
            if (end < 0 || (token.text === 'IMPORTS' && imported))
                throw refusedFile('mib.syntax', { line: token.line });
            if (token.text === 'IMPORTS') {
                readImports(tokens.slice(at + 1, end), imports);
                imported = true;
            }
            at = end;
        } else if (token.text === 'MACRO') {
            body.pop();
            const end = indexOf(tokens, 'END', at);
            if (end < 0) throw refusedFile('mib.cut', { line: token.line });
            at = end;
        } else body.push(token);
    }
    return { imports, body };
}

function readImports(tokens: readonly Token[], imports: Map<string, string>): void {
    let names: string[] = [];
    tokens.forEach(({ text, line }, at) => {
        if (tokens[at - 1]?.text === 'FROM') return;
        if (text === 'FROM') {
            const module = tokens[at + 1]?.text ?? '';
            if (!MODULE_NAME.test(module)) throw refusedFile('mib.syntax', { line });
            for (const name of names) imports.set(name, module);
            names = [];
        } else if (/^\w/.test(text)) names.push(text);
    });
}
