import { readLeniently, type Declaration, type Field } from '../../../lib/core/settings';
import type { EditorNode } from '../red';
import type { TryNow } from '../try-now';
import type { Widget } from './dialog';

/** The open dialog of one node: its fields, and their present values. */
export class Form {
    /** The widgets of tables, lists of events and boxes, by property. */
    readonly widgets = new Map<string, Widget>();
    /** The row that tries the present values, if the node has one. */
    tries?: TryNow;

    constructor(
        readonly node: EditorNode,
        readonly declaration: Declaration,
    ) {}

    get isConfig(): boolean {
        return this.declaration.family === 'config';
    }

    /** Id of the field of `property`. */
    id(property: string): string {
        return `#${this.isConfig ? 'node-config-input' : 'node-input'}-${property}`;
    }

    /** The input, select or text area of `property`. */
    input(property: string): JQuery {
        return $(`.ridethrough-dialog ${this.id(property)}`);
    }

    /** The row of `property`, with label and tip. */
    row(property: string): JQuery {
        return $(`.ridethrough-dialog [data-setting="${property}"]`);
    }

    /** A text of the node's own catalogue. */
    text(key: string, options?: object): string {
        return this.node._?.(`${this.declaration.type}.${key}`, options) ?? key;
    }

    /** As `text`; undefined if the catalogue lacks it. */
    textIf(key: string): string | undefined {
        const found = this.text(key);
        return found === key || found.endsWith(`${this.declaration.type}.${key}`) ? undefined : found;
    }

    /** Changes the label of `property`. */
    relabel(property: string, words: string): void {
        this.row(property).find('.ridethrough-label').text(words);
    }

    /** The present value of `property`, in the form that the flow stores. */
    stored(property: string): unknown {
        const field = this.declaration.fields[property];
        const widget = this.widgets.get(property);
        if (widget) return widget.get();
        const input = this.input(property);
        if (!field || input.length === 0) return this.node[property];
        return field.kind === 'tick' ? input.prop('checked') === true : input.val();
    }

    /** All present settings, in the form that the flow stores. */
    all(): Record<string, unknown> {
        return Object.fromEntries(
            Object.keys(this.declaration.fields).map((property) => [property, this.stored(property)]),
        );
    }

    /** The parsed present value of `property`: the default if it is empty or invalid. */
    value(property: string): unknown {
        return this.settings()[property];
    }

    /** All parsed present settings. */
    settings(): Record<string, unknown> {
        return readLeniently(this.declaration, { ...this.node, ...this.all() }, this.all());
    }

    fields(): [property: string, field: Field][] {
        return Object.entries(this.declaration.fields);
    }
}

const open: Form[] = [];

/** Adds a dialog: that of a config node lies above that of the node from which it was opened. */
export function push(form: Form): void {
    open.push(form);
}

export function formOf(node: EditorNode): Form | undefined {
    return open.findLast((form) => form.node.id === node.id);
}

export function drop(node: EditorNode): Form | undefined {
    const form = formOf(node);
    if (form) open.splice(open.indexOf(form), 1);
    return form;
}

/** The present values of the open dialog of `node`, so that the check of one field sees the others. */
export function openValues(node: EditorNode): Record<string, unknown> {
    return formOf(node)?.all() ?? {};
}
