import { shown } from '../../../lib/core/quote';
import { meaningsOf, parseTarget } from '../../../lib/protocols/device-map/targets';
import { unwritable } from '../../../lib/protocols/device-map/raw-to-write';
import { kindsOf } from '../../../lib/protocols/device-map/check-item';
import { t } from '../texts';
import type { ItemField } from './item-fields';
import { put, setKind, type LooseItem } from './loose-map';
import { targetPicker } from './target-picker';
import { unitOf } from './target-list';

interface FormParts {
    fields: readonly ItemField[];
    /** @param isPlace the value is read elsewhere now */
    changed(isPlace: boolean): void;
}

/** The form of one item: every key that it can have, those that count. */
export function itemForm(item: LooseItem, { fields, changed }: FormParts): JQuery {
    const form = $('<div class="ridethrough-map-form"></div>');
    const line = (into: JQuery) => $('<div class="ridethrough-row"></div>').appendTo(into);
    const lines = { name: line(form), place: line(form), meaning: line(form) };
    const hint = $('<div class="ridethrough-tip"></div>').appendTo(form);
    const more = $('<details></details>').appendTo(form);
    $('<summary></summary>').text(t('map.more')).appendTo(more);
    const rare = line(more);
    const cells = fields.map((field) => {
        const { cell, input } = cellOf(field, item);
        cell.appendTo(field.line === 'rare' ? rare : lines[field.line]);
        return { field, cell, input };
    });

    const refresh = () => {
        for (const { field, cell, input } of cells) {
            cell.toggle(field.isShown(item));
            const value = field.get(item);
            // What people type stays as they type it; what follows from it is shown anew.
            if (!input.is(':focus')) input.val(value);
        }
        more.toggle(cells.some(({ field }) => field.line === 'rare' && field.isShown(item)));
        hint.text(hintOf(item)).toggle(hintOf(item) !== '');
    };
    for (const { field, input } of cells) {
        input.on('change', () => {
            field.set(item, String(input.val()));
            if (field.type === 'target') fitTarget(item);
            if (input.is(':focus') && field.type === 'target') input.val(field.get(item));
            refresh();
            changed(field.isPlace === true);
        });
    }
    refresh();
    if (cells.some(({ field }) => field.line === 'rare' && field.isShown(item) && field.get(item) !== ''))
        more.prop('open', true);
    return form;
}

/** A target decides on the kind of its item; a beginning is completed with the name of the item. */
function fitTarget(item: LooseItem): void {
    if (item.to === 'channel:') item.to = `channel:${shown(item.id ?? '')}`;
    const target = typeof item.to === 'string' ? parseTarget(item.to) : undefined;
    if (!target) return;
    const kinds = kindsOf(target);
    if (!kinds.includes(shown(item.kind))) setKind(item, kinds[0]!);
    if (target.type !== 'outlet') put(item, 'write', undefined);
}

/** What the target expects: its unit, or the meanings of its states. */
function hintOf({ to, at, kind, when }: LooseItem): string {
    const target = typeof to === 'string' ? parseTarget(to) : undefined;
    const unit = unitOf(target);
    const meanings = target && kind === 'state' ? meaningsOf(target) : undefined;
    return [
        ...(unit === '' ? [] : [t('map.inUnit', { unit })]),
        ...(meanings ? [t('map.meanings', { meanings: meanings.join(', ') })] : []),
        ...(target?.type === 'outlet' && unwritable(at) ? [t('map.notSwitched')] : []),
        ...(when === undefined ? [] : [t('map.onlyWhen', { when: shown(when) })]),
    ].join(' ');
}

function cellOf(field: ItemField, item: LooseItem): { cell: JQuery; input: JQuery } {
    const { name, type, width } = field;
    const label = t(`map.field.${name}`);
    // No label element: a click on the list of targets in it would be one on the field, too.
    const cell = $('<div class="ridethrough-cell"></div>').css('flex', width);
    $('<span></span>').text(label).appendTo(cell);
    if (type === 'target') {
        const { box, input } = targetPicker(field.get(item));
        box.appendTo(cell);
        return { cell, input: named(input, name, label) };
    }
    const input =
        type === 'choice'
            ? choice(field)
            : type === 'lines'
              ? $('<textarea rows="3"></textarea>').attr('placeholder', t('map.statesExample'))
              : $('<input type="text" autocomplete="off">');
    return { cell, input: named(input, name, label).appendTo(cell) };
}

function named(input: JQuery, name: string, label: string): JQuery {
    return input.attr({ 'data-key': name, 'aria-label': label });
}

function choice({ name, values = [] }: ItemField): JQuery {
    const select = $('<select></select>');
    for (const value of values)
        $('<option></option>')
            .val(value)
            .text(t(`map.${name}.${value || 'none'}`))
            .appendTo(select);
    return select;
}
