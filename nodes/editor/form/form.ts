import { readLeniently, type Declaration, type Field } from '../../../lib/core/settings';
import type { EditorNode } from '../red';
import type { Widget } from './dialog';

/** The dialog of one node while it is open: its fields, and what they say now. */
export class Form {
    /** Of tables, lists of events and boxes, by property. */
    readonly widgets = new Map<string, Widget>();

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

    /** As `text`; undefined where the catalogue has none. */
    textIf(key: string): string | undefined {
        const found = this.text(key);
        return found === key || found.endsWith(`${this.declaration.type}.${key}`) ? undefined : found;
    }

    /** Puts other words in the label of `property`. */
    relabel(property: string, words: string): void {
        this.row(property).find('.ridethrough-label').text(words);
    }

    /** What `property` is set to now, as the flow would store it. */
    stored(property: string): unknown {
        const field = this.declaration.fields[property];
        const widget = this.widgets.get(property);
        if (widget) return widget.get();
        const input = this.input(property);
        if (!field || input.length === 0) return this.node[property];
        return field.kind === 'tick' ? input.prop('checked') === true : input.val();
    }

    /** All settings as they are now. */
    all(): Record<string, unknown> {
        return Object.fromEntries(
            Object.keys(this.declaration.fields).map((property) => [property, this.stored(property)]),
        );
    }

    /** What `property` means now: the default where it is empty or wrong. */
    value(property: string): unknown {
        return this.settings()[property];
    }

    /** What all of it means now. */
    settings(): Record<string, unknown> {
        return readLeniently(this.declaration, { ...this.node, ...this.all() }, this.all());
    }

    fields(): [property: string, field: Field][] {
        return Object.entries(this.declaration.fields);
    }
}

const open: Form[] = [];

/** A dialog of a config node lies above that of the node that it was opened from. */
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

/** What the open dialog of `node` says, if it is open: a check of one field sees the others as they are. */
export function openValues(node: EditorNode): Record<string, unknown> {
    return formOf(node)?.all() ?? {};
}
