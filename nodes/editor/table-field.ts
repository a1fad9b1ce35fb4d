import { editableList, rowError } from './editable-list';
import type { Verdict } from './entry-checks';
import { t } from './texts';

/** `lines` is a list of texts. */
export interface Column {
    key: string;
    label: string;
    type?: 'text' | 'number' | 'lines' | 'select' | 'password';
    /** Choices of a select. */
    options?: readonly (readonly [value: string, text: string])[];
    /** A value for CSS `flex`. */
    width?: string;
    placeholder?: string;
}

export type Row = Record<string, unknown>;

interface TableOptions {
    /** Text of the button. */
    add?: string;
    check?: (row: Row) => Verdict;
}

interface Table {
    get(): Row[];
    /** Replaces all rows. */
    set(rows: readonly object[]): void;
}

/** An editable table in the list `selector`. Empty rows are left out. */
export function table(
    selector: string,
    rows: readonly object[] | null | undefined,
    columns: readonly Column[],
    { add, check }: TableOptions = {},
): Table {
    const element = $(selector).empty().addClass('ridethrough-table');
    const list = editableList<Row>(element, {
        addButton: add ?? t('list.add'),
        addItem(row, _index, data) {
            const line = $('<div class="ridethrough-row"></div>').appendTo(row);
            columns.forEach((column) => cellOf(column, data).appendTo(line));
            const tell = rowError(line);
            const validate = () => tell(check ? check(readRow(line, columns)) : true);
            line.on('change', 'input, textarea, select', validate);
            if (Object.keys(data).length) validate();
        },
    });
    (rows ?? []).forEach((row) => list.add({ ...row }));
    const isFilled = (row: Row) => Object.values(row).some((value) => value !== undefined && String(value) !== '');
    return {
        get: () =>
            list
                .items()
                .map((item) => readRow(item, columns))
                .filter(isFilled),
        set: (others) => {
            list.empty();
            others.forEach((row) => list.add({ ...row }));
        },
    };
}

function cellOf(column: Column, data: Row): JQuery {
    const { key, label, type, width, placeholder } = column;
    const cell = $('<div class="ridethrough-cell"></div>').css('flex', width ?? '1 1 100px');
    $('<span></span>').text(label).appendTo(cell);
    const input = inputOf(column).attr({ 'data-key': key, placeholder: placeholder ?? '', 'aria-label': label });
    const value = data[key];
    // A select without a value keeps its first choice.
    if (type !== 'select' || value !== undefined)
        input.val(Array.isArray(value) ? value.join('\n') : String(value ?? ''));
    input.appendTo(cell);
    return cell;
}

function inputOf({ type, options = [] }: Column): JQuery {
    if (type === 'lines') return $('<textarea rows="1"></textarea>');
    // Its bounds are those of the setting: the browser's own would mark 10.5 and -5 as wrong.
    if (type === 'number') return $('<input>').attr({ type: 'number', step: 'any' });
    if (type === 'password') return $('<input>').attr({ type: 'password', autocomplete: 'new-password' });
    if (type !== 'select') return $('<input>').attr('type', 'text');
    const select = $('<select></select>');
    options.forEach(([value, text]) => $('<option></option>').val(value).text(text).appendTo(select));
    return select;
}

function readRow(row: JQuery, columns: readonly Column[]): Row {
    const result: Row = {};
    for (const { key, type } of columns) {
        const text = String(row.find(`[data-key=${key}]`).val() ?? '').trim();
        if (type === 'lines') result[key] = text ? text.split(/\r?\n/) : [];
        else if (type === 'number') result[key] = text === '' ? undefined : Number(text);
        else if (text !== '') result[key] = text;
    }
    return result;
}
