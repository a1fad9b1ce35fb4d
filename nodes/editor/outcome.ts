import { t } from './texts';

/** The outcome of an action; undefined: it is still running. */
export type OutcomeState = 'ok' | 'failed' | undefined;

/** The box below a button for the outcome of its action. */
export function outcomeBox(): JQuery {
    return $('<div class="ridethrough-test-outcome" role="status" aria-live="polite"></div>').hide();
}

/** Empties the box and shows `text` in it. */
export function showOutcome(box: JQuery, state: OutcomeState, text: string): void {
    box.empty()
        .removeClass('ok failed')
        .addClass(state ?? '')
        .show();
    if (text) $('<div></div>').text(text).appendTo(box);
}

/** Makes a row of a dialog with a button that acts at once. */
export function actionRow(row: JQuery, label: string, icon = 'flask'): JQuery {
    $('<label></label>').append(`<i class="fa fa-${icon}"></i> `, document.createTextNode(label)).appendTo(row);
    return $('<div class="ridethrough-field"></div>').appendTo(row);
}

export function button(text: string, classes = ''): JQuery {
    return $('<button type="button" class="red-ui-button"></button>').addClass(classes).text(text);
}

/** Asks in the box before `action`; "Cancel" hides the question and goes back to the button. */
export function askFirst(box: JQuery, start: JQuery, question: string, yes: string, action: () => void): void {
    showOutcome(box, 'failed', '');
    box.attr('role', 'alertdialog');
    $('<div class="ridethrough-test-question"></div>').text(question).appendTo(box);
    const choice = (words: string, run: () => void) =>
        button(words).on('click', () => {
            box.attr('role', 'status');
            run();
        });
    const cancel = choice(t('test.cancel'), () => {
        box.hide();
        start.trigger('focus');
    });
    $('<div class="ridethrough-test-choices"></div>').append(cancel, choice(yes, action)).appendTo(box);
    cancel.trigger('focus');
    box[0]?.scrollIntoView({ block: 'nearest' });
}
