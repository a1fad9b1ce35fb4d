import { channelChoice, takeUnit } from '../editor/channel-choice';
import { declarationOf } from '../editor/form/declarations';
import { dialog } from '../editor/form/dialog';
import type { Form } from '../editor/form/form';
import { fillNodes } from '../editor/form/open';
import { rangePresets } from '../editor/range-presets';
import { temperatureFields, wantsFahrenheit } from '../editor/temperature';
import { settings } from './ups-sensor.settings';

const LIMITS = ['alarmLow', 'preAlarmLow', 'preAlarmHigh', 'alarmHigh'];

/** For each open dialog: the fields that may show °F. */
const temperatures = new WeakMap<Form, ReturnType<typeof temperatureFields>>();

/** For each open dialog: the kind of readings that the list of devices was made for. */
const offeredFor = new WeakMap<Form, unknown>();

/** Only a device that is read by SNMP reads an object. */
function offerDevices(form: Form): void {
    const source = form.value('source');
    if (source !== 'snmp' && source !== 'channel') return;
    if (offeredFor.get(form) === source) return;
    offeredFor.set(form, source);
    const input = form.input('device');
    const chosen = input.val();
    const fits = (type: string, node: { way?: string }) =>
        source === 'snmp' ? speaksSnmp(type, node) : declarationOf(type)?.family === 'devices';
    fillNodes(input, fits, chosen);
    if (input.val() === null) input.val('');
}

function speaksSnmp(type: string, { way = 'snmp' }: { way?: string }): boolean {
    return type === 'ups-snmp' || (type === 'ups-duracomm' && way === 'snmp');
}

export default dialog(settings, {
    prepare(form) {
        const fields = temperatureFields({
            limits: ['min', 'max', ...LIMITS, ...LIMITS.map((name) => `${name}Recovery`)],
            differences: ['hysteresis', 'offset'],
            wanted: () => form.value('unit') === '°C' && wantsFahrenheit(form.value('site')),
        });
        temperatures.set(form, fields);
        rangePresets(form);
        channelChoice(form, (channel) => takeUnit(form, channel));
    },
    refresh(form) {
        offerDevices(form);
        temperatures.get(form)?.sync();
    },
    save(form) {
        temperatures.get(form)?.restore();
    },
});
