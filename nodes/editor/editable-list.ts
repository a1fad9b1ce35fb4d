import type { Verdict } from './entry-checks';
import { t } from './texts';

interface ListOptions<Row> {
    addButton: string;
    addItem(row: JQuery, index: number, data: Row): void;
    removeItem?(): void;
    sortItems?(): void;
}

/** Node-RED's widget for lists (`editableList`), with the buttons that all our lists have. */
export interface EditableList<Row> {
    add(row: Row): void;
    items(): JQuery[];
    empty(): void;
}

interface ListWidget {
    editableList(options: object): JQuery;
    editableList(method: 'items'): JQuery;
    editableList(method: 'empty'): void;
    editableList(method: 'addItem', data: object): void;
}

export function editableList<Row extends object>(element: JQuery, options: ListOptions<Row>): EditableList<Row> {
    const widget = element as unknown as ListWidget;
    widget.editableList({ sortable: true, removable: true, height: 'auto', ...options });
    // Set only now: the widget keeps the height of the empty list for ever, and rows would cover the button below.
    element.attr('data-empty', t('list.empty', { add: options.addButton }));
    return {
        add: (row) => widget.editableList('addItem', row),
        items: () =>
            widget
                .editableList('items')
                .toArray()
                .map((item) => $(item)),
        empty: () => widget.editableList('empty'),
    };
}

/** The place where a row shows its fault. */
export function rowError(line: JQuery): (verdict: Verdict) => void {
    const error = $('<div class="ridethrough-row-error" role="alert"></div>').hide().appendTo(line);
    return (verdict) => void error.text(verdict === true ? '' : verdict).toggle(verdict !== true);
}
