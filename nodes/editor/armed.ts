import { asFlag } from '../../lib/core/words';
import { t } from './texts';

/** What the dry run of a site is set to: a variable may say so, and at first nobody has chosen. */
export type ArmedState = 'dry' | 'armed' | 'env' | '';

export function armedState(value: unknown): ArmedState {
    // Flows of older versions may not say.
    if (value === undefined || value === null) return 'armed';
    const word = String(value).trim();
    if (/^\$\{[^}]+\}$/.test(word)) return 'env';
    if (word === '') return '';
    // What cannot be read is a dry run in the runtime, too.
    return asFlag(value) === false ? 'armed' : 'dry';
}

/** ARMED, DRY RUN, the variable that decides, or nothing. */
export function armedWord(value: unknown): string {
    const state = armedState(value);
    return state === 'env' ? String(value) : state && t(`armed.${state}`);
}

/** ARMED or DRY RUN, wherever jobs are shown. `value`: as a site has it. */
export function armedBadge(value: unknown): JQuery {
    const state = armedState(value);
    return $('<span class="ridethrough-badge"></span>')
        .addClass(state)
        .text(armedWord(value))
        .attr('title', state && state !== 'env' ? t(`armed.tip.${state}`) : '');
}

/**
 * Asks in the dialog of a site whether its jobs are armed or rehearsed. Nothing is chosen for a person: without an answer the dialog cannot
 * be accepted. `selector`: the hidden tick box that Node-RED reads.
 */
export function armedChoice(selector: string, value: unknown): void {
    const box = $(selector);
    const state = value === undefined ? '' : armedState(value);
    const accept = $('#node-config-dialog-ok');
    const answered = (is: boolean) => accept.prop('disabled', !is).toggleClass('disabled', !is);
    const choose = (chosen: string) => {
        if (chosen === 'env') box.attr('type', 'hidden').val(String(value));
        else box.attr('type', 'checkbox').prop('checked', chosen === 'dry');
        answered(true);
    };
    const choices = ['armed', 'dry', ...(state === 'env' ? ['env'] : [])];
    for (const choice of choices) {
        const label = $('<label class="ridethrough-armed-choice"></label>').appendTo(`${selector}-choice`);
        $('<input type="radio" name="ridethrough-armed">')
            .val(choice)
            .prop('checked', choice === state)
            .on('change', () => choose(choice))
            .appendTo(label);
        $('<span></span>')
            .text(choice === 'env' ? t('armed.env', { name: value }) : t(`armed.choice.${choice}`))
            .appendTo(label);
    }
    if (state) choose(state);
    else answered(false);
}
