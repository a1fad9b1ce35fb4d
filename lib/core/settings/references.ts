import type { Family } from './declaration';
import { missing } from './fault';
import { ENV_SCHEMA, type CommonOptions, type Field, type FieldKind } from './field';
import { invalid } from './fault';

export interface ReferenceOptions extends CommonOptions {
    required?: boolean;
}

/** The id of a config node of `type`; '' if none is chosen. Node-RED starts and stops the users of a config node together with it. */
export function reference(type: string, options: ReferenceOptions = {}): Field<string> {
    return referring('reference', type, options);
}

/** The id of a node of `type` on the canvas, looked up when it is used. */
export function nodeReference(type: string, options: ReferenceOptions = {}): Field<string> {
    return referring('node', type, options);
}

/** The id of any node of `family` on the canvas, looked up when it is used. */
export function nodeOfFamily(family: Family, options: ReferenceOptions = {}): Field<string> {
    const field = referring('node', '', options);
    return { ...field, widget: { refersToFamily: family, required: options.required ?? false } };
}

/** The value that Node-RED's list of config nodes stores for "add a new one" if nobody added one. */
const NONE = '_ADD_';

function referring(kind: FieldKind, type: string, options: ReferenceOptions): Field<string> {
    const { required = false } = options;
    return {
        kind,
        options,
        initial: '',
        empty: required ? { fault: missing('choose') } : { value: '' },
        // A blank is an invalid id, not an empty choice: otherwise an intended TLS configuration would become a plain connection.
        // Programs write `false` for "no TLS", for example.
        isEmpty: (raw) => raw === undefined || raw === null || raw === '' || raw === false,
        widget: { refersTo: type, required },
        read(raw) {
            if (raw === NONE) return { fault: missing('choose') };
            return typeof raw === 'string' ? { value: raw } : { fault: invalid('choose', raw) };
        },
        schema: () => ({
            anyOf: [
                { type: 'string', not: { const: NONE }, ...(required ? { minLength: 1 } : {}) },
                ...(required ? [] : [{ const: false }]),
                ENV_SCHEMA,
            ],
        }),
    };
}
