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
export function actionRow(row: JQuery, label: string): JQuery {
    $('<label></label>').append('<i class="fa fa-flask"></i> ', document.createTextNode(label)).appendTo(row);
    return $('<div class="ridethrough-field"></div>').appendTo(row);
}

export function button(text: string, classes = ''): JQuery {
    return $('<button type="button" class="red-ui-button"></button>').addClass(classes).text(text);
}
