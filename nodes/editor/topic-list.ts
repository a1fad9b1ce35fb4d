import { checkedValues } from './event-list';
import { t } from './texts';

export interface TopicList {
    /** The chosen topics. */
    get(): string[];
    /** Adds a topic that was typed and not added yet. */
    take(): void;
}

/** A choice of topics in the element `selector`: the proposed ones, chosen ones that are no longer wired, and typed ones. */
export function topics(selector: string, chosen: readonly string[], proposed: readonly string[]): TopicList {
    const box = $(selector).empty().addClass('ridethrough-events');
    const list = $('<div class="ridethrough-events-list"></div>').appendTo(box);
    const bar = $('<div class="ridethrough-events-bar"></div>').appendTo(box);
    const other = $('<input type="text">')
        .attr({ placeholder: t('topics.other'), 'aria-label': t('topics.other') })
        .appendTo(bar);
    const add = $('<button type="button" class="red-ui-button red-ui-button-small"></button>')
        .text(t('list.add'))
        .appendTo(bar);
    const summary = $('<div class="ridethrough-events-summary"></div>').appendTo(box);
    const sum = () => void summary.text(t('topics.chosen', { n: checkedValues(list).length }));
    const row = (topic: string, wired: boolean, on: boolean) => {
        const line = $('<label></label>').appendTo(list);
        $('<input type="checkbox">').val(topic).prop('checked', on).appendTo(line);
        $('<span></span>').text(topic).appendTo(line);
        if (!wired) $('<code></code>').text(t('topics.notWired')).appendTo(line);
    };
    for (const topic of proposed) row(topic, true, chosen.includes(topic));
    for (const topic of chosen) if (!proposed.includes(topic)) row(topic, false, true);
    const take = () => {
        const topic = String(other.val()).trim();
        const known = list.find<HTMLInputElement>('input').filter((_, input) => input.value === topic);
        if (topic && known.length) known.prop('checked', true);
        else if (topic) row(topic, false, true);
        other.val('');
        sum();
    };
    add.on('click', take);
    other.on('keydown', (event) => {
        if (event.key !== 'Enter') return;
        event.preventDefault();
        take();
    });
    list.on('change', 'input', sum);
    sum();
    return { get: () => checkedValues(list), take };
}
