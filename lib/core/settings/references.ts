import { missing } from './fault';
import { ENV_SCHEMA, type CommonOptions, type Field, type FieldKind } from './field';
import { invalid } from './fault';

export interface ReferenceOptions extends CommonOptions {
    required?: boolean;
}

/** The id of a config node of `type`; '' where none is chosen. Node-RED starts and stops its users with it. */
export function reference(type: string, options: ReferenceOptions = {}): Field<string> {
    return referring('reference', type, options);
}

/** The id of a node of `type` on the canvas, looked up when it is used. */
export function nodeReference(type: string, options: ReferenceOptions = {}): Field<string> {
    return referring('node', type, options);
}

/** What Node-RED's own list of config nodes stores for "add a new one" that was never added. */
const NONE = '_ADD_';

function referring(kind: FieldKind, type: string, options: ReferenceOptions): Field<string> {
    const { required = false } = options;
    return {
        kind,
        options,
        initial: '',
        empty: required ? { fault: missing('choose') } : { value: '' },
        // A blank is an id that nobody has, and no choice of none: a TLS that was meant would be clear text.
        isEmpty: (raw) => raw === undefined || raw === null || raw === '',
        widget: { refersTo: type, required },
        read(raw) {
            if (raw === NONE) return { fault: missing('choose') };
            return typeof raw === 'string' ? { value: raw } : { fault: invalid('choose', raw) };
        },
        schema: () => ({ anyOf: [{ type: 'string', ...(required ? { minLength: 1 } : {}) }, ENV_SCHEMA] }),
    };
}
