import { actionRow, button, outcomeBox, showOutcome, type OutcomeState } from './outcome';
import type { EditorNode } from './red';
import { t } from './texts';

/** A field beside a button; with `options` a select of `[value, text]`. */
interface AskedField {
    name: string;
    label: string;
    placeholder?: string;
    options?: readonly (readonly [value: string, text: string])[];
}

interface TryAction {
    /** Key of the button's text. */
    label: string;
    fields?: readonly AskedField[];
}

interface TryOptions {
    actions?: readonly TryAction[];
    /** Values of properties without a field of their own, e.g. a table. */
    values?: () => object;
}

/** A line of the result. Its name is `label`, or the text for `key` in the catalogue. */
interface FoundRow {
    key: string;
    label?: string;
    value?: string | number | boolean | null;
}

interface TryAnswer {
    ok: boolean;
    text?: string;
    rows?: FoundRow[];
}

type FieldOf = (property: string) => JQuery;

const UNITS: Readonly<Record<string, string>> = {
    ...{ charge: '%', load: '%', signal: '%', runtime: 'min', age: 's' },
    ...{ inputVoltage: 'V', outputVoltage: 'V', outputCurrent: 'A', temperature: '°C' },
};
const READ_NOW: readonly TryAction[] = [{ label: 'try.read' }];

/**
 * Adds a row to the dialog of `node` that tries the present values without a deploy, and shows the result beside the button. Without
 * `actions`: **Read now**.
 */
export function tryNow(
    node: EditorNode,
    { actions = READ_NOW, values }: TryOptions = {},
): { toggle(visible: boolean): void } {
    const prefix = node._def?.category === 'config' ? '#node-config-input-' : '#node-input-';
    const field: FieldOf = (property) => $(`${prefix}${property}`);
    const row = $('<div class="form-row ridethrough-try-row"></div>');
    field('name').closest('.ridethrough-dialog').append(row);
    const box = actionRow(row, t('try.label'));
    const outcome = outcomeBox();
    const buttons: JQuery[] = [];
    const busy = (is: boolean) => buttons.forEach((each) => each.prop('disabled', is));
    for (const { label, fields = [] } of actions) {
        const line = $('<div class="ridethrough-try"></div>').appendTo(box);
        const start = button(t(label)).appendTo(line);
        buttons.push(start);
        const ask = askFields(line, fields);
        start.on('click', () => {
            busy(true);
            show(outcome, undefined, t(fields.length ? 'try.sending' : 'try.running'));
            $.ajax({
                url: `ridethrough/try/${node.type}`,
                type: 'POST',
                contentType: 'application/json',
                data: JSON.stringify({
                    id: node.id,
                    config: dialogConfig(node, field, values),
                    credentials: dialogCredentials(node, field),
                    ask: ask(),
                }),
            })
                .done(({ ok, text, rows = [] }: TryAnswer) =>
                    show(outcome, ok ? 'ok' : 'failed', text || (rows.length ? '' : t('try.nothing')), rows),
                )
                .fail(({ status }) => {
                    const known = { 401: 'noRights', 403: 'noRights', 429: 'busy' }[status];
                    show(outcome, 'failed', t(`try.${known ?? 'failed'}`, { status }));
                })
                .always(() => busy(false));
        });
    }
    $('<div class="ridethrough-tip"></div>').text(t('try.tip')).appendTo(box);
    outcome.appendTo(box);
    return { toggle: (visible) => void row.toggle(visible) };
}

/** The settings that the dialog of `node` would store, by its `defaults`; `values` has those without a field of their own. */
function dialogConfig(node: EditorNode, field: FieldOf, values?: () => object): object {
    const config: Record<string, unknown> = {};
    for (const property of Object.keys(node._def?.defaults ?? {})) {
        const input = field(property);
        if (!input.length) config[property] = node[property];
        else config[property] = input.is(':checkbox') ? input.prop('checked') : input.val();
        // No config node is chosen.
        if (config[property] === '_ADD_') config[property] = '';
    }
    return { ...config, ...values?.() };
}

function dialogCredentials(node: EditorNode, field: FieldOf): object {
    const found: Record<string, string> = {};
    for (const property of Object.keys(node._def?.credentials ?? {})) {
        const value = field(property).val();
        if (value !== undefined && value !== null) found[property] = String(value);
    }
    return found;
}

function askFields(box: JQuery, fields: readonly AskedField[]): () => object {
    const inputs = fields.map(({ name, label, placeholder, options }) => {
        const input: JQuery = options
            ? $('<select></select>')
            : $('<input type="text">').attr({ placeholder: placeholder ?? '' });
        for (const [value, text] of options ?? []) $('<option></option>').val(value).text(text).appendTo(input);
        return { name, input: input.attr('aria-label', label).appendTo(box) };
    });
    return () => Object.fromEntries(inputs.map(({ name, input }) => [name, String(input.val() ?? '').trim()]));
}

function show(box: JQuery, state: OutcomeState, text: string, rows: readonly FoundRow[] = []): void {
    showOutcome(box, state, text);
    if (!rows.length) return;
    const table = $('<table class="ridethrough-try-rows"></table>').appendTo(box);
    for (const row of rows) {
        const line = $('<tr></tr>').appendTo(table);
        $('<th scope="row"></th>')
            .text(row.label ?? t(`try.row.${row.key}`))
            .appendTo(line);
        $('<td></td>').text(valueText(row)).appendTo(line);
    }
}

function valueText({ key, value }: FoundRow): string {
    if (value === null || value === undefined) return t('try.unknown');
    if (typeof value === 'boolean') return t(value ? 'try.on' : 'try.off');
    if (typeof value === 'number') {
        const rounded = String(Math.round(value * 10) / 10);
        return UNITS[key] ? `${rounded} ${UNITS[key]}` : rounded;
    }
    if (key !== 'source' && key !== 'network') return value;
    return value === 'unknown' ? t('try.unknown') : t(`try.${key}.${value}`);
}
