import { asFlag } from '../../../lib/core/plain-values';
import { fromJsonText, holds, migrated, rowFault, VERSION_PROPERTY, type Field } from '../../../lib/core/settings';
import { duration } from '../duration-field';
import { events } from '../event-list';
import { list } from '../list-field';
import { labelOf } from '../nodes-of-flow';
import type { EditorNode } from '../red';
import { isMissing } from '../settings';
import { table, type Column, type Row } from '../table-field';
import { testButton } from '../test-button';
import { t, text } from '../texts';
import { tryNow } from '../try-now';
import { wildcards } from '../wildcard-menu';
import { bindLabels } from './bind-labels';
import { declarationOf, dialogOf } from './declarations';
import type { DialogParts } from './dialog';
import { faultText } from './faults';
import { drop, Form, push } from './form';

/** Prepares the dialog of a declared node: migrates settings of a former version, makes the widgets, and shows the rows that apply. */
export function open(node: EditorNode): void {
    const declaration = declarationOf(node.type);
    if (!declaration) return;
    const form = new Form(node, declaration);
    const parts: DialogParts = dialogOf(node.type) ?? {};
    fillMigrated(form);
    push(form);
    for (const [property, field] of form.fields()) dress(form, parts, property, field);
    const { role } = declaration;
    if (role?.job && role.hasTest !== false)
        testButton(form.id('test' in declaration.fields ? 'testButton' : 'test'), node);
    parts.prepare?.(form);
    watch(form, parts);
    if (declaration.triesNow) form.tries = tryNow(node, { values: () => widgetValues(form), ...parts.tryNow?.(form) });
    bindLabels($('.ridethrough-dialog').last());
}

/** Stores the values of the special widgets; Node-RED stores the rest. */
export function save(node: EditorNode): void {
    const form = drop(node);
    if (!form) return;
    dialogOf(node.type)?.save?.(form);
    for (const [property, widget] of form.widgets) {
        const value = widget.get();
        // A dialog without a change must not mark the node as changed.
        if (JSON.stringify(value) !== JSON.stringify(node[property])) node[property] = value;
    }
    if (node[VERSION_PROPERTY] !== undefined) node[VERSION_PROPERTY] = form.declaration.version;
}

export function cancel(node: EditorNode): void {
    drop(node);
}

/** Puts the migrated settings of a former version into the fields that Node-RED has filled from the flow. */
function fillMigrated(form: Form): void {
    const { node, declaration } = form;
    const now = migrated(declaration, node);
    for (const [property, field] of form.fields()) {
        const input = form.input(property);
        const isNew = now[property] !== node[property];
        if (input.length === 0 || field.options.credential || !isNew) continue;
        if (field.kind === 'tick') input.prop('checked', now[property] === true);
        else input.val(String((now[property] ?? '') as string));
    }
}

function dress(form: Form, parts: DialogParts, property: string, field: Field): void {
    const { node } = form;
    const input = form.input(property);
    const selector = `.ridethrough-dialog ${form.id(property)}`;
    switch (field.kind) {
        case 'seconds':
            duration(input);
            return;
        case 'template':
            wildcards(selector);
            return;
        case 'choice':
            offerStored(form, property, field);
            // A select may have no value, for a credential or a node of a former version.
            if (isMissing(input.val()) || input.val() === '') input.val(String(field.initial as string));
            return;
        case 'node':
            fillNodes(input, isReferredTo(field), node[property]);
            return;
        case 'list': {
            const { entry, rowEach } = field.widget;
            if (!rowEach || !entry) return;
            const check = (one: string) => {
                const fault = entry(one);
                return fault === undefined || faultText(form.declaration, { ...fault, property });
            };
            const add = form.textIf(`add.${property}`);
            list(selector, { entry: check, placeholder: field.options.example, add, ...parts.lists?.[property] });
            return;
        }
        case 'events': {
            const known = fromJsonText(node[property]);
            const chosen = Array.isArray(known) ? (known as string[]) : [];
            const prefix = form.declaration.role?.eventPrefix;
            form.widgets.set(
                property,
                events(`${selector}-list`, chosen, { required: field.widget.atLeastOne, prefix }),
            );
            return;
        }
        case 'rows':
            form.widgets.set(property, tableOf(form, parts, property, field));
            return;
        case 'special': {
            const make = parts.boxes?.[property];
            if (make) form.widgets.set(property, make(form, `${selector}-box`));
            return;
        }
        default:
    }
}

/** Keeps a stored choice that the dialog no longer offers. */
function offerStored(form: Form, property: string, field: Field): void {
    const { node, declaration } = form;
    const stored = node[property];
    const offered = field.widget.values ?? [];
    if (typeof stored !== 'string' || stored === '' || offered.includes(stored)) return;
    if ('fault' in field.read(stored, () => undefined)) return;
    const { shared } = declaration.sections.find(({ fields }) => property in fields) ?? {};
    const key = `option.${property}.${stored}`;
    const words = shared ? t(`${shared}.${key}`) : text(declaration.type, key);
    form.input(property).append($('<option></option>').val(stored).text(words)).val(stored);
}

function tableOf(form: Form, parts: DialogParts, property: string, field: Field) {
    const { node, declaration } = form;
    const own = parts.tables?.[property]?.(form) ?? {};
    const shown = Object.entries(field.widget.columns ?? {}).filter(([, { kind }]) => kind !== 'stored');
    const columns = shown.map(([key, column]): Column => {
        const { values } = column.widget;
        return {
            key,
            label: form.text(`column.${key}`),
            placeholder: column.options.example,
            ...typeOf(column),
            ...optionsOf(form, key, column.kind === 'tick' ? TICK_VALUES : values),
            ...own.columns?.[key],
        };
    });
    // A node without a required list shows an empty list, and so the fault.
    const stored = fromJsonText(node[property]) ?? ('fault' in field.empty ? [] : field.initial);
    const rows =
        own.rows?.(stored) ?? (Array.isArray(stored) ? (stored as Row[]).map((row) => shownRow(field, row)) : []);
    const check = (row: object) => {
        const fault = rowFault(field, row, (name) => (name === property ? undefined : form.value(name)));
        return fault === undefined || faultText(declaration, { ...fault, property });
    };
    const all = [...columns, ...(own.further ?? [])];
    return table(`.ridethrough-dialog ${form.id(property)}-list`, rows, all, {
        add: own.add ?? form.textIf(`add.${property}`),
        check,
    });
}

const TICK_VALUES = ['false', 'true'];

function optionsOf(form: Form, key: string, values: readonly string[] | undefined): Pick<Column, 'options'> {
    if (values === undefined) return {};
    return { options: values.map((value) => [value, form.text(`option.${key}.${value}`)] as const) };
}

/** Converts a tick in a row to one of two words. */
function shownRow({ widget }: Field, row: Row): Row {
    const ticks = Object.entries(widget.columns ?? {}).filter(([, { kind }]) => kind === 'tick');
    const words = ticks.map(([key, { initial }]) => [key, String(asFlag(row[key]) ?? initial)] as const);
    return { ...row, ...Object.fromEntries(words) };
}

function typeOf({ kind, widget }: Field): Pick<Column, 'type'> {
    if (kind === 'choice' || kind === 'tick') return { type: 'select' };
    if (kind === 'whole' || kind === 'number' || kind === 'seconds') return { type: 'number' };
    return kind === 'list' || (widget.lines ?? 1) > 1 ? { type: 'lines' } : { type: 'text' };
}

/** Which types of nodes a setting may refer to. */
function isReferredTo({ widget: { refersTo, refersToFamily } }: Field): (type: string) => boolean {
    return (type) => type === refersTo || (refersToFamily && declarationOf(type)?.family === refersToFamily) === true;
}

/** Fills a list of nodes on the canvas with those of the types that `fits` takes, and chooses one. */
export function fillNodes(select: JQuery, fits: (type: string, settings: object) => boolean, chosen: unknown): void {
    select.empty();
    $('<option></option>').val('').text('').appendTo(select);
    RED.nodes.eachNode((node) => {
        if (fits(node.type, node)) $('<option></option>').val(node.id).text(labelOf(node.id)).appendTo(select);
    });
    select.val(typeof chosen === 'string' ? chosen : '');
}

/** Shows the settings that apply, at once and after each change. */
function watch(form: Form, parts: DialogParts): void {
    let hidden = new Set<string>();
    const refresh = () => {
        const settings = form.settings();
        const sibling = (property: string) => settings[property];
        const now = new Set<string>();
        for (const [property, { options }] of form.fields()) {
            const counts = holds(options.when, sibling);
            form.row(property).toggle(counts);
            if (!counts) now.add(property);
        }
        for (const { name, shared, fields, when } of form.declaration.sections) {
            const shown = Object.keys(fields).some((property) => !now.has(property)) && holds(when, sibling);
            $(`.ridethrough-dialog [data-section="${name || (shared ?? '')}"]`).toggle(shown);
        }
        parts.refresh?.(form);
        // A setting that now applies is checked again; one that no longer applies is no longer invalid.
        const turned = form.fields().filter(([property]) => now.has(property) !== hidden.has(property));
        hidden = now;
        for (const [property] of turned) form.input(property).trigger('change');
    };
    const quietly = () => {
        if (busy) return;
        busy = true;
        refresh();
        busy = false;
    };
    let busy = false;
    $('.ridethrough-dialog').on('change', 'input, select, textarea', quietly);
    quietly();
}

function widgetValues(form: Form): Record<string, unknown> {
    return Object.fromEntries([...form.widgets].map(([property, widget]) => [property, widget.get()]));
}
