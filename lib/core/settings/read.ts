import { holds, type Siblings } from './conditions';
import type { Declaration } from './declaration';
import { faultError, missing, type Fault } from './fault';
import { isBlank, isEnv, type Field, type FieldKind } from './field';
import { migrated, type Stored } from './migrations';

type Outcome = { value: unknown } | { fault: Omit<Fault, 'property'> };

/** The readings of all fields of a node, each made when it is first asked for. */
class Reading {
    private readonly outcomes = new Map<string, Outcome>();
    /** Properties under way: a condition that leads back to itself holds. */
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

    /** What `property` counts as for others: what is set, or its default where that is wrong or not yet known. */
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
        // Node-RED puts the value in its place before the node sees it.
        if (this.inFlow && isEnv(raw)) return { value: raw };
        return field.read(raw, this.sibling, this.inFlow);
    }
}

/** The name, where the dialog asks for one. A node without one runs all the same: an outage does not wait for a name. */
function nameFault({ nameRequired }: Declaration, { name }: Stored, inFlow: boolean): Fault[] {
    if (nameRequired && inFlow && isBlank(name)) return [{ ...missing(), property: 'name' }];
    return [];
}

/** Each setting by itself. */
function eachOf<S>(declaration: Declaration<S>, config: Stored, credentials: Stored, inFlow: boolean) {
    const stored = migrated(declaration, config);
    const plain = declaration as Declaration;
    const reading = new Reading(plain, stored, credentials, inFlow);
    const values: Record<string, unknown> = { name: isBlank(stored.name) ? '' : String(stored.name as string) };
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

/** A check asked for a setting that is wrong, or that an environment variable will decide. */
class Unknown extends Error {}

/** The settings for checks that hold them against each other: each ends where it asks for one that is not known. */
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

/** What is wrong between settings that are each right by themselves. */
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
 * The settings of a node, typed, with every default in its place.
 * @param config as Node-RED hands it to the node: environment variables are filled in
 * @throws UpsError config-missing, config-invalid with `property`, `value`, `rule`; of several faults the first
 */
export function readSettings<S>(declaration: Declaration<S>, config: object, credentials: object = {}): S {
    const { values, faults } = all(declaration, config as Stored, (credentials ?? {}) as Stored, false);
    const [fault] = faults;
    if (fault) throw faultError(fault, declaration.type);
    return values as S;
}

/**
 * As `readSettings`, for a node that goes on whatever is wrong with its settings: with the default in its place, and what is wrong. A name that
 * the dialog asks for may be missing: the node goes by its id.
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

/** What a setting that is wrong counts as. */
function standIn(field: Field | undefined): unknown {
    if (field === undefined) return undefined;
    return 'wrong' in field ? field.wrong : unset(field);
}

/** Kinds that show the name of an environment variable until Node-RED fills it in. */
const TEXTUAL: ReadonlySet<FieldKind> = new Set(['text', 'template', 'day', 'moment', 'time', 'reference', 'node']);
const LISTS: ReadonlySet<FieldKind> = new Set(['list', 'rows', 'events']);

/** What a setting is that nothing was said of. A text or a list that must be filled in has no default, and is empty. */
function unset({ empty, kind }: Field): unknown {
    if ('value' in empty) return empty.value;
    return LISTS.has(kind) ? [] : TEXTUAL.has(kind) ? '' : undefined;
}

/**
 * As `readSettings` of a node as a flow stores it, with the default in the place of whatever is wrong; for those who only look, such as the list
 * of jobs. `${NAME}` stays in a text and in a list; anything else that an environment variable will decide is its default.
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
 * Everything that is wrong with the settings of a node, as a flow stores them: `${NAME}` is an environment variable, and right.
 * @param credentials undefined where they are not known, as in an exported flow: none of them is missing then
 */
export function faultsOf<S>(declaration: Declaration<S>, config: object, credentials?: object): Fault[] {
    const { faults } = all(declaration, config as Stored, (credentials ?? {}) as Stored, true);
    if (credentials !== undefined) return faults;
    return faults.filter(({ property }) => declaration.fields[property]?.options.credential === undefined);
}

/** Whether a setting counts, given its siblings as `valueOf` tells them: for the dialog, which shows what counts. */
export function isShown<S>(declaration: Declaration<S>, property: string, valueOf: Siblings): boolean {
    return holds(declaration.fields[property]?.options.when, valueOf);
}
