import { faultsOf, type Declaration, type Fault } from '../../../lib/core/settings';
import type { EditorNode } from '../red';
import { partsInWords } from '../sentence-text';
import { label, t, text } from '../texts';
import { declarationOf } from './declarations';
import { openValues } from './form';

/** Checks `value` for `property` of `node`: true, or a sentence that says what the user can do. For `defaults.<property>.validate`. */
export function verdict(type: string, property: string, node: EditorNode, value: unknown): true | string {
    const declaration = declarationOf(type);
    if (!declaration) return true;
    if (property === 'name' && declaration.family === 'config' && value && value === node.id) {
        // Node-RED takes a name that equals the id of a config node for a reference, and does not start a node that refers to itself.
        return t('check.ownName', { field: label(type, 'name') });
    }
    const stored = { ...node, ...openValues(node), [property]: value };
    const fault = faultsOf(declaration, stored).find((each) => each.property === property);
    if (fault) return faultText(declaration, fault);
    return dangling(declaration, property, stored);
}

/** A fault as a sentence that says what the user can do. */
export function faultText({ type, fields }: Declaration, { property, code, rule, value, data, own }: Fault): string {
    const words = partsInWords({ ...data, value });
    const field = fieldLabel(type, property);
    if (own) return text(type, `error.${rule}`, { ...words, field });
    if (code === 'config-missing') return t(MISSING[rule] ?? 'check.required', { field });
    const expected = text('ups-unit', `said.expected.${rule}`, words);
    const isPart = fields[property]?.kind === 'list' || fields[property]?.kind === 'rows';
    return isPart && value ? t('check.entry', { value, expected }) : t('check.field', { field, expected });
}

const MISSING: Readonly<Record<string, string>> = { choose: 'check.config', listEmpty: 'check.listEmpty' };

/** The label of a setting; settings that jobs share have their labels in the plugin's catalogue. */
export function fieldLabel(type: string, property: string): string {
    const shared = declarationOf(type)?.sections.find(({ fields }) => property in fields)?.shared;
    return shared ? t(`${shared}.label.${property}`) : label(type, property);
}

/** Whether a reference points to a missing node; Node-RED itself checks references to config nodes that always apply. */
function dangling(
    declaration: Declaration,
    property: string,
    stored: Readonly<Record<string, unknown>>,
): true | string {
    const { refersTo, refersToFamily } = declaration.fields[property]?.widget ?? {};
    const id = stored[property];
    if (
        (refersTo === undefined && refersToFamily === undefined) ||
        typeof id !== 'string' ||
        id === '' ||
        id.startsWith('${')
    )
        return true;
    if (RED.nodes.node(id)) return true;
    const counts = faultsOf(declaration, { ...stored, [property]: '' }).some((fault) => fault.property === property);
    return counts ? t('check.config', { field: fieldLabel(declaration.type, property) }) : true;
}
