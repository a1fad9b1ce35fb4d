import { refusedFile } from '../shared/refused-file';
import { readText } from '../shared/read-text';
import { assignmentsOf, PLAIN, type Assignment } from './assignments';
import { checkClauses } from './clauses';
import { checkEnumerations } from './enumerations';
import { mibModules } from './mib-file';
import { ModuleStore, placeholderOf, type RawEntry } from './module-store';
import type { MibModule } from './modules';
import { Places } from './places';
import { hintsOf, typeOf, type ObjectType, type ReadModule } from './types';

/** An object that can be read. */
export interface MibObject {
    name: string;
    module: string;
    /** Without instance: a scalar is read at `<oid>.0`, a column at `<oid>.<row>`. */
    oid: string;
    /** Of a column: what its rows are numbered by. */
    table?: { name: string; index: string[] };
    type: ObjectType;
    /** UNITS, as it stands there. */
    units?: string;
    access: 'read-only' | 'read-write';
    /** DESCRIPTION in one line, for people. */
    description?: string;
}

/**
 * The objects of a MIB file.
 * @throws UpsError file-refused: as mibModules and mibObjects
 */
export function readMib(bytes: Uint8Array, store?: ModuleStore): MibObject[] {
    return mibObjects(mibModules(bytes), store);
}

/**
 * The objects of modules, of one file or of several that belong together, in the order of the files. Modules that net-snmp brings along
 * (SNMPv2-SMI, RFC1213-MIB, …) need not be among them.
 * @throws UpsError file-refused: mib.missingImport (modules), mib.unresolved, mib.ring, mib.double, mib.syntax (line), mib.unreadable, mib.noObject
 */
export function mibObjects(modules: readonly MibModule[], store: ModuleStore = new ModuleStore()): MibObject[] {
    const own = modules.filter(({ name }) => !store.baseName(name));
    const read = new Map<string, ReadModule>();
    for (const module of own) {
        const first = read.get(module.name);
        if (first) throw refusedFile('mib.double', { line: module.line, name: module.name, first: first.line });
        read.set(module.name, readModule(module, store));
    }
    const places = new Places([...read.values()], store);
    const moduleFor = ({ imports }: ReadModule, name: string) => read.get(imports.get(name) ?? '');
    const objects = [...read.values()].flatMap((module) =>
        [...module.assignments.values()].flatMap((assignment) => {
            const clauses = readable(assignment, module);
            const numbers = clauses && places.numbersOf(module, assignment.name);
            if (!clauses || !numbers) return [];
            const type = typeOf(clauses.SYNTAX, module, { store, moduleFor });
            return [objectOf({ assignment, module, clauses, type, numbers })];
        }),
    );
    if (places.missing.size) throw refusedFile('mib.missingImport', { modules: { list: [...places.missing] } });
    if (!objects.length) throw refusedFile('mib.noObject');
    return objects;
}

function readModule(module: MibModule, store: ModuleStore): ReadModule {
    const assignments = assignmentsOf(module);
    checkClauses(module, assignments.values());
    checkEnumerations(module);
    const raw = store.read(module, [...assignments.values()]);
    if (!raw) throw refusedFile('mib.unreadable', { line: module.line, module: module.name });
    return { ...module, assignments, raw, hints: hintsOf(module) };
}

/** What net-snmp read of an object, if it is one that can be read and not a table or its row. */
function readable(assignment: Assignment, module: ReadModule): RawEntry | undefined {
    const { name, macro, line } = assignment;
    if (macro !== 'OBJECT-TYPE') return undefined;
    const clauses = Object.hasOwn(module.raw, name) ? module.raw[name] : undefined;
    // net-snmp may have taken a damaged definition behind it for this one.
    if (!clauses || clauses.MACRO !== macro || clauses[PLAIN] !== placeholderOf(assignment))
        throw refusedFile('mib.syntax', { line });
    if (!clauses.SYNTAX || isTable(clauses) || isTable(parentOf(assignment, module)?.clauses)) return undefined;
    return accessOf(clauses) ? clauses : undefined;
}

function isTable(clauses: RawEntry | undefined): boolean {
    return typeof clauses?.SYNTAX === 'string' && clauses.SYNTAX.startsWith('SEQUENCE OF');
}

function parentOf({ parent }: Assignment, module: ReadModule) {
    const assignment = module.assignments.get(parent);
    const clauses = assignment && Object.hasOwn(module.raw, parent) ? module.raw[parent] : undefined;
    return assignment && clauses ? { assignment, clauses } : undefined;
}

const ACCESS: ReadonlyMap<unknown, MibObject['access']> = new Map([
    ['read-only', 'read-only'],
    ['read-write', 'read-write'],
    ['read-create', 'read-write'],
]);

function accessOf(clauses: RawEntry): MibObject['access'] | undefined {
    return ACCESS.get(clauses['MAX-ACCESS'] ?? clauses.ACCESS);
}

interface Found {
    assignment: Assignment;
    module: ReadModule;
    clauses: RawEntry;
    type: ObjectType;
    numbers: number[];
}

function objectOf({ assignment, module, clauses, type, numbers }: Found): MibObject {
    const units = readText(clauses.UNITS, 64);
    const description = readText(String(clauses.DESCRIPTION ?? '').replace(/\s+/g, ' '));
    const table = tableOf(assignment, module);
    return {
        name: assignment.name,
        module: module.name,
        oid: numbers.join('.'),
        ...(table ? { table } : {}),
        type,
        ...(units ? { units } : {}),
        access: accessOf(clauses)!,
        ...(description ? { description } : {}),
    };
}

/** The table of a column: what is above its row. */
function tableOf(assignment: Assignment, module: ReadModule): MibObject['table'] | undefined {
    const row = parentOf(assignment, module);
    const table = row && parentOf(row.assignment, module);
    if (!row || !isTable(table?.clauses)) return undefined;
    const augmented = listOf(row.clauses.AUGMENTS)[0];
    const index = augmented ? module.raw[augmented]?.INDEX : row.clauses.INDEX;
    return { name: table!.assignment.name, index: listOf(index) };
}

/** `{ IMPLIED a, b }`, as net-snmp gives it. */
function listOf(clause: unknown): string[] {
    const list = Array.isArray(clause) ? clause.map(String) : [];
    return list.map((each) => each.trim().replace(/^IMPLIED\s+/, '')).filter(Boolean);
}
