import { UpsError } from '../errors';
import { said } from '../language/sentence';
import { quoted } from '../quote';

/** What may stand in the sentence of a fault. */
export type FaultData = Readonly<Record<string, string | number>>;

/**
 * What is wrong with one setting. `rule` names a sentence of the catalogues: `said.expected.<rule>` of ups-unit, or `error.<rule>` of the node's own
 * type where the rule is one of that node alone.
 */
export interface Fault {
    property: string;
    code: 'config-missing' | 'config-invalid';
    rule: string;
    /** As it was set; cut where it is long. Never of a secret. */
    value?: string;
    data?: FaultData;
    /** The rule belongs to this node type alone. */
    own?: boolean;
}

/** What a field finds wrong; its declaration adds the property. */
export type FieldFault = Omit<Fault, 'property'>;

export function missing(rule = 'required'): FieldFault {
    return { code: 'config-missing', rule };
}

export function invalid(rule: string, value: unknown, data?: FaultData): FieldFault {
    return { code: 'config-invalid', rule, value: shown(value), data };
}

/** A rule of one node type: its sentence is `error.<rule>` in the catalogue of that type. */
export function ownFault(rule: string, value?: unknown, data?: FaultData): FieldFault {
    return { code: 'config-invalid', rule, value: shown(value), data, own: true };
}

/**
 * A fault as the error that a node reports: config-missing or config-invalid, with `property`, `value` and `rule`; `expected` says what may
 * stand there, `sentence` is the whole of a rule that the node type alone has.
 */
export function faultError(fault: Fault, type: string): UpsError {
    const { property, code, rule, value, data, own } = fault;
    const field = { key: `${type}.label.${property}` };
    return new UpsError(code, {
        property,
        ...(value === undefined ? {} : { value }),
        ...data,
        rule,
        ...(own
            ? { sentence: { key: `${type}.error.${rule}`, data: { ...data, value, field } } }
            : { expected: said(`expected.${rule}`, data) }),
    });
}

function shown(value: unknown): string {
    if (typeof value === 'string') return quoted(value.trim());
    if (value === undefined || value === null) return '';
    if (typeof value === 'object') return quoted(JSON.stringify(value));
    return quoted(String(value as number | boolean));
}
