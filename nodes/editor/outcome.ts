/** How something went; undefined: it is under way. */
export type OutcomeState = 'ok' | 'failed' | undefined;

/** The box under a button that says what came of it. */
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

/** The row of a dialog with a button that does something now. */
export function actionRow(row: JQuery, label: string): JQuery {
    $('<label></label>').append('<i class="fa fa-flask"></i> ', document.createTextNode(label)).appendTo(row);
    return $('<div class="ridethrough-field"></div>').appendTo(row);
}

export function button(text: string, classes = ''): JQuery {
    return $('<button type="button" class="red-ui-button"></button>').addClass(classes).text(text);
}
