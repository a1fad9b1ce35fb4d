import { editableList, rowError } from './editable-list';
import { entries, type EntryCheck } from './entry-checks';
import { t } from './texts';

interface ListField {
    toggle(visible: boolean): void;
}

interface ListFieldOptions {
    /** The check of a row. */
    entry: EntryCheck;
    placeholder?: string;
    /** Text of the button. */
    add?: string;
}

/**
 * Shows the text field `selector` (one entry per line) as a list with a check in each row. If the user pastes several entries, each gets a
 * row.
 */
export function list(selector: string, { entry, placeholder = '', add }: ListFieldOptions): ListField {
    const field = $(selector).hide();
    const element = $('<ol></ol>').insertAfter(field);
    const labelledBy = field.closest('.form-row').children('label').attr('id') ?? '';
    element.wrap('<div class="ridethrough-field"></div>');
    const save = () => {
        const values = rows.items().map((item) => String(item.find('input').val()).trim());
        field.val(values.filter(Boolean).join('\n')).trigger('change');
    };
    const rows = editableList<{ value?: string }>(element, {
        addButton: add ?? t('list.add'),
        addItem(row, _index, data) {
            const line = $('<div class="ridethrough-row"></div>').appendTo(row);
            const input = $('<input type="text">')
                .attr({ placeholder, 'aria-labelledby': labelledBy })
                .val(data.value ?? '')
                .appendTo(line);
            const tell = rowError(line);
            const validate = () => {
                const text = String(input.val()).trim();
                const verdict = text === '' || entry(text);
                input.toggleClass('input-error', verdict !== true);
                tell(verdict);
            };
            input.on('change', () => {
                const [first = '', ...more] = entries(input.val());
                input.val(first);
                validate();
                more.forEach((value) => rows.add({ value }));
                save();
            });
            input.on('paste', () => void setTimeout(() => input.trigger('change')));
            input.on('keydown', (event) => {
                if (event.key !== 'Enter') return;
                event.preventDefault();
                input.trigger('change');
                rows.add({});
            });
            validate();
            if (data.value === undefined) setTimeout(() => input.trigger('focus'));
        },
        removeItem: save,
        sortItems: save,
    });
    entries(field.val()).forEach((value) => rows.add({ value }));
    return { toggle: (visible) => void field.closest('.form-row').toggle(visible) };
}
