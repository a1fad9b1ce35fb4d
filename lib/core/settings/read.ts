import { holds, type Siblings } from './conditions';
import type { Declaration } from './declaration';
import { faultError, invalid, missing, type Fault } from './fault';
import { isBlank, isEnv, type Field, type FieldKind } from './field';
import { migrated, type Stored } from './migrations';

type Outcome = { value: unknown } | { fault: Omit<Fault, 'property'> };

/** Reads the fields of a node, each when it is first asked for. */
class Reading {
    private readonly outcomes = new Map<string, Outcome>();
    /** Properties that are being read: a condition that depends on itself counts as true. */
    private readonly open = new Set<string>();

    constructor(
        private readonly declaration: Declaration,
        private readonly stored: Stored,
        private readonly credentials: Stored,
        private readonly inFlow: boolean,
    ) {}

    outcome(property: string): Outcome {
        const known = this.outcomes.get(property);
        if (known) return known;
        const field = this.declaration.fields[property];
        if (!field) return { value: this.stored[property] };
        this.open.add(property);
        const outcome = this.read(property, field);
        this.open.delete(property);
        this.outcomes.set(property, outcome);
        return outcome;
    }

    counts(property: string): boolean {
        return holds(this.declaration.fields[property]?.options.when, this.sibling);
    }

    /** The value of `property` for other fields: the stored value, or the default if that is invalid or not known yet. */
    readonly sibling: Siblings = (property) => {
        const field = this.declaration.fields[property];
        const outcome = this.open.has(property) ? undefined : this.outcome(property);
        if (outcome && 'value' in outcome && !isEnv(outcome.value)) return outcome.value;
        return standIn(field);
    };

    private read(property: string, field: Field): Outcome {
        if (!this.counts(property)) return { value: unset(field) };
        const raw = field.options.credential ? this.credentials[property] : this.stored[property];
        if (field.isEmpty?.(raw) ?? isBlank(raw)) return field.empty;
        // Node-RED replaces it before the node gets it.
        if (this.inFlow && isEnv(raw)) return { value: raw };
        return field.read(raw, this.sibling, this.inFlow);
    }
}

/**
 * Checks the name, if the dialog requires one. At runtime a node without a name works all the same: a shutdown must not fail because of a
 * missing name.
 */
function nameFault({ nameRequired }: Declaration, { name }: Stored, inFlow: boolean): Fault[] {
    if (nameRequired && inFlow && isBlank(name)) return [{ ...missing(), property: 'name' }];
    return inFlow && !isName(name) ? [{ ...invalid('text', name), property: 'name' }] : [];
}

function isName(name: unknown): name is string | number | undefined | null {
    return name === undefined || name === null || typeof name === 'string' || typeof name === 'number';
}

/** Reads each setting by itself. */
function eachOf<S>(declaration: Declaration<S>, config: Stored, credentials: Stored, inFlow: boolean) {
    const stored = migrated(declaration, config);
    const plain = declaration as Declaration;
    const reading = new Reading(plain, stored, credentials, inFlow);
    const values: Record<string, unknown> = {
        name: isBlank(stored.name) || !isName(stored.name) ? '' : String(stored.name),
    };
    const faults: Fault[] = nameFault(plain, stored, inFlow);
    const unknown = new Set<string>();
    for (const property of Object.keys(plain.fields)) {
        const outcome = reading.outcome(property);
        if ('fault' in outcome) faults.push({ ...outcome.fault, property });
        else values[property] = outcome.value;
        if ('fault' in outcome || (inFlow && isEnv(outcome.value))) unknown.add(property);
    }
    return { values, faults, reading, unknown };
}

/** A check read a setting that is invalid, or that an environment variable will set. */
class Unknown extends Error {}

/** The settings for checks of several settings: a check ends as soon as it reads one that is not known. */
function known(values: Record<string, unknown>, unknown: ReadonlySet<string>): Record<string, unknown> {
    return new Proxy(values, {
        get(target, property) {
            if (typeof property === 'string' && unknown.has(property)) throw new Unknown(property);
            return Reflect.get(target, property) as unknown;
        },
    });
}

function unlessUnknown<T>(check: () => T): T | undefined {
    try {
        return check();
    } catch (error) {
        if (error instanceof Unknown) return undefined;
        throw error;
    }
}

/** Faults between settings that are each valid by themselves. */
function contradictions({ checks }: Declaration, values: Record<string, unknown>, reading: Reading): Fault[] {
    return Object.entries(checks).flatMap(([property, check]) => {
        const fault = reading.counts(property) ? unlessUnknown(() => check(values)) : undefined;
        return fault ? [{ ...fault, property }] : [];
    });
}

function all<S>(declaration: Declaration<S>, config: Stored, credentials: Stored, inFlow: boolean) {
    const { values, faults, reading, unknown } = eachOf(declaration, config, credentials, inFlow);
    const more = contradictions(declaration as Declaration, known(values, unknown), reading);
    return { values, faults: [...faults, ...more], reading };
}

/**
 * Reads the settings of a node: typed, and with all defaults.
 * @param config as Node-RED passes it to the node: environment variables are already replaced
 * @throws UpsError config-missing, config-invalid with `property`, `value`, `rule`; the first of several faults
 */
export function readSettings<S>(declaration: Declaration<S>, config: object, credentials: object = {}): S {
    const { values, faults } = all(declaration, config as Stored, (credentials ?? {}) as Stored, false);
    const [fault] = faults;
    if (fault) throw faultError(fault, declaration);
    return values as S;
}

/**
 * As `readSettings`, for a node that works on despite faults: an invalid setting gets its default, and all faults are returned. A name that
 * the dialog requires may be missing: the node then uses its id.
 */
export function readOrDefaults<S>(
    declaration: Declaration<S>,
    config: object,
    credentials: object = {},
): { settings: S; faults: Fault[] } {
    const plain = declaration as Declaration;
    const { values, faults: each, reading } = eachOf(declaration, config as Stored, credentials as Stored, false);
    const replace = (faults: readonly Fault[]) => {
        for (const { property } of faults) values[property] = standIn(plain.fields[property]);
    };
    const alone = each.filter(({ property }) => property !== 'name');
    replace(alone);
    const together = contradictions(plain, values, reading);
    replace(together);
    return { settings: values as S, faults: [...alone, ...together] };
}

/** The value in place of an invalid setting. */
function standIn(field: Field | undefined): unknown {
    if (field === undefined) return undefined;
    return 'wrong' in field ? field.wrong : unset(field);
}

/** Kinds whose value stays `${NAME}` until Node-RED replaces it. */
const TEXTUAL: ReadonlySet<FieldKind> = new Set(['text', 'template', 'day', 'moment', 'time', 'reference', 'node']);
const LISTS: ReadonlySet<FieldKind> = new Set(['list', 'rows', 'events']);

/** The value of a missing setting. A text or a list that must be filled in has no default, and is empty. */
function unset({ empty, kind }: Field): unknown {
    if ('value' in empty) return empty.value;
    return LISTS.has(kind) ? [] : TEXTUAL.has(kind) ? '' : undefined;
}

/**
 * As `readSettings`, for a stored node, with the default in place of every invalid value; for programs that only inspect a flow, such as
 * the list of jobs. `${NAME}` stays in a text and in a list; any other setting with an environment variable has its default.
 */
export function readLeniently<S>(declaration: Declaration<S>, config: object, credentials: object = {}): S {
    const { values, reading } = all(declaration, config as Stored, credentials as Stored, true);
    for (const [property, { kind }] of Object.entries(declaration.fields)) {
        const open = isEnv(values[property]) && !TEXTUAL.has(kind);
        if (open && kind === 'list') values[property] = [values[property]];
        else if (open || !(property in values)) values[property] = reading.sibling(property);
    }
    return values as S;
}

/**
 * All faults in the settings of a stored node. `${NAME}` is an environment variable, and valid.
 * @param credentials undefined if they are not known, as in an exported flow: then none of them counts as missing
 */
export function faultsOf<S>(declaration: Declaration<S>, config: object, credentials?: object): Fault[] {
    const { faults } = all(declaration, config as Stored, (credentials ?? {}) as Stored, true);
    if (credentials !== undefined) return faults;
    return faults.filter(({ property }) => declaration.fields[property]?.options.credential === undefined);
}

/** Whether a setting applies, with the values of its siblings from `valueOf`: for the dialog, which shows only settings that apply. */
export function isShown<S>(declaration: Declaration<S>, property: string, valueOf: Siblings): boolean {
    return holds(declaration.fields[property]?.options.when, valueOf);
}
