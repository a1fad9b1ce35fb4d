import type { ModuleStore, RawEntry, RawModule } from './module-store';
import type { MibModule } from './modules';
import type { PlacedModule } from './places';

/** What an object can be told as. */
export interface ObjectType {
    /** `bytes`: octets that are no text, such as a MAC address. `unknown`: its type is defined in a module that is missing. */
    kind: 'number' | 'state' | 'text' | 'bits' | 'bytes' | 'oid' | 'address' | 'unknown';
    /** Of a state: the name of each raw value. */
    states?: Record<string, string>;
    /** Of a number with a DISPLAY-HINT such as `d-1`: its decimals (RFC 2579, section 3.1). */
    decimals?: number;
    /** TimeTicks: hundredths of a second (RFC 2578, section 7.1.8). */
    ticks?: boolean;
}

/** A module with what net-snmp read of it. */
export interface ReadModule extends PlacedModule {
    raw: RawModule;
    /** The DISPLAY-HINT of each textual convention. */
    hints: ReadonlyMap<string, string>;
}

const NUMBERS = new Set([
    'INTEGER',
    'Integer32',
    'Gauge',
    'Gauge32',
    'Counter',
    'Counter32',
    'Counter64',
    'Unsigned32',
    'UInteger32',
    'TimeTicks',
]);

const OTHERS: ReadonlyMap<string, ObjectType['kind']> = new Map([
    ['OCTET STRING', 'text'],
    ['OBJECT IDENTIFIER', 'oid'],
    ['IpAddress', 'address'],
    ['NetworkAddress', 'address'],
    ['BITS', 'bits'],
    ['Opaque', 'bytes'],
    // Textual conventions of RFC 2579 whose octets are no text: net-snmp does not keep their DISPLAY-HINT.
    ['PhysAddress', 'bytes'],
    ['MacAddress', 'bytes'],
    ['DateAndTime', 'bytes'],
    ['TAddress', 'bytes'],
]);

/** Types made of types; more of them in a row is a ring. */
const MOST_STEPS = 16;

interface TypePlaces {
    store: ModuleStore;
    /** The module from which `module` imports the type. */
    moduleFor(module: ReadModule, name: string): ReadModule | undefined;
}

/** The type of an object of `module`, through all textual conventions. @param syntax its SYNTAX, as net-snmp gives it */
export function typeOf(syntax: unknown, module: ReadModule, where: TypePlaces): ObjectType {
    let within: ReadModule | undefined = module;
    let next = syntax;
    let hint: string | undefined;
    for (let step = 0; step < MOST_STEPS; step++) {
        const { name, states } = partsOf(next);
        if (name === undefined) return { kind: 'unknown' };
        if (states) return name === 'BITS' ? { kind: 'bits' } : { kind: 'state', states };
        if (NUMBERS.has(name)) return numberType(name, hint);
        const kind = OTHERS.get(name);
        if (kind) return { kind: kind === 'text' && hint && !/[at]/.test(hint) ? 'bytes' : kind };
        const here = own(within?.raw, name);
        const from = here ? undefined : within?.imports.get(name);
        if (!here) within &&= where.moduleFor(within, name);
        hint ??= within?.hints.get(name);
        // What is imported from a module that is missing may have the name of a common type, and be another.
        const isMissing = from !== undefined && !where.store.baseName(from);
        const definition = here ?? own(within?.raw, name) ?? (isMissing ? undefined : where.store.baseEntry(name));
        next = definition?.SYNTAX ?? definition?.MACRO;
    }
    return { kind: 'unknown' };
}

function own(raw: RawModule | undefined, name: string): RawEntry | undefined {
    return raw && Object.hasOwn(raw, name) ? raw[name] : undefined;
}

function numberType(name: string, hint: string | undefined): ObjectType {
    const decimals = Number(/^d-(\d)$/.exec(hint ?? '')?.[1] ?? 0);
    return { kind: 'number', ...(decimals ? { decimals } : {}), ...(name === 'TimeTicks' ? { ticks: true } : {}) };
}

/** `'Gauge32'`, `{INTEGER: {1: 'ok', 2: 'bad'}}`, `{INTEGER: {ranges: […]}}`. */
function partsOf(syntax: unknown): { name?: string; states?: Record<string, string> } {
    if (typeof syntax === 'string') return { name: syntax };
    if (typeof syntax !== 'object' || syntax === null) return {};
    const [name, detail] = Object.entries(syntax)[0] ?? [];
    if (name === undefined || typeof detail !== 'object' || detail === null) return {};
    const entries = Object.entries(detail as object).map(([raw, meaning]) => [raw.trim(), String(meaning).trim()]);
    const isNamed = entries.length > 0 && entries.every(([raw, meaning]) => /^-?\d+$/.test(raw!) && meaning);
    return isNamed ? { name, states: Object.fromEntries(entries) as Record<string, string> } : { name };
}

/** The DISPLAY-HINT of each textual convention, which net-snmp does not keep. */
export function hintsOf({ body }: MibModule): Map<string, string> {
    const hints = new Map<string, string>();
    body.forEach(({ text }, at) => {
        const isHint =
            text === 'DISPLAY-HINT' && body[at - 1]?.text === 'TEXTUAL-CONVENTION' && body[at - 2]?.text === '::=';
        if (isHint && body[at - 3] && body[at + 1])
            hints.set(body[at - 3]!.text, body[at + 1]!.text.replaceAll('"', ''));
    });
    return hints;
}
