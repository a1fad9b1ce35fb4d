import { asFlag } from '../../lib/core/plain-values';
import { t } from './texts';

/** What the dry run of a site is set to: a variable may say so, and at first nobody has chosen. */
export type DryRunState = 'dry' | 'armed' | 'env' | '';

export function dryRunState(value: unknown): DryRunState {
    // Flows of older versions may not say.
    if (value === undefined || value === null) return 'armed';
    const word = String(value).trim();
    if (/^\$\{[^}]+\}$/.test(word)) return 'env';
    if (word === '') return '';
    // What cannot be read is a dry run in the runtime, too.
    return asFlag(value) === false ? 'armed' : 'dry';
}

/** ARMED, DRY RUN, the variable that decides, or nothing. */
export function dryRunText(value: unknown): string {
    const state = dryRunState(value);
    return state === 'env' ? String(value) : state && t(`armed.${state}`);
}

/** ARMED or DRY RUN, wherever jobs are shown. `value`: as a site has it. */
export function dryRunBadge(value: unknown): JQuery {
    const state = dryRunState(value);
    return $('<span class="ridethrough-badge"></span>')
        .addClass(state)
        .text(dryRunText(value))
        .attr('title', state && state !== 'env' ? t(`armed.tip.${state}`) : '');
}

/**
 * Asks, in the box `selector` of a site's dialog, whether its jobs are armed or rehearsed. Nothing is chosen for a person: without an answer the
 * dialog cannot be accepted.
 */
export function dryRunChoice(selector: string, value: unknown): { get(): unknown } {
    const box = $(selector).attr('role', 'radiogroup');
    const state = value === undefined ? '' : dryRunState(value);
    const accept = $('#node-config-dialog-ok');
    const answered = (is: boolean) => accept.prop('disabled', !is).toggleClass('disabled', !is);
    let chosen: string = state;
    const choices = ['armed', 'dry', ...(state === 'env' ? ['env'] : [])];
    for (const choice of choices) {
        const label = $('<label class="ridethrough-armed-choice"></label>').appendTo(box);
        $('<input type="radio" name="ridethrough-armed">')
            .val(choice)
            .prop('checked', choice === state)
            .on('change', () => {
                chosen = choice;
                answered(true);
            })
            .appendTo(label);
        $('<span></span>')
            .text(choice === 'env' ? t('armed.env', { name: value }) : t(`armed.choice.${choice}`))
            .appendTo(label);
    }
    answered(state !== '');
    // A dialog that was only looked at must not leave a changed node behind.
    return { get: () => (chosen === state ? value : chosen === 'dry') };
}
