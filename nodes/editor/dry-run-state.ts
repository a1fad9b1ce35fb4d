import { asFlag } from '../../lib/core/plain-values';
import { t } from './texts';

/** The dry-run setting of a site: `env` is an environment variable; '' means that nobody has chosen yet. */
export type DryRunState = 'dry' | 'armed' | 'env' | '';

export function dryRunState(value: unknown): DryRunState {
    // Flows of older versions may lack the setting.
    if (value === undefined || value === null) return 'armed';
    const word = String(value).trim();
    if (/^\$\{[^}]+\}$/.test(word)) return 'env';
    if (word === '') return '';
    // An unreadable value is a dry run, as in the runtime.
    return asFlag(value) === false ? 'armed' : 'dry';
}

/** ARMED, DRY RUN, the variable that decides, or nothing. */
export function dryRunText(value: unknown): string {
    const state = dryRunState(value);
    return state === 'env' ? String(value) : state && t(`armed.${state}`);
}

/** The badge ARMED or DRY RUN. @param value the stored setting of a site */
export function dryRunBadge(value: unknown): JQuery {
    const state = dryRunState(value);
    return $('<span class="ridethrough-badge"></span>')
        .addClass(state)
        .text(dryRunText(value))
        .attr('title', state && state !== 'env' ? t(`armed.tip.${state}`) : '');
}

/**
 * The choice between armed and dry run, in the box `selector` of a site's dialog. There is no default: the dialog cannot be confirmed
 * without a choice.
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
    // A dialog without a change must not mark the node as changed.
    return { get: () => (chosen === state ? value : chosen === 'dry') };
}
