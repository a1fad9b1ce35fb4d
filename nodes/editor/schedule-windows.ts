import type { WeeklyWindow } from '../../lib/core/schedules/rule';
import { editableList, rowError } from './editable-list';
import type { Verdict } from './entry-checks';
import { weekday, WEEKDAYS } from './schedule-words';
import { t } from './texts';

interface WindowList {
    get(): WeeklyWindow[];
}

/**
 * The editor for the rows of a weekly schedule in the element `selector`. Triggers `change` there.
 * @param check checks a row: true, or a sentence about the fault
 */
export function scheduleWindows(selector: string, rows: unknown, check: (row: WeeklyWindow) => Verdict): WindowList {
    const element = $('<ol></ol>').addClass('ridethrough-table').appendTo($(selector));
    const changed = () => void element.trigger('change');
    const list = editableList<Partial<WeeklyWindow>>(element, {
        addButton: t('schedule.addWindow'),
        addItem(row, _index, data) {
            const isNew = data.days === undefined;
            const given = isNew ? { days: [1, 2, 3, 4, 5], from: '08:00', to: '17:00' } : data;
            const line = $('<div class="ridethrough-row"></div>').appendTo(row);
            const days = dayButtons(given.days ?? []);
            line.append(days.box);
            const clock = (key: 'from' | 'to') =>
                $('<input type="time">')
                    .attr('aria-label', t(`schedule.${key}`))
                    .val(given[key] ?? '')
                    .appendTo(line);
            const from = clock('from');
            $('<span class="ridethrough-dash">–</span>').appendTo(line);
            const to = clock('to');
            const tell = rowError(line);
            const get = () => ({ days: days.get(), from: String(from.val()), to: String(to.val()) });
            const validate = () => tell(check(get()));
            line.data('window', get).on('change', validate);
            validate();
            if (isNew) changed();
        },
        removeItem: changed,
        sortItems: changed,
    });
    (Array.isArray(rows) ? rows : []).forEach((row: Partial<WeeklyWindow>) => list.add({ days: [], ...row }));
    const read = (item: JQuery) => (item.find('.ridethrough-row').data('window') as () => WeeklyWindow)();
    return { get: () => list.items().map(read) };
}

function dayButtons(chosen: readonly number[]): { box: JQuery; get(): number[] } {
    const box = $('<span class="ridethrough-days" role="group"></span>');
    for (const day of WEEKDAYS) {
        const label = $('<label></label>').attr('title', weekday(day, 'long')).appendTo(box);
        $('<input type="checkbox">')
            .val(day)
            .attr('aria-label', weekday(day, 'long'))
            .prop('checked', chosen.includes(day))
            .appendTo(label);
        $('<span></span>').text(weekday(day, 'short').slice(0, 2)).appendTo(label);
    }
    const inputs = () => box.find<HTMLInputElement>('input').toArray();
    const paint = () => inputs().forEach((input) => $(input).parent().toggleClass('chosen', input.checked));
    box.on('change', paint);
    paint();
    const get = () =>
        inputs()
            .filter(({ checked }) => checked)
            .map(({ value }) => Number(value));
    return { box, get };
}
