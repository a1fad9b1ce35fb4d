/**
 * Binds the label of each row of `dialog` to what a person uses: a click leads there, and a screen reader says its words. A widget may have hidden
 * the field that the label was made for; several controls, or buttons, are a group that the label names.
 */
export function bindLabels(dialog: JQuery): void {
    for (const row of dialog.find('.form-row').toArray()) bind($(row));
}

function bind(row: JQuery): void {
    const label = row.children('label').first();
    if (label.length === 0) return;
    const controls = controlsOf(row);
    const made = label.attr('for');
    if (made && controls.toArray().some(({ id }) => id === made)) return;
    const box = row.find('.ridethrough-duration, .ridethrough-field').first();
    const isOne = controls.length === 1 && row.find('.ridethrough-duration, .red-ui-editableList').length === 0;
    if (isOne) box.removeAttr('role').removeAttr('aria-labelledby');
    else box.attr({ role: 'group', 'aria-labelledby': idOf(label, 'label') });
    const first = controls.first();
    if (isReached(first)) label.attr('for', idOf(first, 'control'));
    else label.removeAttr('for');
}

/** What a widget has hidden keeps the value, and nobody gets there. */
function controlsOf(row: JQuery): JQuery {
    const all = row.find<HTMLElement>(':input').not('button, [type="hidden"]');
    return all.filter((_, each) => each.style.display !== 'none');
}

/** A click on the label must not tick, nor choose; and rows of a list come and go. */
function isReached(control: JQuery): boolean {
    const ticks = control.is('[type="checkbox"], [type="radio"]');
    return control.length > 0 && !ticks && control.closest('.red-ui-editableList').length === 0;
}

let made = 0;

function idOf(element: JQuery, kind: string): string {
    const id = element.attr('id') ?? `ridethrough-${kind}-${++made}`;
    element.attr('id', id);
    return id;
}
