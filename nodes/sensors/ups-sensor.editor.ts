import { dialog } from '../editor/form/dialog';
import type { Form } from '../editor/form/form';
import { temperatureFields, wantsFahrenheit } from '../editor/temperature';
import { settings } from './ups-sensor.settings';

const LIMITS = ['alarmLow', 'preAlarmLow', 'preAlarmHigh', 'alarmHigh'];

/** For each open dialog: the fields that may show °F. */
const temperatures = new WeakMap<Form, ReturnType<typeof temperatureFields>>();

export default dialog(settings, {
    prepare(form) {
        const fields = temperatureFields({
            limits: ['min', 'max', ...LIMITS, ...LIMITS.map((name) => `${name}Recovery`)],
            differences: ['hysteresis', 'offset'],
            wanted: () => form.value('unit') === '°C' && wantsFahrenheit(form.value('site')),
        });
        temperatures.set(form, fields);
    },
    refresh(form) {
        temperatures.get(form)?.sync();
    },
    save(form) {
        temperatures.get(form)?.restore();
    },
});
