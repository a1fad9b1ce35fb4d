import { faultsOf } from '../../lib/core/settings';
import { channelIn } from '../../lib/core/status/channels';
import { dialog } from '../editor/form/dialog';
import { faultText } from '../editor/form/faults';
import type { Form } from '../editor/form/form';
import { levelField } from '../editor/level-field';
import { describeLevel, type Level } from '../editor/level-words';
import { scaleOf } from '../editor/temperature';
import { text } from '../editor/texts';
import { settings } from './ups-threshold.settings';

function box(name: 'warning' | 'alarm') {
    return (form: Form, selector: string) =>
        levelField(selector, name, form.node[name] as Level | null | undefined, {
            scale: () => scaleOf(form.input('value').val(), form.input('ups').val()),
            atLimit: form.input('atLimit'),
            check: (level) => {
                const alone = { ...form.node, [name]: level, [name === 'alarm' ? 'warning' : 'alarm']: undefined };
                const fault = faultsOf(settings, alone).find(({ property }) => property === name);
                return fault && faultText(form.declaration, fault);
            },
        });
}

/** The name of the channel that a stored node watches; undefined: it watches something else. */
function channelOf({ value, channel }: Readonly<Record<string, unknown>>): string | undefined {
    return value === 'channel' ? String(channel ?? '') : channelIn(String(value));
}

export default dialog(settings, {
    label({ type, value, channel, ups, atLimit, warning, alarm }) {
        const scale = scaleOf(value, ups);
        const levels = [warning, alarm]
            .map((level) => describeLevel(level as Level | null | undefined, scale, atLimit === true))
            .filter(Boolean);
        if (levels.length === 0) return text(type, 'palette');
        const watched = channelOf({ value, channel }) ?? text(type, `option.value.${String(value).replace('.', '-')}`);
        return `${watched} ${levels.join(', ')}`;
    },
    prepare(form) {
        // A flow may store `channel:<name>`; in the dialog the name has a field of its own.
        const { value } = form.node;
        const name = value === 'channel' ? undefined : channelOf(form.node);
        if (name === undefined) return;
        const list = form.input('value');
        list.find('option')
            .filter((_, option) => (option as HTMLOptionElement).value === value)
            .remove();
        form.input('channel').val(name);
        list.val('channel').trigger('change');
    },
    boxes: { warning: box('warning'), alarm: box('alarm') },
});
