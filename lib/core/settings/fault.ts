import { UpsError } from '../errors';
import { said, type Sentence, type SentenceData } from '../language/sentence';
import { shown as printed } from '../quote';
import type { Declaration } from './declaration';

/** Values for the sentence of a fault; a part may be a sentence of its own. */
export type FaultData = SentenceData;

/**
 * A fault in one setting. `rule` is the key of a sentence in the catalogues: `said.expected.<rule>` of ups-unit, or `error.<rule>` of the
 * node's own type if only that node has the rule.
 */
export interface Fault {
    property: string;
    code: 'config-missing' | 'config-invalid';
    rule: string;
    /** The stored value; long values are cut. Absent for secrets. */
    value?: string;
    data?: FaultData;
    /** Only this node type has the rule. */
    own?: boolean;
}

/** A fault without the property, which the declaration adds. */
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
 * Converts a fault to the error that a node reports: config-missing or config-invalid, with `property`, `value` and `rule`. `expected` says
 * which values are allowed; `sentence` is the whole sentence of a rule that only this node type has; `field` is the label of the setting.
 */
export function faultError<S>(fault: Fault, declaration: Declaration<S>): UpsError {
    const { property, code, rule, value, data, own } = fault;
    const { type } = declaration;
    const field = labelSentence(declaration, property);
    return new UpsError(code, {
        property,
        field,
        ...(value === undefined ? {} : { value }),
        ...data,
        rule,
        ...(own
            ? { sentence: { key: `${type}.error.${rule}`, data: { ...data, value, field } } }
            : { expected: said(`expected.${rule}`, data) }),
    });
}

/** The label of a setting in the dialog; settings that several types share have theirs in the catalogue of the editor. */
function labelSentence<S>({ type, sections }: Declaration<S>, property: string): Sentence {
    const shared = sections.find(({ fields }) => property in fields)?.shared;
    return { key: shared ? `ridethrough-editor.${shared}.label.${property}` : `${type}.label.${property}` };
}

function shown(value: unknown): string {
    return printed(typeof value === 'string' ? value.trim() : (value ?? ''));
}
