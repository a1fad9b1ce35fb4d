import { strangeState } from '../../lib/core/sensors/active-states';
import { channelChoice, type ChannelChoice } from '../editor/channel-choice';
import { dialog } from '../editor/form/dialog';
import type { Form } from '../editor/form/form';
import { settings } from './ups-digital-input.settings';

/** Says below the states that one of them is none of the channel: the input would be at rest for ever. */
function stateWarning(form: Form): (channel: ChannelChoice | undefined) => void {
    const words = $('<span></span>');
    const tip = $('<div class="ridethrough-tip ridethrough-warning" role="status" aria-live="polite"></div>')
        .append('<i class="fa fa-exclamation-triangle"></i> ', words)
        .hide();
    form.row('activeStates').append(tip);
    let states: readonly string[] | undefined;
    const check = () => {
        const wanted = form.value('activeStates');
        const state = states && Array.isArray(wanted) ? strangeState(wanted as string[], states) : undefined;
        if (state !== undefined)
            words.text(form.text('tip.noSuchState', { state, states: states!.join(', '), interpolation: PLAIN }));
        tip.toggle(state !== undefined);
    };
    form.input('activeStates').on('input change', check);
    return (channel) => {
        states = channel?.states;
        check();
    };
}

/** The words are set as text. */
const PLAIN = { escapeValue: false };

export default dialog(settings, {
    prepare(form) {
        channelChoice(form, undefined, stateWarning(form));
    },
});
