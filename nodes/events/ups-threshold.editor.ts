import { faultsOf } from '../../lib/core/settings';
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

export default dialog(settings, {
    label({ type, value, ups, atLimit, warning, alarm }) {
        const scale = scaleOf(value, ups);
        const levels = [warning, alarm]
            .map((level) => describeLevel(level as Level | null | undefined, scale, atLimit === true))
            .filter(Boolean);
        if (levels.length === 0) return text(type, 'palette');
        return `${text(type, `option.value.${String(value).replace('.', '-')}`)} ${levels.join(', ')}`;
    },
    boxes: { warning: box('warning'), alarm: box('alarm') },
});
