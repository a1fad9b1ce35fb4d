import { netSnmp } from '../shared/packages';
import { PLAIN, type Assignment } from './assignments';
import type { MibModule } from './modules';
import type { Token } from './tokens';

/** What net-snmp's parser knows of one name. A clause is a text, a list (INDEX), or an object by the type (SYNTAX with names or ranges). */
export type RawEntry = Readonly<Record<string, unknown>>;
export type RawModule = Readonly<Record<string, RawEntry>>;

/** The part of net-snmp's module store that reads a text: its own methods read files only. */
interface Parser {
    Modules: Record<string, RawModule>;
    SymbolBuffer: Record<string, unknown>;
    CharBuffer: { Table: Record<string, unknown> };
    ParseModule(file: string, text: string): void;
    Serialize(): void;
}

/** Other names of the modules that net-snmp brings along. */
const ALSO_CALLED: Readonly<Record<string, string>> = {
    RFC1155: 'RFC1155-SMI',
    'RFC-1155': 'RFC1155-SMI',
    RFC1212: 'RFC-1212',
    RFC1213: 'RFC1213-MIB',
    'RFC-1213': 'RFC1213-MIB',
    'RFC-1213-MIB': 'RFC1213-MIB',
    RFC1215: 'RFC-1215',
};

/**
 * net-snmp's module store. It prints what it does not like, loops for ever on an IMPORTS without its end, takes a damaged definition for one of its
 * neighbour, and reads texts wrongly behind a comment with one quote. So it gets what was checked before (`modulesOf`), written anew without comments
 * and imports, and what it says is compared with what the file says (`objectsOf`).
 */
export class ModuleStore {
    private readonly parser: Parser;
    private readonly base: ReadonlySet<string>;

    /** Reads the base modules, about 300 KiB. */
    constructor() {
        const store = quietly(() => netSnmp().createModuleStore() as { parser: Parser });
        this.parser = store.parser;
        this.base = new Set(Object.keys(this.parser.Modules));
    }

    /** The name of a base module that is called so, too. */
    baseName(module: string): string | undefined {
        const name = Object.hasOwn(ALSO_CALLED, module) ? ALSO_CALLED[module]! : module;
        return this.base.has(name) ? name : undefined;
    }

    /** What the base modules know of a name, such as `enterprises` or `DisplayString`, whether it was imported or, as some files do, simply used. */
    baseEntry(name: string): RawEntry | undefined {
        for (const module of this.base) {
            const known = this.parser.Modules[module]!;
            if (Object.hasOwn(known, name) && known[name]!.ObjectName === name) return known[name];
        }
        return undefined;
    }

    /** The object identifier of a name of the base modules. */
    baseNumbers(name: string): number[] | undefined {
        const oid = this.baseEntry(name)?.OID;
        return typeof oid === 'string' && /^\d+(\.\d+)*$/.test(oid) ? oid.split('.').map(Number) : undefined;
    }

    /**
     * What net-snmp makes of a module; undefined where it gives up. Nothing of it stays in the store. The object identifiers that it tells are not those of the
     * file, but made of `placeholderOf`.
     */
    read(module: MibModule, assignments: readonly Assignment[]): RawModule | undefined {
        const { parser } = this;
        // Otherwise it would read all former modules again.
        parser.CharBuffer.Table = {};
        parser.SymbolBuffer = {};
        try {
            quietly(() => {
                parser.ParseModule(module.name, sourceOf(module, assignments));
                parser.Serialize();
            });
            return parser.Modules[module.name];
        } catch (error) {
            // Its parser reaches beyond the end of what it has read.
            if (error instanceof TypeError || error instanceof RangeError) return undefined;
            throw error;
        } finally {
            delete parser.Modules[module.name];
        }
    }
}

/** The value that the definition with this place in the module has in what net-snmp reads, by which it is known again. */
export function placeholderOf({ start }: Assignment): string {
    return `iso ${start}`;
}

/**
 * A module for net-snmp's eyes. The object identifiers of a file may be in any order, below names of other modules, or in a ring: they are found out by
 * `Places`, and each stands for itself here. Names for nothing but a place are left out: looking at ten thousand of them takes half a minute.
 */
function sourceOf({ name, body }: MibModule, assignments: readonly Assignment[]): string {
    const isPlain = (assignment: Assignment | undefined) => assignment?.macro === PLAIN;
    const starts = new Map(assignments.map((assignment) => [assignment.start, assignment]));
    const values = new Map(assignments.map((assignment) => [assignment.value, assignment]));
    const tokens: Token[] = [];
    for (let at = 0; at < body.length; at++) {
        const value = isPlain(starts.get(at)) ? starts.get(at)!.value : at;
        const assignment = values.get(value);
        if (!assignment) {
            tokens.push(body[at]!);
            continue;
        }
        const words = isPlain(assignment) ? [] : ['{', ...placeholderOf(assignment).split(' '), '}'];
        tokens.push(...words.map((text) => ({ ...body[value]!, text })));
        for (at = value; body[at]!.text !== '}';) at++;
    }
    return `${name} DEFINITIONS ::= BEGIN\nIMPORTS iso FROM SNMPv2-SMI ;\n${layOut(tokens)}\nEND\n`;
}

const NO_BLANK_AFTER = new Set(['(', '.', '|']);
const NO_BLANK_BEFORE = new Set(['(', ')', '.', '|', ',']);

/** In the layout that net-snmp reads best: nothing in braces is broken over lines, no comma before the end of a list. */
function layOut(tokens: readonly Token[]): string {
    const parts: string[] = [];
    let depth = 0;
    tokens.forEach(({ text, line }, at) => {
        const before = tokens[at - 1];
        if (text === ',' && tokens[at + 1]?.text === '}') return;
        if (isReference(tokens, at) || isReference(tokens, at - 1)) return;
        const mayBreak = depth === 0 && before !== undefined && (before.text === '}' || before.text.startsWith('"'));
        if (mayBreak && before.line !== line) parts.push('\n');
        else if (before && !NO_BLANK_AFTER.has(before.text) && !NO_BLANK_BEFORE.has(text)) parts.push(' ');
        if (text === '{') depth++;
        if (text === '}') depth--;
        parts.push(text);
    });
    return parts.join('');
}

/** With a REFERENCE, net-snmp overlooks the SYNTAX of a textual convention. */
function isReference(tokens: readonly Token[], at: number): boolean {
    return tokens[at]?.text === 'REFERENCE' && (tokens[at + 1]?.text.startsWith('"') ?? false);
}

const PRINTERS = ['log', 'info', 'warn', 'error'] as const;

/** Runs what prints to the console without letting it. It is not asynchronous: nobody else's words get lost. */
function quietly<T>(run: () => T): T {
    const printers = PRINTERS.map((name) => [name, console[name]] as const);
    for (const name of PRINTERS) console[name] = () => undefined;
    try {
        return run();
    } finally {
        for (const [name, printer] of printers) console[name] = printer;
    }
}
