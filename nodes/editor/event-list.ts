import { UPS_EVENTS, type EventLevel, type UpsEventId } from '../../lib/core/events/ids';
import { BATTERY_PREFIX, batteryEventGroups, batteryEventIds } from './battery-events';
import { eventName, t } from './texts';

/** Events in the groups in which people look for them. */
const GROUPS: Readonly<Record<string, readonly UpsEventId[]>> = {
    mains: ['power-fail', 'input-bad', 'on-bypass', 'bypass-bad', 'eco-mode', 'generator-on', 'awaiting-power'],
    battery: [
        'battery-low',
        'battery-depleted',
        'battery-bad',
        'battery-weak',
        'battery-too-old',
        'battery-charging',
        'charger-failed',
    ],
    load: ['overload', 'output-bad', 'output-off', 'redundancy-lost'],
    device: [
        'communication-lost',
        'outages-unseen',
        'paths-disagree',
        'device-alarm',
        'over-temperature',
        'fan-failure',
        'fuse-failure',
        'inverter-failure',
        'general-fault',
        'ups-off',
        'emergency-power-off',
    ],
    shutdown: ['shutdown-pending', 'shutdown-imminent', 'system-shutdown'],
    test: ['test-in-progress', 'test-failed', 'test-passed'],
};

/** Every event of a UPS with its level, in those groups. */
export const eventGroups: Readonly<Record<string, Readonly<Record<string, EventLevel>>>> = Object.fromEntries(
    Object.entries(GROUPS).map(([group, ids]) => [group, Object.fromEntries(ids.map((id) => [id, UPS_EVENTS[id]]))]),
);

/** Every event of a UPS in the order of the groups. */
export const eventIds: readonly string[] = Object.values(GROUPS).flat();

/** Every event of a UPS, for a list of choices. */
export function eventOptions(): [id: string, name: string][] {
    return eventIds.map((id) => [id, eventName(id)]);
}

/** Every event of a source whose events have this prefix in the catalogue. */
export function eventIdsOf(prefix: string | undefined): readonly string[] {
    return prefix === BATTERY_PREFIX ? batteryEventIds : eventIds;
}

interface EventList {
    /** Ids of the chosen events. */
    get(): string[];
}

/**
 * A multiple choice of events with search, in the element `selector`. An empty choice means every event, unless `required`.
 * @param prefix of the events in the catalogue: those of a battery, otherwise those of a UPS
 */
export function events(
    selector: string,
    chosen: readonly string[],
    { required = false, prefix = '' }: { required?: boolean; prefix?: string } = {},
): EventList {
    const groups = prefix === BATTERY_PREFIX ? batteryEventGroups : eventGroups;
    const known = eventIdsOf(prefix);
    const box = $(selector).empty().addClass('ridethrough-events');
    const bar = $('<div class="ridethrough-events-bar"></div>').appendTo(box);
    const search = $('<input type="text">')
        .attr({ placeholder: t('events.search'), 'aria-label': t('events.search') })
        .appendTo(bar);
    const none = $('<button type="button" class="red-ui-button red-ui-button-small"></button>')
        .text(t('events.none'))
        .appendTo(bar);
    const list = $('<div class="ridethrough-events-list"></div>').appendTo(box);
    const summary = $('<div class="ridethrough-events-summary"></div>').appendTo(box);
    const add = (group: string, levels: Readonly<Record<string, EventLevel>>) => {
        const part = $('<div></div>').appendTo(list);
        $('<div class="ridethrough-events-group"></div>')
            .text(t(`events.group.${group}`))
            .appendTo(part);
        for (const [id, level] of Object.entries(levels))
            part.append(eventRow(id, level, chosen.includes(id), eventName(`${prefix}${id}`)));
    };
    for (const [group, levels] of Object.entries(groups)) add(group, levels);
    const others = chosen.filter((id) => !known.includes(id));
    if (others.length) add('other', Object.fromEntries(others.map((id) => [id, 'info'])));

    const get = () => checkedValues(list);
    const sum = () => {
        const n = get().length;
        summary.text(n ? t('events.chosen', { n }) : t(required ? 'events.nothing' : 'events.all'));
        none.prop('disabled', !n);
    };
    search.on('input', () => showMatches(list, String(search.val())));
    search.on('keydown', (event) => {
        if (event.key === 'Enter') event.preventDefault();
    });
    list.on('change', 'input', sum);
    none.on('click', () => {
        list.find('input').prop('checked', false);
        sum();
    });
    sum();
    return { get };
}

/** The values of the ticked boxes in `list`. */
export function checkedValues(list: JQuery): string[] {
    return list
        .find<HTMLInputElement>('input:checked')
        .toArray()
        .map((input) => input.value);
}

function eventRow(id: string, level: EventLevel, chosen: boolean, name: string): JQuery {
    const row = $('<label></label>').attr('data-search', `${id} ${name}`.toLowerCase());
    $('<input type="checkbox">').val(id).prop('checked', chosen).appendTo(row);
    $('<span class="ridethrough-dot"></span>')
        .addClass(level)
        .attr('title', t(`level.${level}`))
        .appendTo(row);
    $('<span></span>').text(name).appendTo(row);
    $('<code></code>').text(id).appendTo(row);
    return row;
}

/** Shows the rows that contain every word of `text`, and the groups with such rows. */
function showMatches(list: JQuery, text: string): void {
    const words = text.toLowerCase().split(/\s+/).filter(Boolean);
    for (const part of list.children().toArray()) {
        const rows = $(part).find('label');
        for (const row of rows.toArray()) {
            const haystack = $(row).attr('data-search') ?? '';
            $(row).toggle(words.every((word) => haystack.includes(word)));
        }
        $(part).toggle(rows.toArray().some((row) => row.style.display !== 'none'));
    }
}
