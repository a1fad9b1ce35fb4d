import type { ScheduleRule, WeeklyWindow } from '../../lib/core/schedules/rule';
import { faultsOf } from '../../lib/core/settings';
import { dialog } from '../editor/form/dialog';
import { faultText } from '../editor/form/faults';
import type { Form } from '../editor/form/form';
import { schedulePreview } from '../editor/schedule-preview';
import { scheduleWindows } from '../editor/schedule-windows';
import { describeSchedule } from '../editor/schedule-words';
import { text } from '../editor/texts';
import { settings, windowFault } from './ups-schedule.settings';

/** The settings that the next runs depend on. */
const RULE = ['start', 'repeat', 'windows', 'monthEnd', 'ending', 'seconds', 'until', 'zone'];

/** For each open dialog: the function that updates the next runs. */
const previews = new WeakMap<Form, () => void>();

/** Tomorrow night: a safe default that does nothing at once. */
function tomorrowNight(): string {
    const tomorrow = new Date(Date.now() + 86_400_000);
    const two = (number: number) => String(number).padStart(2, '0');
    return `${[tomorrow.getFullYear(), two(tomorrow.getMonth() + 1), two(tomorrow.getDate())].join('-')}T03:00`;
}

/** Proposes the time zones that this browser knows. */
function proposeZones(input: JQuery): void {
    const list = $('<datalist id="ridethrough-zones"></datalist>').insertAfter(input);
    for (const zone of ['UTC', ...Intl.supportedValuesOf('timeZone')]) $('<option></option>').val(zone).appendTo(list);
    input.attr({ list: 'ridethrough-zones', autocomplete: 'off' });
}

function previewBox(form: Form): JQuery {
    const row = $('<div class="form-row"></div>').insertAfter(form.row('zone'));
    $('<label><i class="fa fa-list-ol"></i> </label>')
        .append(document.createTextNode(form.text('preview')))
        .appendTo(row);
    return $('<div class="ridethrough-field"></div>').appendTo(row);
}

export default dialog(settings, {
    label: (node) => describeSchedule(node as Partial<ScheduleRule>) || text(node.type, 'palette'),
    boxes: {
        windows: (form, selector) =>
            scheduleWindows(selector, form.node.windows, (row) => {
                const fault = windowFault(row);
                return fault === undefined || faultText(form.declaration, { ...fault, property: 'windows' });
            }),
    },
    prepare(form) {
        if (!form.input('start').val()) form.input('start').val(tomorrowNight());
        const zone = form.input('zone');
        proposeZones(zone);
        const refresh = schedulePreview(previewBox(form), {
            read: () => Object.fromEntries(RULE.map((property) => [property, form.stored(property)])),
            check(rule) {
                const [fault] = faultsOf(settings, rule);
                return fault && faultText(form.declaration, fault);
            },
            showZone(machine) {
                if (zone.val() === '') zone.attr('placeholder', form.text('machineZone', { zone: machine }));
            },
        });
        previews.set(form, refresh);
        form.row('start').closest('.ridethrough-dialog').on('input', refresh);
    },
    refresh(form) {
        const { start, repeat, ending } = form.settings() as Partial<ScheduleRule>;
        form.row('monthEnd').toggle(repeat === 'monthly' && Number(start?.slice(8, 10)) > 28);
        const rows = repeat === 'weekly' ? (form.stored('windows') as WeeklyWindow[]) : [];
        // A row with both times has its own end.
        const isOpen = rows.length === 0 || rows.some(({ to }) => !to);
        form.row('ending').toggle(isOpen || ending !== 'at-once');
        previews.get(form)?.();
    },
});
