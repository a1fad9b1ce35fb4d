import { withLimits, type LimitRow } from '../shared/fields/battery-limits';
import { download } from './device-map/save-file';
import type { Form } from './form/form';
import { actionRow, askFirst, button, outcomeBox, showOutcome } from './outcome';
import { inOurLanguage, numberText, t } from './texts';

interface Answer {
    ok: boolean;
    text?: string;
    rows?: LimitRow[];
}

type Papers = 'baseline' | 'inventory';

/** The buttons in the dialog of a battery. They reach the deployed battery; only the limits of the card are put into the dialog, and saved with it. */
export function batteryActs(form: Form): void {
    const limits = form.row('limits');
    limits.after(cardRow(form));
    const last = form.row('inDischarge').closest('.ridethrough-dialog');
    last.append(paperRow(form, 'baseline', 'line-chart'), paperRow(form, 'inventory', 'list-alt'));
}

/** Fills the table of limits with what the card tells, and shows what changes. Nothing is stored before "Update" and a deploy. */
function cardRow(form: Form): JQuery {
    const row = $('<div class="form-row ridethrough-battery-card"></div>');
    const box = actionRow(row, form.text('act.card'), 'download');
    const start = button(form.text('act.takeOver'));
    $('<div class="ridethrough-try"></div>').append(start).appendTo(box);
    $('<div class="ridethrough-tip"></div>').text(form.text('act.cardTip')).appendTo(box);
    const outcome = outcomeBox().appendTo(box);
    start.on('click', () => {
        start.prop('disabled', true);
        showOutcome(outcome, undefined, t('try.running'));
        void post(form, 'card-limits', {})
            .then(({ ok, text, rows = [] }) => {
                if (ok) takeOver(form, rows, outcome);
                else showOutcome(outcome, 'failed', text ?? '');
            })
            .finally(() => start.prop('disabled', false));
    });
    return row;
}

function takeOver(form: Form, told: readonly LimitRow[], outcome: JQuery): void {
    const { rows, changes } = withLimits(form.stored('limits') as LimitRow[], told);
    if (changes.length === 0) return showOutcome(outcome, 'ok', form.text('act.same'));
    form.widgets.get('limits')?.set?.(rows);
    form.input('name').trigger('change');
    showOutcome(outcome, 'ok', form.text('act.changes', { count: changes.length }));
    const table = $('<table class="ridethrough-try-rows"></table>').appendTo(outcome);
    for (const { kind, cell, was, now } of changes) {
        const line = $('<tr></tr>').appendTo(table);
        const name = `${form.text(`option.kind.${kind}`)}: ${form.text(`column.${cell}`)}`;
        $('<th scope="row"></th>').text(name).appendTo(line);
        const before = was === undefined ? form.text('act.empty') : numberText(was);
        $('<td></td>')
            .text(`${before} → ${numberText(now)}`)
            .appendTo(line);
    }
}

/** Export and import of what is written down of the blocks; the baseline can also be set. */
function paperRow(form: Form, papers: Papers, icon: string): JQuery {
    const row = $(`<div class="form-row ridethrough-battery-${papers}"></div>`);
    const box = actionRow(row, form.text(`act.${papers}`), icon);
    const line = $('<div class="ridethrough-try"></div>').appendTo(box);
    const outcome = outcomeBox();
    const tell = ({ ok, text }: Answer) => showOutcome(outcome, ok ? 'ok' : 'failed', text ?? '');
    const run = (path: string, body: object) => {
        showOutcome(outcome, undefined, t('try.running'));
        void post(form, path, body).then(tell);
    };
    if (papers === 'baseline') {
        const modules = $('<input type="text">')
            .attr({ placeholder: form.text('act.allBlocks'), 'aria-label': form.text('label.modules') })
            .appendTo(line);
        const set = button(form.text('act.set')).appendTo(line);
        set.on('click', () => {
            const list = String(modules.val() ?? '').trim();
            const question = list === '' ? form.text('act.setAll') : form.text('act.setSome', { list });
            askFirst(outcome, set, question, form.text('act.set'), () => run('set-baseline', { modules: list }));
        });
    }
    button(form.text('act.export'))
        .on('click', () => void save(form, papers, tell))
        .appendTo(line);
    const chosen = $('<input type="file" accept=".csv,text/csv">').attr('aria-label', form.text('act.import')).hide();
    const choose = button(form.text('act.import')).on('click', () => void chosen.trigger('click'));
    line.append(choose, chosen);
    chosen.on('change', () => {
        const file = (chosen[0] as HTMLInputElement).files?.[0];
        if (!file) return;
        void file.text().then((text) => {
            // The same file can be chosen again, when its fault is mended.
            chosen.val('');
            const question = form.text(`act.replace.${papers}`, { file: file.name });
            askFirst(outcome, choose, question, form.text('act.import'), () => run(papers, { text }));
        });
    });
    $('<div class="ridethrough-tip"></div>')
        .text(form.text(`act.${papers}Tip`))
        .appendTo(box);
    outcome.appendTo(box);
    return row;
}

function save(form: Form, papers: Papers, failed: (answer: Answer) => void): void {
    $.ajax({ url: url(form, `${papers}.csv`), dataType: 'text' })
        .done((text: string) =>
            download(`ridethrough-${papers}.csv`, `\uFEFF${text.replace(/^\uFEFF/, '')}`, 'text/csv;charset=utf-8'),
        )
        .fail(({ status }) => failed({ ok: false, text: reasonOf(form, status) }));
}

function post(form: Form, path: string, body: object): Promise<Answer> {
    return new Promise((resolve) => {
        $.ajax({
            url: url(form, path),
            type: 'POST',
            contentType: 'application/json',
            headers: inOurLanguage(),
            data: JSON.stringify(body),
        })
            .done(resolve)
            .fail(({ status }) => resolve({ ok: false, text: reasonOf(form, status) }));
    });
}

const url = ({ node }: Form, path: string) => `ridethrough/batteries/${node.id}/${path}`;

function reasonOf(form: Form, status: number): string {
    if (status === 404) return form.text('act.notDeployed');
    const known = { 401: 'noRights', 403: 'noRights', 413: 'refused' }[status];
    return t(`try.${known ?? 'failed'}`, { status });
}
