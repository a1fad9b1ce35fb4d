import { t } from '../texts';
import { matching, targetEntries, type TargetEntry } from './target-list';

/** So many are shown at once; more words in the field make them fewer. */
const MOST_SHOWN = 80;

let entries: readonly TargetEntry[] | undefined;
let made = 0;

/**
 * A field with a searchable list below it: of all targets of a map, each with its words and its unit. By keyboard: arrows choose, Enter takes, Escape
 * closes the list. What is typed counts, whether it is in the list or not; `change` is triggered with each choice.
 */
export function targetPicker(value: string): { box: JQuery; input: JQuery } {
    const id = `ridethrough-targets-${++made}`;
    const box = $('<div class="ridethrough-target"></div>');
    const input = $('<input type="text" role="combobox" autocomplete="off">')
        .attr({ 'aria-controls': id, 'aria-expanded': 'false', 'aria-autocomplete': 'list' })
        .val(value)
        .appendTo(box);
    const list = $('<ul class="ridethrough-target-list" role="listbox"></ul>').attr('id', id).hide().appendTo(box);
    let shown: TargetEntry[] = [];
    let active = -1;

    const close = () => {
        list.hide().empty();
        input.attr('aria-expanded', 'false').removeAttr('aria-activedescendant');
        active = -1;
    };
    const take = ({ to }: TargetEntry) => {
        close();
        input.val(to).trigger('change');
    };
    const mark = (index: number) => {
        active = index;
        list.children().removeClass('active').attr('aria-selected', 'false');
        const row = list.children('[role=option]').eq(index).addClass('active').attr('aria-selected', 'true');
        input.attr('aria-activedescendant', row.attr('id') ?? '');
        row[0]?.scrollIntoView({ block: 'nearest' });
    };
    const open = (typed: string) => {
        entries ??= targetEntries();
        const found = matching(entries, typed);
        shown = found.slice(0, MOST_SHOWN);
        list.empty().append(shown.map((each, index) => optionRow(`${id}-${index}`, each)));
        if (found.length > shown.length) list.append($('<li class="more"></li>').text(t('map.moreTargets')));
        if (found.length === 0) list.append($('<li class="more"></li>').text(t('map.noTarget')));
        list.show();
        input.attr('aria-expanded', 'true');
        active = -1;
    };

    input.on('click', () => {
        // All are offered first: what stands in the field is the present choice, not a search.
        if (!list.is(':visible')) open('');
    });
    input.on('input', () => open(String(input.val())));
    input.on('blur', close);
    input.on('keydown', (event) => {
        const isOpen = list.is(':visible');
        if (event.key === 'ArrowDown' || event.key === 'ArrowUp') {
            event.preventDefault();
            if (!isOpen) return open('');
            const step = event.key === 'ArrowDown' ? 1 : -1;
            mark(Math.max(0, Math.min(shown.length - 1, active + step)));
        } else if (event.key === 'Enter') {
            event.preventDefault();
            if (isOpen && shown[active]) take(shown[active]);
            else {
                close();
                input.trigger('change');
            }
        } else if (event.key === 'Escape' && isOpen) {
            // Not the dialog.
            event.stopPropagation();
            close();
        }
    });
    // Before the field loses the focus, and its list.
    list.on('mousedown', (event) => event.preventDefault());
    list.on('click', '[role=option]', (event) => {
        const entry = shown[$(event.currentTarget as HTMLElement).index()];
        if (entry) take(entry);
    });
    return { box, input };
}

function optionRow(id: string, { to, words, unit }: TargetEntry): JQuery {
    const row = $('<li role="option" aria-selected="false"></li>').attr('id', id);
    $('<span></span>').text(words).appendTo(row);
    $('<small></small>').text(unit).appendTo(row);
    $('<code></code>').text(to).appendTo(row);
    return row;
}
