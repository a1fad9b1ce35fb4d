import { onlyConfig } from './nodes-of-flow';
import type { EditorNode, NodeDefinition } from './red';

export function isMissing(value: unknown): value is undefined | null {
    return value === undefined || value === null;
}

/** The value of `property` in a node of `type` that lacks it. */
export function defaultOf(type: string, property: string): unknown {
    return RED.nodes.getType(type)?.defaults?.[property]?.value;
}

/** Whether an empty field means a default. */
export function hasDefault(type: string, property: string): boolean {
    const value = defaultOf(type, property);
    return !isMissing(value) && (Array.isArray(value) ? value.length > 0 : value !== '');
}

/** The field of `property` in the open dialog of a node of this package. */
export function fieldOf(definition: NodeDefinition | null | undefined, property: string): JQuery {
    const prefix = definition?.category === 'config' ? 'node-config-input' : 'node-input';
    return $(`.ridethrough-dialog #${prefix}-${property}`);
}

/**
 * Fills in missing properties, which Node-RED does not do: properties of a later version, and the value 0 of a config node made by "+". An
 * empty field shows its default in grey. A new node gets the site and the UPS, if there is only one.
 */
function prepare(node: EditorNode, definition: NodeDefinition, isNew: boolean): void {
    for (const [property, { value, type, required, validate }] of Object.entries(definition.defaults ?? {})) {
        const field = fieldOf(definition, property);
        if (field.length === 0) continue;
        if (type) {
            const wanted = type === 'ups-site' || (type === 'ups-unit' && (required !== false || Boolean(validate)));
            const only = wanted && isNew && !node[property] ? onlyConfig(type, node.z) : undefined;
            if (only) field.val(only.id).trigger('change');
        } else if (field.is(':checkbox')) {
            if (isMissing(node[property])) field.prop('checked', value === true);
        } else if (typeof value === 'string' || typeof value === 'number') {
            const choice = field.is('select');
            if (isMissing(node[property]) || (choice && isMissing(field.val()))) field.val(value);
            if (!choice && value !== '' && !field.attr('placeholder')) field.attr('placeholder', value);
        }
    }
}

/** Prepares the dialog of each node of this package before its own script does. */
export function prepareDialogs(): void {
    // Nodes that were added to the flow and whose dialog was not open yet; a config node is not in the flow before its dialog is confirmed.
    const fresh = new Set<string>();
    RED.events.on('nodes:add', ({ id }: EditorNode) => fresh.add(id));
    const isNew = ({ id }: EditorNode) => fresh.delete(id) || !RED.nodes.node(id);
    RED.events.on('registry:node-type-added', (type: string) => {
        const definition = RED.nodes.getType(type);
        if (!/^ups-/.test(type) || !definition?.defaults) return;
        const { oneditprepare } = definition;
        definition.oneditprepare = function (this: EditorNode) {
            prepare(this, definition, isNew(this));
            oneditprepare?.call(this);
        };
    });
}
