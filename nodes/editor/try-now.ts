import type { RawItem } from '../../lib/core/driver';
import { actionRow, button, outcomeBox, showOutcome } from './outcome';
import type { EditorNode } from './red';
import { inOurLanguage, numberText, t, text as textOf } from './texts';

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
    /** Called with the values when a trial begins, and with each answer. */
    asked?(): void;
    answered?(answer: TryAnswer): void;
}

/** A line of the result. Its name is `label`, or the text for `key` in the catalogue. */
interface FoundRow {
    key: string;
    label?: string;
    value?: string | number | boolean | null;
    unit?: string;
}

export interface TryAnswer {
    ok: boolean;
    text?: string;
    rows?: FoundRow[];
    /** What was read for each item of the user's own map, in its order. */
    raw?: (RawItem | null)[];
}

/** The row of a dialog that tries its values. */
export interface TryNow {
    toggle(visible: boolean): void;
    /** Presses the first button. */
    start(): void;
    /** Asks with the values of the dialog, some of them replaced, without showing the answer. Never rejects. */
    ask(others: object, ask: object): Promise<TryAnswer>;
}

type FieldOf = (property: string) => JQuery;

const UNITS: Readonly<Record<string, string>> = {
    charge: '%',
    load: '%',
    signal: '%',
    runtime: 'min',
    age: 's',
    'dc-inputVoltage': 'V',
    'dc-outputVoltage': 'V',
    'dc-outputCurrent': 'A',
    'dc-temperature': '°C',
};
const READ_NOW: readonly TryAction[] = [{ label: 'try.read' }];

/**
 * Adds a row to the dialog of `node` that tries the present values without a deploy, and shows the result beside the button. Without
 * `actions`: **Read now**.
 */
export function tryNow(node: EditorNode, { actions = READ_NOW, values, asked, answered }: TryOptions = {}): TryNow {
    const prefix = node._def?.category === 'config' ? '#node-config-input-' : '#node-input-';
    const field: FieldOf = (property) => $(`${prefix}${property}`);
    const row = $('<div class="form-row ridethrough-try-row"></div>');
    field('name').closest('.ridethrough-dialog').append(row);
    const box = actionRow(row, t('try.label'));
    const outcome = outcomeBox();
    const buttons: JQuery[] = [];
    const busy = (is: boolean) => buttons.forEach((each) => each.prop('disabled', is));
    const send = (others: object, asked: object): Promise<TryAnswer> =>
        new Promise((resolve) => {
            $.ajax({
                url: `ridethrough/try/${node.type}`,
                type: 'POST',
                contentType: 'application/json',
                headers: inOurLanguage(),
                data: JSON.stringify({
                    id: node.id,
                    config: { ...dialogConfig(node, field, values), ...others },
                    credentials: dialogCredentials(node, field),
                    ask: asked,
                }),
            })
                .done(resolve)
                .fail(({ status }) => {
                    const known = { 400: 'refused', 401: 'noRights', 403: 'noRights', 413: 'refused', 429: 'busy' }[
                        status
                    ];
                    resolve({ ok: false, text: t(`try.${known ?? 'failed'}`, { status }) });
                });
        });
    for (const { label, fields = [] } of actions) {
        const line = $('<div class="ridethrough-try"></div>').appendTo(box);
        const start = button(t(label)).appendTo(line);
        buttons.push(start);
        const ask = askFields(line, fields);
        start.on('click', () => {
            busy(true);
            asked?.();
            const tell = (answer: TryAnswer) => {
                show(outcome, node, answer);
                answered?.(answer);
            };
            showOutcome(outcome, undefined, t(fields.length ? 'try.sending' : 'try.running'));
            void send({}, ask())
                .then(tell)
                .finally(() => busy(false));
        });
    }
    $('<div class="ridethrough-tip"></div>').text(t('try.tip')).appendTo(box);
    outcome.appendTo(box);
    return {
        toggle: (visible) => void row.toggle(visible),
        start: () => void buttons[0]?.trigger('click'),
        ask: send,
    };
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

function show(box: JQuery, node: EditorNode, { ok, text, rows = [] }: TryAnswer): void {
    showOutcome(box, ok ? 'ok' : 'failed', text || (rows.length ? '' : t('try.nothing')));
    if (!rows.length) return;
    const table = $('<table class="ridethrough-try-rows"></table>').appendTo(box);
    for (const row of rows) {
        const line = $('<tr></tr>').appendTo(table);
        $('<th scope="row"></th>')
            .text(row.label ?? t(`try.row.${row.key}`))
            .appendTo(line);
        $('<td></td>').text(valueText(row, node)).appendTo(line);
    }
}

function valueText({ key, label, value, unit: own }: FoundRow, { type }: EditorNode): string {
    const unit = own ?? UNITS[key];
    if (value === null || value === undefined) return t('try.unknown');
    if (typeof value === 'boolean') return t(value ? 'try.on' : 'try.off');
    if (typeof value === 'number') {
        // Of a map: it says the decimals of its values.
        const isOfMap = label !== undefined || key.startsWith('dc-');
        const rounded = numberText(isOfMap ? value : Math.round(value * 10) / 10);
        return unit ? `${rounded} ${unit}` : rounded;
    }
    if (key === 'speaks') return dialectName(type, value);
    if (key !== 'source' && key !== 'network') return value;
    return value === 'unknown' ? t('try.unknown') : t(`try.${key}.${value}`);
}

/** What the dialog calls the objects of RFC 1628, or of a shipped map; a map of the user has its id. */
function dialectName(type: string, id: string): string {
    const key = `option.dialect.${id}`;
    const found = textOf(type, key);
    return found.endsWith(key) ? id : found;
}
