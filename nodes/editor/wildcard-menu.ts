import { WILDCARDS } from '../../lib/core/templates/wildcards';
import { t } from './texts';

/** The group of wildcards without a prefix, and of those of the message. */
const OTHER = 'other';

/** The paths of the wildcards in groups, in the order of the menu. */
export function wildcardGroups(): Map<string, string[]> {
    const groups = new Map<string, string[]>();
    for (const { path } of WILDCARDS) {
        const first = path.split('.')[0]!;
        const group = first === path || first === 'msg' ? OTHER : first;
        groups.set(group, [...(groups.get(group) ?? []), path]);
    }
    return groups;
}

/** A menu below the text field `selector` that inserts a wildcard at the cursor. */
export function wildcards(selector: string): JQuery {
    const field = $<HTMLInputElement>(selector);
    const menu = $('<select class="ridethrough-wildcards"></select>').attr('aria-label', t('wildcard.insert'));
    $('<option value=""></option>').text(t('wildcard.insert')).appendTo(menu);
    for (const [group, paths] of wildcardGroups()) {
        const box = $('<optgroup></optgroup>')
            .attr('label', t(`wildcard.group.${group}`))
            .appendTo(menu);
        for (const path of paths) {
            const words = t(`wildcard.name.${path.replace('.', '-')}`);
            $('<option></option>').val(path).text(`${words}  {{${path}}}`).appendTo(box);
        }
    }
    menu.insertAfter(field).on('change', () => {
        const path = menu.val();
        menu.val('');
        const element = field[0];
        if (path && element) insert(field, element, `{{${String(path)}}}`);
    });
    return menu;
}

function insert(field: JQuery<HTMLInputElement>, element: HTMLInputElement, wildcard: string): void {
    const text = String(field.val());
    const at = element.selectionStart ?? text.length;
    field.val(text.slice(0, at) + wildcard + text.slice(element.selectionEnd ?? at)).trigger('change');
    element.focus();
    element.setSelectionRange(at + wildcard.length, at + wildcard.length);
}
